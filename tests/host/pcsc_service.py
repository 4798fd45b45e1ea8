"""A pcscd of the tests' own, with vsmartcard's virtual reader: two slots, cards of the simulator in them."""

import os
import pathlib
import shutil
import socket
import subprocess
import time

from simulator.vpcd import InsertedCard

_CONFIG = """FRIENDLYNAME "Virtual PCD"
DEVICENAME /dev/null:0x%X
LIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so
CHANNELID 0x%X
"""


def _free_port():
    """A port p with p + 1 free as well: the two slots."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("localhost", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("localhost", port + 1))
            except OSError:
                continue
            return port


def wait(condition, what, seconds=60):
    """Looks until `condition()` holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "%s took more than %d s" % (what, seconds)
        time.sleep(0.02)


class Service:
    """A pcscd of our own in a name space of its own. `port` is that of slot 0, slot 1 is the next."""

    def __init__(self, folder):
        assert shutil.which("pcscd"), "pcscd is missing: apt-get install pcscd vsmartcard-vpcd"
        run, conf = folder / "run", folder / "conf"
        run.mkdir()
        conf.mkdir()
        self.port = _free_port()
        self.log = folder / "log"
        (conf / "vpcd").write_text(_CONFIG % (self.port, self.port))
        command = ["pcscd", "-f", "-i", "-c", str(conf)]
        socket_folder = pathlib.Path("/run/pcscd")
        if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0:
            # With a /run of its own it neither meets nor disturbs the machine's pcscd.
            script = 'mount --bind "%s" /run && exec "$@"' % run
            command = ["unshare", "-rm", "sh", "-c", script, "sh", *command]
            socket_folder = run / "pcscd"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        comm = socket_folder / "pcscd.comm"
        wait(lambda: comm.exists() or self.process.poll() is not None, "starting pcscd")
        assert self.process.poll() is None, self.log.read_text()
        os.environ["PCSCLITE_CSOCK_NAME"] = str(comm)

    def insert(self, card, slot=0):
        """Puts the card in, and waits until pcscd has noticed (it looks each 400 ms)."""
        seen = self._seen("inserted into", slot)
        inserted = InsertedCard(card, port=self.port + slot)
        wait(lambda: self._seen("inserted into", slot) > seen, "seeing the card")
        return inserted

    def remove(self, inserted, slot=0):
        """Takes the card out, and waits until pcscd has noticed: a next one before that would not be a new one to it."""
        seen = self._seen("Removed From", slot)
        inserted.remove()
        wait(lambda: self._seen("Removed From", slot) > seen, "seeing the card leave")

    def _seen(self, what, slot):
        return self.log.read_text().count("Card %s Virtual PCD 00 %02d" % (what, slot))

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
