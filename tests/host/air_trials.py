"""What is tried with packages that come over the air, on a Site: tests take some of it, the long run takes the rest."""

import contextlib
import random

from boards import rp2350_gate
from boards.esp32s3_gate import BOARD
from offline_store.journal import Journal
from offline_store.media import RamMedium
from simulator import residents
from simulator.sm2_signing import DemonstrationKey
from technician import flash
from terminal.rom_slots import PIECE
from tests.host import board_bench, over_the_air

LISTS = ["/air/%s.%d" % (kind, part) for kind in ("whitelist", "hotlist") for part in range(5)]
_STRANGER = {"key": DemonstrationKey.named("somebody else")}


@contextlib.contextmanager
def started(folder, compiled_tree):
    """A Site whose board runs the whole firmware as version 1, with a list and a tap in its journal."""
    with over_the_air.site(folder) as site:
        site.tree = compiled_tree
        board_bench.load_list(site.path, folder)
        assert flash.flash(site.path, board_bench.whole_firmware(folder, compiled_tree))["state"] == "confirmed"
        site.until(lambda: site.board.hardware.lamp("green"))
        tap(site)
        site.until(
            lambda: site.received >= 3
        )  # its start, the tap and its debit; the fleet view hears of it with the next question
        yield site


def tap(site):
    hardware = site.board.hardware
    people = residents.Residents()
    before = len(hardware.levels)
    with hardware.lock:
        hardware.reader.insert(people.card("adult", hardware.reader))
    site.until(lambda: any(name == "release" and level for _, name, level in hardware.levels[before:]))
    with hardware.lock:
        hardware.reader.remove()
    return people.tray[0].balance()


def kept(site):
    """(records of the journal, bytes of the lists) on the flash, read while nobody writes."""
    found = site.files("/journal", *LISTS)
    journal = Journal(RamMedium(found.pop("/journal")), journal_id=1)
    return {seq: bytes(journal.read(seq)) for seq in range(1, journal.last_seq + 1)}, found


def whole(site, version, **more):
    """A package of the whole firmware that differs from the others by three pieces at least."""
    path = site.folder / ("firmware-%d.gpk" % version)
    board_bench.whole_firmware(
        site.folder, site.tree, version, {"zz.bin": random.Random(version).randbytes(3 * PIECE)}, **more
    )
    return path.read_bytes()


def small(site, version, start, **more):
    """A package of a few lines."""
    board_bench.image(site.folder, version, start, **more)
    target = more.get("target", BOARD.name)
    return (site.folder / ("%s-%d.gpk" % (target, version))).read_bytes()


def running(site):
    state = site.loader()
    return state["versions"].get(state["active"])


def goes_back(place, version, start, why):
    was = running(place)
    place.board.hardware.watchdog_scale = 0.3 if start == board_bench.HANGING else 1
    roll_out = place.roll_out(small(place, version, start))
    assert place.ended(roll_out) == ("stopped", "1 of 1 terminals failed")
    place.board.hardware.watchdog_scale = 1
    assert place.standing.bad["firmware"] == ("BOOT-1", version) and why in place.standing.why
    assert place.standing.has["firmware"] == running(place) == was


def is_refused(place, version, more, code):
    was = running(place)
    roll_out = place.roll_out(small(place, version, board_bench.HEALTHY, **more))
    assert place.ended(roll_out)[0] == "stopped"
    assert place.standing.bad["firmware"] == (code, version)
    assert running(place) == was


def offered(site, version):
    """What the loader's state holds from the moment on at which it is told to try `version`."""
    slot = "b" if site.loader()["active"] == "a" else "a"
    return ('"%s": %d' % (slot, version)).encode()


def half(site):
    """The slot that rests, as bytes of the partition."""
    image = (site.board.folder / "rom.img").read_bytes()
    start = len(image) // 2 if site.loader()["active"] == "a" else 0
    return image[start : start + len(image) // 2]


def pull_in_the_download(site, version, package):
    needle = random.Random(version).randbytes(3 * PIECE)[:600]
    site.pull_when(lambda: needle in half(site))
    assert not site.holds(package[78:150])  # the signature comes last: nobody can start this slot


def pull_at_the_stage(site, version, package):
    site.pull_when(lambda: site.holds(package[78:150]))
    assert site.loader()["pending"] is None


def pull_at_the_switch(site, version, package):
    text = offered(site, version)
    site.pull_when(lambda: site.holds(text))
    assert site.loader()["active"] != site.loader()["pending"]


def pull_at_the_confirmation(site, version, package):
    text = offered(site, version)
    site.until(lambda: site.holds(text), 60, 0.001)
    starts = site.board.starts
    site.pull_when(lambda: site.board.starts > starts and site.board.hardware.is_watched())
    assert running(site) != version


def goes_on_after(place, version, pull):
    before = kept(place)
    package = whole(place, version)
    roll_out = place.roll_out(package)
    pull(place, version, package)
    assert running(place) != version and place.outcome(roll_out)[0] == "running"
    place.board.plug_in()
    assert place.ended(roll_out)[0] == "done"
    place.board.pull_plug()
    after = kept(place)
    place.board.plug_in()
    assert running(place) == version
    assert after[1] == before[1] and {seq: after[0][seq] for seq in before[0]} == before[0]


# (version, firmware, part of the reason)
FAILURES = (
    (20, board_bench.CRASHING, "ValueError  no such pin"),
    (21, board_bench.HUNGRY, "MemoryError"),
    (22, board_bench.HANGING, "did not confirm"),
)
# (version, what is wrong with it, code)
UNSOUND = (
    (30, _STRANGER, "PACKAGE-2"),
    (31, {"target": rp2350_gate.BOARD.name}, "PACKAGE-2"),
    (32, {"size": BOARD.budget_kb * 1024}, "PACKAGE-1"),
)
PULLS = (
    (40, pull_in_the_download), (41, pull_at_the_stage), (42, pull_at_the_switch), (43, pull_at_the_confirmation),
)  # fmt: skip
