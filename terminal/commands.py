"""Remote commands: lines of the desired state, signed, done at most once, answered by a record.

A command is a text, "GPC1 terminal id until verb argument", and an SM2 signature of the key of the role settings over
it. Ids ascend; what is at or below the last one done is old. There is no open port on a terminal.
"""

import json
from binascii import unhexlify

from micropython import const

from offline_store.slots import TwoSlots
from terminal.crypto import sm2
from terminal.modes import MODES

VERBS = ("mode", "reboot", "log", "resend")
OUTCOMES = ("done", "expired", "unknown", "impossible")
ORDERS = {
    name: MODES.index(name)
    for name in (
        "in_service", "out_of_service", "free_passage", "exit_free", "train_fault", "skip_time", "skip_order",
        "skip_fare", "closed", "maintenance",
    )
}  # fmt: skip
_DONE, _EXPIRED, _UNKNOWN, _IMPOSSIBLE = range(4)
_MAGIC = const(b"CMD1")
_ROLE = const("settings")
_MOST = const(16)


def command_text(terminal, number, until, verb, argument="-"):
    """The text to sign. `until`: UTC seconds after which it is too late."""
    return "GPC1 %s %d %d %s %s" % (terminal, number, until, verb, argument)


def parse_command(text, terminal):
    """(id, until, verb, argument) of a command for `terminal`, None for anything else."""
    parts = text.split(" ") if isinstance(text, str) else ()
    if len(parts) != 6 or parts[0] != "GPC1" or parts[1] != terminal:
        return None
    if not _is_number(parts[2]) or not _is_number(parts[3]) or len(parts[2]) > 9 or len(parts[3]) > 10:
        return None
    return int(parts[2]), int(parts[3]), parts[4], parts[5]


def resend_range(argument):
    """(first, last) of "12-20", None when it is no range."""
    first, dash, last = argument.partition("-")
    if not dash or not _is_number(first) or not _is_number(last) or len(last) > 10 or int(first) > int(last):
        return None
    return int(first), int(last)


def _is_number(text):
    """ASCII digits only: isdigit() takes others too, which int() does not read."""
    return bool(text) and all(0x30 <= byte <= 0x39 for byte in text.encode())


class Commands:
    """`slots`: a medium for the last id and the mode that was ordered; `trust()`: the Trust in force;
    `actions`: {verb: function(argument) -> whether it could be done}; `answer(id, outcome)` writes the record.
    """

    def __init__(self, terminal, slots, trust, now, actions, answer, log):
        self._terminal = terminal
        self._slots = TwoSlots(slots, _MAGIC, b'[0, "in_service"]')
        self._last, self._mode = (
            json.loads(self._slots.candidates[0][1]) if self._slots.candidates else (0, "in_service")
        )
        self._trust = trust
        self._now = now
        self._actions = actions
        self._answer = answer
        self._log = log
        if self._mode != "in_service":
            actions["mode"](self._mode)

    def take(self, state):
        """The commands of a desired state (the `others` of Updates): those that are new are done, in their order."""
        lines = state.get("commands")
        fresh = []
        for line in lines[:_MOST] if isinstance(lines, list) else ():
            command = parse_command(line.get("text"), self._terminal) if isinstance(line, dict) else None
            if command is not None and command[0] > self._last:
                fresh.append((command, line))
        fresh.sort(key=lambda item: item[0][0])
        for command, line in fresh:
            if self._is_signed(line):
                self._do(*command)
            else:
                self._log("command_refused", id=command[0])

    def _is_signed(self, line):
        key = self._trust().roles.get(_ROLE)
        try:
            signature = unhexlify(line["signature"])
        except (ValueError, KeyError, TypeError):
            return False
        return key is not None and len(signature) == 64 and sm2.verify(key, line["text"].encode(), signature)

    def _do(self, number, until, verb, argument):
        now = self._now()
        if verb not in self._actions:
            outcome = _UNKNOWN
        elif now is None or now > until:
            outcome = _EXPIRED
        else:
            outcome = _IMPOSSIBLE if verb == "mode" and argument not in ORDERS else _DONE
        if outcome == _DONE and verb == "mode":
            self._mode = argument
        # Durable before it is done: a terminal that a command brings down must not meet it again at each start.
        self._last = number
        self._slots.put(json.dumps([number, self._mode]).encode())
        if outcome == _DONE and verb == "reboot":
            self._answer(number, outcome)  # afterwards nobody could
        if outcome == _DONE and not self._actions[verb](argument):
            outcome = _IMPOSSIBLE
        self._log("command", id=number, verb=verb, outcome=OUTCOMES[outcome])
        if verb != "reboot" or outcome != _DONE:
            self._answer(number, outcome)


class LogLevel:
    """A log that passes everything on ("all") or leaves the steps of single taps out ("brief")."""

    _STEPS = ("tap", "scan", "decision", "card_done", "show", "shipped")

    def __init__(self, log):
        self._log = log
        self.level = "all"

    def __call__(self, event, **facts):
        if self.level == "all" or event not in self._STEPS:
            self._log(event, **facts)

    def set(self, level):
        """False for a level that is none."""
        if level in ("all", "brief"):
            self.level = level
        return level in ("all", "brief")
