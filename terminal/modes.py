"""The modes of a terminal, and of each lane state its screen, lamp, tone and how long it stays: one table each."""

from collections import namedtuple

from micropython import const

IN_SERVICE = const(0)
OUT_OF_SERVICE = const(1)
FREE_PASSAGE = const(2)
EMERGENCY = const(3)

MODES = {IN_SERVICE: "in_service", OUT_OF_SERVICE: "out_of_service", FREE_PASSAGE: "free_passage", EMERGENCY: "emergency"}

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
    "emergency": State("emergency", "green", "emergency", 0),
    "free_passage": State("free_passage", "green", None, 0),
}
