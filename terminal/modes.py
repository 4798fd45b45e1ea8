"""The modes of a terminal, and of each lane state its screen, lamp, tone and how long it stays: one table each."""

from collections import namedtuple

from micropython import const

IN_SERVICE = const(0)
OUT_OF_SERVICE = const(1)
FREE_PASSAGE = const(2)
EMERGENCY = const(3)
EXIT_FREE = const(4)
TRAIN_FAULT = const(5)
SKIP_TIME = const(6)
SKIP_ORDER = const(7)
SKIP_FARE = const(8)
CLOSED = const(9)
MAINTENANCE = const(10)
LIST_OLD = const(11)
CLOCK_UNTRUSTED = const(12)
JOURNAL_FULL = const(13)
READER_DOWN = const(14)

# What a lane does with somebody in front of it.
DECIDE = const(0)  # reads the card and decides
OPEN = const(1)  # lets everybody through; no card is read or written
FREE = const(2)  # reads and records the card, takes no fare
SHUT = const(3)  # lets nobody through

CHECKS_ORDER = const(1)  # an exit needs its entry, an entry its exit
CHECKS_TIME = const(2)  # journey time, opening hours, windows

# The mode's key, by number; how each of them treats people stands in terminal.courses.
MODES = (
    "in_service", "out_of_service", "free_passage", "emergency", "exit_free", "train_fault", "skip_time", "skip_order",
    "skip_fare", "closed", "maintenance", "list_old", "clock_untrusted", "journal_full", "reader_down",
)  # fmt: skip


# Notes are (hertz, ms) in turn, 0 hertz is a rest; the count of beats carries the meaning.
_ONE_HIGH = ((1760, 90),)
_TWO_RISING = ((1760, 100), (2217, 100))
_THREE_FALLING = ((1760, 110), (0, 15), (1760, 110), (0, 15), (1319, 110))
_ONE_LOW = ((440, 500),)
_FIVE_SHORT = ((880, 50), (0, 50)) * 4 + ((880, 50),)
_TWO_SLOW = ((880, 400), (0, 200), (880, 400))

TONES = {
    "accepted": _ONE_HIGH,
    "concession": _TWO_RISING,
    "low_balance": _THREE_FALLING,
    "refused": _ONE_LOW,
    "read_again": _FIVE_SHORT,
    "emergency": _TWO_SLOW,
}

State = namedtuple("State", "screen lamp tone hold_ms")  # hold_ms 0: until something else happens

STATES = {
    "boot": State("boot", "off", None, 0),
    "ready": State("idle", "green", None, 0),
    "reading": State("reading", "amber", None, 0),
    "admitted": State("accepted", "green", "accepted", 2000),
    "admitted_concession": State("accepted", "green_yellow", "concession", 2000),
    "admitted_low_balance": State("accepted", "green", "low_balance", 3000),
    "refused": State("refused", "red", "refused", 4000),
    "read_again": State("read_again", "amber", "read_again", 3000),
    "out_of_service": State("out_of_service", "red", None, 0),
    "closed": State("out_of_service", "red", None, 0),
    "maintenance": State("maintenance", "amber", None, 0),
    "emergency": State("emergency", "green", "emergency", 0),
    "free_passage": State("free_passage", "green", None, 0),
}
