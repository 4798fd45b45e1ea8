"""A shop's counter without screens and chips: a Pad, its keys, its customers' cards and codes, a till, a printer. Portable."""

from offline_store.journal import MINIMUM_SIZE, Journal
from offline_store.tokens import TokenKey
from simulator.cards.demonstration import make_card
from simulator.cards.psam import SoftwarePsam
from simulator.virtual_time import Scheduler, VirtualClock
from terminal import records
from terminal.face import Face
from terminal.lists import ABSENT, VALID, Entry
from terminal.media.credential import ADULT
from terminal.media.psam import Psam
from terminal.pad.counter import Pad
from terminal.settings import complete
from terminal.tap.charge import Charger
from tests.portable.direct import DirectChannel
from tests.portable.sparse_medium import SparseMedium

NOW = 1773619200
TARIFF = {
    "fare": 0, "concessions": {"elder": 90}, "low_balance": 500, "home": ["1000"], "same_city": [], "unlisted": "admit",
    "damaged": "refuse",
}  # fmt: skip


class Listed:
    """Everybody is on the list, but who is in `blocked` (tokens); with `strangers` nobody else is."""

    not_after = 0
    strangers = False

    def __init__(self):
        self.blocked = []

    def look(self, token):
        if self.strangers and token not in self.blocked:
            return Entry(ABSENT, None, 0, 0)
        return Entry(2 if token in self.blocked else VALID, ADULT, 0, 0)


class Reader:
    state = "ready"
    crowded = False

    def __init__(self):
        self.channel = None
        self._new = False

    def lay(self, channel):
        channel.back()
        self.channel, self._new = channel, True

    async def start(self):
        return True

    async def poll(self):
        new, self._new = self._new, False
        return self.channel if new else None

    async def release(self):
        pass

    async def present(self):
        return self.channel is not None


class Scanner:
    def __init__(self):
        self.code = None

    async def start(self):
        return True

    async def poll(self):
        code, self.code = self.code, None
        return code


class Keys:
    """The touch port: what was pressed, in turn."""

    def __init__(self):
        self.pressed = []

    def poll(self):
        return self.pressed.pop(0) if self.pressed else None


class TillLine:
    def __init__(self):
        self.asked = []
        self.told = []

    def poll(self):
        return self.asked.pop(0) if self.asked else None

    def send(self, line):
        self.told.append(line)


class Paper:
    """A printer that prints, or says why not."""

    def __init__(self):
        self.state = "ready"
        self.documents = []

    async def start(self, unfinished=False):
        return True

    async def check(self):
        return self.state

    async def print(self, document):
        if self.state != "ready":
            return False
        self.documents.append(document)
        return True


class Signals:
    def show(self, lamp):
        pass

    def play(self, notes):
        pass


class Display:
    view = None

    def show(self, view):
        self.view = view


class Shop:
    """`fund`, `topup`: makers given the clock (and journal), or None; `till`: whether there is one; `codes`: a CodeVerifier."""

    def __init__(self, till=False, printer=True, fund=None, topup=None, tariff=TARIFF, codes=None, **options):
        self.clock = VirtualClock(NOW)
        self.medium = SparseMedium(MINIMUM_SIZE)
        self.lists = Listed()
        self.reader, self.scanner, self.touch = Reader(), Scanner(), Keys()
        self.printer = Paper() if printer else None
        self.till = TillLine() if till else None
        self.display = Display()
        self.slot = DirectChannel(SoftwarePsam())
        self.scheduler = Scheduler(self.clock)
        self._make = fund, topup
        self._options = dict({"receipt": "never"}, **options)
        self._tariff = tariff
        self._codes = codes
        self.events = []
        self.boot()

    def boot(self, codes=None):
        """The plug is put in again; `codes`: the verifier that it has now, where what it remembered matters."""
        self.scheduler.stop()
        self._codes = codes or self._codes
        self.journal = Journal(self.medium, journal_id=1)
        settings = complete({"terminal": "pad-1", "site": ["超市", "Shop"], "pad": self._options})
        charger = Charger(Psam(self.slot), self.journal, self.clock, 86400, 300)
        face = Face(self.display, Signals(), self.clock, settings, lambda: (True, 0), self._log)
        fund, topup = self._make
        self.pad = Pad(
            self, self.journal, self.lists, TokenKey(b"k" * 16), charger, self._codes, self._tariff, settings, face,
            lambda: (True, 0), self._log, fund and fund(self.clock), topup and topup(self.journal, self.clock),
        )  # fmt: skip
        self.scheduler.spawn(self.pad.run())
        self.run(200)

    def _log(self, event, **facts):
        self.events.append((event, facts))

    def run(self, ms):
        self.scheduler.run_for(ms)

    def press(self, *actions):
        """Presses targets one after the other."""
        for action in actions:
            self.touch.pressed.append(action)
            self.run(60)

    def key(self, fen):
        """Keys an amount and asks the customer for it."""
        self.press(*["digit." + digit for digit in "%d" % fen])
        self.press("confirm")

    def tap(self, channel, ms=600):
        """A customer's card lies on the reader for a moment."""
        self.reader.lay(channel)
        self.run(ms)
        self.reader.channel = None
        self.run(100)

    def say(self, line):
        """A line of the till; returns what came back meanwhile."""
        before = len(self.till.told)
        self.till.asked.append(line)
        self.run(100)
        return self.till.told[before:]

    @property
    def screen(self):
        return self.display.view["screen"]

    def records(self):
        """[(kind, fare, ref)] of the journal, boots, passages and prints left out."""
        found = []
        for seq in range(1, self.journal.last_seq + 1):
            record = records.unpack(self.journal.read(seq))
            if record.kind not in (records.BOOT, records.PASSED, records.PRINTING, records.PRINTED, records.PENDING):
                found.append((records.KINDS[record.kind], record.fare, record.ref))
        return found


def customer(balance=5000, serial="03104830100000000042", **options):
    """The channel of a customer's card."""
    return DirectChannel(make_card(serial, balance=balance, social=False, **options))
