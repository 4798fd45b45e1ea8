"""The desk in a browser: one gate with its residents in MicroPython WebAssembly, steered by text. Portable.

The terminal, its drivers, the emulated chips and the cards are the desk's own; the page only shows what `step` gives.
"""

import json

from offline_store.journal import MINIMUM_SIZE, Journal
from offline_store.media import FileMedium
from offline_store.table import Table
from screens import catalogue, examples, profiles
from screens.framebuf_backend import Strips
from screens.glyphs import GlyphStore
from simulator import demo_site, looks, residents
from simulator.bench import Bench
from simulator.cards.psam import PsamSlot
from simulator.chips.speed_gate import FAR_END, LEAVES, WAYS
from simulator.faults import NAMES, SLOW_DRAG, STORAGE, Faults
from simulator.page_headend import PageHeadend, PageLink
from simulator.virtual_time import VirtualClock
from simulator.window_ledger import Ledger
from terminal.civil_time import civil
from terminal.modes import TONES

_JOURNAL_BYTES = 256 * 1024
_DRAGGED_APDUS = 2


class _Glass:
    """The panel: display lists become pixels, strip by strip as on a board."""

    def __init__(self, write, metrics, glyphs):
        self._strips = Strips(self, metrics.width, metrics.height, glyphs)
        self.write = write
        self.draw([])

    def draw(self, display_list):
        self.display_list = display_list
        self.said = [op[1] for op in display_list if op[0] == "say"]
        if display_list:
            self._strips.draw(display_list)
        else:
            self._strips.forget()


def _place(person):
    """Where somebody is in the lane, in mm from its near end: from, to; and whether shut leaves sent them back."""
    return [person.at, person.at + person.depth, person.blocked]


