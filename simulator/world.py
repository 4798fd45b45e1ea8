"""Host only: the simulator's world: one gate, its head-end, the residents with their cards and phones, a folder.

The window and the day scripts play on it. All waiting is virtual; only the head-end is a real server.
"""

import fcntl
import pathlib

from headend.server import BackgroundServer
from simulator import demo_list, demo_services, demo_site, looks, residents
from simulator.bench import Bench
from simulator.card_hooks import CardHooks
from simulator.cards.psam import PsamSlot
from simulator.desk_side import DeskSide, purposes
from simulator.errors import FolderInUse, FolderUnusable, HardwareUnknown, ProfileUnknown
from simulator.faults import SLOW_DRAG, STORAGE, Faults
from simulator.kiosk_side import KioskSide
from simulator.lane_side import LaneSide
from simulator.network_side import NetworkSide
from simulator.opaque_codes import DemonstrationPlatform
from simulator.pad_side import PadSide
from simulator.places import standing
from simulator.storage_side import PlugPulled, Scissors, StorageSide
from simulator.virtual_time import VirtualClock
from terminal.modes import TONES

_DRAGGED_APDUS = 2
_DAY_MS = 86_400_000
_CHINA_MS = 8 * 3_600_000


def _switch(on):
    return "on" if on else "off"


