"""The gate's screens: pure functions of the view state and the metrics. No clock, no I/O; see docs/screens.md."""

from screens import catalogue
from screens.metrics import BODY, GIANT, HEAD, LABEL, REGULAR, SMALL
from screens.page import CENTRE, LEFT, RIGHT, Page, other


def screen(state, metrics):
    """The display list of a view state (dict); what is absent from it is not shown.

    KeyError for a state["screen"] that a gate does not have.
    """
    return _SCREENS[state["screen"]](state, metrics).ops


def money(fen):
    """¥1.00 of 100 fen; Free has words of its own."""
    return "%s¥%d.%02d" % ("-" if fen < 0 else "", abs(fen) // 100, abs(fen) % 100)


def status_bar(page, state):
    """Site at the left, network and time at the right; returns the bar's height."""
    metrics, theme = page.metrics, page.metrics.theme
    height = metrics.sizes[LABEL] + metrics.pad
    page.box(0, 0, metrics.width, height, theme.bar)
    site = state.get("site", ("", ""))[0 if page.lang == "zh" else 1]
    clock = state.get("clock", "")
    right = metrics.width - metrics.pad
    if clock:
        wide = metrics.text_width(clock, metrics.sizes[LABEL], REGULAR)
        page.text(right - wide, 0, wide, height, clock, LABEL, theme.text, theme.bar, RIGHT, REGULAR)
        right -= wide + metrics.pad
    if not state.get("online", True):
        right = _offline_badge(page, state, right, height)
    page.text(metrics.pad, 0, right - metrics.pad, height, site, LABEL, theme.text, theme.bar, LEFT, REGULAR)
    return height


def _offline_badge(page, state, right, height):
    metrics, theme = page.metrics, page.metrics.theme
    words = page.words("offline")
    if state.get("queued"):
        words = "%s · %s %d" % (words, page.words("queued"), state["queued"])
    px = metrics.sizes[SMALL]
    wide = metrics.text_width(words, px) + metrics.pad
    tall = px + metrics.pad // 2
    page.box(right - wide, (height - tall) // 2, wide, tall, theme.badge, tall // 2)
    page.text(right - wide, (height - tall) // 2, wide, tall, words, SMALL, theme.on_badge, theme.badge, px=px)
    return right - wide - metrics.pad


def _strip(page, key):
    """The line at the foot of a quiet screen; returns its top."""
    metrics, theme = page.metrics, page.metrics.theme
    height = metrics.sizes[SMALL] + metrics.pad * 3 // 2
    top = metrics.height - height
    page.box(0, top, metrics.width, height, theme.bar)
    page.text(metrics.pad, top, metrics.width - 2 * metrics.pad, height, page.words(key), SMALL, theme.muted, theme.bar,
              weight=REGULAR)  # fmt: skip
    return top


def _headline(page, key, x, y, width, level, colour, ground, small):
    """Headline in the main language, the other one smaller below it; returns the y under both."""
    metrics = page.metrics
    px = page.text(x, y, width, metrics.sizes[level], page.words(key), level, colour, ground)
    y += metrics.sizes[level] + metrics.pad // 2
    tall = metrics.sizes[LABEL]
    page.text(x, y, width, tall, page.other_words(key), LABEL, small, ground, weight=REGULAR)
    return y + max(tall, px // 3)


def _idle(state, metrics):
    theme, pad = metrics.theme, metrics.pad
    page = Page(metrics, state.get("lang", "zh"), theme.background)
    top = status_bar(page, state)
    foot = _strip(page, "idle.sub")
    words = metrics.sizes[HEAD] + metrics.sizes[LABEL] + pad // 2
    tile = min((foot - top - words) * 72 // 100, metrics.width * 3 // 10)
    y = top + (foot - top - tile - words - pad) // 2
    left = (metrics.width - 2 * tile - 2 * pad) // 2
    for name, x in (("card", left), ("phone", left + tile + 2 * pad)):
        page.box(x, y, tile, tile, theme.panel, pad)
        inset = tile * 17 // 100
        page.icon(name, x + inset, y + inset, tile - 2 * inset, theme.accent, theme.panel)
    _headline(
        page, "idle", pad, y + tile + pad, metrics.width - 2 * pad, HEAD, theme.text, theme.background, theme.muted
    )
    page.say("idle")
    return page


def _quiet(state, metrics, key, icon, colour, line=""):
    """A dark screen with one large icon: starting, reading, out of service, maintenance."""
    theme, pad = metrics.theme, metrics.pad
    page = Page(metrics, state.get("lang", "zh"), theme.background)
    top = status_bar(page, state)
    bottom = metrics.height
    if line:
        tall = metrics.sizes[LABEL] + pad
        bottom -= tall
        page.box(0, bottom, metrics.width, tall, theme.bar)
        page.text(pad, bottom, metrics.width - 2 * pad, tall, line, SMALL, theme.muted, theme.bar, weight=REGULAR)
    words = metrics.sizes[HEAD] + metrics.sizes[BODY] + metrics.sizes[LABEL] + pad
    disc = min((bottom - top - words) * 76 // 100, metrics.width // 2)
    y = top + (bottom - top - disc - words - pad) // 2
    x = (metrics.width - disc) // 2
    page.box(x, y, disc, disc, theme.panel, disc // 2)
    inset = disc * 22 // 100
    page.icon(icon, x + inset, y + inset, disc - 2 * inset, colour, theme.panel)
    y += disc + pad
    wide = metrics.width - 2 * pad
    page.text(pad, y, wide, metrics.sizes[HEAD], page.words(key), HEAD, theme.text, theme.background)
    y += metrics.sizes[HEAD] + pad // 3
    page.text(pad, y, wide, metrics.sizes[BODY], page.words(key + ".sub"), BODY, theme.text, theme.background)
    y += metrics.sizes[BODY] + pad // 3
    page.text(
        pad, y, wide, metrics.sizes[LABEL], _both(page, key), LABEL, theme.muted, theme.background, weight=REGULAR
    )
    page.say(key)
    return page


def _both(page, key):
    """Headline and second line of a quiet screen in the other language."""
    return "%s · %s" % (page.other_words(key), page.other_words(key + ".sub"))


def _boot(state, metrics):
    return _quiet(state, metrics, "boot", "clock", metrics.theme.accent)


def _reading(state, metrics):
    return _quiet(state, metrics, "reading", "reading", metrics.theme.badge)


def _maintenance(state, metrics):
    return _quiet(state, metrics, "maintenance", "wrench", metrics.theme.badge)


def _out_of_service(state, metrics):
    line = ""
    if state.get("reason"):
        lang = state.get("lang", "zh")
        key = catalogue.known("out", state["reason"])
        line = "%s  %s" % (catalogue.text(key, lang), catalogue.text(key, other(lang)))
        if state.get("code"):
            line = "%s  %s" % (state["code"], line)
    return _quiet(state, metrics, "out_of_service", "cross", metrics.theme.alarm, line)


def _paper_height(metrics):
    return metrics.sizes[GIANT] + metrics.sizes[LABEL] + metrics.pad * 2


def _signal(state, metrics, icon, colours, key, badges=(), paper=True):
    """The coloured screens: sign at the left (above, on a narrow display), words and badges beside it."""
    ground, deep, colour = colours
    pad, sizes = metrics.pad, metrics.sizes
    page = Page(metrics, state.get("lang", "zh"), ground)
    level = BODY if len(badges) < 2 else LABEL
    words = sizes[GIANT] + sizes[LABEL] + pad // 2 + len(badges) * (sizes[level] + pad * 3 // 2)
    room = metrics.height - (_paper_height(metrics) + pad if paper else 0)
    if metrics.width > metrics.height:
        disc = min(room - 2 * pad, metrics.width * 2 // 5)
        x, y = pad * 3 // 2, (room - disc) // 2
        left, top = x + disc + pad, (room - words) // 2
    else:
        disc = min(metrics.width * 3 // 5, room - words - 3 * pad)
        x, y = (metrics.width - disc) // 2, (room - words - disc - pad) // 2
        left, top = pad, y + disc + pad
    page.box(x, y, disc, disc, deep, disc // 2)
    inset = disc * 18 // 100
    page.icon(icon, x + inset, y + inset, disc - 2 * inset, colour, deep)
    wide = metrics.width - left - pad
    top = _headline(page, key, left, top, wide, GIANT, colour, ground, colour)
    page.say(key)
    for badge in badges:
        top += pad // 2
        top += page.badge(left, top, wide, page.words(badge), metrics.theme.on_badge, metrics.theme.badge, level)
        page.say(badge)
    return page


def _paper(page):
    """The white panel at the bottom; returns (x, y, width)."""
    metrics = page.metrics
    height = _paper_height(metrics)
    x, y = metrics.pad, metrics.height - height - metrics.pad
    page.box(x, y, metrics.width - 2 * x, height, metrics.theme.paper, metrics.pad)
    return x, y, metrics.width - 2 * x


def _figures(page, figures):
    """One or two labelled numbers side by side in the white panel."""
    metrics, theme, pad = page.metrics, page.metrics.theme, page.metrics.pad
    x, y, wide = _paper(page)
    column = wide // len(figures)
    values = [_value(page, key, value) for key, value in figures]
    labels = ["%s %s" % (page.words(key), page.other_words(key)) for key, _ in figures]
    px = metrics.fit_all(values, column - 2 * pad, GIANT)
    label_px = metrics.fit_all(labels, column - pad, LABEL, REGULAR)
    for index, value in enumerate(values):
        left = x + index * column
        top = y + pad // 2
        if index:
            page.box(left, y + pad, 2, metrics.sizes[GIANT] + metrics.sizes[LABEL], theme.line_on_paper)
        tall = metrics.sizes[LABEL] + pad // 2
        page.text(
            left, top, column, tall, labels[index], LABEL, theme.muted_on_paper, theme.paper, CENTRE, REGULAR, label_px
        )
        top += tall
        tall = metrics.sizes[GIANT] + pad // 2
        page.text(left + pad, top, column - 2 * pad, tall, value, GIANT, theme.on_paper, theme.paper, px=px)


def _value(page, key, value):
    if key == "days_left":
        return "%d %s" % (value, page.words("day"))
    if key == "fare" and not value:
        return page.words("free")
    return money(value)


def _message(page, key, code=""):
    """One reason line that names the next action, in both languages, in the white panel."""
    metrics, theme, pad = page.metrics, page.metrics.theme, page.metrics.pad
    large, small = metrics.sizes[GIANT], metrics.sizes[LABEL]
    x, y, wide = _paper(page)
    page.text(
        x + pad, y + pad // 2, wide - 2 * pad, large + pad // 2, page.words(key), HEAD, theme.on_paper, theme.paper
    )
    room = metrics.text_width(code, small, REGULAR) + pad if code else 0
    line = y + pad + large
    page.text(x + pad + room, line, wide - 2 * pad - 2 * room, small + pad // 2, page.other_words(key), LABEL,
              theme.muted_on_paper, theme.paper, CENTRE, REGULAR)  # fmt: skip
    if code:
        page.text(x + pad, line, wide - 2 * pad, small + pad // 2, code, LABEL, theme.muted_on_paper, theme.paper,
                  RIGHT, REGULAR, px=small)  # fmt: skip
    page.say(key)


def _accepted(state, metrics):
    theme = metrics.theme
    concession, low = state.get("concession"), state.get("low_balance")
    badges = []
    if concession:
        badges.append(catalogue.known("concession", concession))
    elif state.get("same_city"):
        badges.append("same_city")
    if low:
        badges.append("low_balance")
    figures = _figures_of(state)
    colours = theme.accepted, theme.accepted_deep, theme.on_accepted
    page = _signal(state, metrics, "arrow", colours, "accepted", badges, bool(figures))
    if figures:
        _figures(page, figures)
    page.tone("concession" if concession else "low_balance" if low else "accepted")
    return page


def _figures_of(state):
    """At most two numbers, the weightiest first: (key, value), a value being fen, or days for "days_left"."""
    return [(key, state[key]) for key in ("fare", "balance", "days_left") if state.get(key) is not None][:2]


def _refused(state, metrics):
    theme = metrics.theme
    page = _signal(state, metrics, "cross", (theme.refused, theme.refused_deep, theme.on_refused), "refused")
    _message(page, catalogue.known("reason", state.get("reason", "other")), state.get("code", ""))
    page.tone("refused")
    return page


def _read_again(state, metrics):
    theme = metrics.theme
    page = _signal(state, metrics, "again", (theme.again, theme.again_deep, theme.on_again), "read_again")
    _message(page, "read_again.sub")
    page.tone("read_again")
    return page


def _open_passage(state, metrics, key):
    theme = metrics.theme
    page = _signal(state, metrics, "arrow", (theme.accepted, theme.accepted_deep, theme.on_accepted), key)
    _message(page, key + ".sub")
    return page


def _emergency(state, metrics):
    page = _open_passage(state, metrics, "emergency")
    page.tone("emergency")
    return page


def _free_passage(state, metrics):
    return _open_passage(state, metrics, "free_passage")


_SCREENS = {
    "boot": _boot,
    "idle": _idle,
    "reading": _reading,
    "accepted": _accepted,
    "refused": _refused,
    "read_again": _read_again,
    "out_of_service": _out_of_service,
    "emergency": _emergency,
    "free_passage": _free_passage,
    "maintenance": _maintenance,
}
NAMES = tuple(sorted(_SCREENS))
