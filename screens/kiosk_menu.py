"""Kiosk screens before and between services: nobody there, how to sign in, the menu, help."""

from screens import kiosk_words, parts
from screens.kiosk_page import KioskPage
from screens.metrics import BODY, GIANT, HEAD, LABEL, REGULAR, TITLE
from screens.page import LEFT

_MEDIA_ICONS = {"slot": "card", "reader": "wave", "scanner": "scan", "phone": "phone"}


def attract(state, metrics):
    """`media`: names of what works, `left`: somebody's card still sits in the slot."""
    page = KioskPage(state, metrics, "kiosk.home", (("kiosk.start", "start"),), back=False, out=False)
    theme = metrics.theme
    media = [name for name in state.get("media", ()) if name in _MEDIA_ICONS and not state.get("left")]
    if page.upright and media:
        _strip(page, media)
    key = "kiosk.card_left" if state.get("left") else "kiosk.attract"
    words = metrics.sizes[GIANT] + 2 * metrics.sizes[BODY] + 3 * page.gap
    room = page.bottom - page.top - words
    disc = min(room, page.wide * 56 // 100) * (86 if page.upright else 100) // 100
    y = page.top + (page.bottom - page.top - disc - words) // 2
    if disc > metrics.mm(9):
        x = (metrics.width - disc) // 2
        page.box(x, y, disc, disc, theme.panel, disc // 2)
        side = disc * 52 // 100
        ink = theme.badge if state.get("left") else theme.accent
        page.icon(
            "alert" if state.get("left") else "card",
            x + (disc - side) // 2,
            y + (disc - side) // 2,
            side,
            ink,
            theme.panel,
        )
        y += disc + page.gap
    page.body_text(page.left, y, page.wide, metrics.sizes[GIANT], page.words(key), GIANT)
    y += metrics.sizes[GIANT] + page.gap
    page.choice(page.left, y, page.wide, metrics.sizes[BODY], [page.other_words(key)], BODY, theme.muted, theme.background,
                weight=REGULAR)  # fmt: skip
    y += metrics.sizes[BODY] + page.gap
    if media and not page.upright:
        names = " · ".join([page.words("kiosk.media." + name) for name in media])
        page.choice(
            page.left, y, page.wide, metrics.sizes[BODY], [names], BODY, theme.muted, theme.background, weight=REGULAR
        )
    return page.close()


def _strip(page, media):
    """Upright: a picture of each way to sign in at the foot of the body, all of one size."""
    metrics, theme, gap = page.metrics, page.metrics.theme, page.gap
    wide = (page.wide + gap) // len(media)
    words = [page.words("kiosk.media." + name) for name in media]
    px = metrics.fit_all(words, wide - 2 * gap, BODY)
    high = metrics.mm(24) + px + 2 * gap
    top = page.bottom - high
    for at, name in enumerate(media):
        x = page.left + at * wide
        page.box(x, top, wide - gap, high, theme.panel, gap)
        side = metrics.mm(14)
        page.icon(
            _MEDIA_ICONS[name], x + (wide - gap - side) // 2, top + metrics.mm(5), side, theme.accent, theme.panel
        )
        page.text(
            x + gap // 2,
            top + metrics.mm(22),
            wide - 2 * gap,
            px + gap,
            words[at],
            BODY,
            theme.text,
            theme.panel,
            px=px,
        )
    page.bottom = top - gap


def identify(state, metrics):
    """`media` as before; `reason`: a key of the catalogue's reasons, why the last try did not do."""
    page = KioskPage(state, metrics, "kiosk.identify", back=False)
    if state.get("reason"):
        words = page.words(kiosk_words.reason(state["reason"]))
        page.top += (
            page.badge(page.left, page.top, page.wide, [words], metrics.theme.on_badge, metrics.theme.badge) + page.gap
        )
    media = [name for name in state.get("media", ()) if name in _MEDIA_ICONS]
    if not media:
        page.body_text(page.left, page.top, page.wide, page.bottom - page.top, page.words("kiosk.out.sub"), HEAD)
        return page.close()
    high = min(metrics.height // 7, (page.bottom - page.top + page.gap) // len(media) - page.gap)
    high = max(high, page.least)
    first, last = page.paged(len(media), high, state.get("first", 0))
    for at, name in enumerate(media[first:last]):
        _medium(page, name, page.top + at * (high + page.gap), high)
    return page.close()


def _medium(page, name, y, high):
    """One way to sign in: what to do with what; only the phone's is pressed, the others are done."""
    metrics, theme, gap = page.metrics, page.metrics.theme, page.gap
    pressed = name == "phone"
    ground = theme.panel
    page.box(page.left, y, page.wide, high, theme.line if pressed else ground, gap)
    if pressed:
        page.box(page.left + 2, y + 2, page.wide - 4, high - 4, ground, gap)
    side = min(high * 6 // 10, page.wide // 6)
    page.icon(_MEDIA_ICONS[name], page.left + 2 * gap, y + (high - side) // 2, side, theme.accent, ground)
    x = page.left + side + 4 * gap
    wide = page.left + page.wide - x - gap
    key = "kiosk.media." + name
    large, quiet = (HEAD, BODY) if page.upright else (TITLE, LABEL)
    title, small = metrics.line_height(metrics.sizes[large]), metrics.line_height(metrics.sizes[quiet])
    if title + small + gap <= high:
        top = y + (high - title - small) // 2
        page.body_text(x, top, wide, title, page.words(key), large, theme.text, ground, LEFT)
        page.body_text(x, top + title, wide, small, page.words(key + ".sub"), quiet, theme.muted, ground, LEFT, REGULAR)
    else:
        page.body_text(x, y, wide, high, page.words(key), TITLE, theme.text, ground, LEFT)
    if pressed:
        page.target(page.left, y, page.wide, high, "login")


def home(state, metrics):
    """`tiles`: (icon, title, action); `name`: the holder's, masked."""
    title = "kiosk.home"
    if state.get("name"):
        zh, en = kiosk_words.find("kiosk.hello")
        title = "%s %s" % (state["name"], zh), "%s %s" % (en, state["name"])
    return tiles(KioskPage(state, metrics, title, back=False), state)


def group(state, metrics):
    """The services of one group; `title` is the group's."""
    return tiles(KioskPage(state, metrics, state["title"]), state)


def tiles(page, state):
    """The menu: two columns, in elder mode one; previous and next where they do not all fit."""
    metrics = page.metrics
    rows = state.get("tiles", ())
    columns = 2 if not metrics.elder or not page.upright else 1
    high = page.fill(-(-len(rows) // columns), 28 if metrics.elder else 24, 68)
    first, last = page.paged(len(rows), high, state.get("first", 0), columns)
    wide = (page.wide + page.gap) // columns
    for at, (icon, title, action) in enumerate(rows[first:last]):
        x, y = page.left + at % columns * wide, page.top + at // columns * (high + page.gap)
        parts.target(
            page, x, y, wide - page.gap, high, page.pair(title), action, HEAD if metrics.elder else TITLE, icon=icon
        )
    return page.close()


def help(state, metrics):
    """12333, and somebody to come; `called`: somebody was called."""
    actions = () if state.get("called") else (("kiosk.call", "call"),)
    page = KioskPage(state, metrics, "kiosk.help", actions, out=False)
    theme = metrics.theme
    room = page.bottom - page.top
    giant = metrics.sizes[GIANT]
    side = min(room - giant - 3 * metrics.sizes[BODY], page.wide // 3)
    y = page.top + (room - max(0, side) - giant - 2 * metrics.sizes[BODY] - 3 * page.gap) // 2
    if side >= metrics.mm(9):
        page.icon("person", (metrics.width - side) // 2, y, side, theme.accent, theme.background)
        y += side + page.gap
    page.body_text(page.left, y, page.wide, giant, page.words("kiosk.phone_number"), GIANT)
    y += giant + page.gap
    y = page.label(page.left, y, page.wide, page.words("kiosk.help.sub"), BODY)
    if state.get("called"):
        page.badge(page.left, y, page.wide, [page.words("kiosk.called")], theme.on_badge, theme.badge)
    return page.close()
