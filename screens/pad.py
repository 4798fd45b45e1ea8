"""Screens of the shop pad: the seller enters an amount, the customer taps. See docs/screens.md.

Beside the gate's view state: screen "amount" and "ask", `amount` in fen, `pay_code`: what a customer's phone may scan
instead of showing a code of its own. Targets: "digit.0" to "digit.9",
"digit.00", "clear", "confirm", "cancel", "menu". "refund" is the keypad again, with `left` of the sale and "all". The
seller's other pages are in pad_menu.py.
"""

from screens import gate, parts
from screens.metrics import BODY, GIANT, HEAD, LABEL, REGULAR, TITLE
from screens.page import RIGHT, Page

_KEYS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("00", "0", "clear"))


def screen(state, metrics):
    """The display list of a view state; KeyError for a state["screen"] that a pad does not have."""
    draw = _SCREENS.get(state["screen"])
    if draw:
        return draw(state, metrics).ops
    if state["screen"] in gate.NAMES:
        return gate.screen(state, metrics)
    from screens import pad_menu  # who only takes amounts does without it

    return pad_menu.SCREENS[state["screen"]](state, metrics)


def _amount(state, metrics):
    theme, pad = metrics.theme, metrics.pad
    page = Page(metrics, state.get("lang", "zh"), theme.background)
    top = parts.status_bar(page, state) + pad // 2
    high = (metrics.height - top) * 17 // 100
    wide = metrics.width - 2 * pad
    small = metrics.sizes[LABEL]
    page.text(pad, top, wide, small, page.words("pad.amount"), LABEL, theme.muted, theme.background, weight=REGULAR)
    money = parts.money(state.get("amount", 0))
    page.text(pad, top + small, wide, high - small, money, GIANT, theme.text, theme.background, RIGHT)
    page.say("pad.amount")
    _keys(page, top + high, ("menu", page.words("pad.menu")), page.words("pad.confirm"))
    return page


def _refund(state, metrics):
    from screens import pad_words

    theme, pad, lang = metrics.theme, metrics.pad, state.get("lang", "zh")
    page = Page(metrics, lang, theme.background)
    top = parts.status_bar(page, state) + pad // 2
    high = (metrics.height - top) * 17 // 100
    wide = metrics.width - 2 * pad
    small = metrics.sizes[LABEL]
    words = "%s  %s %s" % (
        pad_words.text("pad.refund_title", lang), pad_words.text("pad.left", lang), parts.money(state["left"])
    )  # fmt: skip
    page.text(pad, top, wide, small, words, LABEL, theme.muted, theme.background, weight=REGULAR)
    money = parts.money(state["amount"])
    page.text(pad, top + small, wide, high - small, money, GIANT, theme.text, theme.background, RIGHT)
    _keys(page, top + high, ("all", pad_words.text("pad.all", lang)), pad_words.text("pad.refund", lang))
    return page


def _keys(page, top, beside, confirm):
    """Twelve keys, and below them one of (action, words) `beside` the strong one."""
    metrics, pad = page.metrics, page.metrics.pad
    gap = pad // 2
    wide = metrics.width - 2 * pad
    tall = (metrics.height - top - gap) // 5
    column = (wide + gap) // 3
    for row, keys in enumerate(_KEYS):
        for at, key in enumerate(keys):
            x, y = pad + at * column, top + row * tall
            words = page.words("pad.clear") if key == "clear" else key
            action = key if key == "clear" else "digit." + key
            level = BODY if key == "clear" else HEAD
            parts.target(page, x, y, column - gap, tall - gap, words, action, level)
    y = top + 4 * tall
    parts.target(page, pad, y, column - gap, tall - gap, beside[1], beside[0], BODY)
    parts.target(page, pad + column, y, wide - column, tall - gap, confirm, "confirm", TITLE, strong=True)


def _ask(state, metrics):
    theme, pad = metrics.theme, metrics.pad
    page = Page(metrics, state.get("lang", "zh"), theme.background)
    top = parts.status_bar(page, state) + pad
    wide = metrics.width - 2 * pad
    page.text(pad, top, wide, metrics.sizes[LABEL], page.words("amount"), LABEL, theme.muted, theme.background,
              weight=REGULAR)  # fmt: skip
    top += metrics.sizes[LABEL] + pad // 2
    page.text(pad, top, wide, metrics.sizes[GIANT], parts.money(state["amount"]), GIANT, theme.text, theme.background)
    top += metrics.sizes[GIANT] + pad
    button = metrics.mm(20 if metrics.elder else 12)
    words = metrics.sizes[HEAD] + metrics.sizes[LABEL] + pad
    room = metrics.height - top - words - button - 3 * pad
    tile = min(room, (wide - 2 * pad) // 2)
    x, y = (metrics.width - 2 * tile - 2 * pad) // 2, top + (room - tile) // 2
    inset = tile * 17 // 100
    for name in ("card", "phone"):
        if name == "phone" and state.get("pay_code"):
            page.qr(x, y, tile, state["pay_code"])
        else:
            page.box(x, y, tile, tile, theme.panel, pad)
            page.icon(name, x + inset, y + inset, tile - 2 * inset, theme.accent, theme.panel)
        x += tile + 2 * pad
    top += room + pad
    colours = theme.text, theme.background, theme.muted
    parts.headline(page, "pad.ask", pad, top, wide, HEAD, *colours)
    page.say("pad.ask")
    parts.target(page, pad, metrics.height - button - pad, wide, button, page.words("pad.cancel"), "cancel", BODY)
    return page


def _accepted(state, metrics):
    return gate.accepted(state, metrics, "tick", "pad.accepted", ("paid", "balance", "days_left"))


def _refused(state, metrics):
    return gate.refused(state, metrics, "pad.refused")


_SCREENS = {
    "idle": _amount,
    "amount": _amount,
    "ask": _ask,
    "refund": _refund,
    "accepted": _accepted,
    "refused": _refused,
}
