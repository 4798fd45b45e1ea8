/* SM2 verification for microcontrollers: k*G + l*Q on y^2 = x^3 - 3x + b over a 256-bit prime p = -1 mod 2^32.
 *
 * Compiled to position-independent code with one entry at offset 0, no data section and no library, so that an
 * inline-assembler function of an .mpy can carry it (see build.py). Public inputs only: not constant time.
 *
 * args, 32-bit words, little-endian limbs:
 *    0 p[8]   8 2^512 mod p   16 b[8]   24 k[8]   32 l[8]   40 x[8] of Q   48 y[8] of Q   56, 64 v[8] the two values
 *   that x(k*G + l*Q) may have (the same twice when there is one)
 * table: odd multiples 1, 3, 5 ... of G, affine, Montgomery form, 16 words a point, for signed windows of `width` bits
 * work: scratch, WORK bytes
 *
 * Answers 1 for a match, 0 for none, -1 when Q is not on the curve.
 * width 0: decompression instead. x of Q in, exponent (p + 1)/4 in k; writes y of Q, answers 1, or -1 for no square.
 */
#include <stdint.h>

typedef uint32_t limb;
typedef uint64_t wide;
typedef limb number[8];

#define DIGITS 264
#define WORK 2432
#define Q_WIDTH 5
#define Q_POINTS 8
#define LOOP for (int i = 0; i < 8; i++)

struct point { number x, y, z; };
struct cached { number x, y, z, zz, zzz; };
struct work {
    struct point sum, twice;
    number t[9], one;
    struct cached q[Q_POINTS];
    int8_t k_digits[DIGITS], l_digits[DIGITS];
};
_Static_assert(sizeof(struct work) <= WORK, "accelerator.py hands in WORK bytes");

__attribute__((section(".text.entry")))
int sm2_core(limb *args, const limb *table, int width, struct work *w);

/* (carry, sum) = a * b + sum + carry */
#if defined(__ARM_FEATURE_DSP)
#define MULTIPLY_ADD(sum, carry, a, b) __asm__("umaal %0, %1, %2, %3" : "+r"(sum), "+r"(carry) : "r"(a), "r"(b))
#else
#define MULTIPLY_ADD(sum, carry, a, b) do { \
        wide product = (wide)(a) * (b) + (sum) + (carry); \
        (sum) = (limb)product; (carry) = (limb)(product >> 32); } while (0)
#endif

/* r = t - p where t >= p (or t carries beyond 2^256), else t */
static inline __attribute__((always_inline)) void reduce_once(limb *r, const limb *t, limb carry, const limb *p) {
    number less;
    limb borrow = 0;
    LOOP { wide d = (wide)t[i] - p[i] - borrow; less[i] = (limb)d; borrow = (limb)(d >> 32) & 1; }
    const limb *chosen = (carry || !borrow) ? less : t;
    LOOP r[i] = chosen[i];
}

/* r = a*b / 2^256 mod p (Montgomery, coarsely integrated operand scanning). -1/p mod 2^32 is 1 for our primes. */
static __attribute__((noinline)) void multiply(limb *r, const limb *a, const limb *b, const limb *p) {
    limb t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0, t5 = 0, t6 = 0, t7 = 0, t8 = 0;
    for (int i = 0; i < 8; i++) {
        limb carry = 0, factor = b[i];
        MULTIPLY_ADD(t0, carry, a[0], factor); MULTIPLY_ADD(t1, carry, a[1], factor);
        MULTIPLY_ADD(t2, carry, a[2], factor); MULTIPLY_ADD(t3, carry, a[3], factor);
        MULTIPLY_ADD(t4, carry, a[4], factor); MULTIPLY_ADD(t5, carry, a[5], factor);
        MULTIPLY_ADD(t6, carry, a[6], factor); MULTIPLY_ADD(t7, carry, a[7], factor);
        wide top = (wide)t8 + carry;
        limb q = t0;
        carry = 0;
        MULTIPLY_ADD(t0, carry, p[0], q);
        t0 = t1; MULTIPLY_ADD(t0, carry, p[1], q);
        t1 = t2; MULTIPLY_ADD(t1, carry, p[2], q);
        t2 = t3; MULTIPLY_ADD(t2, carry, p[3], q);
        t3 = t4; MULTIPLY_ADD(t3, carry, p[4], q);
        t4 = t5; MULTIPLY_ADD(t4, carry, p[5], q);
        t5 = t6; MULTIPLY_ADD(t5, carry, p[6], q);
        t6 = t7; MULTIPLY_ADD(t6, carry, p[7], q);
        wide last = (top & 0xffffffff) + carry;
        t7 = (limb)last;
        t8 = (limb)(top >> 32) + (limb)(last >> 32);
    }
    number t = {t0, t1, t2, t3, t4, t5, t6, t7};
    reduce_once(r, t, t8, p);
}

