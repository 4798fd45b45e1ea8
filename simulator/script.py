"""Host only: day scripts: lines of actions and expectations that a World plays, headless or in the window.

profile NAME        which terminal the script is for, as its first line; further on, everybody goes to that terminal
at HH:MM            the clock goes on to that time
wait MS             time passes
card NAME [stay]    lies on the reader for a second, or until `remove`
remove              the card on the reader goes
code NAME           a phone shows its code to the scanner
plus [hold]         the attendant's button: one more goes on the next tap; held, it is one again
walk [WAY]          a person walks through; WAY: tailgate (somebody close behind), turn-back, reverse, wheelchair
insert CARD         goes into a kiosk's slot, until `pull`
pull                the card in the slot is taken out
press ACTION        a finger on the screen's target of that name, on whichever page it is
amount YUAN         keys an amount such as 6.50 on a pad and asks the customer for it
receipt             the newest paper's code is shown to the scanner
staff LINE ...      the software beside a staff desk says the rest of the line, such as READ 11 A012
till LINE ...       a pad's till sends the rest of the line, such as SALE 650 K1
type TEXT           presses the keys of the keyboard that is shown
confirm CARD        that card's holder scans the kiosk's own code with a phone and confirms
write TEXT          somebody scans the code of a form's text with a phone and types TEXT there
both NAME NAME      two cards at once, for a second
net on|off   power on|off   fire on|off
fault NAME on|off   breaks or mends a part, see simulator.faults
cut N               the plug is pulled in the middle of the N-th write to the journal from now
clock SECONDS       the terminal's clock goes wrong by so much, such as -86400
picture NAME        the desk as it looks now
expect EVENT [KEY=VALUE ...]      an event of that name, with these facts, since the last action
expect show SCREEN [KEY=VALUE ...]
expect queued at-least=N | at-most=N
"""

from collections import namedtuple

from simulator import faults, fingers
from simulator.chips import speed_gate
from simulator.errors import ExpectationFailed, ProfileUnknown, ScriptError
from simulator.places import standing

Step = namedtuple("Step", "line verb arguments")

_CARD_MS = 1000
_CODE_MS = 600
_WALK_MS = 20_000
_EXPECT_MS = 10_000
_SLICE_MS = 20

_SWITCHES = ("net", "power", "fire")
_ARITY = {"at": 1, "wait": 1, "card": 1, "remove": 0, "code": 1, "walk": 0, "picture": 1, "net": 1, "power": 1, "fire": 1,
          "plus": 0, "both": 2, "fault": 2, "clock": 1, "cut": 1, "profile": 1, "insert": 1, "pull": 0, "press": 1, "type": 1,
          "amount": 1, "confirm": 1, "write": 1, "receipt": 0}  # fmt: skip

_MANNERS = {"card": ("stay", "now"), "code": ("now",), "plus": ("hold",), "walk": ("now", *speed_gate.WAYS)}


_WHOLE_LINE = {
    "expect": "the name of an event, such as show, passage or queued",
    "till": "a line of a till, such as SALE 650 K1",
    "staff": "a line of a desk's software, such as READ 11 A012",
}


def parse(text, name="script"):
    """The Steps of a script. ScriptError for the first line that is wrong."""
    steps = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#", 1)[0].split()
        at = 0
        while at < len(words):
            verb = words[at]
            if verb in _WHOLE_LINE:
                arguments, at = words[at + 1 :], len(words)
                if not arguments:
                    raise _wrong(name, number, verb, _WHOLE_LINE[verb])
            elif verb in _ARITY:
                arguments = words[at + 1 : at + 1 + _ARITY[verb]]
                at += 1 + _ARITY[verb]
                while at < len(words) and words[at] in _MANNERS.get(verb, ()):
                    arguments.append(words[at])
                    at += 1
                _check(name, number, verb, arguments)
            else:
                raise _wrong(name, number, verb, "one of %s, %s" % (", ".join(_WHOLE_LINE), ", ".join(sorted(_ARITY))))
            steps.append(Step(number, verb, arguments))
    return steps


def _check(name, number, verb, arguments):
    if verb == "amount" and arguments and not arguments[0].replace(".", "", 1).isdigit():
        raise _wrong(name, number, arguments[0], "an amount in yuan, such as 6.50")
    if len(arguments) < _ARITY[verb]:
        raise _wrong(name, number, verb, "%d word(s) behind it" % _ARITY[verb])
    if verb in _SWITCHES and arguments[0] not in ("on", "off"):
        raise _wrong(name, number, arguments[0], "on or off")
    if verb == "fault":
        known = [entry.name for entry in faults.EVERY]
        if arguments[0] not in known:
            raise _wrong(name, number, arguments[0], "one of " + ", ".join(known))
        if arguments[1] not in ("on", "off"):
            raise _wrong(name, number, arguments[1], "on or off")
    if verb == "clock" and not arguments[0].lstrip("+-").isdigit():
        raise _wrong(name, number, arguments[0], "a number of seconds")
    if verb == "cut" and not (arguments[0].isdigit() and int(arguments[0])):
        raise _wrong(name, number, arguments[0], "a number of writes, from 1 on")
    if verb == "profile":
        try:
            standing(arguments[0])
        except ProfileUnknown as error:
            raise ScriptError("%s line %d: %s" % (name, number, error))
    if verb == "wait" and not arguments[0].isdigit():
        raise _wrong(name, number, arguments[0], "a number of ms")
    if verb == "at":
        hours, _, minutes = arguments[0].partition(":")
        if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
            raise _wrong(name, number, arguments[0], "a time hh:mm")


