"""`python -m tests.pulls [FLASHES] [SEED]`: the long run of plugs pulled while firmware is flashed. Exit 1 when one fails."""

import pathlib
import sys
import tempfile
import time

from boards.esp32s3_gate import BOARD
from simulator.virtual_board import VirtualBoard
from technician import flash
from tests.host import board_bench
from tests.host.test_flash import KEPT, flash_with_pulls, kept


def main(flashes=20, seed=1):
    """Flashes so many versions, each under pulls, and says how many there were and whether the stores are as before."""
    print("seed", seed)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
        folder = pathlib.Path(folder)
        with VirtualBoard(folder / "board", BOARD) as virtual:
            board_bench.provisioned(virtual.path)
            with flash.board.visit(virtual.path) as link:
                for path, data in KEPT.items():
                    link.push(data, path)
            outcomes, pulls = flash_with_pulls(virtual, folder, range(1, flashes + 1), seed)
            same = kept(virtual.path) == KEPT
    finished = sum(done["state"] == "confirmed" for done in outcomes)
    cuts = sum(done["cuts"] for done in outcomes)
    print(
        "%d of %d finished, %d plugs pulled, %d transfers cut, %.0f s; stores as before: %s"
        % (finished, flashes, pulls, cuts, time.monotonic() - started, same)
    )
    return 0 if finished == flashes and same and cuts else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
