"""A signed list from the head-end's shelf to the terminal's medium, over a network that breaks off again and again."""

import asyncio
import random

from drivers.bus.socket import TcpLink
from headend.blobs import Blobs
from headend.packages import build_package, keys_payload
from headend.publish import publish
from headend.server import BackgroundServer
from headend.state import State
from headend.store import open_store
from offline_store.media import RamMedium
from simulator.link import SelectPace, SwitchedLink
from simulator.sm2_signing import DemonstrationKey
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.http_client import HttpClient
from terminal.package import Shelf, Trust
from terminal.updates import Updates

NOW = 1_800_000_000
ROOTS = [DemonstrationKey.named("root %d" % number) for number in range(3)]
LISTS = DemonstrationKey.named("lists")


def signed(kind, version, payload, *keys):
    signers = [(key.public, key.sign) for key in keys]
    return build_package(kind, "gate", version, payload, signers, valid=(NOW - 10, NOW + 100_000))


def publish_all(folder, *packages):
    connection = open_store(folder)

    async def put():
        for package in packages:
            await publish(State(connection), Blobs(folder / "blobs"), package)

    asyncio.run(put())
    connection.close()


def test_keys_and_list_arrive_whole_over_a_bad_network(tmp_path):
    seed = 5
    print("seed", seed)
    rng = random.Random(seed)
    payload = rng.randbytes(150_000)
    with BackgroundServer(tmp_path) as headend:
        clock = VirtualClock(utc0=NOW)
        scheduler = Scheduler(clock)
        link = SwitchedLink(TcpLink(headend.host, headend.port, clock, SelectPace(clock)))
        media = {"keys": RamMedium(2048), "whitelist": RamMedium(200_000)}
        events = []
        accepted = []
        updates = Updates(
            HttpClient(link, clock, headend.host), clock, Trust("gate", [key.public for key in ROOTS], 2), Shelf(),
            media, "gate-1", lambda trust, shelf: None, lambda header, at_once: accepted.append(header.kind),
            lambda kind: None, lambda name, **facts: events.append((name, facts)), wait_s=0, pause_ms=100,
        )  # fmt: skip
        scheduler.spawn(updates.run())
        scheduler.run_for(500)
        assert events == []  # nothing to fetch is no event
        keys = keys_payload([key.public for key in ROOTS], 2, {"whitelist": LISTS.public})
        publish_all(tmp_path, signed("keys", 1, keys, *ROOTS[:2]), signed("whitelist", 9, payload, LISTS))
        cuts = 0
        while accepted != ["keys", "whitelist"] and cuts < 100:
            link.cut_after(rng.randrange(30_000))
            faults = link.faults
            scheduler.run_until(lambda mark=faults: link.faults > mark or len(accepted) == 2, 300_000)
            cuts += link.faults - faults
        assert accepted == ["keys", "whitelist"] and cuts > 4
        assert bytes(media["whitelist"]._data[: len(payload)]) == payload
        assert updates.shelf.versions() == {"keys": 1, "whitelist": 9}
        assert link.carried < 2 * len(payload)  # it went on, and did not begin again each time
        scheduler.stop()
        link.close()
