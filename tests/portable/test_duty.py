from simulator.virtual_time import VirtualClock
from terminal import modes, records
from terminal.duty import Duty
from terminal.modes import EMERGENCY, IN_SERVICE
from terminal.settings import complete
from tests.portable.checks import run


class Parts:
    """Board, charger, face, recorder and passage of a lane in one, each keeping what it was told."""

    def __init__(self, **settings):
        self.clock = VirtualClock(1773619200)
        self.barrier = self.reader = self
        self.mode = IN_SERVICE
        self.under_way = False
        self.walked = False
        self.done = []
        self.starts = 0
        chosen = complete(dict({"terminal": "gate-1", "site": ["", ""]}, **settings))
        self.duty = Duty(self, self, chosen, self, self, self, self.heard)

    def attend(self, *conditions, ordered=IN_SERVICE):
        return run(self.duty.attend(conditions, ordered))

    def heard(self, event, **facts):
        self.done.append((event, facts.get("mode")))

    def note(self, kind, reason):
        assert kind == records.MODE
        self.done.append(("record", reason))

    def show(self, state, **facts):
        self.done.append(("show", state))

    def open(self, direction):
        self.done.append(("open", direction))

    def lock(self):
        self.done.append(("lock", None))

    def sensed(self):
        walked, self.walked = self.walked, False
        return "passed" if walked else None

    def watch(self):
        self.done.append(("watch", None))

    def settle(self):
        pass

    async def start(self):
        self.starts += 1

    def take(self):
        done, self.done = self.done, []
        return done


def test_a_lane_for_both_ways_lets_out_whoever_came_in_by_it():
    for direction, opened in (("entry", False), ("exit", True), ("both", True)):
        parts = Parts(here={"direction": direction})
        parts.attend("tariff_fault")
        assert modes.MODES[parts.mode] == "tariff_fault"
        assert (("open", "both") in parts.take()) is opened, direction


def test_an_old_list_does_not_open_a_door_for_both_ways_to_everybody():
    for direction, opened in (("entry", False), ("exit", True), ("both", False)):
        parts = Parts(here={"direction": direction}, venue="door")
        parts.attend("list_old")
        assert modes.MODES[parts.mode] == "list_old"
        assert (("open", "both") in parts.take()) is opened, direction


def test_fire_opens_at_once_even_while_somebody_walks():
    parts = Parts()
    parts.under_way = True
    assert parts.attend("fire") is False
    assert parts.mode == EMERGENCY
    assert ("record", "fire") in parts.take()
    parts.under_way = False
    parts.attend("fire")
    assert ("open", "both") in parts.take()
    assert parts.attend() is True
    assert parts.mode == IN_SERVICE and ("show", "ready") in parts.take()


def test_who_was_let_in_goes_through_before_the_gate_shuts():
    parts = Parts()
    parts.under_way = True
    assert parts.attend("journal_full") is False
    assert parts.mode == IN_SERVICE and parts.take() == [("watch", None)]
    parts.under_way = False
    parts.attend("journal_full")
    assert modes.MODES[parts.mode] == "journal_full"
    shut = [("mode", "journal_full"), ("record", "journal_full"), ("lock", None), ("show", "out_of_service")]
    assert parts.take() == shut + [("watch", None)]  # who goes through a shut gate is seen too


def test_nobody_is_locked_in():
    parts = Parts(here={"direction": "exit"})
    assert parts.attend("reader_down") is False
    done = parts.take()
    assert ("open", "both") in done and ("show", "free_passage") in done


def test_a_bus_goes_on_without_a_journal_and_a_site_may_say_otherwise():
    bus = Parts(venue="bus")
    bus.attend("journal_full")
    assert ("open", "both") in bus.take()
    strict = Parts(venue="bus", policies={"journal_full": "shut"})
    strict.attend("journal_full")
    assert ("open", "both") not in strict.take()


def test_an_old_list_goes_on_serving_where_the_venue_allows_it():
    metro = Parts()
    assert metro.attend("list_old") is True
    assert modes.MODES[metro.mode] == "list_old"
    door = Parts(venue="door")
    assert door.attend("list_old") is False


def test_free_passage_lets_one_after_the_other_through():
    parts = Parts()
    parts.attend(ordered=2)
    assert parts.take()[-1] == ("open", "both")
    parts.attend(ordered=2)
    assert parts.take() == []
    parts.walked = True
    parts.attend(ordered=2)
    assert parts.take() == [("open", "both")]
    parts.clock.move(4000)
    parts.attend(ordered=2)
    assert parts.take() == [("open", "both")]


def test_what_is_down_is_started_again_each_second():
    parts = Parts()
    for _ in range(5):
        parts.attend("reader_down")
    assert parts.starts == 1
    parts.clock.move(1000)
    parts.attend("reader_down", "psam_down")
    assert parts.starts == 3


def test_a_fault_goes_before_what_was_ordered():
    parts = Parts()
    parts.attend("psam_down", ordered=9)
    assert modes.MODES[parts.mode] == "out_of_service"
    parts.attend(ordered=9)
    assert modes.MODES[parts.mode] == "closed"
    assert parts.attend() is True


def test_a_gate_that_a_doubt_shuts_or_opens_asks_nobody_to_tap():
    for venue, direction, shown in (
        ("door", "entry", "out_of_service"),
        ("door", "exit", "free_passage"),
        ("metro", "entry", "ready"),
    ):
        parts = Parts(venue=venue, here={"direction": direction})
        parts.attend("list_old")
        assert ("show", shown) in parts.take(), (venue, direction)
