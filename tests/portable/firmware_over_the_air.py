"""Firmware over the air: fetched into the resting slot, tried, confirmed or gone back; and the power cut at every write."""

import binascii
import hashlib
import json

from offline_store.media import RamMedium
from simulator.sm2_signing import DemonstrationKey
from simulator.virtual_time import Scheduler, VirtualClock
from terminal import boot, boot_image, boot_state, firmware
from terminal.boot_state import BootState
from terminal.firmware import Firmware, SlotMedium
from terminal.intake import Intake
from terminal.package import head_bytes, key_id
from terminal.updates import Updates
from tests.portable.cut_flash import ON_BOARD, FolderFlash, LittleFlash, PowerCut
from tests.portable.test_boot import KEY, flash, install
from tests.portable.test_updates import Headend

NOW = 1800000000
SAME = bytes(range(200)) * 7
FIRST = (("boards/start.py", b"one\n"), ("same.bin", SAME), ("old/gone.bin", b"gone"))
SECOND = (
    ("boards/__init__.py", b""),
    ("boards/start.py", b"two, longer\n"),
    ("new/data.bin", b"2" * 1300),
    ("same.bin", SAME),
)


_STRIDE = 61 if ON_BOARD else 1  # signatures take their time there


class Restart(BaseException):
    """The board starts again."""


def package(version, files, key=KEY, effective=NOW - 100, floor=0, wrong=b""):
    manifest = json.dumps(
        [[path, len(data), binascii.hexlify(hashlib.sha256(data).digest()).decode()] for path, data in files]
    ).encode()
    payload = len(manifest).to_bytes(4, "big") + manifest + b"".join([data for _, data in files])
    head = head_bytes(
        "firmware", "esp32s3-gate", version, floor, NOW - 100, NOW + 100000, effective, len(payload),
        hashlib.sha256(payload).digest(),
    )  # fmt: skip
    return head + b"\x01" + key_id(key.public) + key.sign(head) + payload + wrong


class Air(Headend):
    """The head-end of test_updates; `asked_with` are the questions it heard."""

    def __init__(self):
        super().__init__()
        self.asked_with = []

    async def request(self, method, path, body=b"", headers=(), sink=None, timeout_ms=None):
        if path.startswith("/v1/state"):
            self.asked_with.append(path)
            path = (
                path.split("&has=")[0]
                + "&wait=55"
                + ("&since=" + path.split("&since=")[1] if "&since=" in path else "")
            )
        return await super().request(method, path, body, headers, sink, timeout_ms)


class Board:
    """A board whose flash is `flash`. A life: the loader chooses, `health(version)` tests, updates run."""

    def __init__(self, flash, headend, health=lambda version: None):
        self.flash = flash
        self.headend = headend
        self.health = health
        self.slots = RamMedium(4096)
        self.events = []
        self.at_rest = True
        self.now = NOW

    def life(self, ms=20000, cut=None):
        """One life; True when it ended by itself (a restart), False when the time was over. PowerCut."""
        self.flash.begin(cut)
        try:
            self._run(ms)
            return False
        except Restart:
            return True
        finally:
            self.flash.end()

    def _run(self, ms):
        root = self.flash.root
        slot = boot.choose(root, lambda event, **facts: self.events.append((event, facts)))
        assert slot is not None, "a board that is in recovery"
        self.header = boot_image.verify(root, slot, boot_image.load_trust(root))
        why = self.health(self.header.version)
        if why:
            with open(root + "/crash.json", "w") as file:
                json.dump({"error": "SelfTestFailed", "text": why}, file)
            raise Restart
        boot.confirmed(root, lambda event, **facts: self.events.append((event, facts)))
        clock = VirtualClock(utc0=self.now)
        medium = SlotMedium(root, 8000)
        self.firmware = Firmware(root, medium, lambda: self.at_rest, self._restart)
        media = {"firmware": medium}
        intake = Intake(None, {}, media, self.slots, boot_image.load_trust(root), self.firmware)
        self.updates = Updates(
            self.headend, clock, intake.trust, intake.shelf, media, "gate-1", intake.save, intake.accepted,
            intake.activate, lambda name, **facts: self.events.append((name, facts)),
            status=lambda: "&has=%s%s&bad=%s" % (intake.versions(), self.firmware.words(), "-".join(self.firmware.faults())),
        )  # fmt: skip
        self.updates._path = "/v1/state?terminal=gate-1&class=gate"
        scheduler = Scheduler(clock)
        scheduler.spawn(self.updates.run())
        scheduler.run_for(ms)

    def _restart(self):
        raise Restart

    def state(self):
        self.flash.begin()
        try:
            return BootState(self.flash.root)
        finally:
            self.flash.end()


