"""Firmware onto virtual boards: trial and confirmation, everything that can be wrong with it, and plugs pulled at random."""

import contextlib
import random
import threading
import time

import pytest

from boards import rp2350_gate
from boards.esp32s3_gate import BOARD
from simulator.sm2_signing import DemonstrationKey
from simulator.virtual_board import VirtualBoard
from technician import board, flash
from technician.errors import BoardFailed, BoardRefused, WentBack
from terminal.more_errors import PackageExpired, PackageForeign, PackageMalformed
from tests.host import board_bench
from tests.host.board_bench import image, slots

KEPT = {"/journal": bytes(range(256)) * 64, "/whitelist": bytes(range(255, -1, -1)) * 32, "/settings": b"{}"}


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A provisioned board that runs version 1, with stores on it that no update may touch."""
    with VirtualBoard(tmp_path_factory.mktemp("board"), BOARD) as virtual:
        board_bench.provisioned(virtual.path)
        with board.visit(virtual.path) as link:
            for path, data in KEPT.items():
                link.push(data, path)
        flash.flash(virtual.path, image(tmp_path_factory.mktemp("image"), 1))
        yield virtual


def kept(port):
    with board.visit(port) as link:
        return {path: link.read(path) for path in KEPT}


def restarted(virtual):
    """Lets the board run what it holds, until it has started."""
    with board.visit(virtual.path) as link:
        link.restart()


def test_a_new_version_is_tried_and_confirmed(bench, tmp_path):
    before = slots(bench.path)
    done = flash.flash(bench.path, image(tmp_path, 10, size=3000))
    assert (done["state"], done["version"], done["serial"]) == ("confirmed", 10, "000000000001")
    after = slots(bench.path)
    assert after["active"] != before["active"]
    assert after["versions"][after["active"]] == 10
    assert sorted(after["good"]) == ["a", "b"]
    assert kept(bench.path) == KEPT


def test_what_both_slots_share_is_not_sent_again(bench, tmp_path):
    flash.flash(bench.path, image(tmp_path, 20, size=9000))
    planned = flash.plan(bench.path, image(tmp_path, 20, size=9000))
    assert (planned["files"], planned["bytes"]) == (0, 0)
    planned = flash.plan(bench.path, image(tmp_path, 21, size=8000))
    assert (planned["files"], planned["bytes"]) == (1, 8000)
    assert slots(bench.path)["versions"][slots(bench.path)["active"]] == 20  # nothing was changed


@pytest.mark.parametrize(
    "version, start, why",
    [
        (30, board_bench.CRASHING, "ValueError: no such pin"),
        (31, board_bench.HUNGRY, "MemoryError"),
        (32, board_bench.UNREADABLE, "SyntaxError"),
        (33, board_bench.HANGING, "did not confirm"),
    ],
)
def test_firmware_that_fails_goes_back_and_says_why(bench, tmp_path, version, start, why):
    running = slots(bench.path)
    bench.hardware.watchdog_scale = 0.15
    bites = bench.hardware.bites
    with pytest.raises(WentBack, match=why):
        flash.flash(bench.path, image(tmp_path, version, start))
    bench.hardware.watchdog_scale = 1
    after = slots(bench.path)
    assert (after["active"], after["pending"]) == (running["active"], None)
    assert after["failed"]["version"] == version
    assert why in after["failed"]["why"]
    assert kept(bench.path) == KEPT
    if start == board_bench.HANGING:
        assert bench.hardware.bites == bites + 2  # both tries


def test_the_laptop_refuses_what_is_not_sound(tmp_path):
    image(tmp_path, 40)
    path = tmp_path / ("%s-40.gpk" % BOARD.name)
    raw = path.read_bytes()
    trust = board_bench.package_trust()
    path.write_bytes(raw[:-1])
    with pytest.raises(PackageMalformed):
        flash.load(path, trust)
    path.write_bytes(raw[:-1] + bytes((raw[-1] ^ 1,)))
    with pytest.raises(PackageMalformed):
        flash.load(path, trust)
    path.write_bytes(raw)
    with pytest.raises(PackageExpired):
        flash.load(path, trust, now=2**32)
    image(tmp_path, 40, key=DemonstrationKey.named("somebody else"))
    with pytest.raises(PackageForeign):
        flash.load(path, trust)


def test_the_board_refuses_what_the_laptop_let_through(bench, tmp_path):
    running = slots(bench.path)
    with pytest.raises(WentBack, match="PACKAGE-2"):
        flash.flash(bench.path, image(tmp_path, 41, key=DemonstrationKey.named("somebody else")))
    good = image(tmp_path, 42, size=7)
    changed = good._replace(files={**good.files, "data.bin": b"changed"})
    with pytest.raises(WentBack, match="data.bin is not the file that was signed"):
        flash.flash(bench.path, changed)
    assert slots(bench.path)["active"] == running["active"]


def test_a_loader_that_falls_over_is_told_in_its_words(bench, tmp_path):
    with board.visit(bench.path) as link:
        kept_main = link.read("/main.py")
        link.push(b"raise RuntimeError('no loader')\n", "/main.py")
    try:
        with pytest.raises(BoardFailed, match=r"ends at its prompt \(RuntimeError: no loader\) instead of version 45"):
            flash.flash(bench.path, image(tmp_path, 45))
    finally:
        with board.visit(bench.path) as link:
            link.push(kept_main, "/main.py")
    assert flash.flash(bench.path, image(tmp_path, 46))["state"] == "confirmed"


def test_no_way_back_below_the_floor(bench, tmp_path):
    flash.flash(bench.path, image(tmp_path, 50, floor=50))
    with pytest.raises(WentBack, match="PACKAGE-3"):
        flash.flash(bench.path, image(tmp_path, 49))
    assert slots(bench.path)["floor"] == 50


def test_rollback_to_the_version_before(bench, tmp_path):
    flash.flash(bench.path, image(tmp_path, 60))
    flash.flash(bench.path, image(tmp_path, 61))
    assert flash.rollback(bench.path)["version"] == 60
    assert flash.rollback(bench.path)["version"] == 61
    with pytest.raises(WentBack):
        flash.flash(bench.path, image(tmp_path, 62, board_bench.CRASHING))
    with pytest.raises(BoardFailed, match="no version that was confirmed"):
        flash.rollback(bench.path)
    assert kept(bench.path) == KEPT


def test_another_class_is_refused_and_nothing_changes(bench, tmp_path):
    before = slots(bench.path)
    with pytest.raises(BoardRefused, match="rp2350-gate"):
        flash.flash(bench.path, image(tmp_path, 70, target=rp2350_gate.BOARD.name))
    assert slots(bench.path) == before
    restarted(bench)


def pull(virtual, hand):
    """Pulls the plug and puts it back; one hand at a time."""
    with hand:
        virtual.pull_plug()
        time.sleep(0.02)
        virtual.plug_in()


def pull_while(virtual, generator, stop, pulls, hand):
    """Pulls the plug at random moments until `stop` is set."""
    while not stop.wait(generator.uniform(0.05, 0.6)):
        pull(virtual, hand)
        pulls.append("random")
        if len(pulls) % 3 == 0 and stop.wait(2.5):  # a technician, too, waits now and then
            return


def flash_with_pulls(virtual, folder, versions, seed):
    """Flashes each version while the plug is pulled: once in the middle of its transfer, and at random moments.

    Returns the outcomes and the number of pulls.
    """
    outcomes, count = [], 0
    for version in versions:
        stop, pulls, hand = threading.Event(), [], threading.Lock()
        wanted = image(folder, version, size=20000)

        def pull_once(_done, mine=pulls, hand=hand):
            if "middle" not in mine:
                mine.append("middle")
                pull(virtual, hand)

        arguments = virtual, random.Random(seed + version), stop, pulls, hand
        thread = threading.Thread(target=pull_while, args=arguments)
        thread.start()
        try:
            outcomes.append(flash.flash(virtual.path, wanted, pull_once, patience=60))
        finally:
            stop.set()
            thread.join()
            virtual.plug_in()
        count += len(pulls)
    return outcomes, count


def test_every_flash_finishes_whatever_plug_is_pulled(bench, tmp_path):
    seed = 20261122
    print("seed", seed)
    outcomes, pulls = flash_with_pulls(bench, tmp_path, range(100, 102), seed)
    assert [done["state"] for done in outcomes] == ["confirmed"] * 2
    assert pulls >= 2 and sum(done["cuts"] for done in outcomes) >= 1, (pulls, outcomes)
    assert slots(bench.path)["versions"][slots(bench.path)["active"]] == 101
    assert kept(bench.path) == KEPT


def test_eight_boards_side_by_side_one_dead_and_one_of_another_class(tmp_path):
    with contextlib.ExitStack() as used:
        boards = [
            used.enter_context(VirtualBoard(tmp_path / str(number), BOARD, serial=bytes((0, number))))
            for number in range(8)
        ]
        dead, foreign = boards[1], boards[2]
        by_port = {virtual.path: virtual for virtual in boards}

        def provision(port):
            virtual = by_port[port]
            description = rp2350_gate.BOARD if virtual is foreign else BOARD
            return board_bench.provisioned(port, "gate-%s" % virtual.folder.name, description)

        flash.several(list(by_port), provision)
        dead.pull_plug()
        new = image(tmp_path, 5, size=3000)
        done = flash.several(list(by_port), lambda port: flash.flash(port, new, patience=3))
        assert [facts["state"] for facts in done] == ["confirmed", "failed", "failed", *["confirmed"] * 5]
        assert [done[1]["code"], done[2]["code"]] == ["BOARD-1", "BOARD-2"]
        assert slots(foreign.path)["active"] is None
