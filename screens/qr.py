"""QR codes (ISO/IEC 18004) for boards: byte mode, error correction M, versions 1 to 10, at most 213 bytes."""

from micropython import const

from screens.errors import TooLongForQr

# Version: (check bytes a block, number of short blocks, data bytes of a short block, number of blocks one byte longer).
_BLOCKS = (
    (10, 1, 16, 0),
    (16, 1, 28, 0),
    (26, 1, 44, 0),
    (18, 2, 32, 0),
    (24, 2, 43, 0),
    (16, 4, 27, 0),
    (18, 4, 31, 0),
    (22, 2, 38, 2),
    (22, 3, 36, 2),
    (26, 4, 43, 1),
)
# Centres of the alignment patterns beside 6, from version 2 on; from version 7 on there are two.
_ALIGNMENT = ((), (18,), (22,), (26,), (30,), (34,), (22, 38), (24, 42), (26, 46), (28, 50))
_FREE = const(2)  # a module that no function pattern has taken yet


def modules(content):
    """Rows (bytearray of 0 and 1) of the smallest code for the text or bytes. TooLongForQr above 213 bytes."""
    data = content.encode() if isinstance(content, str) else bytes(content)
    version = _version_for(len(data))
    side = 17 + 4 * version
    rows = [bytearray([_FREE] * side) for _ in range(side)]
    _draw_patterns(rows, version)
    taken = [bytes([module != _FREE for module in row]) for row in rows]
    _place(rows, _codewords(data, version))
    best = min([(_penalty(_masked(rows, taken, mask)), mask) for mask in range(8)])[1]
    rows = _masked(rows, taken, best)
    _draw_format(rows, best)
    return rows


def _version_for(length):
    for version, (_, short, size, longer) in enumerate(_BLOCKS, 1):
        room = short * size + longer * (size + 1) - (2 if version < 10 else 3)
        if length <= room:
            return version
    raise TooLongForQr("%d bytes do not fit a version 10 code: show less, at most 213" % length)


