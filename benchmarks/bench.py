"""The technician's bench: 100 kB flashed, verified, restarted and confirmed, beside `mpremote fs cp`, in one run."""

import contextlib
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

from boards.esp32s3_gate import BOARD
from simulator import residents
from simulator.virtual_board import VirtualBoard
from technician import flash, update_image
from tests.host import board_bench

_BYTES = 100_000
_GOALS_S = {1: 2, 4: 3}
_ROUNDS = 3


def main(options):
    """Prints seconds for one board and four side by side, then the peer's, which neither verifies nor starts anything."""
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder, contextlib.ExitStack() as used:
        folder = pathlib.Path(folder)
        boards = [used.enter_context(VirtualBoard(folder / str(number), BOARD)) for number in range(4)]
        for board in boards:
            board_bench.provisioned(board.path)
            flash.flash(board.path, board_bench.image(folder, 1))
        ours = {}
        for count in (1, 4):
            ours[count] = min(_flash(boards[:count], folder, 10 * count + attempt) for attempt in range(_ROUNDS))
            print(
                "gatepost flash: %d kB, verified and confirmed, %d board%s: %.2f s (goal %d s)"
                % (_BYTES // 1000, count, "s" * (count > 1), ours[count], _GOALS_S[count])
            )
        peer = min(_copy(boards[0], folder) for _ in range(_ROUNDS))
        print("mpremote fs cp: the same bytes, one board, nothing verified, restarted or confirmed: %.2f s" % peer)
        print("one board: gatepost flash takes %.1f times as long as mpremote fs cp" % (ours[1] / peer))
        print("from power to the firmware's first line (a confirmed version, small image): %.2f s" % _boot(boards[0]))
        sent, (screen, ready, tap) = _boot_whole(boards[0], folder)
        print("the whole firmware, %d kB: flashed, verified and confirmed in %.2f s" % sent)
        print(
            "from power on: first screen %.2f s, ready for a card %.2f s, a card held there let through %.2f s"
            % (screen, ready, tap)
        )
        print("load while measuring: %.1f" % os.getloadavg()[0])


def _flash(boards, folder, version):
    image = board_bench.image(folder, version, size=_BYTES)
    started = time.monotonic()
    done = flash.several([board.path for board in boards], lambda port: flash.flash(port, image))
    seconds = time.monotonic() - started
    if any(facts["state"] != "confirmed" for facts in done):
        raise SystemExit("not confirmed: %s" % done)
    return seconds


def _copy(board, folder):
    """mpremote's own program, from its start to its end, as a technician would use it."""
    source = folder / "peer.bin"
    source.write_bytes(random.Random(7).randbytes(_BYTES))
    with flash.board.visit(board.path) as link:
        link.run("remove([_path for _path in ['/peer.bin'] if _size(_path) >= 0])")
    command = [sys.executable, "-m", "mpremote", "connect", board.path, "resume", "fs", "cp", str(source), ":/peer.bin"]
    started = time.monotonic()
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return time.monotonic() - started


def _boot_whole(board, folder):
    """((kB, seconds to flash), seconds from power until each of: a first screen, a lane that is ready, a paid tap)."""
    path = folder / "whole.gpk"
    key = board_bench.KEY
    files = update_image.firmware(BOARD, "host")
    path.write_bytes(update_image.pack(BOARD.name, 100, files, (key.public, key.sign), board_bench.ALWAYS))
    board_bench.load_list(board.path, folder)
    started = time.monotonic()
    flash.flash(board.path, flash.load(path))
    sent = path.stat().st_size // 1000, time.monotonic() - started
    hardware = board.hardware
    board.pull_plug()
    hardware.panel.shown = False
    board.plug_in()
    started = time.monotonic()
    found = []
    for seen in (lambda: hardware.panel.shown, lambda: hardware.lamp("green"), lambda: _is_released(hardware)):
        if len(found) == 2:
            with hardware.lock:
                hardware.reader.insert(residents.Residents().card("adult", hardware.reader))
        while not seen():
            time.sleep(0.001)
        found.append(time.monotonic() - started)
    return sent, found


def _is_released(hardware):
    return any(name == "release" and level for _, name, level in hardware.levels)


def _boot(board):
    """Seconds from power until the loader has chosen and hands over."""
    board.pull_plug()
    board.plug_in()
    started = time.monotonic()
    starts = board.starts
    while board.starts == starts or not board.hardware.is_watched():
        time.sleep(0.001)
    return time.monotonic() - started
