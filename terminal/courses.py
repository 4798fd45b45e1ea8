"""How each mode treats somebody in front of the gate, and which mode a terminal is in. One table, policies as data.

A gate in service with nothing wrong never loads this module.
"""

from collections import namedtuple

from micropython import const

from terminal.modes import EMERGENCY, IN_SERVICE, MAINTENANCE, MODES, OUT_OF_SERVICE

FREE_PASSAGE = const(2)
EXIT_FREE = const(4)
TRAIN_FAULT = const(5)
SKIP_TIME = const(6)
SKIP_ORDER = const(7)
SKIP_FARE = const(8)
CLOSED = const(9)
LIST_OLD = const(11)
CLOCK_UNTRUSTED = const(12)
JOURNAL_FULL = const(13)
READER_DOWN = const(14)
TARIFF_FAULT = const(15)

# What a lane does with somebody in front of it.
DECIDE = const(0)  # reads the card and decides
OPEN = const(1)  # lets everybody through; no card is read or written
FREE = const(2)  # reads and records the card, takes no fare
SHUT = const(3)  # lets nobody through

CHECKS_ORDER = const(1)  # an exit needs its entry, an entry its exit
CHECKS_TIME = const(2)  # journey time, opening hours, windows

_POLICY = const(4)  # as the venue's policy says
_ALL = CHECKS_ORDER | CHECKS_TIME

Mode = namedtuple("Mode", "state entry exit checks refusal")
"""`state`: the lane state that is shown; `refusal`: what a refused resident is told, a key of terminal.reasons."""

# By number, as modes.MODES.
TABLE = (
    Mode("ready", DECIDE, DECIDE, _ALL, None),  # in_service
    Mode("out_of_service", SHUT, SHUT, _ALL, "out_of_service"),
    Mode("free_passage", OPEN, OPEN, 0, None),
    Mode("emergency", OPEN, OPEN, 0, None),
    Mode("ready", DECIDE, OPEN, _ALL, None),  # exit_free
    Mode("ready", DECIDE, FREE, 0, None),  # train_fault
    Mode("ready", DECIDE, DECIDE, CHECKS_ORDER, None),  # skip_time
    Mode("ready", DECIDE, DECIDE, CHECKS_TIME, None),  # skip_order
    Mode("ready", FREE, FREE, _ALL, None),  # skip_fare
    Mode("closed", SHUT, DECIDE, _ALL, "closed"),
    Mode("maintenance", SHUT, SHUT, _ALL, "maintenance"),
    Mode("ready", _POLICY, _POLICY, _ALL, "list_old"),
    Mode("ready", _POLICY, _POLICY, CHECKS_ORDER, "clock_untrusted"),
    Mode("out_of_service", _POLICY, _POLICY, _ALL, "journal_full"),
    Mode("out_of_service", _POLICY, _POLICY, _ALL, "reader_down"),
    Mode("out_of_service", _POLICY, _POLICY, _ALL, "tariff_fault"),
)

# What a policy says of one trouble: (course of an entry, course of an exit).
POLICIES = {
    "serve": (DECIDE, DECIDE),
    "free": (OPEN, OPEN),
    "exit": (SHUT, OPEN),  # nobody in, nobody locked in
    "shut": (SHUT, SHUT),
}

TROUBLES = ("list_old", "clock_untrusted", "journal_full", "reader_down", "tariff_fault")

# Venue type: its policy in each of TROUBLES, unless its tariff says otherwise.
VENUES = {
    "metro": ("serve", "serve", "exit", "exit", "exit"),
    "bus": ("serve", "serve", "free", "free", "free"),  # a bus cannot leave people in the road
    "ferry": ("serve", "serve", "exit", "exit", "exit"),
    "bike": ("serve", "serve", "exit", "exit", "exit"),
    "park": ("serve", "serve", "free", "exit", "exit"),
    "museum": ("serve", "serve", "exit", "exit", "exit"),
    "library": ("serve", "serve", "free", "free", "free"),
    "pool": ("serve", "serve", "exit", "exit", "exit"),
    "hospital": ("serve", "serve", "free", "free", "free"),
    "door": ("exit", "serve", "exit", "exit", "exit"),  # who may go in can have changed
}

# Conditions of a terminal and the mode each leads to. The first that holds counts.
FAULTS = (
    ("fire", EMERGENCY),
    ("maintenance", MAINTENANCE),
    ("list_missing", OUT_OF_SERVICE),
    ("gate_jam", OUT_OF_SERVICE),
    ("reader_down", READER_DOWN),
    ("tariff_fault", TARIFF_FAULT),
    ("psam_down", OUT_OF_SERVICE),
    ("journal_full", JOURNAL_FULL),
)
DOUBTS = (("clock_untrusted", CLOCK_UNTRUSTED), ("list_old", LIST_OLD))


def chosen(conditions, commanded=IN_SERVICE):
    """(mode, reason key or None) for the `conditions` that hold and the mode the head-end or a card asked for.

    Faults go before what was asked for, and that before mere doubts.
    """
    for key, mode in FAULTS:
        if key in conditions:
            return mode, key
    if commanded != IN_SERVICE:
        return commanded, MODES[commanded]
    for key, mode in DOUBTS:
        if key in conditions:
            return mode, key
    return IN_SERVICE, None


def course(mode, leaving, policy=None):
    """DECIDE, OPEN, FREE or SHUT for somebody entering or `leaving`. `policy`: {"venue": type, trouble: policy's name}."""
    said = TABLE[mode].exit if leaving else TABLE[mode].entry
    if said != _POLICY:
        return said
    policy = policy or {}
    trouble = MODES[mode]
    name = policy.get(trouble) or VENUES[policy.get("venue", "metro")][TROUBLES.index(trouble)]
    return POLICIES[name][1 if leaving else 0]
