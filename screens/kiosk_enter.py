"""Kiosk screens on which something is entered: PIN, digits and letters, a choice, and all answers to look over."""

from screens import parts
from screens.kiosk_page import KioskPage
from screens.metrics import BODY, GIANT, HEAD, LABEL, REGULAR, TITLE
from screens.page import CENTRE, LEFT

# Number pads with a key more than fits beside the 0: upright, OK is a button of its own then.
_EXTRA = ("idnumber", "amount")
_PHONE = ("kiosk.type_phone", "phone")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def pin(state, metrics):
    """`entered` of `digits` are shown as dots; `tries`: left after a wrong one."""
    page = KioskPage(state, metrics, "kiosk.pin")
    dots = "●" * state["entered"] + "○" * (state["digits"] - state["entered"])
    warning = None
    if state.get("tries") is not None:
        warning = "%s %d" % (page.words("kiosk.pin_tries"), state["tries"])
    _entry(page, page.words("kiosk.pin.sub"), dots, warning)
    _keys(page, _pad(page, "digits", state["entered"] == state["digits"]), state, 3)
    return page.close()


def keyboard(state, metrics):
    """One question that is typed: `ask`, `draft` as it may be seen, `keys` which kind of keyboard, `problem` a key."""
    actions = (_PHONE,) if state.get("texts") else ()
    if state.get("optional"):
        actions += (("kiosk.skip", "skip"),)
    if state["keys"] in _EXTRA and metrics.height > metrics.width:
        actions = (("kiosk.key.ok", "key.ok"),) + actions
    page = KioskPage(state, metrics, state["title"], actions)
    problem = state.get("problem")
    if state.get("hint") and page.upright:
        page.top = page.label(page.left, page.top, page.wide, page.pair(state["hint"]), BODY, LEFT)
    _entry(page, _question(page, state), state["draft"], page.words("kiosk.problem." + problem) if problem else None)
    if state["keys"] == "letters":
        cells = [(letter, "key." + letter, False) for letter in _LETTERS]
        cells += [_key(page, name) for name in ("dash", "space", "back")] + [_key(page, "ok", True)]
        _keys(page, cells, state, 6)
    else:
        _keys(page, _pad(page, state["keys"], bool(state["draft"])), state, 3)
    return page.close()


def _question(page, state):
    words = page.pair(state["ask"])
    if state["steps"] > 1:
        words = "%d/%d  %s" % (state["step"], state["steps"], words)
    return words


def _key(page, name, strong=False):
    return page.words("kiosk.key." + name), "key." + name, strong


def _pad(page, kind, done):
    """The cells of a number pad, three in a row: what is left of the 0 depends on what is typed."""
    cells = [(digit, "key." + digit, False) for digit in "123456789"]
    extra = {"idnumber": ("X", "key.X", False), "amount": _key(page, "dot")}.get(kind)
    cells.append(extra or _key(page, "back"))
    cells.append(("0", "key.0", False))
    if extra:
        cells.append(_key(page, "back"))
    return cells if extra and page.upright else cells + [_key(page, "ok", done)]


def _entry(page, ask, draft, warning):
    """What is asked, and a box with what was typed; the warning comes in the place of the question on small displays."""
    metrics, theme, gap = page.metrics, page.metrics.theme, page.gap
    small = metrics.sizes[LABEL if not page.upright else TITLE]
    if page.upright:
        page.body_text(page.left, page.top, page.wide, 2 * small + gap, ask, TITLE, align=LEFT)
        page.top += 2 * small + 2 * gap
        high = metrics.sizes[GIANT] + 2 * gap
        _draft(page, page.left, page.wide, high, draft)
        if warning:
            page.badge(page.left, page.top, page.wide, [warning], theme.on_badge, theme.badge)
        page.top += metrics.sizes[BODY] + metrics.pad + gap
        return
    high = metrics.sizes[BODY] + gap
    half = page.wide * 6 // 10
    words = warning or ask
    ink = theme.alarm if warning else theme.muted
    page.body_text(page.left + gap, page.top, half - 2 * gap, high, words, LABEL, ink, align=LEFT, weight=REGULAR)
    _draft(page, page.left + half, page.wide - half, high, draft)


def _draft(page, x, wide, high, draft):
    metrics, theme, gap = page.metrics, page.metrics.theme, page.gap
    page.box(x, page.top, wide, high, theme.paper, gap)
    if draft:
        level = GIANT if page.upright else BODY
        room = wide - 2 * gap
        px = metrics.fit(draft, room, level)
        whole = draft
        while metrics.text_width(draft, px) > room:  # the end is what one is typing
            whole = whole[1:]
            draft = "…" + whole
        page.text(x + gap, page.top, room, high, draft, level, theme.on_paper, theme.paper, CENTRE, px=px)
    page.top += high + gap


