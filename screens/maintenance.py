"""Pages for the technician at the terminal: health and actions. See docs/screens.md.

View state: `page` "health" (default) or "menu"; `rows` of health: (name, value, True | False | None for neither),
names being suffixes of health.* in the catalogue; a row without a name goes on with the one above. Targets: the names of the actions, "menu" and "health".
"""

from screens import parts
from screens.metrics import BODY, BOLD, LABEL, REGULAR
from screens.page import CENTRE, LEFT, RIGHT, Page

ACTIONS = (
    ("reader", "card"),
    ("lamps", "voice"),
    ("barrier", "door"),
    ("sync", "online"),
    ("leave", "exit"),
)


def screen(state, metrics):
    """The display list of a maintenance page; KeyError for a state["page"] that is not there."""
    return _PAGES[state.get("page", "health")](state, metrics).ops


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


def health(state, metrics):
    """The page of rows; with state["leaf"] of state["leaves"] it turns by itself and has nothing to touch."""
    theme, pad = metrics.theme, metrics.pad
    page, top = _open(state, metrics, "maintenance.health")
    top += pad // 3
    button = metrics.mm(9)
    rows = state.get("rows", ())
    step = min(metrics.sizes[LABEL] * 2, (metrics.height - top - button - pad) // max(1, len(rows)))
    mark = min(step - 2, metrics.sizes[LABEL])
    for name, value, good in rows:
        if good is not None:
            icon, colour = ("tick", theme.good) if good else ("cross", theme.alarm)
            page.icon(icon, pad, top + (step - mark) // 2, mark, colour, theme.background)
        left = pad * 2 + mark
        if not name:
            room = metrics.width - left - pad
            page.text(left, top, room, step, value, LABEL, theme.text, theme.background, LEFT, REGULAR)
            top += step
            continue
        words = page.words("health." + name)
        used = metrics.text_width(words, metrics.sizes[LABEL], REGULAR) + pad
        page.text(left, top, used, step, words, LABEL, theme.muted, theme.background, LEFT, REGULAR)
        room = metrics.width - left - used - pad
        ink = theme.text if good is not False else theme.alarm
        page.text(left + used, top, room, step, value, LABEL, ink, theme.background, RIGHT, BOLD)
        top += step
    y = metrics.height - button - pad // 2
    wide = metrics.width - 2 * pad
    if "leaf" in state:
        words = "%d / %d  %s" % (state["leaf"], state["leaves"], page.words("maintenance.leave"))
        page.text(pad, y, wide, button, words, LABEL, theme.muted, theme.background, CENTRE, REGULAR)
        return page
    parts.target(page, pad, y, wide, button, page.words("maintenance.menu"), "menu", BODY, strong=True)
    return page


def _menu(state, metrics):
    pad = metrics.pad
    page, top = _open(state, metrics, "maintenance.menu")
    gap = pad // 2
    top += gap
    cells = ACTIONS + (("health", "list"),)
    column = (metrics.width - 2 * pad + gap) // 2
    tall = (metrics.height - top) // (len(cells) // 2)
    for at, (action, icon) in enumerate(cells):
        x, y = pad + at % 2 * column, top + at // 2 * tall
        words = page.words("action." + action)
        parts.target(page, x, y, column - gap, tall - gap, words, action, BODY, icon=icon)
    return page


_PAGES = {"health": health, "menu": _menu}
