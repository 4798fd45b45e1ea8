"""Host only: writes g_odd.py and g_comb.py, the tables of G for plain integers. Run `python -m terminal.crypto.base_tables`."""

import pathlib

from terminal.crypto import curve

FOLDER = pathlib.Path(__file__).resolve().parent
_ROW = 24


def texts():
    """{file name: text} of the modules."""
    odd, comb = curve.odd_multiples(curve.G, curve.BASE_WIDTH), curve.comb_table(curve.G, curve.BASE_COMB_WIDTH)
    return {
        "g_odd.py": _module("Odd multiples of G for curve.BASE_WIDTH", odd),
        "g_comb.py": _module("G's comb for curve.BASE_COMB_WIDTH", comb),
    }


def _module(what, table):
    # A literal, not fromhex: run from flash it takes no heap.
    rows = [table[at : at + _ROW] for at in range(0, len(table), _ROW)]
    lines = ['    b"%s"' % "".join(["\\x%02x" % byte for byte in row]) for row in rows]
    head = '"""%s, made by terminal/crypto/base_tables.py: do not edit. %d bytes."""' % (what, len(table))
    return "\n".join([head, "", "TABLE = (", *lines, ")", ""])


def main():
    for name, text in texts().items():
        (FOLDER / name).write_text(text, "utf8")


if __name__ == "__main__":
    main()
