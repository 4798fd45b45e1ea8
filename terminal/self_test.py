"""What a terminal finds out about itself: one list for the maintenance screen, the technician's cable and the fleet view.

Each Check has a code that never changes, what was seen, and what to do about it: remedy.* of the screens' catalogue.
"""

from collections import namedtuple

from micropython import const

from terminal.ports import NO_ANSWER

Check = namedtuple("Check", "code state seen remedy")
"""`state`: "good", "lacking" (it works without) or "bad"; `remedy`: the code in small letters, empty when all is well. A
laptop's own checks have their words there."""

CODES = (
    "READER", "SCANNER", "BARRIER", "PSAM", "PRINTER", "DISPLAY", "TOUCH", "CLOCK", "JOURNAL", "LIST", "KEYS",
    "NETWORK", "HEADEND",
)  # fmt: skip
# Without these new firmware is not confirmed.
ESSENTIAL = ("READER", "JOURNAL", "KEYS")

_EARLIEST = const(1767225600)  # 2026-01-01: older than any terminal
_PSAM_PROBE = const(b"\x00\xb0\x96\x00\x06")


def check(code, good, seen, otherwise="bad"):
    """The Check of `code`; `otherwise` is its state when it is not good."""
    if code not in CODES:
        raise KeyError(code)
    return Check(code, "good", seen, "") if good else Check(code, otherwise, seen, code.lower())


def faults(checks):
    """The codes of essential parts that are bad."""
    return [found.code for found in checks if found.state == "bad" and found.code in ESSENTIAL]


class SelfTest:
    """Examines a terminal. `board` has the ports and `description.can`; `keys`: whether its own and its root keys are there,
    None where nobody can tell.

    `journal` and `whitelist` are those in use, or None when they did not open; `online()` says whether the head-end
    has answered lately. `found`: the Checks of the last examination.
    """

    found = ()

    def __init__(self, board, journal, whitelist, keys, online):
        self._board = board
        self._journal = journal
        self._whitelist = whitelist
        self._keys = keys
        self._online = online

    async def examine(self, network=True):
        """All Checks, in the order of CODES, of what the board has. Opens no barrier and writes no card.

        `network` False leaves out what may wait for others: at a start nobody waits for a network.
        """
        can = self._board.description.can
        found = []
        if "reader" in can:
            found.append(await _device("READER", self._board.reader))
        if "scanner" in can:
            found.append(await _device("SCANNER", self._board.scanner, "lacking"))
        if "barrier" in can:
            found.append(self._barrier())
        if "psam" in can:
            found.append(await self._psam())
        if "printer" in can:
            found.append(await _printer(getattr(self._board, "printer", None)))
        for code, part in (("DISPLAY", "display"), ("TOUCH", "touch")):
            if part in can:
                found.append(_fitted(code, getattr(self._board, part, None)))
        found += [self._clock(), self._store(), self._list()]
        if self._keys is not None:
            found.append(check("KEYS", self._keys, "own key and root keys" if self._keys else "a key is missing"))
        if network:
            found += await self._connections()
        self.found = found
        return found

    async def _connections(self):
        online = self._online()
        headend = check("HEADEND", online, "answers" if online else "has not answered", "lacking")
        # While it is in use the link is not tried: that would cut the exchange that goes on.
        return [check("NETWORK", True, "in use") if online else await self._network(), headend]

    def _barrier(self):
        fire = self._board.barrier.fire()
        return check("BARRIER", not fire, "fire input active" if fire else "at rest, fire input quiet", "lacking")

    async def _psam(self):
        data, sw = await self._board.psam.transmit(_PSAM_PROBE)
        if sw == NO_ANSWER:
            return check("PSAM", False, "no answer")
        return check("PSAM", sw == 0x9000 and len(data) == 6, "answers %04X" % sw)

    def _clock(self):
        now = self._board.clock.utc()
        return check("CLOCK", now >= _EARLIEST, "%d" % now, "lacking")

    def _store(self):
        journal = self._journal
        if journal is None:
            return check("JOURNAL", False, "does not open")
        seen = "%d of %d records wait" % (journal.queued, journal.capacity)
        if journal.last_seq and journal.read(journal.last_seq) is None:
            return check("JOURNAL", False, seen + "; the newest cannot be read")
        return check("JOURNAL", journal.queued < journal.capacity, seen)

    def _list(self):
        table = getattr(self._whitelist, "table", self._whitelist)  # of a ListStore the one in force
        if table is None:
            return check("LIST", False, "no list")
        return check("LIST", table.load(0), "epoch %d, %d cards" % (table.epoch, table.count))

    async def _network(self):
        link = self._board.link
        try:
            await link.open()
        except OSError as error:
            return check("NETWORK", False, "does not connect (%s)" % error, "lacking")
        link.close()
        return check("NETWORK", True, "connects")


async def _device(code, device, otherwise="bad"):
    """A reader or scanner: in service, or brought into service now."""
    if device.state == "ready" or await device.start():
        return check(code, True, "answers")
    return check(code, False, str(getattr(device, "fault", None) or device.state), otherwise)


async def _printer(printer):
    """What the printer says when it is asked; it serves on without paper."""
    state = "not set up" if printer is None else await printer.check()
    return check("PRINTER", state in ("ready", "near_end"), state, "lacking")


def _fitted(code, device):
    """A part that says nothing by itself unless it has a `fault`."""
    if device is None:
        return check(code, False, "not set up")
    fault = getattr(device, "fault", None)
    return check(code, not fault, str(fault) if fault else "set up")
