"""Base45 (RFC 9285): bytes as QR's alphanumeric characters, which survive scan engines in text mode."""

from micropython import const

_ALPHABET = const(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
_FIRST = const(32)  # the space; the characters in use lie within 59 codes from it
_VALUES = bytes([_ALPHABET.find(bytes((_FIRST + i,))) & 255 for i in range(59)])


def encode(data):
    """`data` as base45 text (bytes)."""
    out = bytearray()
    for i in range(0, len(data) - 1, 2):
        value = data[i] << 8 | data[i + 1]
        out.append(_ALPHABET[value % 45])
        out.append(_ALPHABET[value // 45 % 45])
        out.append(_ALPHABET[value // 2025])
    if len(data) & 1:
        out.append(_ALPHABET[data[-1] % 45])
        out.append(_ALPHABET[data[-1] // 45])
    return bytes(out)


def decode(text):
    """The bytes in base45 `text` (bytes); None when it is none: a foreign character, a length, a value too large."""
    if len(text) % 3 == 1:
        return None
    out = bytearray()
    for i in range(0, len(text), 3):
        value = 0
        for character in reversed(text[i : i + 3]):
            place = character - _FIRST
            if not 0 <= place < len(_VALUES) or _VALUES[place] == 255:
                return None
            value = value * 45 + _VALUES[place]
        size = 2 if i + 3 <= len(text) else 1
        if value >> (8 * size):
            return None
        out += value.to_bytes(size, "big")
    return bytes(out)
