"""The plug is pulled in every write of a form into the outbox, and of a note: what was durable stays, the rest is whole or not there."""

import random

import pytest

from offline_store.journal import Journal
from offline_store.media_faults import PowerCutMedium, crash_images
from simulator.virtual_time import VirtualClock
from terminal.kiosk.outbox import RECORD_LENGTH, Outbox
from terminal.kiosk.unfinished import Unfinished
from tests.portable.test_envelope import KEY, opened

FORMS = {
    "00000000000000a1": {"n": 1},
    "00000000000000a2": {"n": 2, "phone": "13800000000"},
    "00000000000000a3": {"n": 3},
}


def outbox_on(medium):
    source = random.Random(7)
    return Outbox(Journal(medium, 5, RECORD_LENGTH), VirtualClock(), "kiosk-1", source.randbytes, lambda: KEY)


def waiting(outbox):
    """{request: what the head-end would read} of all forms that wait."""
    return {number.hex(): opened(sealed, number).decode() for _, number, sealed in outbox._forms()}


def cuts(medium, step):
    """The (durable content, writes in flight) at each sync of `step()`."""
    medium.cuts = []
    step()
    found, medium.cuts = medium.cuts, None
    return found


def test_a_form_is_kept_whole_or_not_at_all():
    medium = PowerCutMedium(bytes(1 << 17))
    outbox = outbox_on(medium)
    names = list(FORMS)
    outbox.put(names[0], FORMS[names[0]])
    before = waiting(outbox)
    struck = 0
    for durable, pending in cuts(medium, lambda: outbox.put(names[1], FORMS[names[1]])):
        for _, image in crash_images(durable, pending, random.Random(struck)):
            struck += 1
            again = outbox_on(PowerCutMedium(image))
            found = waiting(again)
            assert found.items() >= before.items()
            assert set(found) <= set(names[:2])
            again.put(names[2], FORMS[names[2]])  # and the outbox goes on
            assert names[2] in waiting(again)
    assert struck > 15
    assert set(waiting(outbox_on(PowerCutMedium(medium.data)))) == set(names[:2])


def test_taken_forms_may_come_back_but_waiting_ones_never_go():
    medium = PowerCutMedium(bytes(1 << 17))
    outbox = outbox_on(medium)
    for name in FORMS:
        outbox.put(name, FORMS[name])
    first, second, third = FORMS
    struck = 0
    for durable, pending in cuts(medium, lambda: outbox.done(first)):
        for _, image in crash_images(durable, pending, random.Random(struck)):
            struck += 1
            assert set(waiting(outbox_on(PowerCutMedium(image)))) >= {second, third}
    assert struck > 5 and set(waiting(outbox_on(PowerCutMedium(medium.data)))) == {second, third}


@pytest.mark.parametrize("change", ["note", "settle"])
def test_a_note_is_the_old_one_or_the_new_one(change):
    medium = PowerCutMedium(bytes(1 << 16))
    notes = Unfinished(medium)
    notes.note("aa" * 16, "enrol", "submit", "1" * 16)
    step = {
        "note": lambda: notes.note("aa" * 16, "enrol", "submit", "2" * 16),
        "settle": lambda: notes.settle("aa" * 16),
    }[change]
    allowed = {("enrol", "submit", "1" * 16), {"note": ("enrol", "submit", "2" * 16), "settle": None}[change]}
    seen, struck = set(), 0
    for durable, pending in cuts(medium, step):
        for _, image in crash_images(durable, pending, random.Random(struck)):
            struck += 1
            seen.add(Unfinished(PowerCutMedium(image)).of("aa" * 16))
    assert struck > 5 and seen == allowed
