"""A Linux terminal for tests: its home, its settings, the GPIO chip and ports around it, and `gatepost serve` as a process."""

import contextlib
import json
import os
import pathlib
import queue
import signal
import subprocess
import sys
import threading
import time
from concurrent import futures
from unittest import mock

from simulator import fingers
from simulator.errors import TargetMissing
from simulator.gpio_chip import GpioChip
from technician import board_settings, demonstration, provision_home, serve, settings_cli
from technician.board_cli import description_of
from tests.host.pcsc_service import wait

_PATIENCE_S = 60


class LinuxBench:
    """`chosen`: lines of TOML for the section [board]; `port` of a head-end. `gpio`: the emulated chip of a gate."""

    def __init__(self, folder, kind, chosen=(), port=None):
        self.folder = folder
        self.kind = kind
        self.home = folder / "home"
        self.settings = folder / "settings.toml"
        described = description_of(kind)
        demonstration.write(folder, described)
        lines = [
            'display.port = "window"',
            'buzzer.port = "none"',
            'psam.port = "00 01"',
            *chosen,
        ]
        if not any(line.startswith("reader.port") for line in chosen):
            lines.append('reader.port = "00 00"')
        if described.lines:
            self.gpio = GpioChip(folder / "gpio", described)
            lines.append('gpio = "%s"' % self.gpio.folder)
        if port:
            lines += ["[network]", 'host = "127.0.0.1"', "port = %d" % port]
        self.settings.write_text(self.settings.read_text("utf8") + "\n".join(lines) + "\n", "utf8")
        chosen = settings_cli.compiled(self.settings)
        provision_home.provision(
            self.home, board_settings.board_of(chosen["board"]), chosen["settings"]["terminal"],
            json.loads((folder / "trust.json").read_text()), json.loads((folder / "site.json").read_text()),
            whitelist=folder / "whitelist",
        )  # fmt: skip

        if (folder / "services.json").exists():
            (folder / "services.json").replace(self.home / "services.json")

    def serve(self, *options, **environment):
        return Served(self, options, environment)

    def here(self, journey):
        """Serves in this process, while `journey(Live)` plays in a thread; what it raised is raised here."""
        from boards.linux_start import LinuxTerminal

        events = []
        quiet = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
        with mock.patch.dict(os.environ, quiet), contextlib.ExitStack() as used:
            chosen = settings_cli.compiled(self.settings)
            site = serve.opened(self.home, self.kind, chosen, used)
            terminal = LinuxTerminal(
                self.home, site, lambda text: None, lambda event, facts: events.append((event, facts)), list, 1000
            )
            live = Live(terminal, events)

            with futures.ThreadPoolExecutor(1) as pool:
                played = pool.submit(journey, live)
                played.add_done_callback(lambda _: os.kill(os.getpid(), signal.SIGTERM))
                terminal.run()
        assert played.exception() is None, (played.exception(), events[-12:])


class Live:
    """A terminal in this process as its users meet it; the shape that simulator.fingers asks for."""

    def __init__(self, terminal, events):
        self.terminal = terminal
        self.board = terminal.board
        self.events = events
        self._seen = 0

    @property
    def view(self):
        return self.board.display.view

    @property
    def display_list(self):
        return self.board.display.display_list or ()

    def touch(self, x, y):
        """A finger on the glass: a real event in pygame's queue."""
        import pygame

        before = self.display_list
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(x, y), button=1))
        with contextlib.suppress(AssertionError):
            wait(lambda: self.display_list != before, "changing the screen", 1)

    def press(self, *actions):
        """Presses each target as soon as it is drawn."""
        for action in actions:
            wait(lambda action=action: self._pressed(action), "drawing %s" % action)

    def _pressed(self, action):
        try:
            fingers.press(self, action)
        except TargetMissing:
            return False
        return True

    def keys(self, text):
        for key in text:
            self.press("key." + key)

    def until(self, screen):
        wait(lambda: self.view is not None and self.view["screen"] == screen, "showing %s" % screen, _PATIENCE_S)

    def told(self, event, **facts):
        """Waits for the next event of that name with these facts."""

        def came():
            while self._seen < len(self.events):
                name, said = self.events[self._seen]
                self._seen += 1
                if name == event and all(said.get(key) == value for key, value in facts.items()):
                    return True
            return False

        wait(came, "telling %s %s" % (event, facts), _PATIENCE_S)


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
