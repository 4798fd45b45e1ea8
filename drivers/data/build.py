"""Host only: makes gb18030.bin, what drivers/gb18030.py reads, from Python's own codec: `python -m drivers.data.build`.

GB 18030 gives 23,940 characters of the basic plane two bytes, in an order of its own; all others have four, in the
order of Unicode. The file: 1024 entries of (page, rank), two bytes each, big-endian, one for each 64 characters; then
the pages of 64 two-byte codes, 0 for a character of four bytes. Page 0 stands for 64 of those; `rank` is how many
four-byte characters come before the 64.
"""

import pathlib
import struct

HERE = pathlib.Path(__file__).resolve().parent
_PAGE = 64
_ASCII = 0x80
_SURROGATES = range(0xD800, 0xE000)


def code_of(number):
    """The two-byte code of a character of the basic plane, 0 when it has none."""
    if number < _ASCII or number in _SURROGATES:
        return 0
    encoded = chr(number).encode("gb18030")
    return int.from_bytes(encoded, "big") if len(encoded) == 2 else 0


def table():
    """The bytes of the file."""
    directory, pages, rank = [], [], 0
    for start in range(0, 0x10000, _PAGE):
        codes = [code_of(number) for number in range(start, start + _PAGE)]
        used = any(codes)
        if used:
            pages.append(struct.pack(">%dH" % _PAGE, *codes))
        directory.append(struct.pack(">HH", len(pages) if used else 0, rank))
        if start >= _ASCII and start not in _SURROGATES:
            rank += codes.count(0)
    return b"".join(directory) + b"".join(pages)


if __name__ == "__main__":
    (HERE / "gb18030.bin").write_bytes(table())
