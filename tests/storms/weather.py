"""The storms. Each takes a running cluster, does its worst, and lets the judge look; returns a line of figures."""

import asyncio
import contextlib
import random

from tests.storms.field import BATCH, Fleet, Gateway, judged, leader_of
from tests.storms.proxy import HALF_OPEN, LOSSY, SLOW, BadLine

_BETWEEN = 40  # records each terminal gets through between two blows


@contextlib.contextmanager
def gateways(cluster, number=2):
    """Ready gateways."""
    started = []
    try:
        for _ in range(number):
            started.append(Gateway(cluster))
        for gateway in started:
            gateway.await_ready()
        yield started
    finally:
        for gateway in started:
            gateway.close()


def kill_gateways(cluster, fleet, doors, chance):
    """kill -9 of one gateway while the other serves."""
    victim = chance.choice(doors)
    victim.kill()
    fleet.progress(_BETWEEN)
    victim.start()
    victim.await_ready()


def kill_leader(cluster, fleet, doors, chance):
    """kill -9 of the server that leads a part of the log; the other two elect another."""
    leader = asyncio.run(leader_of(cluster))
    victim = chance.randrange(3) if leader is None else leader
    cluster.kill(victim)
    fleet.progress(_BETWEEN)
    cluster.start(victim)


def kill_all(cluster, fleet, doors, chance):
    """kill -9 of all three servers at once, as a power cut does to processes; they come back on what they had."""
    before = fleet.failures
    cluster.kill()
    for _ in range(2000):
        if fleet.failures > before:
            break
        fleet.senders[0].stopping.wait(0.01)
    cluster.start()


BLOWS = (kill_gateways, kill_leader, kill_all)


def kills(cluster, seed, rounds, blows=BLOWS):
    """Every blow once a round."""
    chance = random.Random(seed)
    with gateways(cluster) as doors:
        addresses = [(door.host, door.port) for door in doors]
        with Fleet(addresses, seed) as fleet:
            fleet.progress(_BETWEEN)
            for _ in range(rounds):
                for blow in blows:
                    blow(cluster, fleet, doors, chance)
                    fleet.progress(_BETWEEN)
        assert fleet.failures, "no blow was felt"
        stored = judged(cluster, fleet)
    return "%d blows, %d failed requests, %d records" % (rounds * len(blows), fleet.failures, stored)


def partitions(cluster, seed, rounds, cut):
    """`cut(number, away)` takes a server from the others or gives it back: first the leader, then most of them."""
    with gateways(cluster) as doors, Fleet([(door.host, door.port) for door in doors], seed, prefix="cut") as fleet:
        fleet.progress(_BETWEEN)
        for _ in range(rounds):
            leader = asyncio.run(leader_of(cluster)) or 0
            cut(leader, True)
            fleet.progress(_BETWEEN)  # the other two go on
            cut((leader + 1) % 3, True)
            before, marks = fleet.failures, [sender.acknowledged for sender in fleet.senders]
            while fleet.failures < before + 2 * len(fleet.senders):
                fleet.senders[0].stopping.wait(0.1)
            ahead = [sender.acknowledged - mark for sender, mark in zip(fleet.senders, marks, strict=True)]
            assert max(ahead) <= 3 * BATCH, "a server that is alone acknowledged records"
            for number in (leader, (leader + 1) % 3):
                cut(number, False)
            fleet.progress(_BETWEEN, seconds=90)
    stored = judged(cluster, fleet)
    return "%d partitions, %d failed requests, %d records" % (2 * rounds, fleet.failures, stored)


def together(cluster, seed):
    """Slow and cut lines, all servers killed and the only gateway too: the fast share, in one go."""
    chance = random.Random(seed)
    with gateways(cluster, 1) as doors, contextlib.closing(BadLine(doors[0].port, chance)) as line:
        with Fleet([("127.0.0.1", line.port)], seed, size=4, prefix="all") as fleet:
            for mood in (SLOW, LOSSY):
                line.mood = mood
                fleet.progress(_BETWEEN)
            line.mood = None
            kill_all(cluster, fleet, doors, chance)
            doors[0].kill()  # while the servers still elect
            doors[0].start()
            fleet.progress(_BETWEEN)
        assert line.suffered[SLOW] and line.suffered[LOSSY] and fleet.failures > 4
        stored = judged(cluster, fleet)
    return "%s, %d failed requests, %d records" % (line.suffered, fleet.failures, stored)


def bad_lines(cluster, seed, rounds):
    """Lines that are slow, cut in the middle, and silent, one after the other; terminals wait 1 s for an answer."""
    chance = random.Random(seed)
    with gateways(cluster, 1) as doors:
        line = BadLine(doors[0].port, chance)
        try:
            with Fleet([("127.0.0.1", line.port)], seed, prefix="far", timeout=1) as fleet:
                fleet.progress(_BETWEEN)
                for _ in range(rounds):
                    for mood in (SLOW, LOSSY):
                        line.mood = mood
                        fleet.progress(_BETWEEN)
                    line.mood = HALF_OPEN
                    before = fleet.failures
                    fleet.senders[0].stopping.wait(1.3)
                    assert fleet.failures > before, "nobody noticed the silent line"
                    line.mood = None
                    fleet.progress(_BETWEEN)
        finally:
            line.close()
        assert all(line.suffered.values()), line.suffered
        stored = judged(cluster, fleet)
    return "%s, %d failed requests, %d records" % (line.suffered, fleet.failures, stored)
