import json

from offline_store.journal import Journal
from offline_store.media import RamMedium
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.http_client import Answer
from terminal.kiosk.outbox import RECORD_LENGTH, Outbox
from terminal.kiosk.services import Services
from terminal.kiosk.unfinished import Unfinished
from terminal.service_client import ServiceClient, parse_reply
from tests.portable.test_envelope import KEY
from tests.portable.test_outbox import _MEDIUM, randomly

HOLDER = {"token": "ab" * 16, "identity": "990100195003120217", "proved": "pin", "class": "elder"}
SERVICES = Services(
    {
        "version": 1,
        "groups": [{"id": "g"}],
        "services": [
            {"id": "list", "group": "g", "pattern": "list", "title": ["一", "One"]},
            {
                "id": "file",
                "group": "g",
                "pattern": "form",
                "title": ["二", "Two"],
                "needs": "identity",
                "offline": "queue",
            },
        ],
    }  # fmt: skip
)
LIST, FILE = SERVICES.service("list"), SERVICES.service("file")
OK = b'{"status":"ok","rows":[["a","b",1,"money"]],"reference":"7"}'


class Headend:
    """A script of answers: bytes are a 200 body, numbers a status, None the network away; the last one stays."""

    def __init__(self, *script):
        self.script = list(script)
        self.asked = []
        self.limits = []

    async def request(self, method, path, body=b"", headers=(), sink=None, timeout_ms=None):
        self.asked.append((path, json.loads(body)))
        self.limits.append(timeout_ms)
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if answer is None:
            raise OSError(113)
        if isinstance(answer, int):
            return Answer(answer, {}, b"")
        return Answer(200, {}, answer)

    def close(self):
        pass


class Kiosk:
    def __init__(self, *script, outbox=False, notes=None, budget_ms=8000):
        self.clock = VirtualClock(utc0=1773619200)
        self.scheduler = Scheduler(self.clock)
        self.headend = Headend(*script)
        self.outbox = None
        if outbox:
            journal = Journal.format(_MEDIUM, 1, RECORD_LENGTH)
            self.outbox = Outbox(journal, self.clock, "kiosk-1", randomly, lambda: KEY)
        self.client = ServiceClient(self.headend, self.clock, "kiosk-1", randomly, self.outbox, budget_ms, notes=notes)

    def run(self, coroutine):
        out = []

        async def task():
            out.append(await coroutine)

        self.scheduler.spawn(task())
        assert self.scheduler.run_until(lambda: out, 60000)
        return out[0]

    def ask(self, *arguments, **named):
        return self.run(self.client.ask(*arguments, **named))


def test_a_reply_has_every_key():
    outcome = Kiosk(OK).ask(LIST, "look", HOLDER)
    assert (outcome.state, outcome.reply["reference"], outcome.reply["pages"]) == ("reply", "7", 1)
    assert outcome.reply["rows"][0][2] == 1 and outcome.reply["amount"] is None


def test_the_number_is_sent_only_where_it_is_needed():
    kiosk = Kiosk(OK)
    kiosk.ask(LIST, "look", HOLDER)
    kiosk.ask(FILE, "submit", HOLDER, {"a": 1})
    (_, first), (path, second) = kiosk.headend.asked
    assert "identity" not in first and second["identity"] == HOLDER["identity"]
    assert (path, second["fields"], second["time"]) == ("/v1/service/file", {"a": 1}, 1773619200)


def test_retries_repeat_the_number_within_the_budget():
    kiosk = Kiosk(None, 503, None, OK)
    outcome = kiosk.ask(FILE, "pay", HOLDER)
    assert outcome.state == "reply"
    assert len({asked["request"] for _, asked in kiosk.headend.asked}) == 1 and len(kiosk.headend.asked) == 4
    assert kiosk.headend.limits[0] == 8000 and kiosk.headend.limits[-1] < 6000
    kiosk.ask(FILE, "pay", HOLDER)
    assert len({asked["request"] for _, asked in kiosk.headend.asked}) == 2


