// AES-128 (FIPS 197), encryption only: what the list's tokens and block tags need. The browser's own is asynchronous.

const SBOX = new Uint8Array(256);
const double = (value) => ((value << 1) ^ (value & 0x80 ? 0x11b : 0)) & 0xff;

(function fillSbox() {
    let p = 1, q = 1;
    do {
        p ^= double(p);
        q ^= q << 1; q ^= q << 2; q ^= q << 4; q &= 0xff;
        if (q & 0x80) q ^= 0x09;
        const spread = q ^ (q << 1 | q >> 7) ^ (q << 2 | q >> 6) ^ (q << 3 | q >> 5) ^ (q << 4 | q >> 4);
        SBOX[p] = (spread ^ 0x63) & 0xff;
    } while (p !== 1);
    SBOX[0] = 0x63;
})();

function expand(key) {
    const round = new Uint8Array(176);
    round.set(key);
    for (let at = 16, constant = 1; at < 176; at += 4) {
        const word = round.slice(at - 4, at);
        if (at % 16 === 0) {
            word.set([SBOX[word[1]] ^ constant, SBOX[word[2]], SBOX[word[3]], SBOX[word[0]]]);
            constant = double(constant);
        }
        for (let i = 0; i < 4; i++) round[at + i] = round[at - 16 + i] ^ word[i];
    }
    return round;
}

function block(round, state) {
    const next = new Uint8Array(16);
    for (let i = 0; i < 16; i++) state[i] ^= round[i];
    for (let turn = 1; turn <= 10; turn++) {
        for (let i = 0; i < 16; i++) next[i] = SBOX[state[(i + 4 * (i % 4)) % 16]];
        if (turn < 10) {
            for (let column = 0; column < 16; column += 4) {
                const [a, b, c, d] = next.subarray(column, column + 4);
                const all = a ^ b ^ c ^ d;
                next[column] = a ^ all ^ double(a ^ b);
                next[column + 1] = b ^ all ^ double(b ^ c);
                next[column + 2] = c ^ all ^ double(c ^ d);
                next[column + 3] = d ^ all ^ double(d ^ a);
            }
        }
        for (let i = 0; i < 16; i++) state[i] = next[i] ^ round[16 * turn + i];
    }
}

let lastKey = "";
let lastRound = null;

// Encrypts `length` bytes of `memory` at `from` to `to` with the key at `keyAt`. `chainAt` 0: ECB, otherwise the 16
// bytes of CBC's chaining value, which is kept up to date.
export function encrypt(memory, keyAt, chainAt, from, to, length) {
    const key = memory.subarray(keyAt, keyAt + 16);
    const name = key.join();
    if (name !== lastKey) {
        lastKey = name;
        lastRound = expand(key);
    }
    const state = new Uint8Array(16);
    for (let at = 0; at < length; at += 16) {
        state.set(memory.subarray(from + at, from + at + 16));
        if (chainAt) for (let i = 0; i < 16; i++) state[i] ^= memory[chainAt + i];
        block(lastRound, state);
        memory.set(state, to + at);
        if (chainAt) memory.set(state, chainAt);
    }
}
