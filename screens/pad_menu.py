"""A pad's own pages, for whoever sells: menu, sales, refund, shift, shares of an insurance, receipt. See docs/pad.md.

View states as the rooms of terminal.pad show them; amounts in fen, times as UTC seconds.
"""

from micropython import const

from screens import pad_words, parts
from screens.metrics import BODY, GIANT, HEAD, LABEL, REGULAR, TITLE
from screens.page import CENTRE, LEFT, RIGHT, Page

_CHINA = const(28800)


class _Page(Page):
    """A page under the status bar: `y` goes down with what is put on it, buttons grow from the foot up."""

    def __init__(self, state, metrics):
        Page.__init__(self, metrics, state.get("lang", "zh"), metrics.theme.background)
        self.pad = metrics.pad
        self.wide = metrics.width - 2 * self.pad
        self.y = parts.status_bar(self, state) + self.pad
        self.foot = metrics.height - self.pad // 2
        self.tall = metrics.mm(10)

    def words(self, key):
        return pad_words.text(key, self.lang)

    def title(self, key):
        size = self.metrics.sizes[HEAD]
        theme = self.metrics.theme
        self.text(self.pad, self.y, self.wide, size, self.words(key), TITLE, theme.text, theme.background)
        self.y += size + self.pad

    def money(self, fen, level=GIANT):
        theme, size = self.metrics.theme, self.metrics.sizes[level]
        self.text(self.pad, self.y, self.wide, size, parts.money(fen), level, theme.text, theme.background)
        self.y += size + self.pad

    def line(self, key, value, level=BODY):
        """A word at the left, its value at the right."""
        theme, size = self.metrics.theme, self.metrics.sizes[level]
        half = self.wide * 11 // 20
        x, ground = self.pad, theme.background
        self.text(x, self.y, half, size, self.words(key), LABEL, theme.muted, ground, LEFT, REGULAR)
        self.text(x + half, self.y, self.wide - half, size, value, level, theme.text, ground, RIGHT)
        self.y += size + self.pad // 2

    def note(self, key):
        theme, size = self.metrics.theme, self.metrics.sizes[LABEL]
        words = self.words(key)
        fitted = self.metrics.fit_lines(words, self.wide, 3 * size, BODY) or self.metrics.squeeze(words, self.wide)
        high = len(fitted[1]) * self.metrics.line_height(fitted[0])
        self.paragraph(self.pad, self.y, self.wide, high, fitted[0], fitted[1], theme.text, theme.background, CENTRE)
        self.y += high + self.pad

    def buttons(self, *rows):
        """Rows of (key, action) from the foot up; the first of them is the strong one."""
        gap = self.pad // 2
        for at, row in enumerate(rows):
            self.foot -= self.tall
            column = (self.wide + gap) // len(row)
            for across, (key, action) in enumerate(row):
                words = self.words(key)
                x = self.pad + across * column
                parts.target(
                    self, x, self.foot, column - gap, self.tall, words, action, BODY, at == 0 and across == 0
                )  # fmt: skip
            self.foot -= gap


