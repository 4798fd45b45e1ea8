import hashlib
import json
from binascii import hexlify

from offline_store.media import RamMedium
from simulator.sm2_signing import DemonstrationKey
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.errors import WireMalformed
from terminal.http_client import Answer
from terminal.package import Shelf, Trust, head_bytes, key_id
from terminal.updates import Updates, parse_state
from tests.portable.checks import raises

NOW = 1800000000
ROOT = DemonstrationKey.named("root")
LISTS = DemonstrationKey.named("lists")
STRANGER = DemonstrationKey.named("stranger")


def packed(kind, version, payload, key, start=NOW - 100, effective=NOW - 100, target="gate"):
    head = head_bytes(
        kind, target, version, 0, start, NOW + 1000, effective, len(payload), hashlib.sha256(payload).digest()
    )
    return head + b"\x01" + key_id(key.public) + key.sign(head) + payload


class Headend:
    """Desired state and blobs; `cuts` are byte counts after which a range breaks off, one a request."""

    def __init__(self):
        self.blobs = {}
        self.lines = {}
        self.revision = 0
        self.cuts = []
        self.ranges = []
        self.asked = 0
        self.clock = None  # of a terminal whose questions are held back until their wait is over
        self.late_ms = self.slow_ms = 0

    def publish(self, kind, version, package, announced=None):
        digest = hexlify(hashlib.sha256(package).digest()).decode()
        self.blobs[digest] = package
        self.lines[kind] = {"version": version, "blob": digest, "length": announced or len(package)}
        self.revision += 1

    async def request(self, method, path, body=b"", headers=(), sink=None, timeout_ms=80000):
        assert method == "GET"
        if path.startswith("/v1/state?terminal=gate-1&class=gate&wait="):
            self.asked += 1
            wait_s = int(path.split("wait=")[1].split("&")[0])
            if self.clock is not None and wait_s:
                await self.clock.sleep_ms(min(timeout_ms, 1000 * wait_s + self.late_ms))
                if timeout_ms <= 1000 * wait_s + self.late_ms:
                    raise OSError(110)
            if path.endswith("&since=%d" % self.revision):
                return Answer(304, {}, b"")
            return Answer(200, {}, json.dumps({"state": self.lines, "tag": str(self.revision)}).encode())
        if self.slow_ms:
            await self.clock.sleep_ms(self.slow_ms)
        first, last = [int(number) for number in headers[0][1].split("=")[1].split("-")]
        self.ranges.append(first)
        piece = self.blobs[path.split("/")[-1]][first : last + 1]
        cut = self.cuts.pop(0) if self.cuts else None
        for at in range(0, len(piece), 100):
            if cut is not None and at >= cut:
                raise OSError(104)
            sink(memoryview(piece)[at : at + 100])
        return Answer(206, {}, b"")

    def close(self):
        pass


class Terminal:
    def __init__(self, headend, roles=None):
        self.clock = VirtualClock(utc0=NOW)
        self.scheduler = Scheduler(self.clock)
        self.media = {"whitelist": RamMedium(4096), "keys": RamMedium(1024), "tariff": RamMedium(64)}
        self.heard = []
        self.accepted = []
        self.active = []
        self.saved = 0
        roles = {"whitelist": LISTS.public} if roles is None else roles
        trust = Trust("gate", [ROOT.public], 1, roles)
        self.updates = Updates(
            headend, self.clock, trust, Shelf(), self.media, "gate-1", self._save,
            lambda header, at_once: self.accepted.append((header.kind, header.version, at_once)),
            self.active.append, self._hear,
        )  # fmt: skip
        self.scheduler.spawn(self.updates.run())

    def _save(self, trust, shelf):
        self.saved += 1

    def _hear(self, name, **facts):
        self.heard.append((name, facts))

    def refusals(self):
        return [facts["code"] for name, facts in self.heard if name == "package_refused"]


PAYLOAD = bytes(range(250)) * 13


def test_a_published_list_arrives_and_is_in_force():
    headend = Headend()
    terminal = Terminal(headend)
    terminal.scheduler.run_for(1000)
    assert terminal.accepted == []
    headend.publish("whitelist", 3, packed("whitelist", 3, PAYLOAD, LISTS))
    terminal.scheduler.run_for(1000)
    assert terminal.accepted == [("whitelist", 3, True)] and terminal.saved == 1
    assert bytes(terminal.media["whitelist"]._data[: len(PAYLOAD)]) == PAYLOAD
    assert terminal.updates.shelf.versions() == {"whitelist": 3}
    count = len(headend.ranges)
    terminal.scheduler.run_for(10000)
    assert len(headend.ranges) == count and headend.asked > 20  # asked again, fetched once


