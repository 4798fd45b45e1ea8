from drivers.contact import HELD, PRESSED, PushButton
from drivers.relay_barrier import RelayBarrier
from simulator.chips.gate import SimPin
from simulator.virtual_time import VirtualClock
from terminal.tap.party import Party
from terminal.tap.passage import Passage


class Heard:
    """The face and the log of a lane."""

    def __init__(self):
        self.shown = []
        self.logged = []

    def gather(self, persons):
        self.shown.append(persons)

    def log(self, event, **facts):
        self.logged.append((event, facts))


def test_a_bouncing_button_is_pressed_once_and_held_after_a_second():
    clock = VirtualClock()
    pin = SimPin()
    button = PushButton(pin, clock)
    heard = []
    for level, ms in ((1, 8), (0, 6), (1, 90), (0, 4), (1, 5), (0, 200), (1, 1300), (0, 100)):
        pin.value(level)
        for _ in range(ms // 2):
            clock.move(2)
            heard.append(button.poll())
    assert [word for word in heard if word] == [PRESSED, PRESSED, HELD]


def party(most=3):
    clock, pin, heard = VirtualClock(), SimPin(), Heard()
    group = Party(PushButton(pin, clock), clock, most, heard, heard.log)

    def press(ms=100):
        for level, length in ((1, ms), (0, 100)):
            pin.value(level)
            for _ in range(length // 20):
                clock.move(20)
                group.watch()

    return group, clock, heard, press


def test_each_press_is_one_more_up_to_the_most_and_an_admission_takes_them_all():
    group, _, heard, press = party()
    for expected in (2, 3, 3):
        press()
        assert group.persons == expected
    group.taken()
    assert group.persons == 1 and heard.shown == [2, 3, 1]
    assert heard.logged[0] == ("party", {"persons": 2})


def test_held_it_is_one_again_and_nobody_inherits_a_group():
    group, clock, heard, press = party()
    press()
    press(1200)
    assert group.persons == 1 and heard.shown[-1] == 1
    press()
    clock.move(19000)
    group.watch()
    assert group.persons == 2
    clock.move(1100)
    group.watch()
    assert group.persons == 1


class _Book:
    def __init__(self):
        self.notes = []

    def note(self, kind, reason="ok", ref=0, count=0):
        self.notes.append((kind, ref, count))


def test_a_turnstile_gets_a_pulse_for_each_of_a_group_and_each_has_the_whole_window():
    clock = VirtualClock()
    release, passed, fire = SimPin(), SimPin(), SimPin()
    barrier, book, ends = RelayBarrier(release, clock, passed, fire), _Book(), []
    passage = Passage(
        barrier, clock, 5000, book, None, lambda event, **facts: None, lambda seq, walked: ends.append((seq, walked))
    )
    passage.open(7, 3)
    pulses = 0
    for ms in range(0, 14000, 20):
        before = release.value()
        passed.value(1 if 4000 <= ms < 4100 or 8000 <= ms < 8100 else 0)
        clock.move(20)
        passage.watch()
        pulses += before == 0 and release.value() == 1
    # Two of three came, each within the window of its own.
    assert pulses == 2 and ends == [(7, 2)] and book.notes == [(4, 7, 2)]
