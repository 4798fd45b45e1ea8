"""Kiosk screens of a service: consent, lists and amounts, and codes that a phone scans."""

from screens.kiosk_page import KioskPage
from screens.metrics import BODY, BOLD, GIANT, HEAD, LABEL, REGULAR, TITLE
from screens.page import LEFT, RIGHT


def consent(state, metrics):
    """`text` is what is agreed to; `any_tap` (True, False) offers proof by any tap, None does not."""
    actions = [("kiosk.agree", "agree"), ("kiosk.refuse", "refuse")]
    page = KioskPage(state, metrics, state["title"], actions)
    theme, gap = metrics.theme, page.gap
    if state.get("any_tap") is not None:
        high = page.least
        _switch(page, page.bottom - high, high, state["any_tap"])
        page.bottom -= high + gap
    level = TITLE if page.upright else BODY
    words = page.pair(state.get("text")) or page.words("kiosk.consent")
    px, inset = metrics.sizes[level], metrics.pad if page.upright else gap
    wide = page.wide - 2 * inset
    broken, step = metrics.lines(words, wide, px, REGULAR), metrics.line_height(px)
    page.top += inset
    page.bottom -= inset
    first, last = page.paged(len(broken), step - gap, state.get("first", 0))
    page.box(page.left, page.top - inset, page.wide, (last - first) * step + 2 * inset, theme.paper, gap)
    for at, line in enumerate(broken[first:last]):
        y = page.top + at * step
        page.text(page.left + inset, y, wide, px, line, level, theme.on_paper, theme.paper, LEFT, REGULAR, px)
    return page.close()


