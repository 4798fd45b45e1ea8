"""Another system's yes or no, and the two seconds it has for it."""

from simulator.virtual_time import Scheduler, VirtualClock
from terminal.media.opaque_code import Resolver
from terminal.tap.outside_check import PATIENCE_MS, OutsideCheck

TOKEN = bytes(range(16))


class Answer:
    def __init__(self, status, body):
        self.status = status
        self.body = body


class Client:
    """Answers after so many ms; an OSError is raised."""

    def __init__(self, clock, answer, ms):
        self.clock, self.answer, self.ms = clock, answer, ms
        self.asked = []

    async def request(self, method, path, body, headers):
        self.asked.append((method, path, body))
        await self.clock.sleep_ms(self.ms)
        if isinstance(self.answer, OSError):
            raise self.answer
        return self.answer


def asked(answer, ms=30):
    """(what the check says, ms it took, breaths drawn meanwhile, the client)"""
    clock = VirtualClock()
    client = Client(clock, answer, ms)
    resolver = Resolver(client, clock)
    scheduler = Scheduler(clock)
    breaths, found = [], []

    async def breathe():
        breaths.append(clock.ms())

    async def ask():
        found.append(await OutsideCheck(resolver, "triage", breathe).ask(TOKEN))
        found.append(clock.ms())

    scheduler.spawn(resolver.run())
    scheduler.spawn(ask())
    scheduler.run_for(10000)
    return found[0], found[1], len(breaths), client


def test_yes_and_no():
    said, ms, _, client = asked(Answer(200, b'{"eligible": true}'))
    assert said is True and ms < 200
    assert client.asked[0][2].find(b"000102030405060708090a0b0c0d0e0f") > 0
    assert asked(Answer(200, b'{"eligible": false}'))[0] is False


def test_no_answer_is_neither():
    for answer in (
        Answer(404, b""),
        Answer(503, b""),
        Answer(200, b"{}"),
        Answer(200, b'{"eligible": 1}'),
        OSError(110),
    ):
        assert asked(answer)[0] is None


def test_after_two_seconds_nobody_waits_any_more_and_fire_was_looked_for_meanwhile():
    said, ms, breaths, _ = asked(Answer(200, b'{"eligible": true}'), 6000)
    assert said is None and PATIENCE_MS <= ms <= PATIENCE_MS + 40
    assert breaths > 50