def _keys(page, cells, state, columns):
    """Upright: a pad in the body. Small: keys and the page's other cells in one grid, as large as they must be."""
    first = state.get("first", 0)
    if page.upright:
        rows = -(-len(cells) // columns)
        high = min(page.bottom - page.top, rows * (page.metrics.mm(34) + page.gap))
        page.grid(cells, page.top, page.top + high, first, "next", rows, columns, HEAD)
        return
    if page.metrics.elder:
        page.bottom = page.metrics.height - page.gap
        page.grid(cells + page.all_cells(), page.top, page.bottom, first, "next")
        page.footless = True
        return
    if len(cells) <= 15:  # a number pad in three rows
        columns = -(-len(cells) // 3)
    page.grid(cells, page.top, page.bottom, first, "next", 0, columns)


def form(state, metrics):
    """One question that is picked: `choices` [[value, zh, en], ...], `chosen` the value taken before; `texts`: these are
    phrases, another text may be typed."""
    actions = (("kiosk.type", "type"), _PHONE) if state.get("texts") else ()
    if state.get("optional"):
        actions += (("kiosk.skip", "skip"),)
    page = KioskPage(state, metrics, state["title"], actions)
    small = metrics.sizes[TITLE if page.upright else LABEL]
    high = (2 * small if page.upright else small) + page.gap
    page.body_text(
        page.left, page.top, page.wide, high, _question(page, state), TITLE if page.upright else LABEL, align=LEFT
    )
    page.top += high + page.gap
    if state.get("problem"):
        words = page.words("kiosk.problem." + state["problem"])
        page.top += page.badge(page.left, page.top, page.wide, [words], metrics.theme.on_badge, metrics.theme.badge)
    rows = state.get("choices", ())
    if not rows:
        page.body_text(page.left, page.top, page.wide, page.bottom - page.top, page.words("kiosk.list_empty"), HEAD)
        return page.close()
    columns = 1 if metrics.elder and page.upright or len(rows) < 4 and page.upright else 2
    high = page.fill(-(-len(rows) // columns), 22 if metrics.elder else 18, 26)
    first, last = page.paged(len(rows), high, state.get("first", 0), columns)
    wide = (page.wide + page.gap) // columns
    for at, (value, zh, en) in enumerate(rows[first:last]):
        x, y = page.left + at % columns * wide, page.top + at // columns * (high + page.gap)
        strong = state.get("chosen") is not None and str(value) == str(state["chosen"])
        parts.target(
            page, x, y, wide - page.gap, high, zh if page.lang == "zh" else en, "choice.%s" % value, TITLE, strong
        )
    return page.close()


def review(state, metrics):
    """All answers: `rows` of (title, text, action to change it or None); `pay`: an amount is confirmed."""
    paying = bool(state.get("pay"))
    key = "kiosk.pay_check" if paying else "kiosk.review"
    page = KioskPage(state, metrics, key, (("kiosk.pay" if paying else "kiosk.submit", "submit"),))
    rows = state["rows"]
    high = page.fill(len(rows), 36, 44)
    first, last = page.paged(len(rows), high, state.get("first", 0))
    for at, (title, text, action) in enumerate(rows[first:last]):
        _answer(page, page.top + at * (high + page.gap), high, page.pair(title), page.pair(text), action)
    return page.close()


def _answer(page, y, high, title, text, action):
    """What was asked and what was answered; a touch leads back to the question."""
    metrics, theme, gap = page.metrics, page.metrics.theme, page.gap
    page.box(page.left, y, page.wide, high, theme.line, gap)
    page.box(page.left + 2, y + 2, page.wide - 4, high - 4, theme.panel, gap)
    right = page.left + page.wide - gap
    if action:
        words = page.words("kiosk.edit")
        wide = metrics.text_width(words, metrics.sizes[LABEL]) + 2 * gap
        page.text(right - wide, y, wide, high, words, LABEL, theme.accent, theme.panel)
        right -= wide
        page.target(page.left, y, page.wide, high, action)
    x = page.left + 2 * gap
    small = metrics.sizes[LABEL]
    if 2 * small + 3 * gap > high:  # side by side on a small display
        half = (right - x) // 2
        page.body_text(x, y, half - gap, high, title, LABEL, theme.muted, theme.panel, LEFT, REGULAR)
        page.body_text(x + half, y, right - x - half, high, text, BODY, theme.text, theme.panel, LEFT)
        return
    page.body_text(x, y + gap, right - x, small, title, LABEL, theme.muted, theme.panel, LEFT, REGULAR)
    page.body_text(
        x, y + small + 2 * gap, right - x, high - small - 3 * gap, text, TITLE, theme.text, theme.panel, LEFT
    )
