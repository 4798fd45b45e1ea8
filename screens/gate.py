"""The gate's screens: pure functions of the view state and the metrics. No clock, no I/O; see docs/screens.md."""

from screens import catalogue, parts
from screens.metrics import GIANT, HEAD, LABEL
from screens.page import CENTRE, Page, other


def screen(state, metrics):
    """The display list of a view state (dict); what is absent from it is not shown.

    KeyError for a state["screen"] that a gate does not have.
    """
    return _SCREENS[state["screen"]](state, metrics).ops


def idle(state, metrics, key="idle", foot=None, icons=("card", "phone")):
    """What to present, as pictures and words; `foot` are wordings for the line at the bottom. `persons` go on one tap."""
    persons = state.get("persons", 1)
    theme, pad = metrics.theme, metrics.pad
    page = Page(metrics, state.get("lang", "zh"), theme.background)
    top = parts.status_bar(page, state)
    foot = parts.foot_strip(page, foot or catalogue.forms(key + ".sub", page.lang))
    words = metrics.sizes[HEAD] + metrics.sizes[LABEL] + pad // 2
    tiles = len(icons) + (persons > 1)
    tile = min((foot - top - words) * 72 // 100, metrics.width * 3 // 10, metrics.width // tiles - 2 * pad)
    y = top + (foot - top - tile - words - pad) // 2
    x = (metrics.width - tiles * (tile + 2 * pad) + 2 * pad) // 2
    inset = tile * 17 // 100
    for name in icons:
        page.box(x, y, tile, tile, theme.panel, pad)
        page.icon(name, x + inset, y + inset, tile - 2 * inset, theme.accent, theme.panel)
        x += tile + 2 * pad
    if persons > 1:
        key = "party"
        page.box(x, y, tile, tile, theme.accepted, pad)
        page.text(x, y, tile, tile, "× %d" % persons, GIANT, theme.on_accepted, theme.accepted, CENTRE)
    colours = theme.text, theme.background, theme.muted
    parts.headline(page, key, pad, y + tile + pad, metrics.width - 2 * pad, HEAD, *colours)
    page.say(key)
    return page


def _boot(state, metrics):
    return parts.quiet(state, metrics, "boot", "clock", metrics.theme.accent)


def _reading(state, metrics):
    return parts.quiet(state, metrics, "reading", "reading", metrics.theme.badge)


def _maintenance(state, metrics):
    if state.get("rows"):
        from screens import maintenance  # most gates are never in maintenance

        return maintenance.health(state, metrics)
    return parts.quiet(state, metrics, "maintenance", "wrench", metrics.theme.badge)


def _out_of_service(state, metrics):
    line = []
    if state.get("reason"):
        lang = state.get("lang", "zh")
        key = catalogue.known("out", state["reason"])
        words = ("%s  %s" % (state.get("code", ""), catalogue.text(key, lang))).strip()
        line = ["%s  %s" % (words, catalogue.text(key, other(lang))), words, state.get("code", "")]
    return parts.quiet(state, metrics, "out_of_service", "cross", metrics.theme.alarm, line)


def accepted(state, metrics, icon="arrow", key="accepted", figures=("fare", "balance", "days_left")):
    """The green screen: badges for what was granted, at most two of `figures`, in their order. What the state calls `fare` is
    `paid` where nobody rides."""
    theme = metrics.theme
    concession, low = state.get("concession"), state.get("low_balance")
    badges = []
    if state.get("entitlement"):
        badges.append(catalogue.known("entitlement", state["entitlement"]))
    if concession:
        badges.append(catalogue.known("concession", concession))
    elif state.get("same_city"):
        badges.append("same_city")
    if state.get("charge"):
        badges.append(catalogue.known("charge", state["charge"]))
    if low:
        badges.append("low_balance")
    if state.get("tell"):
        badges.append(catalogue.known("tell", state["tell"]))
    badges = badges[:1] + badges[-1:] if len(badges) > 2 else badges
    figures = [(name, state.get("fare" if name == "paid" else name)) for name in ("persons",) + figures]
    shown = [(name, value) for name, value in figures if value is not None][:2]
    colours = theme.accepted, theme.accepted_deep, theme.on_accepted
    page = parts.signal(state, metrics, icon, colours, key, badges, bool(shown))
    if shown:
        parts.figures_panel(page, shown)
    page.tone("concession" if concession else "low_balance" if low else "accepted")
    return page


def refused(state, metrics, key="refused", tone="refused"):
    """The red screen: one reason line that names the next action, and the code for the service desk."""
    theme = metrics.theme
    colours = theme.refused, theme.refused_deep, theme.on_refused
    page = parts.signal(state, metrics, "cross", colours, key, code=state.get("code", ""))
    parts.message_panel(page, catalogue.known("reason", state.get("reason", "other")))
    page.tone(tone)
    return page


def _intruded(state, metrics):
    return refused(state, metrics, tone="alarm")


def _read_again(state, metrics):
    theme = metrics.theme
    page = parts.signal(state, metrics, "again", (theme.again, theme.again_deep, theme.on_again), "read_again")
    parts.message_panel(page, "read_again.sub")
    page.tone("read_again")
    return page


def _open_passage(state, metrics, key):
    theme = metrics.theme
    page = parts.signal(state, metrics, "arrow", (theme.accepted, theme.accepted_deep, theme.on_accepted), key)
    parts.message_panel(page, key + ".sub")
    return page


def _emergency(state, metrics):
    page = _open_passage(state, metrics, "emergency")
    page.tone("emergency")
    return page


def _free_passage(state, metrics):
    return _open_passage(state, metrics, "free_passage")


_SCREENS = {
    "boot": _boot,
    "idle": idle,
    "reading": _reading,
    "accepted": accepted,
    "refused": refused,
    "intruded": _intruded,
    "read_again": _read_again,
    "out_of_service": _out_of_service,
    "emergency": _emergency,
    "free_passage": _free_passage,
    "maintenance": _maintenance,
}
NAMES = tuple(sorted(_SCREENS))
