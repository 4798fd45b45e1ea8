"""Host only: a Linux terminal from its start to its stop: hardware, stores, self-test, then the session until a signal.

What it owes its service manager goes through `notify(text)`, see sd_notify(3).
"""

import asyncio
import contextlib
import signal

from boards import kiosk_start, start
from boards.description import bus
from boards.pygame_panel import PygamePanel
from boards.screen import Screen
from screens import catalogue, profiles
from terminal import self_test
from terminal.boot_watch import Watch
from terminal.clock import SystemClock
from terminal.log_ring import LogRing
from terminal.site_documents import SiteDocuments

_LONGEST_TURN_MS = 30000  # a pad that asks the head-end for a share takes that long
_EXAMINE_AGAIN_MS = 30000
_PRINTER_MS = 5000
_RECOVERY_BEAT_S = 5
_KEPT = start.KEPT + ("stop", "healthy")


class ServiceWatchdog:
    """The service manager's watchdog, in the shape of machine.WDT."""

    def __init__(self, notify):
        self._notify = notify

    def feed(self):
        self._notify("WATCHDOG=1")


class LinuxTerminal:
    """The terminal whose files lie in `home`; `site` as for site.json, `board` included. `tell(event, facts)` hears all.

    `healthy()` is called once, when the self-test holds and the lane has run well for `settled_ms`.
    StoreError when a store does not open, ReaderError when a line that it drives cannot be claimed.
    """

    def __init__(self, home, site, notify, tell, healthy, settled_ms):
        self.clock = SystemClock()
        self._notify = notify
        self._tell = tell
        self._healthy = healthy
        self._ring = LogRing(str(home), now=self.clock.utc)
        self._settled = False
        self._watch = Watch(
            ServiceWatchdog(notify), self.clock, ("lane",), _LONGEST_TURN_MS, settled_ms, self._has_settled
        )
        self._documents = SiteDocuments(str(home), site)
        self._documents.begin()
        assembly = kiosk_start if "services" in site else start
        self.board, self.terminal, self.examination = assembly.put_together(
            str(home), self.clock, self._log, self._watch, self._documents.site(), self._documents
        )

    def run(self):
        """Serves until SIGTERM, SIGINT, or until somebody closes its window; then everything rests. Returns why."""
        try:
            return asyncio.run(self._serve())
        finally:
            self.board.stop()

    async def _serve(self):
        why = _until_signal()
        await self.board.start()
        checks = await self._examined()
        display = self.terminal.supervisor.keep("display", lambda: self._display(why))
        serving = asyncio.gather(
            *self.terminal.tasks(), display, self._watch.run(), self._prove(checks), self._mind_printer()
        )
        self._notify("READY=1")
        await asyncio.wait([why, serving], return_when=asyncio.FIRST_COMPLETED)
        self._notify("STOPPING=1")
        if not why.done():
            serving.result()  # whatever fell over that nobody keeps alive
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        self._log("stop", why=why.result())
        return why.result()

    async def _display(self, why):
        await self.board.panel.run(self.clock)
        _end(why, "its window was closed")

    async def _examined(self):
        checks = await self.examination.examine(network=False)
        bad = [
            [found.code, found.seen, catalogue.text("remedy." + found.remedy, "en")]
            for found in checks
            if found.state == "bad"
        ]
        self._log("self_test", bad=bad)
        self._notify("STATUS=" + ("; ".join(["%s: %s" % (code, seen) for code, seen, _ in bad]) or "serving"))
        return checks

    async def _prove(self, checks):
        """Examines the terminal again, while nobody stands there, until nothing essential is at fault: then it is good."""
        while self_test.faults(checks):
            await self.clock.sleep_ms(_EXAMINE_AGAIN_MS)
            while not self.terminal.at_rest():
                await self.clock.sleep_ms(100)
            checks = await self._examined()
        self._documents.confirm()
        while not self._settled:
            await self.clock.sleep_ms(1000)
        self._healthy()
        self._log("healthy")

    async def _mind_printer(self):
        """A printer says nothing by itself: whether it can print is asked while nobody waits for paper."""
        printer = getattr(self.board, "printer", None)
        while printer is not None:
            await self.clock.sleep_ms(_PRINTER_MS)
            if self.terminal.at_rest():
                await printer.check()

    def _has_settled(self):
        self._settled = True

    def _log(self, event, **facts):
        if event in _KEPT:
            self._ring.note(event, **facts)
        self._tell(event, facts)


def recover(description, notify, tell):
    """Says that the terminal is out of service until SIGTERM. The release rests; nothing that could open it is loaded."""
    clock = SystemClock()
    metrics = profiles.metrics(description.screen)
    panel = PygamePanel(metrics, bus(description, "display").number, description.title)

    async def wait():
        why = _until_signal()
        Screen(panel, metrics).show({"screen": "out_of_service"})
        notify("READY=1\nSTATUS=recovery: the terminal did not start")
        tell("recovery", {})
        shown = asyncio.ensure_future(panel.run(clock))
        while not why.done() and not panel.closed:
            notify("WATCHDOG=1")
            await asyncio.wait([why, shown], timeout=_RECOVERY_BEAT_S, return_when=asyncio.FIRST_COMPLETED)
        shown.cancel()

    asyncio.run(wait())
    panel.close()


def _until_signal():
    """A future that SIGTERM or SIGINT ends, by its name."""
    loop = asyncio.get_running_loop()
    why = loop.create_future()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _end, why, signal.Signals(number).name)
    return why


def _end(why, name):
    if not why.done():
        why.set_result(name)