def _time(utc):
    """hh:mm in China."""
    minutes = (utc + _CHINA) % 86400 // 60
    return "%02d:%02d" % (minutes // 60, minutes % 60)


def _menu(state, metrics):
    page = _Page(state, metrics)
    page.title("pad.menu")
    printer = state.get("printer")
    if printer not in (None, "ready", "near_end"):
        page.note("pad." + printer)
    rows = [[("pad.sales", "sales")], [("pad.shift", "shift")]]
    if printer is not None:
        rows.append([("pad.test_print", "test_print")])
    page.buttons([("pad.back", "back")], *rows[::-1])
    return page.ops


def _sales(state, metrics):
    page = _Page(state, metrics)
    page.title("pad.sales")
    if not state["rows"]:
        page.note("pad.no_sales")
    for seq, time, fen, back, is_void in state["rows"]:
        words = "%s   %s" % (_time(time), parts.money(fen))
        if is_void:
            words += "  " + page.words("pad.voided")
        elif back:
            words += "  -" + parts.money(back)
        parts.target(page, page.pad, page.y, page.wide, page.tall, words, "sale.%d" % seq, BODY)
        page.y += page.tall + page.pad // 2
    last = [("pad.back", "back")]
    page.buttons(last + [("pad.more", "more")] if state["more"] else last)
    return page.ops


def _sale(state, metrics):
    page = _Page(state, metrics)
    page.line("pad.asked", "%s  No. %d" % (_time(state["time"]), state["seq"]), LABEL)
    page.money(state["amount"])
    if state["fund"]:
        page.line("pad.fund", parts.money(state["fund"]))
    if state["is_void"]:
        page.note("pad.voided")
    elif state["back"]:
        page.line("pad.returned", parts.money(state["back"]))
        page.line("pad.left", parts.money(state["left"]))
    rows = [[("pad.back", "back")]]
    if state["may_print"]:
        rows.append([("pad.print", "print")])
    undo = [("pad.refund", "refund")] if state["may_refund"] else []
    undo += [("pad.void", "void")] if state["may_void"] else []
    page.buttons(*(rows + [undo] if undo else rows))
    return page.ops


def _back(state, metrics):
    page = _Page(state, metrics)
    page.title("pad.back_title")
    page.money(state["amount"])
    if state["card"]:
        page.note("pad.tap_card")
        side = metrics.mm(16)
        x, theme = (metrics.width - side) // 2, metrics.theme
        page.icon("card", x, page.y, side, theme.accent, theme.background)
    page.buttons([("pad.back_in_cash", "cash")], [("pad.cancel", "back")])
    return page.ops


def _given(state, metrics):
    page = _Page(state, metrics)
    page.title("pad.voided" if state["void"] else "pad.given")
    page.money(state["amount"])
    if state["cash"]:
        page.note("pad.back_in_cash")
    rows = [[("pad.next", "back")]]
    page.buttons(*(rows + [[("pad.print", "print")]] if state["may_print"] else rows))
    return page.ops


def _shift(state, metrics):
    page = _Page(state, metrics)
    page.title("pad.shift")
    page.line("pad.count", "%d" % state["count"])
    page.line("pad.sold", parts.money(state["sold"]))
    page.line("pad.returned", parts.money(-state["back"]))
    page.line("pad.net", parts.money(state["net"]), TITLE)
    for key in ("fund", "cash"):
        if state[key]:
            page.line("pad." + key, parts.money(state[key]))
    for key in ("doubtful", "open"):
        if state[key]:
            page.line("pad." + key, "%d" % state[key])
    page.buttons([("pad.close", "close")], [("pad.back", "back")])
    return page.ops


def _shares(state, metrics):
    page = _Page(state, metrics)
    page.line("pad.total", parts.money(state["total"]), TITLE)
    page.line("pad.fund", parts.money(state["fund"]), TITLE)
    page.y += page.pad
    page.line("pad.own", "")
    page.money(state["own"])
    if state["offline"]:
        page.note("pad.offline")
    page.buttons([("pad.confirm", "confirm")], [("pad.cancel", "cancel")])
    return page.ops


def _receipt(state, metrics):
    page = _Page(state, metrics)
    page.title("pad.accepted")
    page.money(state["amount"])
    page.buttons([("pad.print", "print")], [("pad.next", "next")])
    return page.ops


def _print(state, metrics):
    page = _Page(state, metrics)
    problem = state.get("problem")
    page.title("pad." + problem if problem not in (None, "ready", "near_end") else "pad.printing")
    side = metrics.mm(20)
    theme = metrics.theme
    page.icon("print", (metrics.width - side) // 2, page.y, side, theme.accent, theme.background)
    if problem:
        page.buttons([("pad.again", "again")], [("pad.next", "back")])
    return page.ops


def _served(state, metrics):
    page = _Page(state, metrics)
    page.title("pad.served_title")
    page.line("pad.asked", _time(state["time"]))
    page.money(state["amount"])
    page.buttons([("pad.served", "served")], [("pad.not_served", "not_served")])
    return page.ops


def _notice(state, metrics):
    page = _Page(state, metrics)
    if state.get("amount") is not None:
        page.money(state["amount"])
    page.note(state["notice"])
    page.buttons([("pad.next", "ok")])
    return page.ops


def _wait(state, metrics):
    page = _Page(state, metrics)
    page.title("pad.wait")
    return page.ops


SCREENS = {
    "menu": _menu, "sales": _sales, "sale": _sale, "back": _back, "given": _given, "shift": _shift, "shares": _shares,
    "receipt": _receipt, "print": _print, "served": _served, "notice": _notice, "wait": _wait,
}  # fmt: skip