def face(state, metrics):
    """Consent to a look into the camera; `reason`: why the last one did not do; `card`: one may go on without it."""
    again = state.get("reason")
    actions = [("kiosk.retry" if again else "kiosk.face.look", "look")]
    if state.get("card"):
        actions.append(("kiosk.face.card", "card"))
    page = KioskPage(state, metrics, state["title"], actions)
    theme, gap = metrics.theme, page.gap
    if again:
        words = page.words("kiosk.reason.face_" + again)
        page.top += page.badge(page.left, page.top, page.wide, [words], theme.on_badge, theme.badge) + gap
    side = (page.bottom - page.top) // 2 if page.upright else 0
    if side:
        page.icon("person", (metrics.width - side) // 2, page.top, side, theme.accent, theme.background)
        page.top += side + gap
    level = TITLE if page.upright else BODY
    page.body_text(page.left, page.top, page.wide, page.bottom - page.top, page.words("kiosk.face.sub"), level,
                   weight=REGULAR)  # fmt: skip
    return page.close()


def _switch(page, y, high, on):
    """A wish that is on or off: a box with a tick, the words, the whole line a target."""
    metrics, theme, gap = page.metrics, page.metrics.theme, page.gap
    page.box(page.left, y, page.wide, high, theme.line, gap)
    page.box(page.left + 2, y + 2, page.wide - 4, high - 4, theme.panel, gap)
    side = min(high * 5 // 10, metrics.mm(10))
    top = y + (high - side) // 2
    ground = theme.accent if on else theme.paper
    page.box(page.left + 2 * gap, top, side, side, ground, gap // 2)
    if on:
        page.icon("tick", page.left + 2 * gap + side // 8, top + side // 8, side * 3 // 4, theme.on_accent, ground)
    x = page.left + 4 * gap + side
    words = "%s: %s" % (page.words("kiosk.any_tap"), page.words("kiosk.any_tap_on" if on else "kiosk.any_tap_off"))
    page.body_text(x, y, page.left + page.wide - gap - x, high, words, BODY, theme.text, theme.panel, LEFT)
    page.target(page.left, y, page.wide, high, "any_tap")


def rows(state, metrics):
    """`rows` of (zh, en, text), `amount` as text, `message`; `page` of `pages` at the head-end."""
    page = KioskPage(state, metrics, state.get("heading") or state["title"], offers(state))
    if state.get("printed"):
        page.top += page.badge(page.left, page.top, page.wide, [page.words("kiosk.printed")], metrics.theme.on_badge,
                               metrics.theme.badge) + page.gap  # fmt: skip
    if state.get("amount") is not None:
        _amount(page, state)
    if state.get("message") and page.upright and state.get("rows"):
        high = 2 * metrics.line_height(metrics.sizes[LABEL])
        page.body_text(page.left, page.top, page.wide, high, page.pair(state["message"]), BODY, metrics.theme.muted,
                       align=LEFT, weight=REGULAR)  # fmt: skip
        page.top += high + page.gap
    if not state.get("rows"):
        words = page.pair(state.get("message")) or page.words("kiosk.list_empty")
        page.body_text(page.left, page.top, page.wide, page.bottom - page.top, words, HEAD)
        return page.close()
    lines(page, state)
    return page.close()


def offers(state):
    """The actions of a result: pay, print, go on at the phone."""
    actions = []
    if state.get("pay"):
        actions.append(("kiosk.pay", "pay"))
    if state.get("print"):
        actions.append(("kiosk.print", "print"))
    if state.get("handover"):
        actions.append(("kiosk.handover", "handover"))
    return actions


def _amount(page, state):
    """The sum, or what is due, large."""
    metrics, theme, gap = page.metrics, page.metrics.theme, page.gap
    level = GIANT if page.upright else TITLE
    high = metrics.sizes[level] + 2 * gap
    page.box(page.left, page.top, page.wide, high, theme.paper, gap)
    key = "kiosk.amount_due" if state.get("pay") else "kiosk.amount_sum"
    third = page.wide * 2 // 5
    page.body_text(page.left + 2 * gap, page.top, third - 3 * gap, high, page.words(key), BODY, theme.muted_on_paper,
                   theme.paper, LEFT, REGULAR)  # fmt: skip
    page.text(page.left + third, page.top, page.wide - third - 2 * gap, high, state["amount"], level,
              theme.on_paper, theme.paper, RIGHT)  # fmt: skip
    page.top += high + gap


def lines(page, state):
    """Label and value, a line each, on bands; paged where they do not all fit, and on to the head-end's other pages."""
    metrics, theme, gap = page.metrics, page.metrics.theme, page.gap
    told = state["rows"]
    high = 2 * metrics.sizes[LABEL] + gap
    if page.upright:
        high = (page.bottom - page.top + gap) // len(told) - gap
        high = max(metrics.mm(13 if metrics.elder else 11), min(high, metrics.mm(17)))
    half = page.wide * 11 // 20
    level = (TITLE if high >= metrics.mm(15) else BODY) if page.upright else LABEL
    if page.upright and not all([_is_short(page, row[2], page.wide - half - 2 * gap) for row in told]):
        high = max(high, 2 * metrics.line_height(metrics.sizes[level]) + gap)  # no value has to be small for its length
    number = state.get("page", 0)
    before = "page.%d" % (number - 1) if number else None
    behind = "page.%d" % (number + 1) if number + 1 < state.get("pages", 1) else None
    first, last = page.paged(len(told), high, state.get("first", 0), 1, before, behind)
    told = told[first:last]
    texts = [(row[0] if page.lang == "zh" else row[1], page.pair(row[2])) for row in told]
    # One size for all labels and one for all values.
    labels = _level(metrics, [one[0] for one in texts], half - 3 * gap, level, REGULAR)
    values = _level(metrics, [one[1] for one in texts], page.wide - half - 2 * gap, level, BOLD)
    if page.upright and not all([_is_short(page, one[1], page.wide - half - 2 * gap) for one in texts]):
        room = page.wide - half - 2 * gap, high - gap
        values = level
        while values and not all([metrics.fits(one[1], *room, values) for one in texts]):
            values -= 1
    for at, (label, value) in enumerate(texts):
        y = page.top + at * (high + gap)
        ground = theme.panel
        page.box(page.left, y, page.wide, high, ground, gap // 2)
        x = page.left + 2 * gap
        page.body_text(x, y, half - 3 * gap, high, label, labels, theme.muted, ground, LEFT, REGULAR)
        page.body_text(page.left + half, y, page.wide - half - 2 * gap, high, value, values, theme.text, ground, RIGHT)


def _is_short(page, value, wide):
    """Whether a value fits one line at LABEL."""
    return page.metrics.text_width(page.pair(value), page.metrics.sizes[LABEL], BOLD) <= wide


def _level(metrics, texts, wide, level, weight):
    """The largest level down to LABEL at which each text fits one line."""
    while level > LABEL and max([metrics.text_width(text, metrics.sizes[level], weight) for text in texts]) > wide:
        level -= 1
    return level


def login_qr(state, metrics):
    """`link` is the kiosk's own one-time code, `match` two digits to key in at the phone, `left_s` its seconds; `reason`:
    it ran out, or there is no network."""
    failed = state.get("reason")
    key = "kiosk.text_qr" if state.get("writes") else "kiosk.login_qr"
    page = KioskPage(state, metrics, key, (("kiosk.refresh", "retry"),) if failed else ())
    if failed:
        from screens import kiosk_words

        page.body_text(
            page.left, page.top, page.wide, page.bottom - page.top, page.words(kiosk_words.reason(failed)), HEAD
        )
        return page.close()
    left = state.get("left_s")
    small = "%d %s" % (left, page.words("kiosk.seconds")) if left is not None else page.words("kiosk.wait.sub")
    words = page.words(key + ".sub")
    if state.get("match"):
        words = "%s %s" % (page.words("kiosk.login_qr.match"), state["match"])
    _code(page, state.get("link"), words, small)
    return page.close()


def handover(state, metrics):
    """A link that goes on at the holder's phone."""
    page = KioskPage(state, metrics, "kiosk.handover")
    _code(page, state["link"], page.words("kiosk.handover.sub"), "")
    return page.close()


def _code(page, link, words, small):
    """A code with what to do: below it on an upright display, beside it on a small one."""
    metrics, theme = page.metrics, page.metrics.theme
    room = page.bottom - page.top
    if page.upright:
        side = min(room - 4 * metrics.sizes[TITLE], page.wide * 3 // 4)
        x, y = (metrics.width - side) // 2, page.top + page.gap * 2
        text = page.left, y + side + page.gap, page.wide, metrics.sizes[TITLE] * 2 + page.gap
        below = text[1] + text[3] + page.gap
    else:
        side = min(room, page.wide // 2)
        x, y = page.left, page.top + (room - side) // 2
        left = x + side + metrics.pad
        text = left, page.top, page.left + page.wide - left, room * 2 // 3
        below = page.top + room * 2 // 3
    page.box(x, y, side, side, theme.paper, page.gap)
    if link:
        inset = side // 16
        page.qr(x + inset, y + inset, side - 2 * inset, link)
    page.body_text(*text, words, TITLE if page.upright else BODY)
    if small:
        page.text(
            text[0], below, text[2], metrics.sizes[TITLE], small, TITLE, theme.muted, theme.background, weight=REGULAR
        )