def test_the_budget_ends_it():
    kiosk = Kiosk(None)
    assert kiosk.ask(LIST, "look", HOLDER).state == "unreachable"
    assert kiosk.clock.ms() <= 8000 and len(kiosk.headend.asked) > 3


def test_a_network_that_is_not_there_does_not_cost_a_weak_ones_budget():
    kiosk = Kiosk(None, budget_ms=120000)
    assert kiosk.ask(LIST, "look", HOLDER).state == "unreachable"
    assert kiosk.clock.ms() <= 8000


def test_what_is_not_taken_is_told_and_not_repeated():
    kiosk = Kiosk(400)
    outcome = kiosk.ask(LIST, "look", HOLDER)
    assert (outcome.state, outcome.reply["status"]) == ("reply", "refused")
    assert outcome.reply["message"][0] and len(kiosk.headend.asked) == 1


def test_what_is_no_reply_counts_as_no_answer():
    assert Kiosk(b'{"status":"fine"}').ask(LIST, "look", HOLDER).state == "unreachable"
    assert Kiosk(b'{"status":"ok","rows":[[1]]}').ask(LIST, "look", HOLDER).state == "unreachable"
    assert parse_reply(OK)["status"] == "ok"


def test_a_form_is_queued_when_nobody_answers_and_only_then():
    kiosk = Kiosk(None, outbox=True)
    outcome = kiosk.ask(FILE, "submit", HOLDER, {"a": 1})
    assert (outcome.state, outcome.reference, kiosk.outbox.waiting) == ("queued", "kiosk-1-000001", 1)
    assert kiosk.headend.asked[0][1]["interim"] == "kiosk-1-000001"
    kiosk.headend.script = [OK]
    assert kiosk.ask(FILE, "submit", HOLDER, {"a": 2}).state == "reply"
    assert kiosk.outbox.waiting == 1
    assert kiosk.ask(FILE, "look", HOLDER).state == "reply"
    kiosk.headend.script = [None]
    assert kiosk.ask(FILE, "look", HOLDER).state == "unreachable"


def test_what_was_cut_off_is_told_at_the_next_sign_in():
    medium = RamMedium(16384)
    Kiosk(None, notes=Unfinished(medium)).ask(FILE, "pay", HOLDER, request="00000000000000aa")
    kiosk = Kiosk(OK, notes=Unfinished(medium))
    assert kiosk.run(kiosk.client.unfinished({"token": "cd" * 16})) is None
    service, action, outcome = kiosk.run(kiosk.client.unfinished(HOLDER))
    assert (service, action, outcome.reply["reference"]) == ("file", "pay", "7")
    path, asked = kiosk.headend.asked[0]
    assert (asked["action"], asked["request"]) == ("recall", "00000000000000aa") and "identity" not in asked
    kiosk.client.settled(HOLDER["token"])
    again = Kiosk(OK, notes=Unfinished(medium))
    assert again.run(again.client.unfinished(HOLDER)) is None and again.headend.asked == []


def test_what_never_got_there_is_forgotten_and_what_waits_is_told():
    medium = RamMedium(16384)
    Kiosk(None, notes=Unfinished(medium)).ask(FILE, "pay", HOLDER)
    kiosk = Kiosk(b'{"status":"unknown"}', notes=Unfinished(medium))
    assert kiosk.run(kiosk.client.unfinished(HOLDER)) is None
    assert Unfinished(medium).of(HOLDER["token"]) is None
    kiosk = Kiosk(None, outbox=True, notes=Unfinished(medium))
    kiosk.ask(FILE, "submit", HOLDER)
    service, action, outcome = kiosk.run(kiosk.client.unfinished(HOLDER))
    assert (outcome.state, outcome.reference) == ("queued", "kiosk-1-000001")


def test_a_note_says_nothing_of_a_person():
    medium = RamMedium(16384)
    Kiosk(None, notes=Unfinished(medium)).ask(FILE, "submit", HOLDER, {"phone": "13800000000"})
    raw = bytearray(medium.size)
    medium.read_into(0, raw)
    assert HOLDER["token"].encode() in raw
    assert b"990100" not in raw and b"138000" not in raw
