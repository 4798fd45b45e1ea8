"""Codes that their platform resolves: two seconds, then the card; nothing kept of the text."""

import json

from simulator.virtual_time import Scheduler, VirtualClock
from terminal.http_client import Answer
from terminal.media.credential import ACCOUNT_CODE, PROVED_NOTHING, token_of
from terminal.media.opaque_code import OpaqueCodes, Resolver
from terminal.media.replay import ReplayStore

ROUTES = (("essc:", "social_card"), ("28", "medical_voucher"))
CODE = b"essc:4f6c1d2e"
KNOWN = {"account": "0102030405060708", "region": "1000", "class": "elder", "valid_to": 1800000000}


class Client:
    """An HttpClient that answers `status` and `body` after `delay_ms`, or is away."""

    def __init__(self, clock, status=200, body=KNOWN, delay_ms=100, away=False):
        self.clock, self.status, self.body, self.delay_ms, self.away = clock, status, body, delay_ms, away
        self.asked = []

    async def request(self, method, path, body=b"", headers=(), sink=None):
        self.asked.append((method, path, json.loads(body)))
        await self.clock.sleep_ms(self.delay_ms)
        if self.away:
            raise OSError(113)
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return Answer(self.status, {}, body)


class Desk:
    def __init__(self, **options):
        self.clock = VirtualClock(utc0=1767225600)
        self.scheduler = Scheduler(self.clock)
        self.client = Client(self.clock, **options)
        resolver = Resolver(self.client, self.clock)
        self.replay = ReplayStore()
        self.codes = OpaqueCodes(ROUTES, resolver, self.replay, self.clock)
        self.scheduler.spawn(resolver.run())
        self.breaths = 0

    async def _breathe(self):
        self.breaths += 1

    def read(self, data=CODE):
        """(result, ms it took)."""
        results = []
        started = self.clock.ms()

        async def once():
            results.append((await self.codes.read(data, self.clock.utc(), self._breathe), self.clock.ms() - started))

        self.scheduler.spawn(once())
        assert self.scheduler.run_until(lambda: results, 10000)
        return results[0]


def test_routes():
    codes = OpaqueCodes(ROUTES, None, ReplayStore(), VirtualClock())
    assert codes.service(CODE) == "social_card"
    assert codes.service(b"28123456") == "medical_voucher"
    for data in (b"", b"https://example.org", b"essc: x", b"essc:\x80", b"28" + b"1" * 511, b"\x81" * 332):
        assert codes.service(data) is None


def test_a_known_account_is_resolved_but_nothing_is_proved():
    desk = Desk()
    result, took = desk.read()
    assert result.reason is None and took < 200
    credential = result.credential
    assert credential.token == token_of(ACCOUNT_CODE, bytes(range(1, 9)))
    assert (credential.region, credential.holder_class, credential.valid_to) == ("1000", "elder", 1800000000)
    assert credential.proved == PROVED_NOTHING
    assert desk.client.asked == [("POST", "/v1/codes/resolve", {"service": "social_card", "code": CODE.decode()})]


def test_no_answer_in_two_seconds_means_use_your_card():
    desk = Desk(delay_ms=5000)
    result, took = desk.read()
    assert result.reason == "code_offline"
    assert 2000 <= took <= 2040
    assert desk.breaths == 100  # a fire input is looked at each 20 ms
    desk.client.delay_ms = 10
    desk.scheduler.run_for(5000)  # the late answer comes and is nobody's
    assert desk.read(b"28999")[0].reason is None
    assert desk.client.asked[-1][2]["code"] == "28999"


def test_a_question_nobody_waits_for_is_not_asked_any_more():
    desk = Desk(delay_ms=6000)
    desk.read()
    assert desk.read(b"28999")[0].reason == "code_offline"  # the task still waits for the first answer
    desk.scheduler.run_for(10000)
    assert [asked[2]["code"] for asked in desk.client.asked] == [CODE.decode()]


def test_a_network_that_is_away():
    nested = b"[" * 900  # more than an interpreter's stack takes
    for options in ({"away": True}, {"status": 500}, {"body": b"<html>"}, {"body": b"[1]"}, {"body": nested}):
        result, took = Desk(**options).read()
        assert result.reason == "code_offline", options
        assert took <= 2040


def test_unknown_codes_ask_once_while_they_are_held_to_the_glass():
    for options in (
        {"status": 404},
        {"body": {}},
        {"body": {"account": "zz"}},
        {"body": dict(KNOWN, account="00" * 16)},
    ):
        desk = Desk(**options)
        assert desk.read()[0].reason == "code_unknown"
        assert desk.read()[0].reason == "code_unknown"
        assert len(desk.client.asked) == 1, options
        desk.scheduler.run_for(5000)
        desk.read()
        assert len(desk.client.asked) == 2
    for key, value in (
        ("class", "king"), ("region", 5), ("region", "1" * 13), ("valid_to", "never"), ("valid_to", -1),
        ("valid_to", 1 << 40), ("account", ""),
    ):  # fmt: skip
        assert Desk(body=dict(KNOWN, **{key: value})).read()[0].reason == "code_unknown"


def test_a_code_that_was_unknown_last_week_is_asked_about_again():
    desk = Desk(status=404)
    desk.read()
    desk.clock.move(150 * 3_600_000)  # nobody presented a code since: half of what ticks can tell is over
    desk.read()
    assert len(desk.client.asked) == 2


def test_a_used_code_is_refused_without_asking():
    desk = Desk()
    result, _ = desk.read()
    assert desk.read()[0].reason is None
    desk.replay.mark(*result.mark)
    asked = len(desk.client.asked)
    assert desk.read()[0].reason == "code_replayed"
    assert len(desk.client.asked) == asked
