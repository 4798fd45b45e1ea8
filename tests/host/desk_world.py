"""A world for the window's tests: answers at once, no terminal behind it."""

from screens import gate, profiles
from simulator import faults

NAMES = ("adult", "elder", "low")


class Card:
    def __init__(self, key, name, kind="card", worth=3850):
        self.key, self.name, self.kind = key, name, kind
        self.title_zh, self.title_en = "社保卡 " + name, "Card " + name
        self.note_zh, self.note_en = "正常", "in order"
        self.colour = (196, 43, 43) if kind == "card" else (38, 108, 190)
        self._worth = worth if kind == "card" else None

    def balance(self):
        return self._worth


class DeskWorld:
    """The shape of simulator.world.World as the window uses it; what was asked of it is in `asked`."""

    profile = "gate480"

    has_touch = False
    memory = None
    speech = None  # no terminal of lanes speaks itself

    def __init__(self):
        self.tray = [Card(str(at + 1), name) for at, name in enumerate(NAMES)]
        self.tray += [Card("0", "staff"), Card("Q", "ride", "phone")]
        self.asked = []
        self.presented = None
        self.view = {"screen": "idle", "lang": "zh", "site": ("鼓楼站", "Gulou"), "clock": "08:00", "online": True}
        self.lamps = {"red": False, "amber": False, "green": True, "yellow": False}
        self.leaves = "closed"
        self.tones = []
        self.is_powered = self.is_online = True
        self.queued = 0
        self.events = []
        self.ms = 0
        self.inputs = []
        self.faults = set()
        self.breakable = faults.NAMES
        self.people = []

    @property
    def clock_text(self):
        return "08:%02d:%02d.%03d" % (self.ms // 60000, self.ms // 1000 % 60, self.ms % 1000)

    @property
    def display_list(self):
        return gate.screen(self.view, profiles.metrics(self.profile))

    def _note(self, verb, *arguments):
        self.inputs.append((self.ms, verb))
        self.asked.append((verb, *arguments))
        self.events.append({"at": self.clock_text, "event": verb, "facts": str(arguments)})

    def advance(self, ms):
        self.ms += ms

    def present(self, name):
        self.presented = name
        self._note("present", name)

    def remove(self):
        self.presented = None
        self._note("remove")

    def scan(self, name):
        self._note("scan", name)
        return b"0123456789" * 20

    def walk(self, way="walk"):
        self._note("walk", way)

    def network(self, on):
        self.is_online = on
        self._note("network", on)
        self.events[-1]["on"] = on

    def power(self, on):
        self.is_powered = on
        self._note("power", on)

    def fire(self, on):
        self._note("fire", on)

    def fault(self, name, on):
        (self.faults.add if on else self.faults.discard)(name)
        self._note("fault", name, on)

    def jump(self, seconds):
        self._note("jump", seconds)

    def restyle(self, **wishes):
        self._note("restyle", tuple(wishes.items()))
