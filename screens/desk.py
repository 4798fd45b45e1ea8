"""The screen that a card holder sees at a staff desk: what their card is asked for, what is read, and how it went.

View states: "desk.waiting"; "desk.asking" with `title` (Chinese, English) of the purpose, `tells` (names of the fields
that are read), `reference` (what the software called them by, such as a queue number) and `lies` (a card lies there
from before); "desk.reading"; "desk.told" and "desk.failed" with `why`. Nobody touches it: there are no targets.
"""

from screens import desk_words, gate, parts
from screens.metrics import BODY, HEAD, LABEL, REGULAR, TITLE
from screens.page import LEFT, Page, other


def screen(state, metrics):
    """The display list of a view state; KeyError for a state["screen"] that a desk does not have."""
    draw = _SCREENS.get(state["screen"])
    return draw(state, metrics) if draw else gate.screen(state, metrics)


class _Page(Page):
    """A page under the status bar, in both languages."""

    def __init__(self, state, metrics):
        Page.__init__(self, metrics, state.get("lang", "zh"), metrics.theme.background)
        self.top = parts.status_bar(self, state)

    def words(self, key):
        return desk_words.text(key, self.lang)

    def other_words(self, key):
        return desk_words.text(key, other(self.lang))


def _plain(state, metrics, key, icon, colour, below):
    """One icon, one headline, and below it what to do."""
    page, pad, theme = _Page(state, metrics), metrics.pad, metrics.theme
    wide = metrics.width - 2 * pad
    words = metrics.sizes[HEAD] + 2 * metrics.sizes[LABEL] + 3 * pad
    disc = min((metrics.height - page.top - words) * 3 // 4, metrics.width // 2)
    y = page.top + (metrics.height - page.top - disc - words) // 2
    x, inset = (metrics.width - disc) // 2, disc * 22 // 100
    page.box(x, y, disc, disc, theme.panel, disc // 2)
    page.icon(icon, x + inset, y + inset, disc - 2 * inset, colour, theme.panel)
    y = parts.headline(page, key, pad, y + disc + pad, wide, HEAD, theme.text, theme.background, theme.muted)
    if below:
        tall = metrics.sizes[LABEL]
        texts = ["%s  %s" % (page.words(below), page.other_words(below)), page.words(below)]
        page.choice(pad, y + pad, wide, tall, texts, LABEL, theme.text, theme.background, weight=REGULAR)
    return page.ops


def _waiting(state, metrics):
    return _plain(state, metrics, "desk.waiting", "person", metrics.theme.accent, "desk.waiting.sub")


def _reading(state, metrics):
    return _plain(state, metrics, "desk.reading", "reading", metrics.theme.accent, None)


def _told(state, metrics):
    return _plain(state, metrics, "desk.ok", "tick", metrics.theme.good, "desk.take")


def _failed(state, metrics):
    partial = state["why"] == "partial"
    colour = metrics.theme.accent if partial else metrics.theme.alarm
    return _plain(state, metrics, "desk." + state["why"], "tick" if partial else "alert", colour, "desk.take")


def _asking(state, metrics):
    page, pad, theme, sizes = _Page(state, metrics), metrics.pad, metrics.theme, metrics.sizes
    wide, ground = metrics.width - 2 * pad, theme.background
    mine = 0 if page.lang == "zh" else 1
    y = page.top + pad
    if state["reference"]:
        y += page.badge(pad, y, wide, [state["reference"]], theme.on_badge, theme.badge, TITLE) + pad // 2
    page.text(pad, y, wide, sizes[HEAD], state["title"][mine], HEAD, theme.text, ground)
    y += sizes[HEAD] + pad // 3
    page.text(pad, y, wide, sizes[LABEL], state["title"][1 - mine], LABEL, theme.muted, ground, weight=REGULAR)
    y += sizes[LABEL] + pad
    key = "desk.away" if state["lies"] else "desk.put"
    foot = sizes[TITLE] + 2 * sizes[LABEL] + 2 * pad
    page.box(0, metrics.height - foot, metrics.width, foot, theme.panel)
    below = metrics.height - foot + pad // 2
    page.text(pad, below, wide, sizes[TITLE], page.words(key), TITLE, theme.text, theme.panel)
    below += sizes[TITLE] + pad // 3
    for words in (page.words("desk.agree"), page.other_words("desk.agree")):
        page.text(pad, below, wide, sizes[LABEL], words, LABEL, theme.text, theme.panel, weight=REGULAR)
        below += sizes[LABEL] + pad // 4
    _reads(page, state["tells"], y, metrics.height - foot - pad)
    return page.ops


def _reads(page, tells, top, bottom):
    """The fields that are read, beside the card's sign."""
    metrics, theme, pad = page.metrics, page.metrics.theme, page.metrics.pad
    side = min(bottom - top, metrics.mm(14))
    page.icon("card", pad, top + (bottom - top - side) // 2, side, theme.accent, theme.background)
    left = 2 * pad + side
    wide = metrics.width - left - pad
    names = [page.words("desk." + name) for name in tells if desk_words.find("desk." + name)]
    words = page.words("desk.reads") + (" " if page.lang == "en" else "：")
    text = words + (", " if page.lang == "en" else "、").join(names)
    px, lines = metrics.fit_lines(text, wide, bottom - top, BODY) or metrics.squeeze(text, wide)
    page.paragraph(left, top, wide, bottom - top, px, lines, theme.text, theme.background, LEFT)


_SCREENS = {
    "desk.waiting": _waiting,
    "desk.asking": _asking,
    "desk.reading": _reading,
    "desk.told": _told,
    "desk.failed": _failed,
}
