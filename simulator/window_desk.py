"""Host only: what the desk window knows beyond the world: switches, what is in the hand, who walks, what moves."""

from simulator import looks, window_ledger, window_places
from simulator.chips import speed_gate
from simulator.errors import HardwareUnknown
from simulator.window_coach import Coach
from simulator.window_hand import Hand, group_of
from simulator.window_replay import Replay, script_of
from simulator.window_sound import prompts
from simulator.window_staff import Counter
from simulator.window_words import words

_OF_LANES = ("walk", "tailgate", "turn_back", "reverse", "wheelchair", "one_more", "fire", "maintenance")
SPEEDS = (0, 1, 2, 5, 10, 60)
_LEAF_MS = 260
_NOTICE_MS = 2600
_TONE_MS = 900
_DAY_S = 86_400
# A long frame must not let a tap be skipped over.
_LONGEST_STEP_MS = 2000


def tone_words(notes):
    """The first notes of a tone: "1760 Hz 2217 Hz"."""
    return " ".join(["%d Hz" % hertz for hertz, _ in notes[:3] if hertz])


class Desk(Hand):
    """The state behind the window. `layout` is set by the window before each frame; `sound` plays notes."""

    def __init__(self, world, lang="zh", sound=None):
        self.world = world
        self.sound = sound
        self.lang = lang
        self.layout = None
        self.language = self.elder = self.contrast = self.boxes = self.help = self.more = self.fire = False
        self.speed = 1
        self.page = 0  # of the panel beside the log
        self.wrong_s = 0  # by how much the terminal's clock was put wrong
        self.recording = None  # (index of the first input, ms) while everything is recorded
        self.recorded = None  # the script that Enter plays
        self.filmed_ms = None  # how long the film is that is being shot
        self._replay = None
        self.mouse = (-1, -1)
        self.held = {}
        self.group = "card"  # the leaf of the tray that is in sight
        self.coach = Coach(self.kind, world.profile)
        self.counter = Counter(world)
        self._sent_back = ()  # whose turning back at the leaves was said
        self.opening = 1.0 if world.leaves == "open" else 0.0
        self.shown_ms = 0
        self.log_back = 0
        self.log_only = None  # the one kind of event that the log shows
        self.ledger = window_ledger.Ledger()
        self._counted = 0
        self.tone_text = ""
        self._notice = ("", 0)
        self._owed_ms = 0.0
        self._tones_heard = len(world.tones)
        if world.tones:
            self.tone_text = tone_words(world.tones[-1][1])
        self._tone_at = -_TONE_MS
        self.cable = True  # the network switch; whether the terminal is online is the terminal's word

    # What panels and stage draw

    @property
    def kind(self):
        """What the terminal is, see simulator.looks.kind."""
        return looks.kind(self.world.profile)

    @property
    def cards(self):
        return [card for card in self.world.tray if group_of(card) in self.groups]

    @property
    def ops(self):
        return self.world.display_list if self.powered else []

    @property
    def view(self):
        return self.world.view

    @property
    def lamps(self):
        return self.world.lamps

    @property
    def people(self):
        return self.world.people

    @property
    def leaves(self):
        return self.world.leaves

    @property
    def powered(self):
        return self.world.is_powered

    @property
    def online(self):
        return self.cable and self.world.is_online

    @property
    def queued(self):
        return self.world.queued

    @property
    def clock_text(self):
        return self.world.clock_text

    @property
    def events(self):
        """What the log shows: all events, or those of one kind."""
        if self.log_only is None:
            return self.world.events
        return [event for event in self.world.events if event["event"] == self.log_only]

    @property
    def tone_fresh(self):
        return self.shown_ms - self._tone_at < _TONE_MS

    @property
    def notice(self):
        text, until = self._notice
        return text if self.shown_ms < until else ""

    def beat(self, ms):
        """From 1 to 0 and back in `ms`: how far what blinks is from its brightest."""
        return abs(2 * (self.shown_ms % ms) - ms) / ms

    def say(self, text):
        """A short notice over the stage."""
        self._notice = (text, self.shown_ms + _NOTICE_MS)

    # Switches

    def offers(self, action):
        """Whether this terminal has what the action is about: counters let nobody through."""
        return action not in _OF_LANES or self.kind == "lane"

    def act(self, action):
        """One of the window's named actions (see window_bar.BUTTONS); False when there is none here."""
        if not self.offers(action):
            return False
        if action.startswith("staff_") and self.world.purposes:
            self.counter.act(action)
            return True
        way = action.replace("_", "-")
        if way in speed_gate.WAYS:
            self.world.walk(way)
            return True
        handler = getattr(self, "_act_" + action, None)
        if handler is None:
            return False
        handler()
        return True

    def _act_one_more(self):
        self.world.plus()

    def _act_network(self):
        self.cable = not self.cable
        self.world.network(self.cable)

    def _act_power(self):
        self.world.power(not self.powered)

    def _act_cut(self):
        try:
            self.world.cut(1)
        except HardwareUnknown as error:
            self.say(str(error))

    def _act_fire(self):
        self.fire = not self.fire
        self.world.fire(self.fire)

    def _act_maintenance(self):
        self.tap("staff")

    def _act_volume(self):
        if self.sound:
            self.sound.turn()
            self.say("%s %d %%" % (words("volume", self.lang), self.sound.volume))

    def touch(self, x, y):
        """A finger on the device's screen; a gate has no touch panel."""
        if self.powered and self.world.has_touch:
            self.world.touch(x, y)

    def _act_code(self):
        phones = [card for card in self.cards if card.kind == "phone"]
        if phones:
            self.tap(phones[0].name)

    def _act_language(self):
        self.lang = "en" if self.lang == "zh" else "zh"
        self.world.restyle(language=self.lang)

    def _act_elder(self):
        self.elder = not self.elder
        self.world.restyle(elder=self.elder)

    def _act_contrast(self):
        self.contrast = not self.contrast
        self.world.restyle(high_contrast=self.contrast)

    def _act_boxes(self):
        self.boxes = not self.boxes

    def _act_help(self):
        self.help = not self.help

    def _act_more(self):
        self.more = not self.more

    def _act_clock(self):
        """A day back, and right again."""
        seconds = -self.wrong_s or -_DAY_S
        self.wrong_s += seconds
        self.world.jump(seconds)

    def _act_hour(self):
        """Nothing happens for an hour."""
        hours, minutes = self.clock_text.split(":")[:2]
        self.world.skip_to((int(hours) + 1) % 24, int(minutes))
        self.coach.hear({"event": "hour"})

    def _act_record(self):
        if self.recording is None:
            self.recording = len(self.world.inputs), self.world.ms
            self.say(words("recording", self.lang))
            return
        (first, start), self.recording = self.recording, None
        self.recorded = script_of(self.world.inputs[first:], start, self.world.ms)

    def _act_replay(self):
        if self.recorded is None:
            self.say(words("nothing_recorded", self.lang))
        else:
            self.say(words("replaying", self.lang))
            self._replay = Replay(self.world, self.recorded)

    def fault(self, name):
        """Breaks what is whole, mends what is broken."""
        self.world.fault(name, name not in self.world.faults)

    def _act_tray(self):
        self.group = self.groups[(self.groups.index(self.group) + 1) % len(self.groups)]

    def turn_page(self):
        """The next page of the panel beside the log."""
        self.page += 1

    def _act_pause(self):
        self.speed = 0 if self.speed else 1

    def _act_faster(self):
        self.speed = SPEEDS[min(len(SPEEDS) - 1, SPEEDS.index(self.speed) + 1)]

    def _act_slower(self):
        self.speed = SPEEDS[max(0, SPEEDS.index(self.speed) - 1)]

    def filter_log(self, kind):
        """Shows events of this kind only; all again when it is the one that is shown, or None."""
        self.log_only = None if kind == self.log_only else kind
        self.log_back = 0

    def scroll(self, lines, shown):
        """Moves the log by `lines`, up is positive; `shown` lines are visible."""
        self.log_back = max(0, min(len(self.events) - shown, self.log_back + lines))

    # Time

    def advance(self, ms):
        """One frame of `ms` real milliseconds."""
        self.shown_ms += ms
        self._owed_ms = min(_LONGEST_STEP_MS, self._owed_ms + ms * self.speed)
        step = int(self._owed_ms)
        if step:
            self._owed_ms -= step
            self._go_on(step)
        for held in list(self.held.values()):
            self._move(held, ms)
        self._adopt()
        target = 1.0 if self.leaves == "open" else 0.0
        reach = ms / _LEAF_MS
        self.opening += max(-reach, min(reach, target - self.opening))
        blocked = [person for person in self.people if person.blocked]
        if [person for person in blocked if person not in self._sent_back]:
            place = window_places.place_of(self.world.profile)
            self.say(words("blocked_" + place if place else "blocked", self.lang))
        self._sent_back = blocked
        self._hear()
        self._count()

    def _hear(self):
        tones = self.world.tones
        for _, notes in tones[self._tones_heard :]:
            self._tone_at = self.shown_ms
            self.tone_text = tone_words(notes)
            if self.sound:
                self.sound.play(notes)
        if self.sound and self.world.speech is not None:
            self.sound.follow(self.world.speech)
        elif self.sound and len(tones) > self._tones_heard:  # a prompt goes with its tone: a gate at rest is silent
            self.sound.speak(prompts(self.world.display_list, self.lang), self.lang)
        self._tones_heard = len(tones)

    def _go_on(self, ms):
        if self._replay is None:
            self.world.advance(ms)
            return
        self._replay.advance(ms)
        if self._replay.done:
            self._replay = None
            self.say(words("replayed", self.lang))

    def _count(self):
        events = self.world.events
        for event in events[self._counted :]:
            self.ledger.hear(event)
            self.coach.hear(event)
        self._counted = len(events)