def test_a_fetch_goes_on_where_the_network_left_it():
    headend = Headend()
    headend.publish("whitelist", 3, packed("whitelist", 3, PAYLOAD, LISTS))
    headend.cuts = [None, 700, 0, 1300]
    terminal = Terminal(headend)
    terminal.scheduler.run_for(60000)
    assert headend.cuts == [] and terminal.accepted == [("whitelist", 3, True)]
    head = 78 + 72
    assert headend.ranges == [0, head, head + 512, head + 512, head + 512 + 1024]
    assert bytes(terminal.media["whitelist"]._data[: len(PAYLOAD)]) == PAYLOAD


def test_bad_packages_are_refused_once_and_leave_what_is_in_force():
    good = packed("whitelist", 3, PAYLOAD, LISTS)
    for version, package, code in (
        (4, packed("whitelist", 4, PAYLOAD, STRANGER), "PACKAGE-2"),
        (4, packed("whitelist", 4, PAYLOAD, LISTS, target="kiosk"), "PACKAGE-2"),
        (4, packed("whitelist", 4, PAYLOAD, LISTS)[:-1] + b"?", "PACKAGE-1"),
        (4, packed("whitelist", 4, bytes(5000), LISTS), "PACKAGE-1"),  # no room
        (4, packed("whitelist", 4, PAYLOAD, LISTS, NOW + 50, NOW + 50), "PACKAGE-5"),
        (4, packed("tariff", 4, PAYLOAD, LISTS), "PACKAGE-1"),
        (4, b"x" * 3000, "PACKAGE-1"),
    ):
        headend = Headend()
        headend.publish("whitelist", 3, good)
        terminal = Terminal(headend)
        terminal.scheduler.run_for(1000)
        headend.publish("whitelist", version, package)
        terminal.scheduler.run_for(5000)
        assert terminal.refusals() == [code], (code, terminal.heard)
        assert terminal.updates.shelf.versions() == {"whitelist": 3} and len(terminal.accepted) == 1
        fetched = len(headend.ranges)
        terminal.scheduler.run_for(20000)
        assert len(headend.ranges) == fetched


def test_nothing_unsigned_reaches_the_medium():
    headend = Headend()
    headend.publish("whitelist", 3, packed("whitelist", 3, PAYLOAD, STRANGER))
    terminal = Terminal(headend)
    terminal.scheduler.run_for(5000)
    assert terminal.refusals() == ["PACKAGE-2"]
    assert bytes(terminal.media["whitelist"]._data) == bytes(4096)


def test_keys_come_first_and_name_who_signs():
    payload = json.dumps(
        {
            "roots": [hexlify(ROOT.public).decode()],
            "threshold": 1,
            "roles": {"whitelist": hexlify(LISTS.public).decode()},
        }
    ).encode()
    headend = Headend()
    headend.publish("whitelist", 3, packed("whitelist", 3, PAYLOAD, LISTS))
    terminal = Terminal(headend, roles={})
    terminal.scheduler.run_for(1000)
    assert terminal.refusals() == ["PACKAGE-2"]
    headend.publish("keys", 1, packed("keys", 1, payload, ROOT))
    terminal.scheduler.run_for(1000)
    assert terminal.accepted == [("keys", 1, True), ("whitelist", 3, True)]
    assert terminal.updates.trust.roles == {"whitelist": LISTS.public}


def test_a_staged_list_is_activated_on_its_day():
    headend = Headend()
    headend.publish("whitelist", 3, packed("whitelist", 3, PAYLOAD, LISTS, effective=NOW + 60))
    terminal = Terminal(headend)
    terminal.scheduler.run_for(30000)
    assert terminal.accepted == [("whitelist", 3, False)] and terminal.active == []
    terminal.scheduler.run_for(31000)
    assert terminal.active == ["whitelist"] and terminal.updates.shelf.versions() == {"whitelist": 3}


