"""The watchdog is fed by the health of tasks, not by their being there."""

from simulator.virtual_time import Scheduler, VirtualClock
from terminal.boot_watch import Watch


class Dog:
    def __init__(self):
        self.fed = 0

    def feed(self):
        self.fed += 1


class Bench:
    def __init__(self, **options):
        self.clock = VirtualClock()
        self.scheduler = Scheduler(self.clock)
        self.dog = Dog()
        self.watch = Watch(self.dog, self.clock, ("lane", "reader"), limit_ms=2000, **options)
        self.scheduler.spawn(self.watch.run())

    def task(self, name, beats):
        async def work():
            for _ in range(beats):
                self.watch.beat(name)
                await self.clock.sleep_ms(100)

        self.scheduler.spawn(work())


def test_it_is_fed_while_all_are_alive():
    bench = Bench()
    bench.task("lane", 100)
    bench.task("reader", 100)
    bench.scheduler.run_for(9000)
    assert bench.dog.fed >= 17
    assert bench.watch.silent() == []


def test_one_silent_task_is_enough_to_stop_it():
    bench = Bench()
    bench.task("lane", 200)
    bench.task("reader", 10)
    bench.scheduler.run_for(4000)
    fed = bench.dog.fed
    assert bench.watch.silent() == ["reader"]
    bench.scheduler.run_for(5000)
    assert bench.dog.fed == fed


def test_it_says_once_that_all_is_well():
    said = []
    bench = Bench(settled_ms=3000, settled=lambda: said.append(1))
    bench.task("lane", 100)
    bench.task("reader", 100)
    bench.scheduler.run_for(2500)
    assert said == []
    bench.scheduler.run_for(6000)
    assert said == [1]
