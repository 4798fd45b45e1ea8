"""A Linux terminal for tests: its home, its settings, the GPIO chip and ports around it, and `gatepost serve` as a process."""

import json
import os
import pathlib
import queue
import subprocess
import sys
import threading
import time

from simulator.gpio_chip import GpioChip
from technician import board_settings, demonstration, provision_home, settings_cli
from technician.board_cli import description_of

_PATIENCE_S = 20


class LinuxBench:
    """`chosen`: lines of TOML for the section [board]. `gpio`: the emulated chip of a gate."""

    def __init__(self, folder, kind, chosen=()):
        self.folder = folder
        self.kind = kind
        self.home = folder / "home"
        self.settings = folder / "settings.toml"
        described = description_of(kind)
        demonstration.write(folder, described)
        lines = [
            'display.port = "window"',
            'buzzer.port = "none"',
            'reader.port = "00 00"',
            'psam.port = "00 01"',
            *chosen,
        ]
        if described.lines:
            self.gpio = GpioChip(folder / "gpio", described)
            lines.append('gpio = "%s"' % self.gpio.folder)
        self.settings.write_text(self.settings.read_text("utf8") + "\n".join(lines) + "\n", "utf8")
        chosen = settings_cli.compiled(self.settings)
        provision_home.provision(
            self.home, board_settings.board_of(chosen["board"]), chosen["settings"]["terminal"],
            json.loads((folder / "trust.json").read_text()), json.loads((folder / "site.json").read_text()),
            whitelist=folder / "whitelist",
        )  # fmt: skip

    def serve(self, *options, **environment):
        return Served(self, options, environment)


class Served:
    """A running `gatepost serve`; `until(event, **facts)` waits for what it tells."""

    def __init__(self, bench, options, environment):
        self.events = []
        self._coming = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "technician.cli", "serve", bench.kind, "--events", *options,
             "--settings", str(bench.settings), "--home", str(bench.home)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", **environment},
        )  # fmt: skip
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def _listen(self):
        for line in self.process.stdout:
            self._coming.put(json.loads(line))
        self._coming.put(None)

    def until(self, event, **facts):
        """The next event of that name with these facts."""
        end = time.monotonic() + _PATIENCE_S
        while True:
            told = self._coming.get(timeout=max(0.01, end - time.monotonic()))
            assert told is not None, "it ended: %s\n%s" % (self.events, self.process.stderr.read())
            self.events.append(told)
            if told["event"] == event and all(told.get(name) == value for name, value in facts.items()):
                return told

    def stop(self, number):
        """Sends the signal; the exit code, and what it wrote on standard error."""
        self.process.send_signal(number)
        code = self.process.wait(_PATIENCE_S)
        return code, self.process.stderr.read()


def records(home, folder):
    """The payloads in the journal of `home`, read from a copy as after a pulled plug."""
    from offline_store.journal import Journal
    from offline_store.media import FileMedium

    copy = pathlib.Path(folder, "copy.txj")
    copy.write_bytes((home / "journal").read_bytes())
    medium = FileMedium(str(copy))
    try:
        journal = Journal(medium)
        return [journal.read(seq) for seq in range(1, journal.last_seq + 1)]
    finally:
        medium.close()
