"""The session against ports made of nothing: who may come in when, time, late answers, wishes, what ends it and how."""

from simulator.virtual_time import Scheduler, VirtualClock
from terminal.health import Supervisor
from terminal.kiosk.face import KioskFace
from terminal.kiosk.holder import Holder, age_of_number, is_senior, masked_name
from terminal.kiosk.services import Services
from terminal.kiosk.session import Kiosk
from terminal.service_client import NOTHING_SAID, Outcome

DOCUMENT = {
    "version": 1,
    "groups": [{"id": "all", "title": ["全部", "All"], "icon": "list"}],
    "services": [
        {"id": "money", "group": "all", "title": ["钱", "Money"], "short": ["钱", "Money"], "department": ["局", "Office"],
         "icon": "yuan", "pattern": "list", "prints": "slip"},
        {"id": "file", "group": "all", "title": ["报", "File"], "short": ["报", "File"], "department": ["局", "Office"],
         "icon": "list", "pattern": "form", "fields": [{"id": "n", "title": ["号", "No."], "kind": "digits"}]},
    ],
}  # fmt: skip
SETTINGS = {"language": "zh", "site": ["厅", "Hall"], "terminal": "kiosk-1", "idle_s": 12, "warning_s": 4}
ADULT = Holder("aa" * 16, "11010519491231002X", "样**", "psam", "adult", 40, 3, True, "social_card", "slot")
SENIOR = Holder("bb" * 16, None, "", "psam", "elder", None, 3, True, "social_card", "slot")


LOCKED = object()


class Slot:
    state = "ready"

    def __init__(self):
        self.card = self.offered = None

    async def start(self):
        return True

    async def poll(self):
        if self.card is None or self.card is self.offered:
            return None
        self.offered = self.card
        return self.card

    async def present(self):
        return self.card is not None

    async def release(self):
        pass


class Board:
    reader = scanner = printer = face = None

    def __init__(self, clock):
        self.clock = clock
        self.slot = Slot()
        self.touch = self
        self.pressed = []
        self.view = None
        self.said = []
        self.lamp = None

    def poll(self):
        return self.pressed.pop(0) if self.pressed else None

    def forget(self):
        self.pressed = []

    def show(self, view):
        if isinstance(view, dict):
            self.view = view
        else:
            self.lamp = view

    def play(self, notes):
        pass

    def spoken(self, whole):
        return [self.view["screen"] if whole else "prompt"]

    def say(self, lang, texts):
        self.said.append((lang, texts[0]))

    def stop(self):
        self.said.append("hush")


class Identifier:
    """`LOCKED` wants its PIN first; 123456 is right, "111111" finds the card gone."""

    async def card(self, channel, medium):
        if channel is LOCKED:
            return Holder(*ADULT[:1], None, "", *ADULT[3:]), "pin_wanted"
        return (None, channel) if isinstance(channel, str) else (channel, None)

    async def unlock(self, channel, digits):
        if digits == "123456":
            return SENIOR, None
        self.tries = getattr(self, "tries", 3) - 1
        return None, -1 if digits == "111111" else self.tries


class Client:
    """Answers after `after_ms`; what was asked is in `asked`."""

    def __init__(self, clock):
        self.clock = clock
        self.after_ms = 100
        self.outcome = Outcome("reply", dict(NOTHING_SAID, rows=[["一", "one", "1", "text"]]), None)
        self.left = None
        self.asked = []
        self.settled_tokens = []

    async def unfinished(self, holder, lang):
        return self.left

    def settled(self, token):
        self.settled_tokens.append(token)

    async def ask(self, service, action, holder, fields, page, request, lang):
        self.asked.append((service["id"], action, holder["token"], request))
        await self.clock.sleep_ms(self.after_ms)
        return self.outcome


class Desk:
    def __init__(self):
        self.clock = VirtualClock(1773619200)
        self.scheduler = Scheduler(self.clock)
        self.board = Board(self.clock)
        self.client = Client(self.clock)
        self.events = []
        face = KioskFace(self.board, self.board, self.clock, SETTINGS, lambda: (True, 0), self.log, self.board)
        self.kiosk = Kiosk(self.board, Identifier(), Services(DOCUMENT), self.client, SETTINGS, face, self.log)
        self.scheduler.spawn(self.kiosk.run())
        self.scheduler.spawn(self.kiosk.worker.run())
        self.run(100)

    def log(self, event, **facts):
        self.events.append((event, facts))

    def run(self, ms):
        self.scheduler.run_for(ms)

    def insert(self, card):
        self.board.slot.card = card
        self.run(200)

    def press(self, *actions):
        for action in actions:
            self.board.pressed.append(action)
            self.run(60)

    @property
    def screen(self):
        return self.board.view["screen"]

    def ends(self):
        return [facts["why"] for event, facts in self.events if event == "session" and facts["step"] == "end"]


