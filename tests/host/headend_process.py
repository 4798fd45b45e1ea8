"""`gatepost headend` as a process of its own, and the packages that somebody else publishes into its folder."""

import asyncio
import contextlib
import subprocess
import sys
import time

from headend.blobs import Blobs
from headend.operator_fleet import standings
from headend.operator_store import open_operator_store
from headend.packages import build_package
from headend.publish import publish
from headend.state import State
from headend.store import open_store
from simulator.codes import demonstration_key
from tests.board_interpreter import ROOT


@contextlib.contextmanager
def serving(folder, *options):
    """The port of a head-end process over `folder`; it ends with the block."""
    command = [sys.executable, "-m", "technician.cli", "headend", "--folder", str(folder), "--port", "0", *options]
    with open(str(folder) + ".log", "w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        with process:
            try:
                yield int(process.stdout.readline().split(",")[0].rpartition(":")[2])
            finally:
                process.kill()  # an orderly end would wait for who is told to wait


class Publisher:
    """Publishes into the folder of a head-end, as `gatepost operator` does from another process, and reads the fleet view."""

    def __init__(self, folder):
        self._store = open_store(folder)
        self._db = open_operator_store(folder)
        self.state, self.blobs = State(self._store), Blobs(folder / "blobs")

    def publish(self, kind, target, version, payload, **more):
        """A package under the demonstration's key for its kind."""
        now = int(time.time())
        key = demonstration_key(kind)
        package = build_package(
            kind, target, version, payload, [(key.public, key.sign)], valid=(now - 100, now + 10**6), **more
        )
        asyncio.run(publish(self.state, self.blobs, package))

    def standing(self, terminal):
        """What the fleet view knows of it, None before it was heard of."""
        return next((found for found in standings(self._db) if found.terminal == terminal), None)

    def close(self):
        self._db.close()
        self._store.close()
