"""The terminal's own examination: good, lacking and bad parts, on emulated hardware."""

from collections import namedtuple

from boards.no_link import NoLink
from screens import catalogue
from simulator.virtual_time import Scheduler, VirtualClock
from terminal import check_line, self_test
from terminal.self_test import SelfTest
from tests.portable.checks import raises

_Journal = namedtuple("_Journal", "queued capacity last_seq read")
_Table = namedtuple("_Table", "epoch count load")
_Description = namedtuple("_Description", "can")
_PARTS = "description reader scanner barrier psam display clock link"
_Board = namedtuple("_Board", _PARTS)
_NOW = 1773619200
_ALL = ("reader", "scanner", "barrier", "psam", "display")


class _Device:
    def __init__(self, state="ready", fault=None):
        self.state = state
        self.fault = fault

    async def start(self):
        return self.state == "ready"


class _Barrier:
    active = False

    def fire(self):
        return self.active


class _Psam:
    answer = b"\x00\x00\x30\x10\x00\x01", 0x9000

    async def transmit(self, apdu):
        return self.answer


def board(**changes):
    parts = {
        "description": _Description(_ALL), "reader": _Device(), "scanner": _Device(), "barrier": _Barrier(),
        "psam": _Psam(), "display": object(), "clock": VirtualClock(_NOW), "link": NoLink(),
    }  # fmt: skip
    parts.update(changes)
    return _Board(**parts)


def examine(on, journal=None, table=None, keys=True, online=False, network=True):
    """{code: Check}"""
    journal = journal or _Journal(3, 100, 3, lambda seq: b"x")
    table = table or _Table(5, 100, lambda number: True)
    found = []

    async def work():
        found.extend(await SelfTest(on, journal, table, keys, lambda: online).examine(network))

    scheduler = Scheduler(on.clock)
    scheduler.spawn(work())
    assert scheduler.run_until(lambda: found, 20000)
    return {entry.code: entry for entry in found}


def test_a_sound_terminal():
    checks = examine(board(), online=True)
    assert {entry.state for entry in checks.values()} == {"good"}
    assert not any(entry.remedy for entry in checks.values())
    assert self_test.faults(list(checks.values())) == []


def test_every_fault_has_a_remedy_and_a_code_of_the_table():
    broken = board(reader=_Device("stuck", "no answer to SAMConfiguration"), scanner=_Device("absent"), display=None)
    broken.barrier.active = True
    broken.psam.answer = b"", 0
    broken.clock._utc0 = 0
    checks = examine(
        broken, _Journal(100, 100, 100, lambda seq: b"x"), _Table(5, 100, lambda number: False), keys=False
    )
    assert [entry.code for entry in checks.values() if entry.state == "good"] == []
    assert all(catalogue.find("remedy." + entry.remedy) and entry.code in self_test.CODES for entry in checks.values())
    assert "SAMConfiguration" in checks["READER"].seen
    assert sorted(self_test.faults(list(checks.values()))) == ["JOURNAL", "KEYS", "READER"]


def test_a_journal_whose_newest_record_cannot_be_read():
    checks = examine(board(), _Journal(3, 100, 3, lambda seq: None))
    assert checks["JOURNAL"].state == "bad" and "newest" in checks["JOURNAL"].seen


def test_only_what_the_board_has_is_examined():
    checks = examine(board(description=_Description(("reader",))), network=False)
    assert sorted(checks) == ["CLOCK", "JOURNAL", "KEYS", "LIST", "READER"]


class _Printer:
    state = "paper_out"

    async def check(self):
        return self.state


def test_a_printer_is_asked_and_no_paper_is_no_reason_to_go_back():
    parts = namedtuple("_Desk", _PARTS + " printer")
    desk = parts(*(board(description=_Description(("reader", "printer"))) + (_Printer(),)))
    found = examine(desk)["PRINTER"]
    assert (found.state, found.seen) == ("lacking", "paper_out") and found.remedy == "printer"
    desk.printer.state = "near_end"
    assert examine(desk)["PRINTER"].state == "good"
    lonely = parts(*(board(description=_Description(("reader", "printer"))) + (None,)))
    assert examine(lonely)["PRINTER"].seen == "not set up"


def test_every_code_has_its_remedy_in_both_languages():
    for code in self_test.CODES:
        chinese, english = catalogue.find("remedy." + code.lower())
        assert chinese != english and not any(letter.isalpha() and letter < "\x80" for letter in chinese), code


def test_an_unknown_code_is_a_mistake():
    raises(KeyError, self_test.check, "TOASTER", False, "cold")


def test_the_whole_list_travels_in_a_line():
    checks = list(examine(board(scanner=_Device("absent"), clock=VirtualClock(0)), keys=False).values())
    line = check_line.written(checks)
    assert all(letter.isalpha() or letter.isdigit() or letter in ".,_~-" for letter in line)
    told = check_line.parsed(line)
    assert [(found.code, found.state, found.remedy) for found in told] == [
        (found.code, found.state, found.remedy) for found in checks
    ]
    seen = {found.code: found.seen for found in told}
    assert (seen["SCANNER"], seen["BARRIER"]) == ("absent", "at rest, fire input quiet")
    assert seen["JOURNAL"] == "3 of 100 records wait"
    worst = [self_test.check(code, False, "\u70b9/&=%#+~" * 20) for code in self_test.CODES]
    assert len(check_line.written(worst)) <= 13 * 44
    assert [found.seen for found in check_line.parsed(check_line.written(worst))] == ["-" * 32] * len(self_test.CODES)


def test_a_line_that_no_terminal_writes_says_nothing():
    for line in ("", "~~", "TOASTER.b.cold", "READER", "READER..", "READER.x.gone", ".b.", "reader.b.gone"):
        assert check_line.parsed(line) == []
    assert [found.seen for found in check_line.parsed("READER.b." + "x" * 99)] == ["x" * 32]


def test_an_examination_is_told_until_an_answer_came_and_each_hour_again():
    clock = VirtualClock(_NOW)
    telling = check_line.Telling(clock)
    first, second = [self_test.check("READER", True, "answers")], [self_test.check("READER", False, "away")]
    assert telling.field((), 0) == ""  # nothing examined yet
    assert telling.field(first, 0) == telling.field(first, 0) == "&test=READER.g.answers"  # no answer came
    assert telling.field(first, 1) == ""
    assert telling.field(second, 2) == "&test=READER.b.away" and telling.field(second, 3) == ""
    clock.move(3599000)
    assert telling.field(second, 60) == ""
    clock.move(1000)
    assert telling.field(second, 61) == "&test=READER.b.away" and telling.field(second, 62) == ""
