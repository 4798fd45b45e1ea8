"""Runs one case of a target under its bounds: the lines it may execute, the memory it may hold."""

import sys
import tracemalloc

_FIRST_TIME = 50  # imports and tables that are made once take so many times as long

_warm = set()


class TooMuchWork(AssertionError):
    """A case that executes more lines than its target may."""


class TooMuchMemory(AssertionError):
    """A case that holds more memory than its target may."""


def judge(target, data):
    """(lines, peak bytes) of `data` on `target`. TooMuchWork, TooMuchMemory, or whatever the target raises."""
    if target.run not in _warm:
        _warm.add(target.run)
        _count(target, data, target.lines * _FIRST_TIME)
    lines, peak = _measured(target, data)
    if peak > target.peak:
        lines, peak = _measured(target, data)  # threads that other tests left behind allocate too, but not twice
    if peak > target.peak:
        raise TooMuchMemory("%d bytes held for a case of %d, expected at most %d" % (peak, len(data), target.peak))
    return lines, peak


def _measured(target, data):
    tracemalloc.start()
    try:
        lines = _count(target, data, target.lines)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return lines, peak


def _count(target, data, most):
    """The lines that `data` takes."""
    counted = 0

    def count(frame, event, argument):
        nonlocal counted
        counted += event == "line"
        if counted > most:
            raise TooMuchWork("more than %d lines for %d bytes" % (most, len(data)))
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        target.run(data)
    finally:
        sys.settrace(before)
    return counted