def _wrong(name, number, word, allowed):
    return ScriptError("%s line %d: %s is not understood here; allowed: %s" % (name, number, word, allowed))


class Player:
    """Plays Steps on a World. `picture(name)` is called for each picture; `name` stands in messages."""

    def __init__(self, world, name="script", picture=None):
        self._world = world
        self._name = name
        self._picture = picture
        self._line = 0
        self._since = 0  # events before this one belong to earlier actions

    def play(self, step):
        """One step. ExpectationFailed says which line, what was expected and what was seen instead."""
        self._line = step.line
        if step.verb == "expect":
            self._expect(step)
            return
        if step.verb not in ("wait", "picture"):
            self._since = len(self._world.events)
        getattr(self, "_do_" + step.verb)(*step.arguments)

    def _begin(self):
        """An action: the terminal stands ready, and what happens from now on is what `expect` looks at."""
        self._world.until_idle()
        self._since = len(self._world.events)

    def _do_at(self, time):
        hours, minutes = time.split(":")
        self._world.skip_to(int(hours), int(minutes))

    def _do_wait(self, ms):
        self._world.advance(int(ms))

    def _do_card(self, name, manner=None):
        self._named(name, "card")
        if manner == "now":
            self._world.present(name)
            return
        self._begin()
        self._world.present(name)
        if manner is None:
            self._world.advance(_CARD_MS)
            self._world.remove()
            self._world.advance(200)

    def _do_both(self, name, other):
        for card in (name, other):
            self._named(card, "card")
        self._begin()
        self._world.present_both(name, other)
        self._world.advance(_CARD_MS)
        self._world.remove()
        self._world.advance(200)

    def _do_fault(self, name, state):
        self._world.fault(name, state == "on")

    def _do_clock(self, seconds):
        self._world.jump(int(seconds))

    def _do_cut(self, writes):
        self._world.cut(int(writes))

    def _do_profile(self, name):
        self._world.move(name)

    def _do_remove(self):
        self._world.remove()

    def _do_code(self, name, manner=None):
        self._named(name, "phone")
        if manner == "now":
            self._world.scan(name)
            return
        self._begin()
        self._world.scan(name)
        self._world.advance(_CODE_MS)

    def _do_plus(self, manner=None):
        self._world.plus(manner == "hold")

    def _do_walk(self, *manners):
        ways = [manner for manner in manners if manner != "now"]
        self._world.walk(*ways[:1])
        if "now" not in manners:
            self._world.until_alone(_WALK_MS)

    def _do_insert(self, name):
        self._named(name, "card")
        self._begin()
        self._world.insert(name)
        self._world.until_idle()

    def _do_pull(self):
        self._world.pull()
        self._world.advance(200)

    def _do_press(self, action):
        self._begin()
        self._world.press(action)

    def _do_amount(self, yuan):
        self._begin()
        self._world.key_amount(yuan)

    def _do_receipt(self):
        self._begin()
        self._world.show_receipt()
        self._world.advance(_CODE_MS)

    def _do_till(self, *words):
        self._begin()
        self._world.till(" ".join(words))
        self._world.advance(200)

    def _do_staff(self, *words):
        self._begin()
        self._world.staff(" ".join(words))
        self._world.advance(200)

    def _do_type(self, text):
        for character in text:
            self._world.press("key." + fingers.KEYS.get(character, character))

    def _do_confirm(self, name):
        self._named(name, "card")
        self._begin()
        self._world.confirm(name)

    def _do_write(self, text):
        self._begin()
        self._world.write(text)

    def _do_net(self, state):
        self._world.network(state == "on")

    def _do_power(self, state):
        self._world.power(state == "on")

    def _do_fire(self, state):
        self._world.fire(state == "on")

    def _do_picture(self, name):
        if self._picture is not None:
            self._picture(name)

    def _named(self, name, kind):
        names = [entry.name for entry in self._world.tray if entry.kind == kind]
        if name not in names:
            seen = (self._name, self._line, kind, name, ", ".join(names))
            raise ScriptError("%s line %d: there is no %s %s; there are: %s" % seen)

    def _expect(self, step):
        wanted = step.arguments
        for _ in range(_EXPECT_MS // _SLICE_MS):
            if self._holds(wanted):
                return
            self._world.advance(_SLICE_MS)
        seen = ["%s %s" % (e["event"], _facts(e)) for e in self._world.events[self._since :]]
        raise ExpectationFailed(
            "%s line %d: expected %s; seen since the last action:\n  %s"
            % (self._name, step.line, " ".join(wanted), "\n  ".join(seen[-12:]) or "nothing")
        )

    def _holds(self, wanted):
        event, facts = wanted[0], dict(word.split("=", 1) for word in wanted[1:] if "=" in word)
        if event == "queued":
            queued = self._world.queued
            return int(facts.get("at-least", 0)) <= queued <= int(facts.get("at-most", queued))
        screens = [word for word in wanted[1:] if "=" not in word]
        if screens:
            facts["screen"] = screens[0]
        return any(
            entry["event"] == event and all(_text(entry.get(key)) == value for key, value in facts.items())
            for entry in self._world.events[self._since :]
        )


def _text(value):
    return str(value).lower() if isinstance(value, bool) or value is None else str(value)


def _facts(event):
    return " ".join("%s=%s" % (key, _text(value)) for key, value in event.items() if key not in ("at", "event"))
