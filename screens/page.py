"""A page: the display list while a screen is written. Operations are plain tuples, see docs/screens.md."""

from micropython import const

from screens import catalogue
from screens.metrics import BOLD, LABEL

LEFT = const(0)
CENTRE = const(1)
RIGHT = const(2)


def other(lang):
    return "en" if lang == "zh" else "zh"


class Page:
    """Collects operations in reading order. `metrics` measures, `lang` is the main language."""

    def __init__(self, metrics, lang, background):
        self.metrics = metrics
        self.lang = lang
        self.ops = [("r", 0, 0, metrics.width, metrics.height, background, 0)]

    def words(self, key):
        return catalogue.text(key, self.lang)

    def other_words(self, key):
        return catalogue.text(key, other(self.lang))

    def box(self, x, y, width, height, colour, radius=0):
        self.ops.append(("r", x, y, width, height, colour, radius))

    def text(self, x, y, width, height, text, level, colour, ground, align=CENTRE, weight=BOLD, px=0):
        """One line, at most as large as the level allows; returns the size it got, in px."""
        metrics = self.metrics
        px = px or metrics.fit(text, width, level, weight)
        text = metrics.clip(text, width, px, weight)
        self.ops.append(("t", x, y, width, height, px, weight, align, colour, ground, text))
        return px

    def choice(self, x, y, width, height, texts, level, colour, ground, align=CENTRE, weight=BOLD):
        """The first of the texts (longest first) that fits; none of them, when not even the last does."""
        for text in texts:
            px = self.metrics.fit(text, width, level, weight)
            if self.metrics.text_width(text, px, weight) <= width:
                self.text(x, y, width, height, text, level, colour, ground, align, weight, px)
                return

    def paragraph(self, x, y, width, height, px, lines, colour, ground, align=CENTRE, weight=BOLD):
        """Lines from Metrics.fit_lines, centred in the height of the box."""
        step = self.metrics.line_height(px)
        y += (height - (len(lines) - 1) * step - px) // 2
        for line in lines:
            self.ops.append(("t", x, y, width, px, px, weight, align, colour, ground, line))
            y += step

    def icon(self, name, x, y, size, colour, ground):
        self.ops.append(("i", name, x, y, size, colour, ground))

    def badge(self, x, y, width, texts, colour, ground, level=LABEL + 1):
        """A pill around the first of the texts (longest first) that fits, centred in `width`; returns its height."""
        pad = self.metrics.pad
        for text in texts:
            px = self.metrics.fit(text, width - 2 * pad, level)
            if self.metrics.text_width(text, px) <= width - 2 * pad:
                break
        wide = self.metrics.text_width(text, px) + 2 * pad
        height = px + pad
        left = x + (width - wide) // 2
        self.box(left, y, wide, height, ground, height // 2)
        self.ops.append(("t", left, y, wide, height, px, BOLD, CENTRE, colour, ground, text))
        return height

    def qr(self, x, y, size, text):
        self.ops.append(("q", x, y, size, text))

    def target(self, x, y, width, height, action):
        self.ops.append(("hit", x, y, width, height, action))

    def say(self, key):
        self.ops.append(("say", key))

    def tone(self, name):
        self.ops.append(("tone", name))