def _codewords(data, version):
    """Data and check bytes of all blocks, interleaved (7.6)."""
    check, short, size, longer = _BLOCKS[version - 1]
    total = short * size + longer * (size + 1)
    bits = 4 << 8 | len(data) if version < 10 else 4 << 16 | len(data)
    # Mode and length are 12 or 20 bits: the data stands half a byte off.
    stream = bytearray()
    for byte in data:
        bits = bits << 8 | byte
    bits <<= 4  # the terminator
    length = (12 if version < 10 else 20) + 8 * len(data) + 4
    stream += bits.to_bytes(length // 8, "big")
    pad = 0xEC
    while len(stream) < total:
        stream.append(pad)
        pad ^= 0xEC ^ 0x11
    blocks, at = [], 0
    for number in range(short + longer):
        end = at + size + (1 if number >= short else 0)
        blocks.append(stream[at:end])
        at = end
    divisor = _divisor(check)
    checks = [_remainder(block, divisor) for block in blocks]
    out = bytearray()
    for index in range(size + 1):
        out += bytes([block[index] for block in blocks if index < len(block)])
    for index in range(check):
        out += bytes([block[index] for block in checks])
    return out


def _multiply(one, other):
    """In GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 0x100:
            one ^= 0x11D
        other >>= 1
    return product


def _divisor(degree):
    """Coefficients of (x - 1)(x - 2)(x - 4)..., the leading 1 left out."""
    out = bytearray(degree)
    out[-1] = 1
    root = 1
    for _ in range(degree):
        for at in range(degree):
            out[at] = _multiply(out[at], root)
            if at + 1 < degree:
                out[at] ^= out[at + 1]
        root = _multiply(root, 2)
    return out


def _remainder(block, divisor):
    degree = len(divisor)
    rest = bytearray(degree)
    for byte in block:
        factor = byte ^ rest[0]
        for at in range(degree):
            rest[at] = (rest[at + 1] if at + 1 < degree else 0) ^ _multiply(divisor[at], factor)
    return rest


def _draw_patterns(rows, version):
    side = len(rows)
    for at in range(8, side - 8):
        rows[6][at] = rows[at][6] = 1 - (at & 1)
    for x, y in ((3, 3), (side - 4, 3), (3, side - 4)):
        for dy in range(-4, 5):
            for dx in range(-4, 5):
                if 0 <= x + dx < side and 0 <= y + dy < side:
                    rows[y + dy][x + dx] = 0 if max(abs(dx), abs(dy)) in (2, 4) else 1
    centres = (6,) + _ALIGNMENT[version - 1]
    last = centres[-1]
    for y in centres:
        for x in centres:
            if version > 1 and not ((x == 6 and y in (6, last)) or (x == last and y == 6)):
                for dy in range(-2, 3):
                    for dx in range(-2, 3):
                        rows[y + dy][x + dx] = 0 if max(abs(dx), abs(dy)) == 1 else 1
    _draw_format(rows, 0)  # takes the modules; drawn again with the mask that is chosen
    if version >= 7:
        _draw_version(rows, version)


def _draw_version(rows, version):
    rest = version
    for _ in range(12):
        rest = rest << 1 ^ (rest >> 11) * 0x1F25
    bits = version << 12 | rest
    side = len(rows)
    for at in range(18):
        bit = bits >> at & 1
        rows[at // 3][side - 11 + at % 3] = bit
        rows[side - 11 + at % 3][at // 3] = bit


def _draw_format(rows, mask):
    rest = mask  # error correction M is 00
    for _ in range(10):
        rest = rest << 1 ^ (rest >> 9) * 0x537
    bits = (mask << 10 | rest) ^ 0x5412
    side = len(rows)
    for at in range(15):
        bit = bits >> at & 1
        # Around the top left finder, the timing patterns stepped over; then once more beside the two others.
        if at < 8:
            rows[at if at < 6 else at + 1][8] = bit
        else:
            rows[8][7 if at == 8 else 14 - at] = bit
        if at < 8:
            rows[8][side - 1 - at] = bit
        else:
            rows[side - 15 + at][8] = bit
    rows[side - 8][8] = 1


def _place(rows, codewords):
    """In columns of two from the right, up and down in turn, around what is taken (7.7.3)."""
    side = len(rows)
    at, total = 0, len(codewords) * 8
    upward = True
    right = side - 1
    while right > 0:
        if right == 6:
            right = 5
        for step in range(side):
            y = side - 1 - step if upward else step
            for x in (right, right - 1):
                if rows[y][x] == _FREE:
                    rows[y][x] = codewords[at >> 3] >> (7 - (at & 7)) & 1 if at < total else 0
                    at += 1
        upward = not upward
        right -= 2


_MASKS = (
    lambda x, y: (x + y) % 2,
    lambda x, y: y % 2,
    lambda x, y: x % 3,
    lambda x, y: (x + y) % 3,
    lambda x, y: (x // 3 + y // 2) % 2,
    lambda x, y: x * y % 2 + x * y % 3,
    lambda x, y: (x * y % 2 + x * y % 3) % 2,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2,
)


def _masked(rows, taken, mask):
    inverts = _MASKS[mask]
    out = []
    for y, row in enumerate(rows):
        out.append(bytearray([row[x] ^ (not taken[y][x] and not inverts(x, y)) for x in range(len(row))]))
    return out


def _penalty(rows):
    """Runs and blocks of one colour (rules 1 and 2 of 7.8.3). Any mask is valid; this keeps the picture lively."""
    side = len(rows)
    penalty = 0
    for y in range(side):
        along, down = 1, 1
        for x in range(1, side):
            along = along + 1 if rows[y][x] == rows[y][x - 1] else 1
            down = down + 1 if rows[x][y] == rows[x - 1][y] else 1
            penalty += (3 if along == 5 else along > 5) + (3 if down == 5 else down > 5)
            if y and rows[y][x] == rows[y][x - 1] == rows[y - 1][x] == rows[y - 1][x - 1]:
                penalty += 3
    return penalty
