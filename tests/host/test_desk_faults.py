"""Faults of the desk around the terminal: a slow and a lying network, a plug pulled in the middle of a write; each is seen to strike."""

import pytest

from headend.ledger import ledger, open_reader
from simulator.chips.fault import Fault
from simulator.errors import ScriptError
from simulator.faults import NET_SLOW, NET_WRONG
from simulator.network_side import TroubledLink
from simulator.script import parse
from simulator.virtual_time import Scheduler, VirtualClock
from simulator.world import World
from terminal import records


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.advance(2000)
    yield world
    world.close()


def struck(world):
    return [event["name"] for event in world.events if event["event"] == "strike"]


def balance(world, name):
    return next(card for card in world.tray if card.name == name).balance()


def pay(world, name, ms=1500):
    world.until_idle()
    world.present(name)
    world.advance(ms)
    world.remove()
    if world.is_powered:
        world.walk()
        world.advance(2500)


def rows(world):
    reader = open_reader(world.server_folder)
    try:
        return list(ledger(reader))
    finally:
        reader.close()


class Answering:
    """A link that answers at once, head and body in one piece."""

    ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"

    async def open(self):
        self.carried = 0

    async def write(self, data):
        self.carried += len(data)

    async def read_into(self, buffer):
        buffer[: len(self.ANSWER)] = self.ANSWER
        return len(self.ANSWER)

    def close(self):
        pass


@pytest.mark.parametrize("slow, wrong", [(0, 0), (1 << 20, 0), (0, 1 << 20)])
def test_a_troubled_link_takes_its_time_and_lies_in_bodies_only(slow, wrong):
    clock, inner, slowness, lie = VirtualClock(0), Answering(), Fault(), Fault()
    link, scheduler, buffer = TroubledLink(inner, clock, slowness, lie), Scheduler(clock), bytearray(600)
    slowness.arm(slow)
    lie.arm(wrong)
    ends = []

    async def exchange():
        await link.open()
        for _ in range(3):
            await link.write(bytes(2000))
            await link.read_into(buffer)
        ends.append(clock.ms())

    scheduler.spawn(exchange())
    scheduler.run_for(600_000)
    assert inner.carried == 6000 and (slowness.fired > 0) is bool(slow) and (lie.fired == 3) is bool(wrong)
    assert ends[0] >= 6000 * 8000 // 9600 if slow else ends == [0]
    told = bytes(buffer[: len(Answering.ANSWER)])
    assert told[:-1] == Answering.ANSWER[:-1] and (told != Answering.ANSWER) is bool(wrong)


def test_a_slow_network_strikes_and_loses_nothing(world):
    world.fault(NET_SLOW, True)
    pay(world, "adult")
    world.advance(60_000)
    assert struck(world) == [NET_SLOW] and world.queued == 0
    assert [row.seq for row in rows(world)] == list(range(1, len(rows(world)) + 1))


def test_a_lying_network_strikes_and_nothing_is_taken_as_shipped(world):
    assert world.queued == 0
    world.fault(NET_WRONG, True)
    pay(world, "adult")
    world.advance(20_000)
    assert struck(world) == [NET_WRONG] and world.queued > 0 and not world.is_online
    assert balance(world, "adult") == 3650, "taps go on"
    world.fault(NET_WRONG, False)
    world.advance(90_000)
    assert world.queued == 0 and world.is_online
    told = rows(world)
    assert [row.seq for row in told] == list(range(1, len(told) + 1)), "what was sent again is one record"
    assert [row.record.fare for row in told if row.record.kind == records.DEBITED] == [200]


def test_troubles_stay_with_the_terminal_they_befell(world):
    world.fault(NET_WRONG, True)
    world.move("bus240")
    world.advance(5000)
    assert world.faults == set() and world.is_online and struck(world).count(NET_WRONG) <= 1


def test_a_plug_pulled_in_the_middle_of_any_write_of_a_payment_costs_nothing_and_nobody(world):
    cut = 0
    for writes in range(1, 7):
        world.cut(writes)
        pay(world, "adult")
        if not world.is_powered:
            cut += 1
            world.power(True)
            world.advance(1000)
        pay(world, "adult")
    assert cut >= 4, "the plug was pulled"
    world.power(False)  # whatever was armed and never cut is gone with the plug
    world.power(True)
    world.advance(90_000)
    assert world.queued == 0
    told = rows(world)
    assert [row.seq for row in told] == list(range(1, len(told) + 1))
    debits = [row.record.fare for row in told if row.record.kind == records.DEBITED]
    assert 3850 - sum(debits) == balance(world, "adult"), "every fare that left the purse is told, once"


@pytest.mark.parametrize("line", ["cut 0", "cut some"])
def test_a_wrong_number_of_writes_is_named(line):
    with pytest.raises(ScriptError, match="a number of writes, from 1 on"):
        parse(line)
