import json

from offline_store.journal import Journal
from offline_store.media import RamMedium
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.http_client import Answer
from terminal.kiosk.outbox import RECORD_LENGTH, Outbox
from tests.portable.test_envelope import KEY, opened

_MEDIUM = RamMedium(65536)  # one for all: a board's heap has no room for two
_COUNT = [0]


def randomly(count):
    """Not random, but never the same twice."""
    _COUNT[0] += 1
    return bytes([(_COUNT[0] * 7 + at * 13) & 0x7F for at in range(count)])


class Headend:
    """Takes forms while `away` is False; `forms` as (request, what was in it)."""

    def __init__(self):
        self.away = False
        self.status = 200
        self.forms = []

    async def request(self, method, path, body=b"", headers=(), sink=None, timeout_ms=None):
        if self.away:
            raise OSError(113)
        assert (method, path.split("?")[0]) == ("POST", "/v1/forms")
        number = path.split("request=")[1]
        if self.status == 200:
            self.forms.append((number, json.loads(opened(bytes(body), bytes.fromhex(number)))))
        return Answer(self.status, {}, b"{}")

    def close(self):
        pass


class Kiosk:
    def __init__(self, journal=None, key=KEY):
        self.clock = VirtualClock(utc0=1773619200)
        self.scheduler = Scheduler(self.clock)
        self.journal = journal or Journal.format(_MEDIUM, 1, RECORD_LENGTH)
        self.events = []
        self.headend = Headend()
        self.outbox = Outbox(self.journal, self.clock, "kiosk-1", randomly, lambda: key, self._heard)
        self.scheduler.spawn(self.outbox.run(self.headend))
        self.scheduler.run_for(1)

    def _heard(self, name, **facts):
        self.events.append((name, facts))

    def put(self, request, **asked):
        kept = self.outbox.put(request, asked)
        self.outbox.release(request)
        return kept


def test_a_form_waits_sealed_and_is_sent_when_the_network_is_there():
    kiosk = Kiosk()
    kiosk.headend.away = True
    reference = kiosk.outbox.next_reference()
    assert kiosk.put("00000000000000aa", phone="13800000000")
    kiosk.scheduler.run_for(30000)
    assert (kiosk.outbox.waiting, kiosk.headend.forms, reference) == (1, [], "kiosk-1-000001")
    assert kiosk.outbox.reference_of("00000000000000aa") == reference
    for _, payload in kiosk.journal.unacknowledged():
        assert b"138" not in payload and b"phone" not in payload
    kiosk.headend.away = False
    kiosk.scheduler.run_for(130000)
    assert kiosk.headend.forms == [("00000000000000aa", {"phone": "13800000000"})]
    assert kiosk.outbox.waiting == 0 and kiosk.journal.queued == 0
    assert kiosk.events[-1] == ("form_sent", {"form": kiosk.journal.last_seq})
    assert kiosk.outbox.reference_of("00000000000000aa") is None


def test_what_was_answered_live_is_not_sent_and_blocks_nothing():
    kiosk = Kiosk()
    kiosk.headend.away = True
    for number in ("00000000000000a1", "00000000000000a2", "00000000000000a3"):
        kiosk.put(number, n=number)
    kiosk.outbox.done("00000000000000a2")
    assert kiosk.outbox.waiting == 2
    kiosk.headend.away = False
    kiosk.scheduler.run_for(130000)
    assert [number for number, _ in kiosk.headend.forms] == ["00000000000000a1", "00000000000000a3"]
    assert kiosk.journal.queued == 0


def test_a_form_that_is_tried_live_is_left_alone():
    kiosk = Kiosk()
    assert kiosk.outbox.put("00000000000000b1", {})
    kiosk.scheduler.run_for(10000)
    assert kiosk.headend.forms == []
    kiosk.outbox.release("00000000000000b1")
    kiosk.scheduler.run_for(10000)
    assert len(kiosk.headend.forms) == 1


def test_what_the_head_end_does_not_take_stays():
    kiosk = Kiosk()
    kiosk.headend.status = 503
    kiosk.put("00000000000000c1")
    kiosk.scheduler.run_for(30000)
    assert kiosk.outbox.waiting == 1
    kiosk.headend.status = 200
    kiosk.scheduler.run_for(130000)
    assert kiosk.outbox.waiting == 0


def test_forms_come_back_after_the_plug():
    kiosk = Kiosk()
    kiosk.headend.away = True
    kiosk.put("00000000000000d1", n=1)
    kiosk.scheduler.run_for(3000)
    again = Kiosk(Journal(_MEDIUM, 1, RECORD_LENGTH))
    again.scheduler.run_for(3000)
    assert again.headend.forms == [("00000000000000d1", {"n": 1})]
    assert Journal(_MEDIUM, 1, RECORD_LENGTH).queued == 0


def test_without_key_or_room_nothing_waits():
    assert not Kiosk(key=None).put("00000000000000e1")
    kiosk = Kiosk()
    kiosk.headend.away = True
    kept = 0
    while kiosk.put("%016x" % kept):
        kept += 1
    assert kept == kiosk.outbox.waiting and kept > 20
    assert ("forms_wait", {"waiting": kept}) in kiosk.events
    assert kiosk.outbox.reference_of("%016x" % kept) is None
