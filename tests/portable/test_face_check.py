"""The outside face check over a real exchange with the emulated box: every answer, and everything that is none."""

from simulator.face_box import FaceBox
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.http_client import HttpClient
from terminal.kiosk.face_check import FaceCheck
from terminal.kiosk.holder import Holder

HOLDER = Holder("aa" * 16, "11010519491231002X", "样**", "psam", "elder", 76, 3, True, "social_card", "slot")


class Said(FaceBox):
    """A box that says what it is told."""

    def __init__(self, clock, answer):
        FaceBox.__init__(self, clock)
        self.answer = answer
        self.heard = b""

    async def _look(self, head, body):
        self.heard = body
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(self.answer), self.answer)


def checked(box, clock, times=1):
    """([what each check came to], ms that all took)"""
    scheduler = Scheduler(clock)
    check = FaceCheck(HttpClient(box, clock, "face"))
    found = []

    async def look():
        for _ in range(times):
            found.append(await check.check(HOLDER))

    start = clock.ms()
    scheduler.spawn(look())
    assert scheduler.run_until(lambda: len(found) == times, 120000)
    return found, clock.ms() - start


def test_every_answer_of_the_box():
    for fault, answer in ((None, "same"), ("other", "other"), ("shy", "refused")):
        clock = VirtualClock()
        box = FaceBox(clock)
        if fault:
            getattr(box, fault).arm()
        assert checked(box, clock) == ([answer], 1500) and box.asked == 1
        assert fault is None or getattr(box, fault).fired == 1


def test_a_box_that_never_answers_is_late_and_one_that_is_not_there_is_away():
    clock = VirtualClock()
    box = FaceBox(clock)
    box.slow.arm()
    found, ms = checked(box, clock)
    assert found == ["late"] and ms < 25000 and box.slow.fired == 1
    for arm_after in (0, 1):
        clock = VirtualClock()
        box = FaceBox(clock)
        if arm_after:
            assert checked(box, clock)[0] == ["same"]
        box.unplugged.arm(9)
        assert checked(box, clock)[0] == ["away"] and box.unplugged.fired


def test_what_is_no_answer_counts_as_away_and_never_as_a_yes():
    for answer in (
        b"",
        b"same",
        b'["same"]',
        b'{"result": true}',
        b'{"result": "SAME"}',
        b'"same"',
        b"\xff\xfe",
        b"null",
    ):
        clock = VirtualClock()
        assert checked(Said(clock, answer), clock)[0] == ["away"], answer


def test_the_box_is_told_whom_to_expect_and_nothing_more():
    clock = VirtualClock()
    box = Said(clock, b'{"result": "same", "picture": "..."}')
    assert checked(box, clock)[0] == ["same"]
    assert b'"aaaa' in box.heard and b"11010519491231002X" in box.heard and "样".encode() not in box.heard
