"""Points of the SM2 curve y^2 = x^3 - 3x + b (GB/T 32918.5) in plain integers: public data only, not constant time.

A Jacobian point is (X, Y, Z), Z = 0 at infinity; an affine point is (x, y). Tables are packed bytes, 64 a point
(x || y): a sixth of the memory of integers on a board.

Figures behind the choices (one multiplication with `% P` costs 18,000 instructions on an M7, an addition 1,100):
no special reduction and no dedicated squaring pay; formulas are picked by their number of multiplications.
"""

from array import array

from micropython import const

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
BASE_WIDTH = const(7)
BASE_COMB_WIDTH = const(7)  # 8 KB of flash
COMB_WIDTH = const(5)  # 2 KB of heap for a key: with 6 it would be 4, for a verification that is an eighth shorter


def inverse(a, modulus):
    """1/a by extended Euclid; ValueError when there is none. MicroPython's pow(a, -1, p) silently returns 0."""
    r0, r1, t0, t1 = modulus, a % modulus, 0, 1
    while r1:
        quotient = r0 // r1
        r0, r1 = r1, r0 - quotient * r1
        t0, t1 = t1, t0 - quotient * t1
    if r0 != 1:
        raise ValueError("no inverse")
    return t0 % modulus


def on_curve(x, y):
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x - 3) * x - B) % P == 0


def decompress(x, odd):
    """The point with this x and the parity of y; None when x is not on the curve."""
    if not 0 <= x < P:
        return None
    square = ((x * x - 3) * x + B) % P
    y = pow(square, (P + 1) >> 2, P)
    if y * y % P != square:
        return None
    return (x, P - y) if (y & 1) != odd else (x, y)


def double(X, Y, Z):
    delta = Z * Z % P
    gamma = Y * Y % P
    beta = (X * gamma % P) << 2
    t = X - delta
    alpha = (t + t + t) * (X + delta) % P
    x = (alpha * alpha - beta - beta) % P
    gamma += gamma
    return x, (alpha * (beta - x) - ((gamma * gamma) << 1)) % P, (Y + Y) * Z % P


def add(X, Y, Z, x2, y2):
    """Jacobian plus affine."""
    if not Z:
        return x2, y2, 1
    p = P
    zz = Z * Z % p
    h = (x2 * zz - X) % p
    r = (y2 * (Z * zz % p) - Y) % p
    if not h:
        return (1, 1, 0) if r else double(X, Y, Z)
    hh = h * h % p
    hhh = h * hh % p
    v = X * hh % p
    x = (r * r - hhh - v - v) % p
    return x, (r * (v - x) - Y * hhh) % p, Z * h % p


def affine(points):
    """Jacobian points, none at infinity, as affine ones, with one inversion for all."""
    product = 1
    before = []
    for point in points:
        before.append(product)
        product = product * point[2] % P
    rest = inverse(product, P)
    out = [None] * len(points)
    for i in range(len(points) - 1, -1, -1):
        X, Y, Z = points[i]
        z = rest * before[i] % P
        rest = rest * Z % P
        zz = z * z % P
        out[i] = (X * zz % P, Y * (zz * z % P) % P)
    return out


def pack(points):
    """Affine points as a table: 64 bytes each, x || y."""
    table = bytearray(len(points) << 6)
    put(table, 0, points)
    return table


def put(table, index, points):
    """Affine points into a table from `index` on."""
    for x, y in points:
        offset = index << 6
        table[offset : offset + 32] = x.to_bytes(32, "big")
        table[offset + 32 : offset + 64] = y.to_bytes(32, "big")
        index += 1


def entry(table, index):
    """The affine point at `index` of a table."""
    offset = index << 6
    return (
        int.from_bytes(table[offset : offset + 32], "big"),
        int.from_bytes(table[offset + 32 : offset + 64], "big"),
    )


def odd_multiples(point, width):
    """The table of 1, 3, 5 ... (2**(width-1) - 1) times `point`, for `joint_multiply`."""
    ((x2, y2),) = affine([double(point[0], point[1], 1)])
    points = [(point[0], point[1], 1)]
    for _ in range((1 << (width - 2)) - 1):
        X, Y, Z = points[-1]
        points.append(add(X, Y, Z, x2, y2))
    return pack(affine(points))


