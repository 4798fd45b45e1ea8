"""Documents as ESC/POS bytes, for thermal printers with Chinese characters (GB 18030), 58 or 80 mm.

A document is a tuple of parts:
    ("title", text)                 centred, bold, twice as large
    ("text", text, align, size)     align "left", "centre" or "right"; size 1 to 4; both may be left out
    ("pair", left, right)           a word at the left, its value at the right, on more lines where one is too short
    ("rule",)                       a line across the paper
    ("qr", text, caption)           a QR code and what is printed below it, "" for nothing
    ("feed", lines)
    ("cut",)                        comes by itself at the end of a document
Source: Epson ESC/POS reference; Chinese models print each character beyond ASCII in a cell two columns wide.
"""

from micropython import const

_LF = b"\n"
INITIALISE = b"\x1b@\x1c&"  # ESC @; FS &: Chinese characters from now on
FEED_AND_CUT = b"\x1dVB\x00"  # GS V 66 0: to the blade, leave one point standing
TELL_WHEN_THERE = b"\x1dr\x01"  # GS r 1 is answered in turn, once everything before it was worked on

ALIGNS = {"left": 0, "centre": 1, "right": 2}
_PIXELS = {48: 576, 32: 384}  # columns of 12 dots
# Most bytes in byte mode at level M by version (ISO/IEC 18004 table 7).
_QR_BYTES = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666)
_QR_QUIET = const(8)
_QR_LARGEST = const(8)
_QR_LEVEL_M = const(49)


class Writer:
    """`encode(text)` gives the printer's bytes (drivers.gb18030), `columns` is 48 for 80 mm of paper and 32 for 58."""

    def __init__(self, encode, columns=48):
        self._encode = encode
        self.columns = columns
        self._parts = {
            "title": self._title, "text": self._text, "pair": self._pair, "rule": self._rule, "qr": self._qr,
            "feed": self._feed, "cut": self._cut,
        }  # fmt: skip

    def document(self, parts):
        """The bytes of a whole document, its cut at the end. KeyError for a part that there is not."""
        out = bytearray(INITIALISE)
        for part in parts:
            out.extend(self._parts[part[0]](*part[1:]))
        if not parts or parts[-1][0] != "cut":
            out.extend(FEED_AND_CUT)
        return bytes(out)

    def _title(self, text):
        return b"\x1bE\x01" + self._text(text, "centre", 2) + b"\x1bE\x00"

    def _text(self, text, align="left", size=1):
        lines = []
        for paragraph in text.split("\n"):
            lines += wrapped(paragraph, self.columns // size)
        return _style(align, size) + b"".join([self._encode(_printable(line)) + _LF for line in lines])

    def _pair(self, left, right):
        lines = wrapped(left, self.columns)
        room = self.columns - width(lines[-1]) - width(right)
        if room < 1:
            return self._text(left) + self._text(right, "right")
        lines[-1] += " " * room + right
        return self._text("\n".join(lines))

    def _rule(self):
        return self._text("-" * self.columns)

    def _qr(self, text, caption=""):
        data = text.encode()
        head = _style("centre", 1) + b"\x1d(k\x04\x001A2\x00" + b"\x1d(k\x03\x001C" + bytes((self._module(data),))
        head += b"\x1d(k\x03\x001E" + bytes((_QR_LEVEL_M,))
        count = len(data) + 3
        store = b"\x1d(k" + bytes((count & 255, count >> 8)) + b"1P0" + data
        return head + store + b"\x1d(k\x03\x001Q0" + (self._text(caption, "centre") if caption else b"")

    def _feed(self, lines):
        return b"\x1bd" + bytes((lines,))

    def _cut(self):
        return FEED_AND_CUT

    def _module(self, data):
        """Dots of one module: as large as the paper takes. ValueError when the code would be too fine to scan."""
        for version, most in enumerate(_QR_BYTES, 1):
            if len(data) <= most:
                return min(_QR_LARGEST, _PIXELS[self.columns] // (17 + 4 * version + _QR_QUIET))
        raise ValueError("a QR code of %d bytes is too fine for a printer: at most %d" % (len(data), _QR_BYTES[-1]))


def _style(align, size):
    return bytes((0x1B, 0x61, ALIGNS[align], 0x1D, 0x21, (size - 1) * 0x11))


def _printable(text):
    """Control characters would be commands, and hardly any printer has the half-width yen sign."""
    return "".join([character if character >= " " else " " for character in text.replace("\xa5", "\uffe5")])


def width(text):
    """Columns that `text` takes."""
    return len(text) + len([character for character in text if character >= "\x7f"])


def wrapped(text, columns):
    """The lines of `text`; breaks at spaces and between Chinese characters, a longer word anywhere."""
    lines, line = [], ""
    for piece in _pieces(text):
        if width(line) + width(piece.rstrip()) > columns and line:
            lines.append(line.rstrip())
            line, piece = "", piece.lstrip()
        while width(piece.rstrip()) > columns:
            lines.append(piece[:columns])
            piece = piece[columns:]
        line += piece
    return lines + [line.rstrip()]


def _pieces(text):
    """What may not be broken, one after the other: a word with the spaces behind it, or one wide character."""
    piece = ""
    for character in text:
        if piece and (character >= "\x7f" or piece[-1] >= "\x7f" or piece[-1] == " " and character != " "):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece
