"""A simulated gate that takes its lists from a real head-end: real socket, virtual time, emulated hardware."""

import asyncio
import json
import os

from drivers.bus.socket import TcpLink
from headend.blobs import Blobs
from headend.packages import build_package, keys_payload
from headend.publish import publish
from headend.registry import Registry
from headend.registry_lists import ListPublisher
from headend.state import State
from headend.store import open_store
from offline_store.journal import Journal
from offline_store.lists import ListStore
from offline_store.media import RamMedium
from simulator import demo_site, residents
from simulator.bench import Bench
from simulator.cards.psam import PsamSlot
from simulator.link import SelectPace, SwitchedLink
from simulator.sm2_signing import DemonstrationKey
from simulator.virtual_time import VirtualClock
from terminal.package import Trust

ROOT = DemonstrationKey.named("root")
LISTS = DemonstrationKey.named("lists")
OPERATION = DemonstrationKey.named("operation")
TARIFF = json.dumps(demo_site.TARIFF).encode()
KINDS = ("keys", "whitelist", "delta", "hotlist")
_ROOM = 1 << 17


def gate_trust():
    roles = {kind: LISTS.public for kind in ("whitelist", "delta", "hotlist")}
    return Trust("gate", [ROOT.public], 1, {**roles, "settings": OPERATION.public})


class ListGate:
    """The gate with everything below it; what outlives the plug is made once. `utc`: where its clock starts.

    `issuers`: whose codes it believes beside the demonstration's, as in terminal.media.trust."""

    def __init__(self, headend, utc, name="gate-0001", issuers=()):
        self.name = name
        self.clock = VirtualClock(utc0=utc)
        self.events = []
        self.people = residents.Residents(1)
        self.links = [
            SwitchedLink(TcpLink(headend.host, headend.port, self.clock, SelectPace(self.clock))) for _ in range(3)
        ]
        self._journal = RamMedium(1 << 18)
        self._media = {kind: (RamMedium(8192), *(RamMedium(_ROOM) for _ in range(4))) for kind in ("white", "hot")}
        self.packages = {
            "trust": gate_trust(),
            "link": self.links[1],
            "media": {kind: RamMedium(_ROOM) for kind in KINDS},
            "slots": RamMedium(8192),
            "wait_s": 0,
            "commands": RamMedium(1024),
            "clock": RamMedium(512),
            "time_link": self.links[2],
            "random": os.urandom,
        }
        config = demo_site.config(1)
        config["settings"]["terminal"] = name
        config["trust"]["issuers"] += issuers
        config["packages"] = self.packages
        psam = PsamSlot(residents.psam(), self.clock)
        self.bench = Bench(
            self.clock, psam, self.links[0], ["gate480", False, False], self._stores, config, self._heard
        )  # fmt: skip
        self.bench.power_on()
        self.bench.until_idle()

    def _stores(self):
        white, hot = (
            ListStore(manifest, regions[:2], regions[2:], demo_site.LIST_KEY)
            for manifest, *regions in (self._media["white"], self._media["hot"])
        )
        self.packages["hotlist"] = hot
        return Journal(self._journal, journal_id=1), white, None

    def _heard(self, name, facts):
        self.events.append((name, facts))

    def named(self, name):
        return [facts for event, facts in self.events if event == name]

    def tap(self, name):
        """Presents the named card; returns (state shown, reason)."""
        before = len(self.events)
        self.bench.present(self.people.card(name, self.bench.hardware.reader_chip))
        self.bench.run_for(700)
        self.bench.remove()
        self.bench.run_for(200)
        shown = [facts for event, facts in self.events[before:] if event == "show"][0]
        if shown["state"].startswith("admitted"):
            self.bench.walk()
        self.bench.run_for(6000)
        return shown["state"], shown.get("reason")

    def until(self, condition, limit_ms=60_000):
        return self.bench.scheduler.run_until(condition, limit_ms)

    def close(self):
        self.bench.power_off()
        for link in self.links:
            link.close()


def publisher(folder):
    """(Registry, ListPublisher, connection) over the head-end's store in `folder`."""
    connection = open_store(folder)
    registry = Registry(folder, demo_site.LIST_KEY)
    state, blobs = State(connection), Blobs(folder / "blobs")
    return registry, ListPublisher(registry, folder, state, blobs, (LISTS.public, LISTS.sign), "gate"), connection


def keys_package(now):
    trust = gate_trust()
    payload = keys_payload(trust.roots, 1, trust.roles)
    return build_package("keys", "gate", 1, payload, [(ROOT.public, ROOT.sign)], valid=(now - 60, now + 10**6))


def publish_keys(folder, now):
    connection = open_store(folder)
    asyncio.run(publish(State(connection), Blobs(folder / "blobs"), keys_package(now)))
    connection.close()


def csv_of(people, names=("adult", "elder", "low")):
    """The lines of a registry CSV that names these cards of the tray, and two hundred others."""
    serials = [residents._CARDS[name][0] for name in names]
    lines = ["scheme,number,class,status,valid_to"]
    lines += ["purse,%s,adult,valid," % serial for serial in serials]
    return lines + ["purse,0310483020%010d,student,valid,2030-12-31" % number for number in range(200)]
