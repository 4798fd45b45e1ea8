"""The modes of a terminal, and of each lane state its screen, lamp, tone and how long it stays: one table each."""

from collections import namedtuple

from micropython import const

IN_SERVICE = const(0)
OUT_OF_SERVICE = const(1)
EMERGENCY = const(3)
MAINTENANCE = const(10)

# The others are numbered in terminal.courses, which says how each mode treats people.
MODES = (
    "in_service", "out_of_service", "free_passage", "emergency", "exit_free", "train_fault", "skip_time", "skip_order",
    "skip_fare", "closed", "maintenance", "list_old", "clock_untrusted", "journal_full", "reader_down",
    "tariff_fault",
)  # fmt: skip


# Notes are (hertz, ms) in turn, 0 hertz is a rest; the count of beats carries the meaning.
TONES = {
    "accepted": ((1760, 90),),
    "concession": ((1760, 100), (2217, 100)),
    "low_balance": ((1760, 110), (0, 15), (1760, 110), (0, 15), (1319, 110)),
    "refused": ((440, 500),),
    "alarm": ((1760, 120), (1319, 120)) * 4,
    "read_again": ((880, 50), (0, 50)) * 4 + ((880, 50),),
    "emergency": ((880, 400), (0, 200), (880, 400)),
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
    "intruded": State("intruded", "red", "alarm", 4000),
    "read_again": State("read_again", "amber", "read_again", 3000),
    "out_of_service": State("out_of_service", "red", None, 0),
    "closed": State("out_of_service", "red", None, 0),
    "maintenance": State("maintenance", "amber", None, 0),
    "emergency": State("emergency", "green", "emergency", 0),
    "free_passage": State("free_passage", "green", None, 0),
}
