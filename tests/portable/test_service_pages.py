"""What a lane in maintenance shows: pages that turn by themselves, remedies beside their checks, refusals with reasons."""

from collections import namedtuple

from screens import catalogue
from simulator.virtual_time import VirtualClock
from terminal import more_errors
from terminal.package import KINDS
from terminal.self_test import Check
from terminal.service_pages import ServicePages, laid_out, standing
from tests.portable.checks import run

_NOW = 1773619200
_Lists = namedtuple("_Lists", "not_after")
_Shelf = namedtuple("_Shelf", "versions")
_Updates = namedtuple("_Updates", "shelf refusals")


class _Face:
    def __init__(self):
        self.shown = []

    def show(self, name, **facts):
        self.shown.append((name, (facts["leaf"], facts["leaves"]), facts["rows"]))


class _Examination:
    """Answers with `checks` and counts how often it was asked; the link must be left alone."""

    def __init__(self, checks):
        self.checks = checks
        self.asked = 0

    async def examine(self, network=True):
        assert not network
        self.asked += 1
        return self.checks


_GOOD = [Check(code, "good", "answers", "") for code in ("READER", "SCANNER", "BARRIER", "PSAM")]


def _pages(checks, rows=()):
    clock, face, examination = VirtualClock(_NOW), _Face(), _Examination(checks)
    return clock, face, examination, ServicePages(examination, lambda: list(rows), face, clock)


def test_pages_turn_by_themselves_and_then_everything_is_examined_anew():
    clock, face, examination, pages = _pages(_GOOD + _GOOD)
    for _ in range(3):
        run(pages.turn())
        run(pages.turn())  # too early for another
        clock.move(5000)
    assert [shown[:2] for shown in face.shown] == [
        ("maintenance", (1, 2)),
        ("maintenance", (2, 2)),
        ("maintenance", (1, 2)),
    ]
    assert examination.asked == 2
    examination.checks = [Check("PSAM", "bad", "no answer", "psam")]
    pages.enter()
    run(pages.turn())
    assert face.shown[-1] == ("maintenance", (1, 1), [("psam", "no answer", False), ("remedy", "psam", None)])


def test_a_remedy_stays_on_the_page_of_its_check():
    _, face, _, pages = _pages(_GOOD + [Check("PSAM", "bad", "no answer", "psam")])
    run(pages.turn())
    assert [row[0] for row in face.shown[0][2]] == ["reader", "scanner", "barrier", "psam"]
    assert face.shown[0][1] == (1, 2)
    a, remedy = ("a", "", None), ("remedy", "", None)
    assert laid_out([[a] * 3, [a] * 3, [a], [a] * 7, [a]]) == [[a] * 6, [a], [a] * 7, [a]]
    assert laid_out([[a, remedy], [a, remedy], [a]]) == [[a, remedy] * 2, [a]]  # words take two rows


def test_a_clock_is_a_date_and_lacking_is_neither_good_nor_bad():
    _, face, _, pages = _pages([Check("CLOCK", "lacking", "%d" % _NOW, "")])
    run(pages.turn())
    assert face.shown[0][2] == [("clock", "2026-03-16 08:00", None)]


def test_how_it_stands():
    assert standing(False, None, None, None, _NOW) == [("link", "offline", None)]
    updates = _Updates(_Shelf(lambda: {"tariff": 3}), {"firmware": "PACKAGE-2.9"})
    assert standing(True, 7, _Lists(_NOW), updates, _NOW) == [
        ("link", "online", True),
        ("version", "7", None),
        ("until", "2026-03-16 08:00", False),
        ("package", "tariff 3", None),
        [("refused", "firmware 9", False), ("refusal", "PACKAGE-2", None)],
    ]


def test_every_refusal_of_a_package_has_words():
    for name in dir(more_errors):
        code = getattr(getattr(more_errors, name), "code", "")
        if code.startswith("PACKAGE-") and code != "PACKAGE-0":
            assert catalogue.find("refusal." + code.lower()), code
    for kind in KINDS:
        assert catalogue.find("kind." + kind), kind
