"""Pages for the technician at the terminal. See docs/screens.md.

View state: `rows`: (name, value, True | False | None for neither), names being suffixes of health.* in the catalogue;
"package" and "refused" have the kind of a package and its version for a value. A row "remedy" or "refusal" goes on with the one above: its value is a suffix of
remedy.*, or the code of a refusal. `leaf` of `leaves`: the page turns by itself and has nothing to touch.
"""

from micropython import const

from screens import catalogue
from screens.metrics import BODY, BOLD, LABEL, REGULAR
from screens.page import CENTRE, LEFT, RIGHT, Page

_WORDY = const(("remedy", "refusal"))


def _open(state, metrics, key):
    """The page with its title bar; returns (page, y under the bar)."""
    theme, pad = metrics.theme, metrics.pad
    page = Page(metrics, state.get("lang", "zh"), theme.background)
    high = metrics.sizes[BODY] + pad
    page.box(0, 0, metrics.width, high, theme.badge)
    page.icon("wrench", pad, pad // 2, metrics.sizes[BODY], theme.on_badge, theme.badge)
    left = pad * 2 + metrics.sizes[BODY]
    clock = metrics.text_width(state.get("clock", ""), metrics.sizes[BODY]) + pad
    page.text(left, 0, metrics.width - left - clock, high, page.words(key), BODY, theme.on_badge, theme.badge, LEFT)
    if state.get("clock"):
        page.text(metrics.width - clock, 0, clock - pad, high, state["clock"], BODY, theme.on_badge, theme.badge, RIGHT)
    page.say(key)
    return page, high


def screen(state, metrics):
    """The display list of a maintenance page."""
    return health(state, metrics).ops


def health(state, metrics):
    """The page of rows."""
    theme, pad = metrics.theme, metrics.pad
    page, top = _open(state, metrics, "maintenance.health")
    top += pad // 3
    foot = metrics.mm(9)
    mark = metrics.sizes[LABEL]
    left = pad * 2 + mark
    rows = _spread(page, state.get("rows", ()), metrics, metrics.width - left - pad)
    step = min(mark * 2, (metrics.height - top - foot - pad) // max(1, len(rows)))
    mark = min(step - 2, mark)
    for name, value, good in rows:
        if good is not None:
            icon, colour = ("tick", theme.good) if good else ("cross", theme.alarm)
            page.icon(icon, pad, top + (step - mark) // 2, mark, colour, theme.background)
        if name in _WORDY:
            room = metrics.width - left - pad
            page.text(left, top, room, step, value, LABEL, theme.text, theme.background, LEFT, REGULAR)
        else:
            _row(page, metrics, left, top, step, (name, value, good))
        top += step
    words = page.words("maintenance.leave")
    if "leaf" in state:
        words = "%d / %d  %s" % (state["leaf"], state["leaves"], words)
    y, wide = metrics.height - foot - pad // 2, metrics.width - 2 * pad
    page.text(pad, y, wide, foot, words, LABEL, theme.muted, theme.background, CENTRE, REGULAR)
    return page


def _row(page, metrics, left, top, step, row):
    """One row: its name on the left, what was seen on the right."""
    theme = metrics.theme
    name, value, good = row
    words = page.words("health." + name)
    if name in ("package", "refused"):
        kind, _, version = value.partition(" ")
        value = "%s %s" % (page.words("kind." + kind), version)
    used = metrics.text_width(words, metrics.sizes[LABEL], REGULAR) + metrics.pad
    page.text(left, top, used, step, words, LABEL, theme.muted, theme.background, LEFT, REGULAR)
    room = metrics.width - left - used - metrics.pad
    ink = theme.text if good is not False else theme.alarm
    page.text(left + used, top, room, step, value, LABEL, ink, theme.background, RIGHT, BOLD)


def _spread(page, rows, metrics, wide):
    """The rows with remedies and refusals as words, each line of them a row; a code without words stands for itself."""
    spread = []
    for name, value, good in rows:
        if name not in _WORDY:
            spread.append((name, value, good))
            continue
        key = "remedy." + value if name == "remedy" else "refusal." + value.lower()
        words = value.upper() + (": " + page.words(key) if catalogue.find(key) else "")
        spread += [(name, line, good) for line in metrics.lines(words, wide, metrics.sizes[LABEL], REGULAR)]
    return spread
