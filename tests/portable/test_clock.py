from simulator.virtual_time import Scheduler, VirtualClock
from terminal.clock import TICKS_PERIOD


def test_deadline_across_the_wrap():
    clock = VirtualClock(ticks0=TICKS_PERIOD - 3)
    deadline = clock.deadline(10)
    assert deadline == 7
    clock.move(9)
    assert not clock.passed(deadline)
    clock.move(1)
    assert clock.passed(deadline)


def test_what_is_days_ago_is_not_taken_for_what_is_to_come():
    for start in (0, TICKS_PERIOD - 3, TICKS_PERIOD // 2):
        clock = VirtualClock(ticks0=start)
        since, deadline = clock.ticks(), clock.deadline(5000)
        clock.move(4999)
        assert not clock.passed(deadline) and clock.elapsed(since) == 4999
        clock.move(1)
        hours = 0
        while hours < 297:
            assert clock.passed(deadline), hours
            assert clock.elapsed(since) == 5000 + hours * 3_600_000
            clock.move(3_600_000)
            hours += 1


def test_tasks_wake_in_order():
    clock = VirtualClock(ticks0=TICKS_PERIOD - 3)
    scheduler = Scheduler(clock)
    seen = []

    async def sleeper(name, ms):
        await clock.sleep_ms(ms)
        seen.append((name, clock.ms()))
        await clock.sleep_ms(ms)
        seen.append((name, clock.ms()))

    scheduler.spawn(sleeper("slow", 20))
    scheduler.spawn(sleeper("fast", 5))
    scheduler.run_for(30)
    assert seen == [("fast", 5), ("fast", 10), ("slow", 20)]
    assert clock.ms() == 30


def test_stopped_tasks_are_gone():
    clock = VirtualClock()
    scheduler = Scheduler(clock)
    seen = []

    async def sleeper():
        await clock.sleep_ms(10)
        seen.append("woke")

    scheduler.spawn(sleeper())
    scheduler.run_for(5)
    scheduler.stop()
    scheduler.run_for(20)
    assert seen == []


def test_run_until_says_when_the_limit_went_by():
    clock = VirtualClock()
    scheduler = Scheduler(clock)
    assert scheduler.run_until(lambda: clock.ms() >= 7, 100)
    assert clock.ms() == 7
    assert not scheduler.run_until(lambda: False, 10)