def fresh(headend, **more):
    """A Board that runs version 1 in slot a."""
    place = LittleFlash(flash() + "/flash") if ON_BOARD else FolderFlash(flash(), (firmware, boot_state, boot_image))
    place.begin()
    install(place.root, "a", 1, files=FIRST)
    state = BootState(place.root)
    state.offer("a", 1)
    state.confirm()
    place.end()
    return Board(place, headend, **more)


def published(version=2, files=SECOND, **more):
    headend = Air()
    headend.publish("firmware", version, package(version, files, **more))
    return headend


def test_a_version_is_fetched_tried_confirmed_and_reported():
    headend = published(floor=2)
    board = fresh(headend)
    assert board.life() and board.state().pending == "b"
    assert not board.life()
    state = board.state()
    assert (state.active, state.versions, state.floor) == ("b", {"a": 1, "b": 2}, 2)
    assert "&has=firmware.1&" in headend.asked_with[0] and "&has=firmware.2&" in headend.asked_with[-1]
    sent = sum([1 for start in headend.ranges])
    assert sent == 5  # head, manifest's length, manifest, two files: the third was there already
    assert not board.life()  # and never again
    assert sum([1 for start in headend.ranges]) == sent


def test_a_fetch_goes_on_after_the_network_broke_off():
    headend = published()
    headend.cuts = [None, None, 50, None, None, 700, 0]
    board = fresh(headend)
    assert board.life(100000) and headend.cuts == []
    board.life()
    assert board.state().active == "b"


def test_a_lane_in_use_is_not_cut_off_and_a_day_to_come_is_waited_for():
    headend = published(effective=NOW + 50)
    board = fresh(headend)
    board.at_rest = False
    assert not board.life(40000)
    assert board.updates.shelf.staged("firmware").version == 2 and board.state().pending is None
    board.now = NOW + 40
    assert not board.life(60000)
    assert board.state().pending is None  # its day has come, but somebody is at the lane
    board.at_rest = True
    assert board.life(60000)
    board.life()
    assert board.state().active == "b"


def test_firmware_that_fails_its_self_test_goes_back_and_says_why():
    headend = published()
    board = fresh(headend, health=lambda version: "READER: no answer" if version == 2 else None)
    assert board.life() and board.life() and board.life()  # fetched; tried twice
    assert not board.life()
    assert (board.state().active, board.state().pending) == ("a", None)
    assert "&has=firmware.1&why=SelfTestFailed--READER--no-answer&bad=firmware.BOOT-1.2" in headend.asked_with[-1]
    fetched = len(headend.ranges)
    assert not board.life(200000)
    assert len(headend.ranges) == fetched  # not again and again
    headend.publish("firmware", 3, package(3, SECOND))
    board.health = lambda version: None
    assert board.life() and not board.life()
    assert board.state().versions[board.state().active] == 3
    assert headend.asked_with[-1].split("&since")[0].endswith("&has=firmware.3&bad=")


def test_what_is_not_sound_never_comes_to_a_trial():
    stranger = DemonstrationKey.named("stranger")
    for more, files, code in (
        ({"key": stranger}, SECOND, "PACKAGE-2"),
        ({"wrong": b"!"}, SECOND, "PACKAGE-1"),
        ({}, (("../boot.py", b"x"),), "PACKAGE-1"),
        ({}, (("/boot.py", b"x"),), "PACKAGE-1"),
        ({}, (("package", b"x"),), "PACKAGE-1"),
        ({}, (("big.bin", bytes(9000)),), "PACKAGE-1"),
    ):
        headend = published(files=files, **more)
        board = fresh(headend)
        assert not board.life()
        assert [facts["code"] for name, facts in board.events if name == "package_refused"] == [code], (
            files,
            board.events,
        )
        assert (board.state().active, board.state().pending) == ("a", None)
        assert board.updates.refusals == {"firmware": code + ".2"}


def test_the_power_may_go_at_every_write():
    cut = fired = 0
    while True:
        board = fresh(published())
        try:
            for _ in range(2):
                board.life(cut=cut)
        except PowerCut:
            fired += 1
        else:
            if board.state().active == "b":
                break  # there are no more writes
        for _ in range(4):
            board.life()
        state = board.state()
        assert (state.active, state.pending, state.failed) == ("b", None, None), (cut, board.events)
        cut += _STRIDE
    assert fired >= (2 if ON_BOARD else 20), fired
