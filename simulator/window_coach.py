"""Host only: what a newcomer to the desk is told to try, one thing after the other; each is done when it was seen to work."""

from collections import namedtuple

import pygame

from simulator import window_cards
from simulator.window_look import AMBER, FAINT, KEY_CAP, MUTED, TEXT, mix
from simulator.window_words import words

_GHOST_MS = 3600  # from one flight of the ghost to the next
_FLIGHT = 0.4  # share of it that the flight takes

# `card` and `action` are what blinks: a card of the tray, a button of the bar. `done(coach, event)` ends the step.
_Step = namedtuple("_Step", "zh en card action done")


def _event(name, **facts):
    def done(coach, event):
        return event["event"] == name and all(event.get(key) == value for key, value in facts.items())

    return done


def _in_a_service(coach, event):
    return event["event"] == "show" and event.get("screen") == "kiosk.group"


def _answered(coach, event):
    return event["event"] == "show" and event.get("screen") in ("accepted", "refused")


def _let_in(coach, event):
    return event["event"] == "show" and event.get("screen") == "accepted"


def _accepted_offline(coach, event):
    return not coach.network and _let_in(coach, event)


def _caught_up(coach, event):
    return coach.network and event["event"] == "shipped"


_OFFLINE = (
    _Step("按 N 断网，再刷一张卡：照样办，记录先存着", "N: cut the network, then tap a card: it works, the record waits", "adult", "network", _accepted_offline),
    _Step("再按 N 联网：存下的记录自动补传", "N again: what waited is uploaded by itself", None, "network", _caught_up),
)  # fmt: skip
_TAP = _Step(
    "把「社保卡 成人」拖到右边的读卡区，或按 1",
    "Drag the adult's card onto the reader, or press 1",
    "adult",
    None,
    _let_in,
)
_TORN = _Step(
    "按 6：付款中拿开的卡；再按 6：补齐，不重复扣",
    "6: a card torn away while paying; 6 again: finished, not charged twice",
    "torn",
    None,
    _event("recovered"),
)
_PLUG = _Step(
    "按 P 断电，再按 P 上电：一条记录也不丢",
    "P pulls the plug, P again boots: no record is lost",
    None,
    "power",
    _event("boot"),
)
_HALF = _Step(
    "按 2 刷老年人的卡：看优惠、灯和余额",
    "2: a senior's card. Watch concession, lamps and balance",
    "elder",
    None,
    _event("present", card="elder"),
)
_FREE = _Step(
    "按 8 刷北京的卡：看红灯、原因和代码",
    "8: a card of Beijing. Watch the lamp, the reason, its code",
    "far-city",
    None,
    _event("present", card="far-city"),
)


def _walk(zh, en):
    return _Step(zh, en, None, "walk", _event("passage", state="passed"))


_GATE = _walk("闸门开了：按空格，让乘客走过去", "The gate is open: Space lets the passenger through")
_FREE_LANE = (_TAP, _GATE, _FREE, *_OFFLINE, _PLUG)
# Of lanes where something else stands, nobody pays, or the day begins before it opens.
_PLACES = {
    "bus240": (_TAP, _walk("可以上车了：按空格", "They may board: Space"), _HALF, *_OFFLINE, _TORN, _PLUG),
    "ferry240": (_TAP, _walk("栏杆开了：按空格上船", "The bar is open: Space boards"), _HALF, *_OFFLINE, _TORN, _PLUG),
    "bike320": (_TAP, _walk("车锁开了：按空格取车", "The lock is open: Space takes the bike"), _PLUG),
    "hospital480": (_TAP, _GATE, _FREE, _PLUG),  # without a network nobody says who may go in
    "campus480": _FREE_LANE,
    "museum480": (
        _Step(
            "按 1 刷卡：周一闭馆，看红灯、原因和代码",
            "1: closed on Mondays. Watch the lamp, the reason, its code",
            "adult",
            None,
            _event("show", screen="refused"),
        ),
        _PLUG,
    ),
    "library480": (
        _Step("还没开馆：按 K，一小时后再来", "It is not open yet: K lets an hour go by", None, None, _event("hour")),
        *_FREE_LANE,
    ),
}
_STEPS = {
    "lane": (_TAP, _GATE, _HALF, *_OFFLINE, _TORN, _PLUG),
    "kiosk": (
        _Step("把「社保卡 老年人」拖到左边的插卡口", "Drag the senior's card into the slot on the left", "elder", None, _event("session", step="begin")),
        _Step("鼠标就是手指：在屏幕上点一项服务", "The mouse is a finger: touch a service on the screen", None, None, _in_a_service),
        _Step("点「退出」，或把卡拖出插卡口：屏幕立刻清空", "Touch Exit, or drag the card out: the screen is wiped at once", None, None, _event("session", step="end")),
        _Step("换一张卡刷读卡区，办完会打印", "Tap another card on the reader; what is done is printed", "adult", None, _event("session", step="begin")),
    ),
    "desk": (
        _Step("点「读卡」：屏幕对着持卡人，说明为什么、读什么", "Click Read: the screen tells the holder what for and what is read", None, "staff_read", _event("show", screen="desk.asking")),
        _Step("把「社保卡 成人」拖到读卡区，或按 1：放卡就是同意", "Drag the adult's card onto the reader, or press 1: that is the consent", "adult", None, _event("show", screen="desk.told")),
        _Step("点「是本人」：写进同意记录", "Click Holder: it goes on the consent's record", None, "staff_yes", _event("staff", answer="OK", hears=None)),
        _Step("换一个业务，再读一张卡：只给这项业务要的字段", "Choose another purpose and read: only its fields are told", None, "staff_next", _event("show", screen="desk.told")),
    ),
    "pad": (
        _Step("鼠标就是手指：输入金额，点「收款」", "The mouse is a finger: key an amount, touch Charge", None, None, _event("show", screen="ask")),
        _Step("把「社保卡 成人」拖到读卡区，或按 1", "Drag the adult's card onto the reader, or press 1", "adult", None, _answered),
        *_OFFLINE,
    ),
}  # fmt: skip


