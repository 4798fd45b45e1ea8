"""The kiosk's home: the menu is data. See docs/screens.md.

View state: `title` (zh, en), `tiles` of (icon, Chinese, English, action), `first`: index of the first tile shown.
Standard: two columns; elder mode: one column of large tiles, as many as there is room for, then "more".
Targets beside the actions of the tiles: "more", "voice", "help", "language", "elder".
"""

from screens import parts
from screens.metrics import BODY, HEAD, TITLE
from screens.page import Page

_FOOT = ("voice", "help", "language", "elder")


def screen(state, metrics):
    """The display list of the home page."""
    theme, pad = metrics.theme, metrics.pad
    lang = state.get("lang", "zh")
    page = Page(metrics, lang, theme.background)
    upright = metrics.height > metrics.width
    top = metrics.sizes[HEAD if upright else TITLE] + pad * (3 if upright else 1)
    title = state["title"][0 if lang == "zh" else 1] if state.get("title") else page.words("kiosk.home")
    page.box(0, 0, metrics.width, top, theme.accent)
    level = HEAD if upright else TITLE
    page.text(pad, 0, metrics.width - 2 * pad, top, title, level, theme.on_accent, theme.accent)
    page.say("kiosk.home")
    foot = metrics.mm(20 if metrics.elder else 15)
    _tiles(page, state, top + pad, metrics.height - foot - pad)
    _foot(page, metrics.height - foot, foot)
    return page.ops


def _tiles(page, state, top, bottom):
    metrics, pad = page.metrics, page.metrics.pad
    columns = 1 if metrics.elder else 2
    least = metrics.mm(28 if metrics.elder else 22) + pad
    rows = max(1, (bottom - top) // least)
    tiles = state.get("tiles", ())
    first = state.get("first", 0)
    shown = tiles[first : first + rows * columns]
    if len(shown) < len(tiles):
        shown = tuple(tiles[first : first + rows * columns - 1]) + (("plus", None, None, "more"),)
    rows = -(-len(shown) // columns)
    tall = min((bottom - top) // max(1, rows), metrics.height // 6)
    column = (metrics.width - pad) // columns
    for at, (icon, chinese, english, action) in enumerate(shown):
        words = page.words("kiosk.more") if chinese is None else chinese if page.lang == "zh" else english
        x, y = pad + at % columns * column, top + at // columns * tall
        parts.target(page, x, y, column - pad, tall - pad, words, action, HEAD if metrics.elder else TITLE, icon=icon)


def _foot(page, top, height):
    metrics, theme = page.metrics, page.metrics.theme
    page.box(0, top, metrics.width, height, theme.accent)
    wide = metrics.width // len(_FOOT)
    for at, name in enumerate(_FOOT):
        key = "standard" if name == "elder" and metrics.elder else name
        words = page.words("kiosk." + key)
        room = wide - metrics.pad // 2
        px, lines = metrics.fit_lines(words, room, height, BODY) or metrics.squeeze(words, room)
        x = at * wide
        page.paragraph(x, top, wide, height, px, lines, theme.on_accent, theme.accent)
        page.target(x, top, wide, height, name)