static __attribute__((noinline)) void add(limb *r, const limb *a, const limb *b, const limb *p) {
    number t;
    limb carry = 0;
    LOOP { wide s = (wide)a[i] + b[i] + carry; t[i] = (limb)s; carry = (limb)(s >> 32); }
    reduce_once(r, t, carry, p);
}

static __attribute__((noinline)) void subtract(limb *r, const limb *a, const limb *b, const limb *p) {
    limb borrow = 0, carry = 0;
    LOOP { wide d = (wide)a[i] - b[i] - borrow; r[i] = (limb)d; borrow = (limb)(d >> 32) & 1; }
    if (borrow)
        LOOP { wide s = (wide)r[i] + p[i] + carry; r[i] = (limb)s; carry = (limb)(s >> 32); }
}

static inline void copy(limb *r, const limb *a) { LOOP r[i] = a[i]; }
static inline void clear(limb *r) { LOOP r[i] = 0; }

static __attribute__((noinline)) int equal(const limb *a, const limb *b) {
    limb difference = 0;
    LOOP difference |= a[i] ^ b[i];
    return !difference;
}

static __attribute__((noinline)) int is_zero(const limb *a) {
    limb any = 0;
    LOOP any |= a[i];
    return !any;
}

/* r = 2*r (dbl-2001-b, a = -3) */
static __attribute__((noinline)) void twice(struct point *r, number *t, const limb *p) {
    limb *delta = t[0], *gamma = t[1], *beta = t[2], *alpha = t[3], *u = t[4];
    multiply(delta, r->z, r->z, p);
    multiply(gamma, r->y, r->y, p);
    multiply(beta, r->x, gamma, p);
    subtract(alpha, r->x, delta, p);
    add(u, r->x, delta, p);
    multiply(alpha, alpha, u, p);
    add(u, alpha, alpha, p);
    add(alpha, alpha, u, p);
    multiply(r->z, r->y, r->z, p);
    add(r->z, r->z, r->z, p);
    add(beta, beta, beta, p);
    add(beta, beta, beta, p);
    multiply(r->x, alpha, alpha, p);
    subtract(r->x, r->x, beta, p);
    subtract(r->x, r->x, beta, p);
    add(gamma, gamma, gamma, p);
    multiply(gamma, gamma, gamma, p);
    add(gamma, gamma, gamma, p);
    subtract(beta, beta, r->x, p);
    multiply(beta, alpha, beta, p);
    subtract(r->y, beta, gamma, p);
}

/* r += (x, y) affine, or (x, y, z[0]) with z[1] = z^2 and z[2] = z^3; `negative` adds the opposite point. */
static __attribute__((noinline)) void plus(struct point *r, const limb *x, const limb *y, const number *z, int negative,
                                           struct work *w, const limb *p) {
    number *t = w->t;
    limb *zz = t[0], *h = t[1], *s = t[2], *u1 = t[3], *s1 = t[4], *hh = t[5], *hhh = t[6], *opposite = t[7];
    if (negative) {
        clear(opposite);
        subtract(opposite, opposite, y, p);
        y = opposite;
    }
    if (is_zero(r->z)) {
        copy(r->x, x);
        copy(r->y, y);
        copy(r->z, z ? z[0] : w->one);
        return;
    }
    const limb *u = r->x, *v = r->y;
    if (z) {
        multiply(u1, r->x, z[1], p);
        multiply(s1, r->y, z[2], p);
        u = u1;
        v = s1;
    }
    multiply(zz, r->z, r->z, p);
    multiply(h, x, zz, p);
    subtract(h, h, u, p);
    multiply(s, zz, r->z, p);
    multiply(s, s, y, p);
    subtract(s, s, v, p);
    if (is_zero(h)) {
        if (is_zero(s))
            twice(r, t, p);
        else
            clear(r->z);
        return;
    }
    multiply(hh, h, h, p);
    multiply(hhh, hh, h, p);
    multiply(r->z, r->z, h, p);
    if (z)
        multiply(r->z, r->z, z[0], p);
    multiply(hh, u, hh, p);
    multiply(zz, v, hhh, p);
    multiply(r->x, s, s, p);
    subtract(r->x, r->x, hhh, p);
    subtract(r->x, r->x, hh, p);
    subtract(r->x, r->x, hh, p);
    subtract(hh, hh, r->x, p);
    multiply(hh, hh, s, p);
    subtract(r->y, hh, zz, p);
}

/* Signed sliding windows: odd digits below 2^(width-1) or zeros, lowest bit first. */
static __attribute__((noinline)) void recode(int8_t *digits, const limb *scalar, int width) {
    int limit = (1 << (width - 1)) - 1;
    for (int i = 0; i < DIGITS; i++)
        digits[i] = i < 256 ? (scalar[i >> 5] >> (i & 31)) & 1 : 0;
    for (int i = 0; i < DIGITS; i++) {
        if (!digits[i])
            continue;
        for (int ahead = 1; ahead <= width && i + ahead < DIGITS; ahead++) {
            if (!digits[i + ahead])
                continue;
            int value = digits[i + ahead] << ahead;
            if (digits[i] + value <= limit) {
                digits[i] += value;
                digits[i + ahead] = 0;
            } else if (digits[i] - value >= -limit) {
                digits[i] -= value;
                int k = i + ahead;
                while (k < DIGITS && digits[k])
                    digits[k++] = 0;
                if (k < DIGITS)
                    digits[k] = 1;
            } else
                break;
        }
    }
}