class Coach:
    """Where a newcomer is in the steps for one profile, or else for its kind of terminal, see simulator.looks.kind."""

    def __init__(self, kind, profile=""):
        self._steps = _PLACES.get(profile, _STEPS[kind])
        self.at = 0
        self.network = True

    @property
    def count(self):
        return len(self._steps)

    @property
    def runs(self):
        """There is still a step to take."""
        return self.at < self.count

    @property
    def card(self):
        return self._steps[self.at].card if self.runs else None

    @property
    def action(self):
        return self._steps[self.at].action if self.runs else None

    def text(self, lang):
        step = self._steps[self.at]
        return step.zh if lang == "zh" else step.en

    def skip(self):
        """The next step, done or not."""
        self.at += self.runs

    def end(self):
        """No more of it: for films, and for whoever knows the desk."""
        self.at = self.count

    def hear(self, event):
        """An event of the terminal or of the world around it."""
        if event["event"] == "network":
            self.network = event["on"]
        if self.runs and self._steps[self.at].done(self, event):
            self.at += 1


def draw(look, surface, layout, desk):
    """The strip over the log: the step to take, how many there are; a click goes on to the next."""
    px, rect, coach = layout.px, layout.coach, desk.coach
    look.panel(
        surface,
        rect,
        px(8),
        mix(KEY_CAP, AMBER, 0.2 if rect.collidepoint(desk.mouse) else 0.12),
        mix(KEY_CAP, AMBER, 0.5),
    )
    dots = pygame.Rect(rect.right - px(14 + 14 * coach.count), rect.y, px(14 * coach.count), rect.height)
    for at in range(coach.count):
        centre = dots.x + px(14 * at + 7), dots.centery
        look.disc(surface, centre, px(4), AMBER if at < coach.at else MUTED if at == coach.at else FAINT)
    look.fitted(surface, words("coach", desk.lang), px(14), AMBER, (rect.x + px(12), rect.y, px(56), rect.height))
    text = pygame.Rect(rect.x + px(70), rect.y, dots.x - rect.x - px(76), rect.height)
    look.fitted(surface, coach.text(desk.lang), px(15), TEXT, text)


def draw_ghost(look, surface, layout, desk):
    """Before the very first card: a pale card that glides from the tray to its place, as a hand would take it."""
    coach = desk.coach
    if coach.at or not coach.card or desk.held:
        return
    share = desk.shown_ms % _GHOST_MS / _GHOST_MS / _FLIGHT
    if share >= 1:
        return
    card = desk.card(coach.card)
    start, end = desk.slot(card).center, (layout.slot or layout.reader).center
    share = share * share * (3 - 2 * share)
    centre = [int(a + (b - a) * share) for a, b in zip(start, end, strict=True)]
    rect = window_cards.held_rect(layout, card, centre)
    ghost = look.keep(("ghost", card.name, rect.size, desk.lang), lambda: _ghost(look, layout, desk, card, rect.size))
    ghost.set_alpha(150)
    surface.blit(ghost, rect)


def _ghost(look, layout, desk, card, size):
    image = pygame.Surface(size, pygame.SRCALPHA)
    window_cards.draw_card(look, image, layout, desk, card, image.get_rect())
    return image
