"""All measuring: text widths from one advance table, sizes in millimetres turned into pixels of one display."""

from micropython import const

from screens import advances
from screens.theme import STANDARD

REGULAR = const(0)
BOLD = const(1)

# Text levels, smallest first: indexes into Metrics.sizes.
SMALL = const(0)
LABEL = const(1)
BODY = const(2)
TITLE = const(3)
HEAD = const(4)
GIANT = const(5)

_SPACE = const(0x20)
_CJK = const(0x2E80)  # and above: a line may break before it


def code_points(text):
    """The code points of a text, one after the other.

    Not its characters: MicroPython keeps each one that was ever taken out of a text as a name, for ever.
    """
    encoded, at = text.encode(), 0
    while at < len(encoded):
        code = encoded[at]
        more = 0 if code < 0x80 else 1 if code < 0xE0 else 2 if code < 0xF0 else 3
        if more:
            code &= 0x3F >> more
        at += 1
        for following in range(at, at + more):
            code = code << 6 | encoded[following] & 0x3F
        yield code
        at += more


NOT_FIRST = tuple(code_points("，。、！？；：）,.!?;:)"))  # no line starts with one of these


def advance(code, weight=BOLD):
    """Width of the character `code` in 1/100 em; what the table does not know is one em."""
    if _SPACE <= code < 0x7F:
        return (advances.BOLD_LATIN if weight else advances.REGULAR_LATIN)[code - _SPACE]
    if code not in advances.OTHERS:
        return 100
    return (advances.BOLD_OTHERS if weight else advances.REGULAR_OTHERS)[advances.OTHERS.index(code)]


class Metrics:
    """One display: width and height in pixels, pixels per mm, the sizes text may have (px, smallest first), a theme."""

    def __init__(self, width, height, px_per_mm, sizes_mm, theme=STANDARD, elder=False):
        self.width = width
        self.height = height
        self.px_per_mm = px_per_mm
        self.sizes = tuple([int(mm * px_per_mm + 0.5) for mm in sizes_mm])
        self.theme = theme
        self.elder = elder
        self.pad = max(8, min(width, height) // 24)

    def mm(self, millimetres):
        """Pixels, rounded up: a target of 9 mm is never smaller than 9 mm."""
        return -int(-millimetres * self.px_per_mm // 1)

    def text_width(self, text, px, weight=BOLD):
        """Pixels, rounded up."""
        total = 0
        for code in code_points(text):
            total += advance(code, weight)
        return (total * px + 99) // 100

    def fit(self, text, width, level, weight=BOLD):
        """The largest size up to sizes[level] at which the text is no wider than `width`; else the smallest there is."""
        while level > 0 and self.text_width(text, self.sizes[level], weight) > width:
            level -= 1
        return self.sizes[level]

    def fit_all(self, texts, width, level, weight=BOLD):
        """One size for a group of labels: the smallest that any of them needs."""
        return min([self.fit(text, width, level, weight) for text in texts])

    def line_height(self, px):
        """Distance between baselines: 1.3 em in elder mode (MIIT 2021 no. 67 annex 2), else 1.2."""
        return px * (13 if self.elder else 12) // 10

    def fit_lines(self, text, width, height, level, weight=BOLD):
        """(px, lines) of the largest size up to sizes[level] at which the broken text fits the box, or None."""
        while level >= 0:
            lines = self.fits(text, width, height, level, weight)
            if lines:
                return self.sizes[level], lines
            level -= 1
        return None

    def fits(self, text, width, height, level, weight=BOLD):
        """The lines of the text broken at sizes[level], None when they do not fit the box."""
        px = self.sizes[level]
        lines = self.lines(text, width, px, weight)
        wide = max([self.text_width(line, px, weight) for line in lines])
        return lines if wide <= width and (len(lines) - 1) * self.line_height(px) + px <= height else None

    def squeeze(self, text, width, weight=BOLD):
        """What is left when nothing fits: (the smallest size, [the text cut off])."""
        return self.sizes[0], [self.clip(text, width, self.sizes[0], weight)]

    def clip(self, text, width, px, weight=BOLD):
        """The text, shortened with an ellipsis when it is wider than `width`: for texts that come from settings."""
        if self.text_width(text, px, weight) <= width:
            return text
        while text and self.text_width(text + "…", px, weight) > width:
            text = text[:-1]
        return text + "…"

    def lines(self, text, width, px, weight=BOLD):
        """The text broken into lines: between words, and before any CJK character that may start a line."""
        lines, begin, end, wide = [], 0, 0, 0
        for at, code in enumerate(code_points(text)):
            if code == _SPACE or (code >= _CJK and code not in NOT_FIRST):
                end, after = at, at + (code == _SPACE)
                left = wide + (advance(code, weight) if code == _SPACE else 0)
            wide += advance(code, weight)
            if end > begin and wide * px > width * 100:
                lines.append(text[begin:end])
                begin = after
                wide -= left
        return lines + [text[begin:]]