class PageDesk:
    """`paint(x, y, width, height, pixels)` takes big-endian RGB565 rows; `files`: paths whitelist, journal, glyphs.

    `profile` is one of simulator.looks.LANES. All times are virtual: nothing happens but in `step`.
    """

    def __init__(self, profile, paint, files, seed=1):
        self._files = files
        self._look = [profile, False, False]
        self._clock = clock = VirtualClock(demo_site.START)
        self._people = residents.Residents(seed)
        self._headend = PageHeadend(clock)
        self._link = PageLink(self._headend, clock)
        self._news = []
        self._tones = []
        self._ledger = Ledger()
        self._journal = None
        self._presented = None
        self._fire = False
        self._bench = Bench(
            clock, PsamSlot(residents.psam(), clock), self._link, self._look, self._stores,
            demo_site.config(seed, profile), self._heard,
        )  # fmt: skip
        metrics = looks.metrics(self._look)
        self._bench.hardware.panel = _Glass(paint, metrics, GlyphStore(files["glyphs"]))
        self._faults = Faults(self._bench.hardware)
        self.size = metrics.width, metrics.height
        self._bench.power_on()

    # What people do

    def act(self, verb, name=""):
        """One action: card, remove, code, walk, net, power, fire, fault, elder, contrast or language."""
        getattr(self, "_do_" + verb)(name)

    def _do_card(self, name):
        self._do_remove()
        chip = self._bench.hardware.reader_chip
        if SLOW_DRAG in self._faults.active:
            chip.cut_after_apdu(_DRAGGED_APDUS)
        self._presented = name
        self._bench.present(self._people.card(name, chip))
        self._heard("present", {"card": name})

    def _do_remove(self, _=None):
        if self._presented is not None:
            self._presented = None
            self._bench.remove()

    def _do_code(self, name):
        self._heard("present", {"code": name})
        self._bench.scan(self._people.code(name, self._clock.utc()))

    def _do_walk(self, way):
        way = way or "walk"
        self._heard("walk", {"way": way, "open": self._bench.walk(way)})

    def _do_net(self, _):
        self._link.is_on = not self._link.is_on
        self._heard("network", {"on": self._link.is_on})

    def _do_power(self, _):
        self._plug(not self._bench.is_on())

    def _do_fire(self, _):
        self._fire = not self._fire
        self._bench.fire(self._fire)
        self._heard("fire", {"on": self._fire})

    def _do_fault(self, name):
        on = name not in self._faults.active
        self._faults.switch(name, on)
        self._heard("fault", {"name": name, "on": on})
        if name == STORAGE and self._bench.is_on():
            self._plug(False)
            self._plug(True)

    def _do_elder(self, _):
        self._restyle(2)

    def _do_contrast(self, _):
        self._restyle(1)

    def _do_language(self, name):
        self._bench.speak(name)

    # What the page shows

    def about(self):
        """JSON of what stays: the tray, the faults that can be chosen, the size of the display."""
        tray = [
            {"key": one.key, "name": one.name, "kind": one.kind, "title": [one.title_zh, one.title_en],
             "note": [one.note_zh, one.note_en], "colour": one.colour}
            for one in self._people.tray
        ]  # fmt: skip
        faults = [{"name": one.name, "words": [one.zh, one.en]} for one in NAMES]
        ways = sorted(WAYS)
        return json.dumps(
            {"tray": tray, "faults": faults, "size": self.size, "ways": ways, "lane": [0, LEAVES, FAR_END]}
        )

    def step(self, ms):
        """Lets `ms` pass; the clock, and behind a line's end the JSON of how everything stands.

        With the events and tones since the last step: as long as the JSON stays the same, so does the picture.
        """
        self._bench.run_for(ms)
        for name in self._faults.struck():
            self._heard("strike", {"name": name})
        news, self._news = self._news, []
        tones, self._tones = self._tones, []
        bench, ledger, view = self._bench, self._ledger, self._bench.view
        return self._stamp()[:8] + "\n" + json.dumps({
            "news": news, "tones": tones, "said": self._captions(),
            "power": bench.is_on(), "net": self._link.is_on, "fire": self._fire, "online": bench.online,
            "queued": bench.queued, "held": self._headend.held, "latest": self._headend.latest[-6:],
            "state": bench.state, "screen": view["screen"] if view else None, "card": self._presented,
            "lamps": bench.hardware.lamps(), "leaves": bench.hardware.gate.state,
            "opening": bench.hardware.gate.opening, "people": [_place(person) for person in bench.hardware.gate.people],
            "faults": sorted(self._faults.active), "elder": self._look[2], "contrast": self._look[1],
            "balances": {one.name: one.balance() for one in self._people.tray if one.kind == "card"},
            "passages": ledger.passages, "takings": ledger.takings, "concessions": ledger.concessions,
            "refused": ledger.refused, "recovered": ledger.recovered, "void": ledger.void,
        })  # fmt: skip

    def example(self, family, name, language):
        """Draws the screen of an example state instead of the terminal's, for comparison with recorded pixels."""
        for known, screen, states, _, _ in examples.FAMILIES:
            if known == family:
                state = examples.whole(dict(states)[name], language)
                glass = self._bench.hardware.panel
                glass.draw([])
                glass.draw(screen(state, profiles.metrics(self._look[0])))

    # Inside

    def _captions(self):
        """The voice prompts of the picture, as [Chinese, English]."""
        said = self._bench.hardware.panel.said
        return [[catalogue.text(key, "zh"), catalogue.text(key, "en")] for key in said]

    def _stamp(self):
        """hh:mm:ss.mmm in China."""
        return "%02d:%02d:%02d" % civil(self._clock.utc())[3:] + ".%03d" % (self._clock.ms() % 1000)

    def _restyle(self, at):
        self._look[at] = not self._look[at]
        self._bench.restyle(self._look)

    def _plug(self, on):
        self._heard("power", {"on": on})
        if on:
            self._bench.power_on()
        else:
            self._bench.power_off()
            self._journal.close()

    def _stores(self):
        # A full storage is another file and a tiny one: the true one loses nothing.
        small = STORAGE in self._faults.active
        path = self._files["journal"] + ("-small" if small else "")
        self._journal = FileMedium(path, MINIMUM_SIZE if small else _JOURNAL_BYTES)
        whitelist = FileMedium(self._files["whitelist"], readonly=True)
        return Journal(self._journal, journal_id=1), Table(whitelist, demo_site.LIST_KEY), None

    def _heard(self, event, facts):
        told = dict(facts)
        told.update({"at": self._stamp(), "event": event})
        self._news.append(told)
        self._ledger.hear(told)
        if facts.get("tone"):
            self._tones.append(TONES[facts["tone"]])