def test_the_card_brings_the_menu_and_takes_it_away():
    desk = Desk()
    assert desk.screen == "kiosk.attract"
    desk.insert(ADULT)
    assert desk.screen == "kiosk.home" and desk.board.view["name"] == "样**"
    desk.press("tile.all", "tile.money")
    assert desk.screen == "kiosk.wait"
    desk.run(200)
    assert desk.screen == "kiosk.list"
    desk.insert(None)
    assert desk.screen == "kiosk.attract" and desk.ends() == ["card_taken"] and desk.kiosk.holder is None


def test_an_answer_that_comes_after_the_card_left_is_nobodys():
    desk = Desk()
    desk.client.after_ms = 5000
    desk.insert(ADULT)
    desk.press("tile.all", "tile.money")
    desk.insert(None)
    desk.insert(SENIOR)
    desk.run(100)
    desk.run(6000)
    assert desk.screen == "kiosk.home" and desk.board.view["elder"]
    assert "样" not in str(desk.board.view["name"])


def test_the_warning_comes_may_be_put_off_and_wipes():
    desk = Desk()
    desk.insert(ADULT)
    desk.run(11500)
    assert desk.screen == "kiosk.home"
    desk.run(1000)
    assert desk.screen == "kiosk.warning" and 3 <= desk.board.view["seconds"] <= 4
    desk.press("extend")
    assert desk.screen == "kiosk.home"
    desk.run(12500)
    assert desk.screen == "kiosk.warning"
    desk.run(4000)
    assert desk.ends() == ["time_out"] and desk.board.view["left"] is True
    assert [event for event, _ in desk.events].count("card_left") == 1
    desk.insert(None)
    assert desk.board.view["left"] is None


def test_nobody_is_hurried_in_elder_mode():
    desk = Desk()
    desk.insert(SENIOR)
    desk.run(23000)
    assert desk.screen == "kiosk.home"
    desk.run(2000)
    assert desk.screen == "kiosk.warning"


def test_waiting_is_not_idling():
    desk = Desk()
    desk.client.after_ms = 40000
    desk.insert(ADULT)
    desk.press("tile.all", "tile.money")
    desk.run(38000)
    assert desk.screen == "kiosk.wait"


def test_what_falls_over_is_not_done_again_and_the_time_out_ends_the_wait():
    desk = Desk()
    asked = []

    async def fall_over(*arguments):
        asked.append(1)
        raise ValueError("no such thing")

    desk.client.ask = fall_over
    supervisor = Supervisor(desk.clock, desk.log)
    desk.scheduler.stop()
    desk.scheduler.spawn(desk.kiosk.run())
    desk.scheduler.spawn(supervisor.keep("worker", desk.kiosk.worker.run))
    desk.run(100)
    desk.insert(ADULT)
    desk.press("tile.all", "tile.money")
    desk.run(8000)
    assert supervisor.failures == {"worker": 1} and len(asked) == 1 and desk.screen == "kiosk.wait"
    desk.run(10000)
    assert desk.ends() == ["time_out"]


def test_another_try_is_the_same_request_and_other_answers_are_another():
    desk = Desk()
    desk.client.outcome = Outcome("unreachable", None, None)
    desk.insert(ADULT)
    desk.press("tile.all", "tile.file", "key.4", "key.ok", "submit")
    desk.run(200)
    assert desk.screen == "kiosk.error"
    desk.press("retry")
    desk.run(200)
    desk.press("back", "edit.n", "key.5", "key.ok", "submit")
    desk.run(200)
    requests = [asked[3] for asked in desk.client.asked]
    assert len(requests) == 3 and requests[0] == requests[1] != requests[2] and len(requests[0]) == 16


def test_what_a_cut_left_open_comes_first_and_is_settled_when_it_was_seen():
    desk = Desk()
    desk.client.left = ("file", "submit", Outcome("reply", dict(NOTHING_SAID, reference="F7"), None))
    desk.insert(ADULT)
    assert desk.screen == "kiosk.done" and desk.board.view["reference"] == "F7"
    assert desk.client.settled_tokens == [] and desk.client.asked == []
    desk.press("back")
    assert desk.client.settled_tokens == [ADULT.token] and desk.screen == "kiosk.home"


def test_a_time_out_settles_nothing():
    desk = Desk()
    desk.client.left = ("file", "submit", Outcome("queued", None, "kiosk-1-000001"))
    desk.insert(ADULT)
    assert desk.board.view["kept"]
    desk.run(18000)
    assert desk.ends() == ["time_out"] and desk.client.settled_tokens == []