def _lock(folder):
    """An open file that keeps other simulators out of `folder` until it is closed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = open(folder / "in-use", "w")
    except OSError as error:
        raise FolderUnusable("%s cannot be used for data (%s): choose another with --folder" % (folder, error.strerror))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise FolderInUse("another simulator works in %s: close it, or choose another folder with --folder" % folder)
    return file


def _standing(profile, heap):
    """As simulator.places.standing; ProfileUnknown for what does not run in a MicroPython process with `heap`."""
    name, place = standing(profile)
    if heap and looks.kind(name) != "lane":
        raise ProfileUnknown("%s runs in this process only: leave out --runtime micropython" % name)
    return name, place


class World(LaneSide, KioskSide, NetworkSide, PadSide, DeskSide, StorageSide):
    """One terminal and all around it. `folder` keeps lists, journal and the head-end's store; `seed` makes it repeatable.

    `profile` is one of simulator.looks.LANES, KIOSKS, PADS or DESKS, for some with a place of simulator.demo_site behind a
    colon: "pad320:pharmacy". `menu(place)` gives the compiled services of a kiosk there; without it a kiosk shows all.
    `headend` False: no server is started and the terminal stays offline.
    `heap` "320k": the terminal runs in a MicroPython process with that heap, from the modules compiled into `tree`.
    `real`: makers of drivers for real hardware, see simulator.real_hardware; only for a terminal in this process.
    """

    def __init__(
        self, folder, seed=1, profile="gate480", headend=True, progress=None, heap=None, tree=None, real=None, menu=None
    ):
        if heap and real:
            raise HardwareUnknown("real hardware hangs on this process: leave out --runtime micropython")
        self.profile, self.place = _standing(profile, heap)
        self.folder = pathlib.Path(folder)
        self._media_folder = self.folder  # of the terminal that is played; each one has its own
        self._left = {(self.profile, self.place): self.folder}
        self._lock = _lock(self.folder)
        self.clock = VirtualClock(demo_site.START)
        self.events = []
        self.inputs = []  # (ms, line of a day script) of all that people did
        self.tones = []  # (ms, ((hertz, ms), ...)) of each sequence played
        self.presented = None
        self.inserted = None  # name of the card in a kiosk's slot
        self._menus = menu
        self._elder = False
        self._contrast = False
        platform = DemonstrationPlatform(self._utc)
        place = self.folder / "headend"
        self._hooks = CardHooks(place, self._utc)
        self._desk = demo_services.desk(place, self._hooks) if headend else None
        self._server = BackgroundServer(place, platforms=platform, desk=self._desk) if headend else None
        self._people = residents.Residents(seed, demo_services.holder)
        self._list = demo_list.ensure(self.folder, seed, progress)
        self._media = []
        self._scissors = Scissors()
        self._network = True
        self._skipped_ms = 0
        self._wrong_s = 0  # by how much the terminal's clock is ahead of the world's
        self._runtime = seed, heap, tree, real
        self._set_up()
        self._plug(True)

    def _set_up(self):
        """Puts the terminal of `profile` there, without power."""
        seed, heap, tree, real = self._runtime
        self._lay_cable()
        self._papers = 0  # sheets that were told of
        self._lines = self._staff_lines = 0  # lines to the till, to the software of a desk that were told of
        self.told = None  # the simulator.desk_side.Told of that software
        self._read_for = ""  # the purpose of its last READ
        self._bench = self._far_bench(seed, heap, tree) if heap else self._near_bench(seed, real)
        self._faults = Faults(self._bench.hardware, self._troubles if self._server else {})

    def move(self, profile):
        """Everybody goes to another terminal, which keeps stores of its own; cards, head-end and time are the same.

        The terminal before it is unplugged; whoever comes back to it finds it as it was left.
        """
        where = _standing(profile, self._runtime[1])
        if where == (self.profile, self.place):
            return
        self.remove()
        self.pull()
        self._did("profile %s" % profile)
        self._plug(False)
        self._bench.jump(-self._wrong_s)
        self._wrong_s = 0
        self.profile, self.place = where
        self._media_folder = self._left.setdefault(where, self.folder / "-".join([part for part in where if part]))
        self._media_folder.mkdir(exist_ok=True)
        self._set_up()
        self._switch_links()
        self._heard("move", {"profile": profile})
        self._plug(True)

    # Time

    def advance(self, ms):
        """Moves virtual time by `ms`, running whatever falls due."""
        self._run(self._bench.run_for, ms)
        for name in self._faults.struck():
            self._heard("strike", {"name": name})
        if len(self.sheets) != self._papers:
            self._papers = len(self.sheets)
            self._heard("paper", {"sheets": self._papers})
        self._listen()
        self._listen_to_desk()
        self._hooks.settle()

    def until_idle(self, limit_ms=10_000):
        """Runs until the gate stands ready; False when it does not in `limit_ms`."""
        return bool(self._run(self._bench.until_idle, limit_ms))

    def _run(self, run, ms):
        start = self.clock.ms()
        try:
            return run(ms)
        except PlugPulled:
            self._plug(False)
            self._bench.run_for(ms - (self.clock.ms() - start))

    def skip_to(self, hours, minutes):
        """Nothing happens until hh:mm of this day, or of the next when that is past: the clock just goes there."""
        self._did("at %02d:%02d" % (hours, minutes))
        now = (self._utc() * 1000 + self.clock.ms() % 1000 + _CHINA_MS) % _DAY_MS
        skipped = ((hours * 60 + minutes) * 60_000 - now) % _DAY_MS
        self._skipped_ms += skipped
        self._bench.skip(skipped)
        self.advance(100)

    @property
    def ms(self):
        """Virtual ms since the start, without those that `skip_to` went over."""
        return self.clock.ms() - self._skipped_ms

    @property
    def clock_text(self):
        ms = (self._utc() * 1000 + self.clock.ms() % 1000 + _CHINA_MS) % _DAY_MS
        return "%02d:%02d:%02d.%03d" % (ms // 3_600_000, ms // 60_000 % 60, ms // 1000 % 60, ms % 1000)

    # Residents

    @property
    def tray(self):
        return self._people.tray

    def present(self, name):
        """Puts the named card on the reader; whatever lay there goes first."""
        self.remove()
        self.presented = name
        self._did("card %s now" % name)
        self._lay(name)

    def present_both(self, name, other):
        """Puts two cards on the reader at once."""
        self.present(name)
        self._lay(other)

    def _lay(self, name):
        chip = self._bench.hardware.reader_chip
        if SLOW_DRAG in self._faults.active:
            chip.cut_after_apdu(_DRAGGED_APDUS)
        self._bench.present(self._people.card(name, chip))
        self._heard("present", {"card": name})

    def remove(self):
        if self.presented is not None:
            self._did("remove")
            self._bench.remove()
            self.presented = None

    def phone_code(self, name):
        """The bytes of the code that the named phone shows now."""
        return self._people.code(name, self._utc())

    def scan(self, name):
        """The named phone shows its code to the scanner; returns the bytes of that code."""
        self._did("code %s now" % name)
        self._heard("present", {"code": name})
        code = self.phone_code(name)
        self._bench.scan(code)
        return code

    # Surroundings

    def power(self, on):
        """The plug. Off: the terminal is gone in the middle of whatever it did. On: it boots from its media."""
        if on != self._bench.is_on():
            self._did("power %s" % _switch(on))
            self._plug(on)

    def _plug(self, on):
        self._heard("power", {"on": on})
        if on:
            self._bench.power_on()
        else:
            self._bench.power_off()
            self._scissors.disarm()
            self._close_media()

    def fire(self, on):
        """The fire alarm's contact."""
        self._did("fire %s" % _switch(on))
        self._bench.fire(on)
        self._heard("fire", {"on": on})

    def fault(self, name, on):
        """Breaks or mends what simulator.faults.EVERY names; a fault that strikes says so by a "strike" event."""
        self._did("fault %s %s" % (name, _switch(on)))
        self._faults.switch(name, on)
        self._heard("fault", {"name": name, "on": on})
        if name == STORAGE and self.is_powered:
            self._plug(False)
            self._plug(True)

    @property
    def faults(self):
        """Names of the faults that are on."""
        return self._faults.active

    @property
    def breakable(self):
        """What of this terminal can be broken: simulator.faults.Breakable each."""
        return self._faults.breakable

    def jump(self, seconds):
        """The terminal's clock goes wrong by so much; the world's does not."""
        self._did("clock %d" % seconds)
        self._wrong_s += seconds
        self._bench.jump(seconds)
        self._heard("clock", {"wrong_by": self._wrong_s})

    def restyle(self, elder=None, high_contrast=None, language=None):
        """Changes how the screen looks; what is None stays."""
        if elder is not None:
            self._elder = elder
        if high_contrast is not None:
            self._contrast = high_contrast
        if language is not None:
            self._bench.speak(language)
        if elder is not None or high_contrast is not None:
            self._bench.restyle(self._look())

    # What can be seen

    @property
    def view(self):
        return self._bench.view

    @property
    def display_list(self):
        return self._bench.hardware.panel.display_list

    @property
    def lamps(self):
        return self._bench.hardware.lamps()

    @property
    def leaves(self):
        return self._bench.hardware.gate.state

    @property
    def is_powered(self):
        return self._bench.is_on()

    @property
    def is_online(self):
        return self._bench.online

    @property
    def queued(self):
        return self._bench.queued

    @property
    def memory(self):
        """(KB in use, the heap such as "288k") of a terminal in a MicroPython process; None for one in this process."""
        return self._bench.memory

    @property
    def server_folder(self):
        return self.folder / "headend"

    def close(self):
        """Ends the world cleanly; the folder keeps everything."""
        self.power(False)
        if self._server is not None:
            self._server.stop()
        self._lock.close()

    # Inside

    def _did(self, line):
        self.inputs.append((self.ms, line))

    def _utc(self):
        return self.clock.utc() - self._wrong_s

    def _look(self):
        return [self.profile, self._contrast, self._elder]

    def _near_bench(self, seed, real):
        """The terminal in this process."""
        config, bench = demo_site.config(seed, self.profile, self.place), Bench
        if self.profile in looks.KIOSKS:
            from simulator.kiosk_bench import KioskBench as bench  # a gate's desk does without it

            config.update(self._kiosk_parts())
        elif self.profile in looks.PADS:
            from simulator.pad_bench import PadBench as bench

            config.update(self._pad_parts())
        elif self.profile in looks.DESKS:
            from simulator.desk_bench import DeskBench as bench

            config["settings"]["desk"] = {"purposes": purposes()}
            config.update(self._desk_parts())
        return bench(
            self.clock, PsamSlot(residents.psam(), self.clock), self._new_link(), self._look(), self._open_stores,
            config, self._heard, real,
        )  # fmt: skip

    def _far_bench(self, seed, heap, tree):
        """The terminal in a MicroPython process."""
        from simulator.far_bench import FarBench  # a desk without MicroPython does without it

        return FarBench(
            self.clock, residents.psam(), self._new_link(), self._look(), self._far_files,
            demo_site.config(seed, self.profile, self.place), self._heard, tree, heap,
        )  # fmt: skip

    def _heard(self, event, facts):
        self.events.append({"at": self.clock_text, "event": event, **facts})
        if facts.get("tone"):
            self.tones.append((self.clock.ms(), TONES[facts["tone"]]))
