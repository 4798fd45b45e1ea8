"""The firmware's start under virtual time: the lane's own turns keep the watchdog fed, and nothing else does."""

import json
import socket

import pytest

from boards import simulated_gate, start
from screens import profiles
from simulator import residents
from simulator.cards.psam import PsamSlot
from simulator.few_taps import NoLink
from simulator.hardware import GateHardware
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.boot_watch import Watch
from terminal.http_client import HttpClient
from terminal.settings import DEFAULTS
from terminal.updates import POLL_TIMEOUT_MS
from tests.host import board_bench


class Dog:
    def __init__(self):
        self.fed = 0

    def feed(self):
        self.fed += 1


def started(folder, monkeypatch):
    """(scheduler, watch, dog, terminal, examination) of a terminal whose files lie in `folder`."""
    clock = VirtualClock(1773619200)
    hardware = GateHardware(clock, PsamSlot(residents.psam(), clock), NoLink())
    monkeypatch.setattr(
        start, "assemble", lambda *_: simulated_gate.SimulatedGate(hardware, clock, profiles.metrics("gate480"))
    )
    (folder / "identity.json").write_text(json.dumps({"class": "simulated-gate"}))
    (folder / "site.json").write_text(json.dumps(board_bench.site()))
    for name in ("device.key", "trust.json"):
        (folder / name).write_text("{}")
    dog = Dog()
    watch = Watch(dog, clock, ("lane",))
    _, terminal, examination = start.put_together(str(folder), clock, lambda event, **facts: None, watch)
    return Scheduler(clock), watch, dog, terminal, examination


def test_the_lane_keeps_the_watchdog_fed(tmp_path, monkeypatch):
    scheduler, watch, dog, terminal, _ = started(tmp_path, monkeypatch)
    for task in [*terminal.tasks(), watch.run()]:
        scheduler.spawn(task)
    scheduler.run_for(60000)
    assert dog.fed >= 115
    assert watch.silent() == []


def test_without_a_lane_it_goes_hungry(tmp_path, monkeypatch):
    scheduler, watch, dog, terminal, _ = started(tmp_path, monkeypatch)
    tasks = terminal.tasks()
    tasks[0].close()
    for task in [*tasks[1:], watch.run()]:
        scheduler.spawn(task)
    scheduler.run_for(60000)
    assert dog.fed <= 21
    assert watch.silent() == ["lane"]


def test_its_self_test_sees_a_missing_list_and_nothing_else(tmp_path, monkeypatch):
    scheduler, _, _, _, examination = started(tmp_path, monkeypatch)
    found = []

    async def work():
        found.extend(await examination.examine(network=False))

    scheduler.spawn(work())
    assert scheduler.run_until(lambda: found, 20000)
    assert [entry.code for entry in found if entry.state != "good"] == ["LIST"]


@pytest.mark.parametrize("silent", [(POLL_TIMEOUT_MS,), ()], ids=["for packages", "any other"])
def test_a_question_that_the_head_end_holds_back_is_not_given_up(tmp_path, silent):
    """The line for packages is as patient as its client; any other gives up after `link_s`."""
    clock = VirtualClock(1773619200)
    scheduler, ended = Scheduler(clock), []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        site = {"host": "127.0.0.1", "port": server.getsockname()[1]}
        link = start.links(str(tmp_path), site, clock)(*silent)
        client = HttpClient(link, clock, "127.0.0.1", timeout_ms=POLL_TIMEOUT_MS)

        async def ask():
            try:
                await client.request("GET", "/v1/state?wait=55")
            except OSError:
                ended.append(clock.ms())

        scheduler.spawn(ask())
        scheduler.run_until(lambda: ended, 55000)
        link.close()
    assert bool(ended) != bool(silent)
    if ended:
        assert 1000 * DEFAULTS["link_s"] <= ended[0] < 55000
