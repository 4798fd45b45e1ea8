"""What happened, for the technician: the last lines, in two files that are filled in turn. No card, no person."""

import json
import os

from micropython import const

_FULL = const(16384)
_FILES = ("/log.0", "/log.1")


class LogRing:
    """Lines of JSON at `root`, at most two files of `full` bytes. Written through at once; a cut costs the last line.

    `now()`, when given, is the time each line says ("at").
    """

    def __init__(self, root="", full=_FULL, now=None):
        self._root = root
        self._full = full
        self._now = now

    def note(self, event, **facts):
        """Appends one line. A flash that takes no more is no reason to stop: the line is lost."""
        facts["event"] = event
        if self._now is not None:
            facts["at"] = self._now()
        try:
            if _size(self._root + _FILES[0]) >= self._full:
                os.rename(self._root + _FILES[0], self._root + _FILES[1])
            with open(self._root + _FILES[0], "a") as file:
                file.write(json.dumps(facts) + "\n")
        except OSError:
            return

    def lines(self):
        """The lines, oldest first, as dicts; what a cut left half-written is passed over."""
        for name in (_FILES[1], _FILES[0]):
            if _size(self._root + name) < 0:
                continue
            with open(self._root + name) as file:
                for line in file:
                    try:
                        yield json.loads(line)
                    except ValueError:
                        continue


def _size(path):
    try:
        return os.stat(path)[6]
    except OSError:
        return -1