def test_its_day_is_kept_while_a_question_is_held_back_or_nobody_answers():
    for late_ms in (0, 3_000_000):
        headend = Headend()
        headend.publish("whitelist", 3, packed("whitelist", 3, PAYLOAD, LISTS, effective=NOW + 400))
        terminal = Terminal(headend)
        terminal.scheduler.run_for(5000)
        assert terminal.accepted == [("whitelist", 3, False)]
        headend.clock, headend.late_ms = terminal.clock, late_ms
        terminal.scheduler.run_for(394000)
        assert terminal.active == [] and headend.asked > 3
        terminal.scheduler.run_for(7000)
        assert terminal.active == ["whitelist"], late_ms


class InPieces(RamMedium):
    """Takes a thousand bytes at a time, as a slot takes its files."""

    def lacks(self, at):
        return at, min(1000, self.size - at)


def test_a_long_download_does_not_put_off_what_was_staged():
    headend = Headend()
    headend.publish("whitelist", 3, packed("whitelist", 3, PAYLOAD, LISTS, effective=NOW + 60))
    terminal = Terminal(headend, {"whitelist": LISTS.public, "tariff": LISTS.public})
    terminal.media["tariff"] = InPieces(4000)
    terminal.scheduler.run_for(5000)
    assert terminal.accepted == [("whitelist", 3, False)]
    headend.publish("tariff", 1, packed("tariff", 1, bytes(4000), LISTS))
    headend.clock, headend.slow_ms = terminal.clock, 30_000
    terminal.scheduler.run_for(90_000)
    assert terminal.active == ["whitelist"] and terminal.accepted == [("whitelist", 3, False)]
    terminal.scheduler.run_for(150_000)
    assert terminal.accepted[1:] == [("tariff", 1, True)]


def test_a_staged_list_is_not_lost_to_a_newer_one():
    headend = Headend()
    terminal = Terminal(headend)
    headend.publish("whitelist", 3, packed("whitelist", 3, PAYLOAD, LISTS, effective=NOW + 60))
    terminal.scheduler.run_for(10000)
    later = bytes([byte ^ 255 for byte in PAYLOAD])
    headend.publish("whitelist", 4, packed("whitelist", 4, later, LISTS, effective=NOW + 60))
    terminal.scheduler.run_for(30000)
    assert terminal.updates.shelf.staged("whitelist").version == 3
    assert bytes(terminal.media["whitelist"]._data[: len(PAYLOAD)]) == PAYLOAD  # nothing was written over it
    terminal.scheduler.run_for(30000)
    # Its day comes, and then the newer one is fetched.
    assert terminal.active == ["whitelist"]
    assert terminal.accepted == [("whitelist", 3, False), ("whitelist", 4, True)]
    assert terminal.updates.shelf.versions() == {"whitelist": 4}


def test_a_newer_one_that_comes_before_its_day_takes_the_place_of_a_staged_one():
    headend = Headend()
    terminal = Terminal(headend)
    headend.publish("whitelist", 3, packed("whitelist", 3, PAYLOAD, LISTS, effective=NOW + 60))
    terminal.scheduler.run_for(10000)
    headend.cuts = [None, 700] + [0] * 500
    headend.publish("whitelist", 4, packed("whitelist", 4, PAYLOAD, LISTS, effective=NOW + 20))
    terminal.scheduler.run_for(70000)
    # It is only half there; the other, of which the medium holds no more than the rest, never comes into force.
    assert terminal.active == [] and terminal.updates.shelf.staged("whitelist") is None and terminal.saved == 2
    headend.cuts = []
    terminal.scheduler.run_for(130000)
    assert terminal.updates.shelf.versions() == {"whitelist": 4}


def test_desired_states_that_are_none():
    digest = "ab" * 32
    line = {"version": 1, "blob": digest, "length": 5}
    good = json.dumps({"state": {"whitelist": line, "weather": 5}, "tag": "1-0-2"}).encode()
    assert parse_state(good) == ({"whitelist": (1, digest, 5)}, "1-0-2")
    for body in (
        b"",
        b"[]",
        b"[" * 900,
        b"{}",
        b'{"state": [], "tag": 5}',
        b'{"state": {"whitelist": []}, "tag": "1"}',
        good.replace(b"1-0-2", b"1 HTTP/1.1"),
        good.replace(digest.encode(), b"../" + digest[3:].encode()),
        good.replace(b'"length": 5', b'"length": 0'),
        good.replace(b'"version": 1', b'"version": "1"'),
    ):
        raises(WireMalformed, parse_state, body)