/* c = x^3 - 3x + b, all in Montgomery form; t[0] is free */
static __attribute__((noinline)) void right_side(limb *c, const limb *x, const limb *b, const limb *square, struct work *w,
                                                 const limb *p) {
    multiply(c, x, x, p);
    subtract(c, c, w->one, p);
    subtract(c, c, w->one, p);
    subtract(c, c, w->one, p);
    multiply(c, c, x, p);
    multiply(w->t[8], b, square, p);
    add(c, c, w->t[8], p);
}

static __attribute__((noinline)) int decompress(limb *args, struct work *w) {
    const limb *p = args, *square = args + 8;
    limb *plain_one = w->t[0], *x = w->t[1], *c = w->t[2], *y = w->t[3];
    multiply(x, args + 40, square, p);
    right_side(c, x, args + 16, square, w, p);
    copy(y, w->one);
    for (int i = 255; i >= 0; i--) {
        multiply(y, y, y, p);
        if ((args[24 + (i >> 5)] >> (i & 31)) & 1)
            multiply(y, y, c, p);
    }
    multiply(x, y, y, p);
    if (!equal(x, c))
        return -1;
    clear(plain_one);
    plain_one[0] = 1;
    multiply(args + 48, y, plain_one, p);
    return 1;
}

/* 1, 3, 5 ... 15 times Q into w->q, with the squares and cubes of their z */
static __attribute__((noinline)) void odd_multiples(struct work *w, const limb *p) {
    struct cached *q = w->q;
    struct point *d = &w->twice;
    number z[3];
    copy(d->x, q->x);
    copy(d->y, q->y);
    copy(d->z, w->one);
    twice(d, w->t, p);
    copy(z[0], d->z);
    multiply(z[1], d->z, d->z, p);
    multiply(z[2], z[1], d->z, p);
    for (int i = 1; i < Q_POINTS; i++) {
        copy(w->sum.x, q[i - 1].x);
        copy(w->sum.y, q[i - 1].y);
        copy(w->sum.z, q[i - 1].z);
        plus(&w->sum, d->x, d->y, z, 0, w, p);
        copy(q[i].x, w->sum.x);
        copy(q[i].y, w->sum.y);
        copy(q[i].z, w->sum.z);
        multiply(q[i].zz, w->sum.z, w->sum.z, p);
        multiply(q[i].zzz, q[i].zz, w->sum.z, p);
    }
}

/* w->sum = k*G + l*Q with one chain of doublings (Straus) */
static __attribute__((noinline)) void joint_multiply(const limb *args, const limb *table, int width, struct work *w) {
    const limb *p = args;
    struct point *sum = &w->sum;
    recode(w->k_digits, args + 24, width);
    recode(w->l_digits, args + 32, Q_WIDTH);
    clear(sum->z);
    for (int i = DIGITS - 1; i >= 0; i--) {
        if (!is_zero(sum->z))
            twice(sum, w->t, p);
        int digit = w->k_digits[i];
        if (digit) {
            const limb *g = table + ((digit < 0 ? -digit : digit) >> 1) * 16;
            plus(sum, g, g + 8, 0, digit < 0, w, p);
        }
        digit = w->l_digits[i];
        if (digit) {
            struct cached *q = w->q + ((digit < 0 ? -digit : digit) >> 1);
            plus(sum, q->x, q->y, (const number *)q->z, digit < 0, w, p);
        }
    }
}

int sm2_core(limb *args, const limb *table, int width, struct work *w) {
    const limb *p = args, *square = args + 8;
    number *t = w->t;
    clear(t[0]);
    t[0][0] = 1;
    multiply(w->one, t[0], square, p);
    if (!width)
        return decompress(args, w);
    struct cached *q = w->q;
    multiply(q->x, args + 40, square, p);
    multiply(q->y, args + 48, square, p);
    copy(q->z, w->one);
    copy(q->zz, w->one);
    copy(q->zzz, w->one);
    right_side(t[0], q->x, args + 16, square, w, p);
    multiply(t[1], q->y, q->y, p);
    if (!equal(t[0], t[1]))
        return -1;
    odd_multiples(w, p);
    joint_multiply(args, table, width, w);
    if (is_zero(w->sum.z))
        return 0;
    multiply(t[0], w->sum.z, w->sum.z, p);
    for (int candidate = 56; candidate <= 64; candidate += 8) {
        multiply(t[1], args + candidate, square, p);
        multiply(t[1], t[1], t[0], p);
        if (equal(t[1], w->sum.x))
            return 1;
    }
    return 0;
}
