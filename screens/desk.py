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
    """What is read stands there whole: where it has no room, the second language goes first, then the card's sign."""
    for spare in (2, 1, 0):
        page = _Page(state, metrics)
        top = _purpose(page, state, spare)
        if _reads(page, state["tells"], top, _foot(page, state["lies"], spare), spare) or not spare:
            break
    return page.ops


def _purpose(page, state, spare):
    """The number by which somebody was called, and what for; where the rest may begin."""
    metrics, pad, theme, sizes = page.metrics, page.metrics.pad, page.metrics.theme, page.metrics.sizes
    wide, y = metrics.width - 2 * pad, page.top + (pad if spare else pad // 2)
    mine = 0 if page.lang == "zh" else 1
    if state["reference"]:
        y += page.badge(pad, y, wide, [state["reference"]], theme.on_badge, theme.badge, TITLE if spare else BODY)
        y += pad // 2
    level = HEAD if spare else TITLE
    page.text(pad, y, wide, sizes[level], state["title"][mine], level, theme.text, theme.background)
    y += sizes[level] + pad // 3
    if spare == 2:
        page.text(
            pad, y, wide, sizes[LABEL], state["title"][1 - mine], LABEL, theme.muted, theme.background, weight=REGULAR
        )
        y += sizes[LABEL] + pad
    return y


def _foot(page, lies, spare):
    """What to do, and what that means; how far up it reaches."""
    metrics, pad, theme, sizes = page.metrics, page.metrics.pad, page.metrics.theme, page.metrics.sizes
    wide = metrics.width - 2 * pad
    agree = [page.words("desk.agree"), page.other_words("desk.agree")][: 2 if spare == 2 else 1]
    tall = sizes[TITLE] + len(agree) * sizes[LABEL] + 2 * pad
    page.box(0, metrics.height - tall, metrics.width, tall, theme.panel)
    y = metrics.height - tall + pad // 2
    page.text(
        pad, y, wide, sizes[TITLE], page.words("desk.away" if lies else "desk.put"), TITLE, theme.text, theme.panel
    )
    y += sizes[TITLE] + pad // 3
    for words in agree:
        page.text(pad, y, wide, sizes[LABEL], words, LABEL, theme.text, theme.panel, weight=REGULAR)
        y += sizes[LABEL] + pad // 4
    return metrics.height - tall - (pad if spare else pad // 2)


def _reads(page, tells, top, bottom, spare):
    """The fields that are read, beside the card's sign; False when they are cut off."""
    metrics, theme, pad = page.metrics, page.metrics.theme, page.metrics.pad
    left = pad
    if spare:
        side = max(0, min(bottom - top, metrics.mm(14)))
        page.icon("card", pad, top + (bottom - top - side) // 2, side, theme.accent, theme.background)
        left += pad + side
    wide = metrics.width - left - pad
    names = [page.words("desk." + name) for name in tells if desk_words.find("desk." + name)]
    words = page.words("desk.reads") + (" " if page.lang == "en" else "：")
    text = words + (", " if page.lang == "en" else "、").join(names)
    found = metrics.fit_lines(text, wide, bottom - top, BODY)
    px, lines = found or metrics.squeeze(text, wide)
    page.paragraph(left, top, wide, bottom - top, px, lines, theme.text, theme.background, LEFT)
    return found is not None


_SCREENS = {
    "desk.waiting": _waiting,
    "desk.asking": _asking,
    "desk.reading": _reading,
    "desk.told": _told,
    "desk.failed": _failed,
}