def test_a_reader_that_dies_ends_the_session_and_without_any_the_kiosk_is_out():
    desk = Desk()
    desk.insert(ADULT)
    desk.board.slot.state = "absent"
    desk.board.slot.card = None
    desk.run(100)
    assert desk.ends() == ["reader_lost"]
    assert desk.board.view["media"] == ("phone",)
    desk.kiosk.face._status = lambda: (False, 0)
    desk.run(100)
    assert desk.screen == "kiosk.out"


def test_a_refused_card_says_why_and_lets_the_next_one_in():
    desk = Desk()
    desk.insert("hotlisted")
    assert desk.screen == "kiosk.identify" and desk.board.view["reason"] == "hotlisted"
    desk.insert(None)
    desk.insert(ADULT)
    assert desk.screen == "kiosk.home"


def test_wishes_end_with_the_session():
    desk = Desk()
    desk.insert(ADULT)
    desk.press("language", "elder", "contrast")
    assert [desk.board.view[name] for name in ("lang", "elder", "contrast")] == ["en", True, True]
    desk.press("out")
    assert [desk.board.view[name] for name in ("lang", "elder", "contrast")] == ["zh", False, False]


def test_voice_reads_each_new_screen_and_stops_when_told():
    desk = Desk()
    desk.insert(ADULT)
    desk.board.said = []
    desk.press("voice", "tile.all")
    assert desk.board.said == [("zh", "kiosk.home"), ("zh", "kiosk.group")]
    desk.press("voice")
    assert desk.board.said[-1] == "hush"


def test_elders_hear_the_prompts_and_never_what_concerns_them():
    desk = Desk()
    desk.insert(SENIOR)
    desk.press("tile.all", "tile.money")
    said = [what for what in desk.board.said if what != "hush"]
    assert len(said) > 2 and set(said) == {("zh", "prompt")}
    desk.press("voice")
    assert desk.board.said[-1] == ("zh", desk.screen), "the whole screen once the voice was asked for"


def test_help_lies_over_the_page_and_calls_once():
    desk = Desk()
    desk.insert(ADULT)
    desk.press("tile.all", "help")
    assert desk.screen == "kiosk.help"
    desk.press("call", "back")
    assert desk.screen == "kiosk.group" and desk.board.lamp == "amber"
    assert ("call", {"medium": "slot"}) in desk.events


def test_no_fact_of_the_holder_is_ever_logged():
    desk = Desk()
    desk.insert(ADULT)
    desk.press("tile.all", "tile.file", "key.4", "key.7", "key.ok", "submit")
    desk.run(500)
    said = str(desk.events)
    for secret in (ADULT.identity, ADULT.name, ADULT.token, "47"):
        assert secret not in said, secret


def test_ages_and_masks():
    assert age_of_number("11010519491231002X", 1773619200) == 76
    assert age_of_number("11010520260317002X", 1773619200) == -1 and age_of_number("12", 0) is None
    assert is_senior(SENIOR) and not is_senior(ADULT)
    assert [masked_name(name) for name in ("王", "王五", "王建国", "欧阳建国", "")] == ["王", "王*", "王**", "欧**", ""]


def keyed(digits):
    return ["key." + digit for digit in digits] + ["key.ok"]


def test_a_card_that_keeps_its_holder_shut_is_opened_by_its_pin_before_anything_else():
    desk = Desk()
    desk.insert(LOCKED)
    assert desk.screen == "kiosk.pin" and desk.kiosk.holder.identity is None
    desk.press(*keyed("000000"))
    assert desk.screen == "kiosk.pin" and desk.board.view["tries"] == 2
    desk.press(*keyed("123456"))
    desk.run(300)
    assert desk.screen == "kiosk.home" and desk.board.view["elder"] and desk.kiosk.holder is SENIOR
    assert [facts for event, facts in desk.events if "123456" in repr(facts) or "000000" in repr(facts)] == []


def test_whoever_does_not_know_the_pin_of_such_a_card_sees_no_menu():
    desk = Desk()
    for leave in (["back"], ["out"]):
        desk.insert(LOCKED)
        desk.press(*leave)
        assert desk.screen == "kiosk.attract" and desk.kiosk.holder is None
        desk.board.slot.card = desk.board.slot.offered = None
        desk.run(200)
    desk.insert(LOCKED)
    for _ in range(3):
        desk.press(*keyed("000000"))
    assert desk.screen == "kiosk.error" and desk.board.view["reason"] == "pin_blocked"
    desk.press("back")
    assert desk.screen == "kiosk.attract" and desk.ends()[-1] == "locked"
