"""A self-test on its way to the fleet view: every check in a few bytes of a question's query, told when it is news.

Format: CODE.STATE.SEEN of each check, "~" between them; STATE is the first letter of good, lacking, bad; SEEN has "_"
for a blank and "-" for what a URL cannot carry, 32 characters at most.
"""

from micropython import const

from terminal.self_test import CODES, Check

_MOST_SEEN = const(32)
_AGAIN_MS = const(3600000)
_STATES = ("good", "lacking", "bad")


def written(checks):
    """The line of Checks."""
    return "~".join(["%s.%s.%s" % (found.code, found.state[0], _plain(found.seen)) for found in checks])


def parsed(line):
    """[Check] of a line, with the code of the remedy where one is due; what no terminal writes is left out."""
    checks = []
    for part in line.split("~"):
        code, _, rest = part.partition(".")
        letter, _, seen = rest.partition(".")
        states = [state for state in _STATES if state[0] == letter]
        if code in CODES and states:
            remedy = "" if letter == "g" else code.lower()
            checks.append(Check(code, states[0], seen[:_MOST_SEEN].replace("_", " "), remedy))
    return checks


def _plain(seen):
    letters = []
    for letter in seen[:_MOST_SEEN]:
        if letter == " ":
            letter = "_"
        elif not (letter in "._," or "0" <= letter <= "9" or "a" <= letter.lower() <= "z"):
            letter = "-"
        letters.append(letter)
    return "".join(letters)


class Telling:
    """Says when the head-end is to hear of an examination: once it is new, until an answer came, and each hour again."""

    def __init__(self, clock):
        self._clock = clock
        self._told = None
        self._answers = self._at = 0

    def field(self, checks, answers):
        """The field of the query, or "". `checks`: of the last examination; `answers`: how many questions were answered."""
        arrived = checks is self._told and answers != self._answers
        if not checks or (arrived and self._clock.elapsed(self._at) < _AGAIN_MS):
            return ""
        self._told, self._answers, self._at = checks, answers, self._clock.ticks()
        return "&test=" + written(checks)
