"""A virtual board and a real head-end process for tests of packages that come over the air, both with their own media."""

import asyncio
import contextlib
import json
import time

from boards.esp32s3_gate import BOARD
from headend.blobs import Blobs
from headend.certificates import Authority
from headend.operator_fleet import standings
from headend.operator_keys import signing_key
from headend.operator_store import open_operator_store
from headend.packages import build_package
from headend.publish import publish
from headend.rollout import Rollouts
from headend.state import State
from headend.store import open_store
from simulator.virtual_board import VirtualBoard
from technician import provision
from tests.host import board_bench, flash_image, headend_process

NAME = "gate-0001"
_KINDS = ("firmware", "whitelist", "hotlist", "delta", "tariff")


class Site:
    """A provisioned virtual board of class BOARD and the head-end, a process of its own, that it knows by mutual TLS."""

    def __init__(self, folder, used):
        self.folder = folder
        self.headend = folder / "headend"
        operation = signing_key(self.headend / "keys" / "operation.sm2")
        self._operation = operation
        self.port = used.enter_context(headend_process.serving(self.headend, "--tls-name", "127.0.0.1"))
        self.board = used.enter_context(VirtualBoard(folder / "board", BOARD))
        self.path = self.board.path
        roles = {kind: board_bench.KEY.public.hex() for kind in _KINDS}
        trust = dict(board_bench.TRUST, roles={**roles, "settings": operation[0].hex()})
        site = dict(board_bench.site(), host="127.0.0.1", port=self.port)
        site["settings"]["second_try_s"] = 0  # nobody walks here: each tap is to be paid
        provision.provision(self.path, BOARD, NAME, trust, site, Authority(self.headend / "authority"))
        self._db = open_operator_store(self.headend)
        self._store = open_store(self.headend)
        used.callback(self._db.close)
        used.callback(self._store.close)
        self.state, self.blobs = State(self._store), Blobs(self.headend / "blobs")
        self.rollouts = Rollouts(self._db, self.state, self.blobs)

    @property
    def standing(self):
        """What the fleet view knows of the board, None before it was heard of."""
        return next(iter(standings(self._db)), None)

    @property
    def received(self):
        """The number of the board's newest record at the head-end, 0 before there is one."""
        return self._store.execute("SELECT coalesce(max(highest), 0) FROM progress").fetchone()[0]

    def roll_out(self, package, name="roll-out"):
        """Begins a roll-out to the board, as an operator does; its number."""
        return asyncio.run(self.rollouts.begin(name, package, [[NAME]], most_failed=0))

    def outcome(self, number):
        """(status, why) of a roll-out as the operator page sees it now."""
        asyncio.run(self.rollouts.tick())
        row = next(row for row in self.rollouts.all() if row["id"] == number)
        return row["status"], row["why"]

    def ended(self, number, seconds=60):
        """(status, why) once the roll-out is not under way any more."""
        self.until(lambda: self.outcome(number)[0] != "running", seconds)
        return self.outcome(number)

    def publish(self, kind, version, payload, since_s=100, **more):
        """A package of another kind, for all terminals of the board's class, valid for `since_s` already."""
        now = int(time.time())
        signer = self._operation if kind == "settings" else (board_bench.KEY.public, board_bench.KEY.sign)
        package = build_package(
            kind, BOARD.name, version, payload, [signer], valid=(now - since_s, now + 10**6), **more
        )  # fmt: skip
        asyncio.run(publish(self.state, self.blobs, package))

    def until(self, condition, seconds=60, pause_s=0.05):
        """Waits until `condition()` holds; fails when it does not in a time that no sound machine needs."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, (self.standing, self.told())
            time.sleep(pause_s)

    def files(self, *names):
        """{path: bytes} of files on the board's flash as they are at this moment; the board knows nothing of it."""
        return flash_image.files(self.board.folder, names)

    def loader(self):
        """What the loader knows."""
        return json.loads(self.files("/boot.json")["/boot.json"])

    def told(self):
        """The events in the board's log ring."""
        found = self.files("/log.1", "/log.0")
        return [json.loads(line) for name in sorted(found, reverse=True) for line in found[name].splitlines()]

    def pull_when(self, condition, seconds=60):
        """Pulls the plug as soon as `condition()` holds; the board stays dark."""
        self.until(condition, seconds, 0.001)
        self.board.pull_plug()

    def holds(self, text):
        """Whether these bytes are anywhere on the flash."""
        return text in (self.board.folder / "flash.img").read_bytes()


@contextlib.contextmanager
def site(folder):
    """A Site; all of it ends with the block."""
    with contextlib.ExitStack() as used:
        yield Site(folder, used)
