"""Hex digits as people paste them."""

from technician.errors import InputMalformed


def read_hex(text, name):
    """Bytes of `text`: spaces, colons and a leading 0x are allowed. InputMalformed names the first wrong character."""
    digits = "".join(text.split()).replace(":", "")
    if digits[:2] in ("0x", "0X"):
        digits = digits[2:]
    for place, character in enumerate(digits):
        if character not in "0123456789abcdefABCDEF":
            raise InputMalformed(f"{name}: {character!r} at place {place + 1} is no hex digit")
    if len(digits) % 2:
        raise InputMalformed(f"{name}: {len(digits)} hex digits, expected an even number")
    if not digits:
        raise InputMalformed(f"{name}: no hex digits")
    return bytes.fromhex(digits)
