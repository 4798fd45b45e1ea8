"""The section [board] of a settings file: what may be chosen about a board, drawn from its description."""

import re

from boards import description as boards
from drivers.bus.address import host_and_port
from screens import profiles
from technician.errors import SettingsWrong

_PIN = (0, 1023)
_SPEEDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)
# Ports that are no names of devices.
_PORTS = {"display": ("kms", "window"), "face": "address", "till": "line", "buzzer": "tone"}


def _is_address(text):
    return text == "none" or host_and_port(text)


def _like(pattern):
    return re.compile(pattern).fullmatch


# What a text must be like, and how that is said.
_TEXTS = {
    "text": (_like(r".{1,200}"), "a text such as the path of a device"),
    "address": (_is_address, "HOST:PORT, or none"),
    "line": (_like(r"none|tcp:\d{1,5}|/.{1,200}"), "the path of a serial port, tcp:PORT, or none"),
    "tone": (_like(r"none|sound|pwmchip\d{1,3}"), "sound, none, or a PWM output such as pwmchip0"),
}


def described(name):
    """The Board of one of boards.NAMES, as its file has it."""
    return __import__(boards.module_of(name), fromlist=["BOARD"]).BOARD


def board_of(chosen):
    """The Board of a compiled section [board], as it is wired there; None without one."""
    if not chosen:
        return None
    return boards.configured(described(chosen["class"]), chosen)


def check(path, chosen):
    """SettingsWrong names the key, what was seen and what is allowed."""
    if not chosen:
        return
    name = chosen.get("class")
    if name not in boards.NAMES:
        raise SettingsWrong("%s: board.class is %r: expected one of %s" % (path, name, ", ".join(boards.NAMES)))
    board = described(name)
    _section(path, "board", chosen, _keys(board), name)
    wrong = boards.faults(boards.configured(board, chosen))
    if wrong:
        raise SettingsWrong("%s: board: %s" % (path, "; ".join(wrong)))


def _keys(board):
    """{key: allowed} of a board; allowed: a dict for a section, a tuple of values, ("from", least, most), or of _TEXTS."""
    keys = {"class": (board.name,)}
    if board.architecture == "host":
        keys["screen"] = tuple(profiles.names())
    for entry in board.buses:
        keys[entry.part] = _bus_keys(entry)
    if board.lines:
        keys["lines"] = {line.name: _range(_PIN) for line in board.lines}
    for option in board.options:
        keys[option.name] = option.allowed or "text"
    return keys


def _bus_keys(entry):
    keys = {"port": _PORTS.get(entry.part) or ("text" if isinstance(entry.number, str) else _range((0, 7)))}
    if entry.speed:
        keys["speed"] = _SPEEDS if entry.kind == "uart" else _range((1, 80000000))
    for signal, _ in entry.pins:
        keys[signal] = _range(_PIN)
    return keys


def _range(ends):
    return ("from", *ends)


def _section(path, name, values, keys, board):
    if not isinstance(values, dict):
        raise SettingsWrong("%s: %s is %r: expected a section with %s" % (path, name, values, ", ".join(sorted(keys))))
    for key, value in values.items():
        whole = "%s.%s" % (name, key)
        if key not in keys:
            there = ", ".join(sorted(keys))
            raise SettingsWrong("%s: a %s has no setting %s; in [%s] there are: %s" % (path, board, whole, name, there))
        if isinstance(keys[key], dict):
            _section(path, whole, value, keys[key], board)
        elif not _holds(value, keys[key]):
            raise SettingsWrong("%s: setting %s is %r: expected %s" % (path, whole, value, words(keys[key])))


def _holds(value, allowed):
    if isinstance(allowed, str):
        return isinstance(value, str) and bool(_TEXTS[allowed][0](value))
    if allowed[0] == "from":
        return isinstance(value, int) and not isinstance(value, bool) and allowed[1] <= value <= allowed[2]
    return not isinstance(value, bool) and value in allowed


def words(allowed):
    """What is allowed, for a message or a page."""
    if isinstance(allowed, str):
        return _TEXTS[allowed][1]
    if allowed[0] == "from":
        return "a number from %d to %d" % allowed[1:]
    return "one of " + ", ".join(str(value) for value in allowed)
