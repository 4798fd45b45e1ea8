"""Figures with targets: printed as they come, and once more at the end with what falls short."""

import os
import statistics
import time


def p50_us(function, arguments):
    """Median microseconds of one call, each call timed alone."""
    clock = time.perf_counter_ns
    samples = []
    for argument in arguments:
        started = clock()
        function(argument)
        samples.append(clock() - started)
    return statistics.median(samples) / 1000


def process_io():
    """{rchar, wchar, syscr, syscw, read_bytes, write_bytes} of this process; None where the system does not count."""
    try:
        with open("/proc/self/io") as file:
            return {name: int(value) for name, value in (line.split(":") for line in file)}
    except OSError:
        return None


def io_during(function):
    """The difference process_io makes over a call, with the seconds it took as "s"."""
    before, started = process_io(), time.perf_counter()
    function()
    seconds = time.perf_counter() - started
    after = process_io()
    counted = {name: after[name] - before[name] for name in after} if before else {}
    counted["s"] = seconds
    return counted


def forget_pages(path):
    """Takes a file out of the page cache."""
    names = [path] if os.path.isfile(path) else [os.path.join(path, name) for name in os.listdir(path)]
    for name in names:
        descriptor = os.open(name, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


class Figures:
    """Rows of section 6 of the store specification: name, value, target, verdict."""

    def __init__(self):
        self.rows = []

    def say(self, text):
        print(text, flush=True)

    def target(self, row, what, value, at_most=None, at_least=None):
        """Prints one ratio beside its target; keeps it for the table at the end."""
        met = value <= at_most if at_most is not None else value >= at_least
        bound = "<= %g" % at_most if at_most is not None else ">= %g" % at_least
        self.rows.append((row, what, value, bound, met))
        self.say("  %s %-62s %10.4g  target %-9s %s" % (row, what, value, bound, "met" if met else "FALLS SHORT"))

    def absent(self, row, what, why):
        self.rows.append((row, what, None, why, None))
        self.say("  %s %-62s not measured: %s" % (row, what, why))

    def summary(self):
        short = [row for row in self.rows if row[4] is False]
        unmeasured = [row for row in self.rows if row[4] is None]
        self.say("\n%d targets met, %d fall short, %d not measured here" % (
            sum(row[4] is True for row in self.rows), len(short), len(unmeasured),
        ))  # fmt: skip
        for row, what, value, bound, met in self.rows:
            if met is False:
                self.say("  falls short: %s %s: %.4g, target %s" % (row, what, value, bound))
            elif met is None:
                self.say("  not measured: %s %s: %s" % (row, what, bound))