def signed_digits(scalar, width):
    """Width-w NAF: array of 260 odd digits or zeros, lowest bit first. Width at most 8."""
    digits = array("b", bytes(260))
    position = 0
    modulus = 1 << width
    while scalar:
        low = scalar & 0xFFFF
        if not low:
            scalar >>= 16
            position += 16
            continue
        zeros = 0
        while not low >> zeros & 1:
            zeros += 1
        scalar >>= zeros
        position += zeros
        digit = scalar & (modulus - 1)
        if digit >= modulus >> 1:
            digit -= modulus
        digits[position] = digit
        scalar = (scalar - digit) >> width
        position += width
    return digits


def joint_multiply(k, k_table, k_width, m, m_table, m_width):
    """k*K + m*M over two tables of odd multiples with one shared doubling chain (Straus)."""
    k_digits = signed_digits(k, k_width)
    m_digits = signed_digits(m, m_width)
    p = P
    X, Y, Z = 1, 1, 0
    for i in range(259, -1, -1):
        if Z:  # `double`, written out: 256 calls are a twentieth of the work
            delta = Z * Z % p
            gamma = Y * Y % p
            beta = (X * gamma % p) << 2
            t = X - delta
            alpha = (t + t + t) * (X + delta) % p
            X = (alpha * alpha - beta - beta) % p
            gamma += gamma
            Z = (Y + Y) * Z % p
            Y = (alpha * (beta - X) - ((gamma * gamma) << 1)) % p
        digit = k_digits[i]
        if digit:
            x2, y2 = entry(k_table, abs(digit) >> 1)
            X, Y, Z = add(X, Y, Z, x2, y2 if digit > 0 else p - y2)
        digit = m_digits[i]
        if digit:
            x2, y2 = entry(m_table, abs(digit) >> 1)
            X, Y, Z = add(X, Y, Z, x2, y2 if digit > 0 else p - y2)
    return X, Y, Z


def base_table():
    """G's odd multiples for BASE_WIDTH. Imported here: boards with an accelerator need neither table, most need one."""
    from terminal.crypto import g_odd

    return g_odd.TABLE


def base_multiple(k):
    """k*G."""
    table = base_table()
    return joint_multiply(k, table, BASE_WIDTH, 0, table, BASE_WIDTH)


def base_comb():
    """G's comb for BASE_COMB_WIDTH."""
    from terminal.crypto import g_comb

    return g_comb.TABLE


def comb_table(point, width):
    """The table for `comb_multiply`: 2**width - 1 sums of point * 2**(column length * i)."""
    columns = -(-256 // width)
    X, Y, Z = point[0], point[1], 1
    base = [(X, Y, Z)]
    for _ in range(width - 1):
        for _ in range(columns):
            X, Y, Z = double(X, Y, Z)
        base.append((X, Y, Z))
    base = affine(base)
    table = bytearray(((1 << width) - 1) << 6)
    for top in range(width):
        x2, y2 = base[top]
        put(table, (1 << top) - 1, (base[top],))
        # In batches of 16: integers of all 63 points at once would take a quarter of a board's heap.
        for first in range(1, 1 << top, 16):
            rests = [entry(table, rest - 1) for rest in range(first, min(first + 16, 1 << top))]
            put(table, (1 << top) + first - 1, affine([add(x, y, 1, x2, y2) for x, y in rests]))
    return table


def comb_digits(scalar, width):
    """One byte a column, lowest first: bit i is bit (column + i * columns) of `scalar`."""
    columns = -(-256 // width)
    out = bytearray(columns)
    source = scalar.to_bytes(32, "little")
    for i in range(width):
        for column in range(columns):
            bit = i * columns + column
            if bit < 256 and source[bit >> 3] >> (bit & 7) & 1:
                out[column] |= 1 << i
    return out


def comb_multiply(k, k_table, k_width, m, m_table, m_width):
    """k*K + m*M over two comb tables; a fraction of the doublings of `joint_multiply`."""
    k_digits = comb_digits(k, k_width)
    m_digits = comb_digits(m, m_width)
    X, Y, Z = 1, 1, 0
    for i in range(max(len(k_digits), len(m_digits)) - 1, -1, -1):
        if Z:
            X, Y, Z = double(X, Y, Z)
        for digits, table in ((k_digits, k_table), (m_digits, m_table)):
            if i < len(digits) and digits[i]:
                x2, y2 = entry(table, digits[i] - 1)
                X, Y, Z = add(X, Y, Z, x2, y2)
    return X, Y, Z
