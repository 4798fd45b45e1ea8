from terminal import courses, modes, reasons
from terminal.courses import DECIDE, FREE, FREE_PASSAGE, OPEN, SHUT, chosen, course
from terminal.modes import EMERGENCY, IN_SERVICE, MODES


def test_every_mode_has_its_row_and_its_screen():
    assert len(courses.TABLE) == len(MODES)
    for number, row in enumerate(courses.TABLE):
        assert row.state in modes.STATES, MODES[number]
        assert row.refusal is None or reasons.number(row.refusal)
        if SHUT in (row.entry, row.exit):
            assert row.refusal, MODES[number]


def test_every_mode_can_be_recorded_with_its_reason():
    for key in MODES:
        assert reasons.number(key if key not in ("in_service", "emergency") else "back_in_service")


def test_nobody_is_ever_locked_in_by_a_trouble_or_an_emergency():
    shut = [MODES[number] for number in range(len(MODES)) if course(number, True) == SHUT]
    assert shut == ["out_of_service", "maintenance"]
    for venue in courses.VENUES:
        for trouble in courses.TROUBLES:
            assert course(MODES.index(trouble), True, {"venue": venue}) != SHUT, (venue, trouble)


def test_policies_are_data():
    for venue, policies in courses.VENUES.items():
        assert len(policies) == len(courses.TROUBLES), venue
        for trouble, policy in zip(courses.TROUBLES, policies):
            for leaving in (False, True):
                expected = courses.POLICIES[policy][1 if leaving else 0]
                assert course(MODES.index(trouble), leaving, {"venue": venue}) == expected
    for name, (entry, way_out) in courses.POLICIES.items():
        policy = {"venue": "metro", "reader_down": name}
        assert (
            course(courses.READER_DOWN, False, policy) == entry and course(courses.READER_DOWN, True, policy) == way_out
        )


def test_the_worst_condition_chooses_the_mode():
    assert chosen(()) == (IN_SERVICE, None)
    assert chosen(("fire", "reader_down", "journal_full", "list_old")) == (EMERGENCY, "fire")
    assert chosen(("maintenance", "journal_full")) == (courses.MAINTENANCE, "maintenance")
    assert chosen(("reader_down", "journal_full")) == (courses.READER_DOWN, "reader_down")
    assert chosen(("journal_full",), FREE_PASSAGE) == (courses.JOURNAL_FULL, "journal_full")
    assert chosen(("list_old",), courses.TRAIN_FAULT) == (courses.TRAIN_FAULT, "train_fault")
    assert chosen(("list_old", "clock_untrusted")) == (courses.CLOCK_UNTRUSTED, "clock_untrusted")
    assert chosen(("list_old",)) == (courses.LIST_OLD, "list_old")
    for key, mode in courses.FAULTS + courses.DOUBTS:
        assert chosen((key,)) == (mode, key) and reasons.number(key)


def test_what_people_meet():
    assert course(IN_SERVICE, False) == DECIDE
    assert course(EMERGENCY, False) == course(EMERGENCY, True) == OPEN
    assert course(courses.TRAIN_FAULT, True) == FREE
    assert course(courses.CLOSED, False) == SHUT and course(courses.CLOSED, True) == DECIDE
