"""What screens are put together from: status bar, quiet and coloured pages, figures, messages."""

from screens import catalogue
from screens.metrics import BODY, GIANT, HEAD, LABEL, NOT_FIRST, REGULAR, SMALL, code_points
from screens.page import CENTRE, LEFT, RIGHT, Page


def money(fen):
    """¥1.00 of 100 fen; Free has words of its own."""
    return "%s¥%d.%02d" % ("-" if fen < 0 else "", abs(fen) // 100, abs(fen) % 100)


def status_bar(page, state):
    """Site at the left, network and time at the right; returns the bar's height."""
    metrics, theme, pad = page.metrics, page.metrics.theme, page.metrics.pad
    px = metrics.sizes[LABEL]
    height = px + pad
    page.box(0, 0, metrics.width, height, theme.bar)
    site = state.get("site", ("", ""))[0 if page.lang == "zh" else 1]
    clock = state.get("clock", "")
    right = metrics.width - pad
    if clock:
        wide = metrics.text_width(clock, px, REGULAR)
        page.text(right - wide, 0, wide, height, clock, LABEL, theme.text, theme.bar, RIGHT, REGULAR, px)
        right -= wide + pad
    if not state.get("online", True):
        room = right - 2 * pad - metrics.text_width(site, metrics.sizes[SMALL], REGULAR)
        right = _offline_badge(page, state.get("queued", 0), right, height, room)
    page.text(pad, 0, right - pad, height, site, LABEL, theme.text, theme.bar, LEFT, REGULAR)
    return height


def _offline_badge(page, queued, right, height, room):
    """The longest wording that leaves the site its place, at least the number of waiting records; returns its left."""
    metrics, theme = page.metrics, page.metrics.theme
    px = metrics.sizes[SMALL]
    offline = page.words("offline")
    forms = [offline]
    if queued:
        forms = ["%s · %s %d" % (offline, page.words("queued"), queued), "%s %d" % (offline, queued)]
    words = ([form for form in forms if metrics.text_width(form, px) + metrics.pad <= room] or ["! %d" % queued])[0]
    wide = metrics.text_width(words, px) + metrics.pad
    tall = px + metrics.pad // 2
    page.box(right - wide, (height - tall) // 2, wide, tall, theme.badge, tall // 2)
    page.text(right - wide, (height - tall) // 2, wide, tall, words, SMALL, theme.on_badge, theme.badge, px=px)
    return right - wide - metrics.pad


def foot_strip(page, texts):
    """The line at the foot of a quiet screen, the first of the texts that fits; returns its top."""
    metrics, theme = page.metrics, page.metrics.theme
    height = metrics.sizes[SMALL] + metrics.pad * 3 // 2
    top = metrics.height - height
    wide = metrics.width - 2 * metrics.pad
    page.box(0, top, metrics.width, height, theme.bar)
    page.choice(metrics.pad, top, wide, height, texts, SMALL, theme.muted, theme.bar, weight=REGULAR)
    return top


def headline(page, key, x, y, width, level, colour, ground, small):
    """Headline in the main language, the other one smaller below it; returns the y under both."""
    metrics = page.metrics
    px = page.text(x, y, width, metrics.sizes[level], page.words(key), level, colour, ground)
    y += metrics.sizes[level] + metrics.pad // 2
    tall = metrics.sizes[LABEL]
    page.text(x, y, width, tall, page.other_words(key), LABEL, small, ground, weight=REGULAR)
    return y + max(tall, px // 3)


def quiet(state, metrics, key, icon, colour, line=()):
    """A dark screen with one large icon: starting, reading, out of service. `line`: wordings for its foot."""
    theme, pad = metrics.theme, metrics.pad
    page = Page(metrics, state.get("lang", "zh"), theme.background)
    top = status_bar(page, state)
    bottom = metrics.height
    if line:
        tall = metrics.sizes[LABEL] + pad
        bottom -= tall
        page.box(0, bottom, metrics.width, tall, theme.bar)
        page.choice(pad, bottom, metrics.width - 2 * pad, tall, line, SMALL, theme.muted, theme.bar, weight=REGULAR)
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
    small = page.other_words(key)
    texts = ["%s · %s" % (small, page.other_words(key + ".sub")), small]
    page.choice(pad, y, wide, metrics.sizes[LABEL], texts, LABEL, theme.muted, theme.background, weight=REGULAR)
    page.say(key)
    return page


def signal(state, metrics, icon, colours, key, badges=(), paper=True, code=""):
    """The coloured screens: sign at the left (above, on a narrow display), words and badges beside it."""
    ground, deep, colour = colours
    pad, sizes = metrics.pad, metrics.sizes
    page = Page(metrics, state.get("lang", "zh"), ground)
    level = BODY if len(badges) < 2 else LABEL
    words = sizes[GIANT] + sizes[LABEL] + pad // 2 + len(badges) * (sizes[level] + pad * 3 // 2)
    words += sizes[LABEL] + pad // 2 if code else 0
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
    top = headline(page, key, left, top, wide, GIANT, colour, ground, colour)
    page.say(key)
    if code:
        code = "%s %s" % (page.words("code"), code)
        page.text(left, top + pad // 2, wide, sizes[LABEL], code, LABEL, colour, ground, weight=REGULAR)
    for badge in badges:
        top += pad // 2
        texts = catalogue.forms(badge, page.lang)
        top += page.badge(left, top, wide, texts, metrics.theme.on_badge, metrics.theme.badge, level)
        page.say(badge)
    return page


def _paper_height(metrics):
    return metrics.sizes[GIANT] + metrics.sizes[LABEL] + metrics.pad * 2


def _paper(page):
    """The white panel at the bottom; returns (x, y, width)."""
    metrics = page.metrics
    height = _paper_height(metrics)
    x, y = metrics.pad, metrics.height - height - metrics.pad
    page.box(x, y, metrics.width - 2 * x, height, metrics.theme.paper, metrics.pad)
    return x, y, metrics.width - 2 * x


def figures_panel(page, figures):
    """One or two labelled numbers side by side in the white panel."""
    metrics, theme, pad = page.metrics, page.metrics.theme, page.metrics.pad
    x, y, wide = _paper(page)
    column = wide // len(figures)
    values = [_value(page, key, value) for key, value in figures]
    labels = ["%s %s" % (page.words(key), page.other_words(key)) for key, _ in figures]
    if max([metrics.text_width(label, metrics.sizes[SMALL], REGULAR) for label in labels]) > column - pad:
        labels = [page.words(key) for key, _ in figures]
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


# Figures that count something, and what they count; what is neither here nor a text is an amount in fen.
_UNITS = {"days_left": "day", "visits_left": "visit"}


def _value(page, key, value):
    if key == "persons":
        return str(value)
    if key in _UNITS:
        return "%d %s" % (value, page.words(_UNITS[key]))
    if isinstance(value, str):
        return value
    if key in ("fare", "paid") and not value:
        return page.words("free")
    return money(value)


def fit_targets(metrics, words, width, height, level):
    """The level at which each of these words fits a button of that size: those that stand side by side look alike."""
    room, tall = width - metrics.pad // 2 * 2, height - metrics.pad // 2
    while level and not all([metrics.fits(text, room, tall, level) for text in words]):
        level -= 1
    return level


def target(page, x, y, width, height, words, action, level, strong=False, icon=None):
    """A button: its words, an icon at their left if it has one, and the touch target."""
    metrics, theme = page.metrics, page.metrics.theme
    pad = metrics.pad // 2
    ground, ink = (theme.accent, theme.on_accent) if strong else (theme.panel, theme.text)
    page.box(x, y, width, height, theme.line, pad)
    page.box(x + 2, y + 2, width - 4, height - 4, ground, pad - 1)
    left, room = x + pad, width - 2 * pad
    if icon:
        side = min(height * 55 // 100, width // 4)
        page.icon(icon, left + pad, y + (height - side) // 2, side, theme.on_accent if strong else theme.accent, ground)
        left, room = left + side + 2 * pad, room - side - 2 * pad
    px, lines = metrics.fit_lines(words, room, height - pad, level) or metrics.squeeze(words, room)
    lines = _even(words, len(lines)) or lines
    page.paragraph(left, y, room, height, px, lines, ink, ground, LEFT if icon else CENTRE)
    page.target(x, y, width, height, action)


def _even(words, count):
    """Chinese words on `count` lines of the same length, so that none has one character left over; None for others."""
    if count < 2 or any([code < 0x2E80 for code in code_points(words)]):
        return None
    size = -(-len(words) // count)
    lines = [words[at : at + size] for at in range(0, len(words), size)]
    return None if any([next(code_points(line)) in NOT_FIRST for line in lines]) else lines


def message_panel(page, key):
    """One reason line that names the next action in the white panel; the other language where there is room for it."""
    metrics, theme, pad = page.metrics, page.metrics.theme, page.metrics.pad
    x, y, wide = _paper(page)
    x, wide = x + pad, wide - 2 * pad
    y, height = y + pad // 2, _paper_height(metrics) - pad
    small = metrics.sizes[LABEL]
    fitted = metrics.fit_lines(page.words(key), wide, height - small - pad // 2, HEAD)
    if fitted:
        height -= small + pad // 2
        page.choice(x, y + height, wide, small, [page.other_words(key)], LABEL, theme.muted_on_paper, theme.paper,
                    weight=REGULAR)  # fmt: skip
    else:
        fitted = metrics.fit_lines(page.words(key), wide, height, HEAD) or metrics.squeeze(page.words(key), wide)
    page.paragraph(x, y, wide, height, fitted[0], fitted[1], theme.on_paper, theme.paper)
    page.say(key)
