"""Every scenario of the source documents is served, and what serves it works.

A kiosk's part by a service, played through its pattern against a real head-end; a gate's, bus's, venue's and door's by a
shipped tariff that admits at the fare named; a pad's by a story of the pad's own suite; a staff desk's by a purpose, whose
card is read over the desk's line.
"""

import csv
import functools
import pathlib

import pytest

from headend.demonstration.people import RESIDENTS
from simulator.cards.demonstration import make_card
from technician import purposes, tariff_explain, tariff_file
from technician.services import SHIPPED
from technician.services_file import load
from technician.tariff import EXAMPLES
from terminal.media.middleware import FIELDS
from tests.host.kiosk_client import Kiosk, serving
from tests.host.service_player import ServicePlayer
from tests.host.staff_office import Office
from tests.host.test_pad_world import DAYS as PAD_DAYS
from tests.portable import pad_codes, pad_returns, pad_sales, pad_tills

DATA = pathlib.Path(__file__).parent.parent / "data"
SERVICES = load(SHIPPED)["services"]
NAMES = [service["id"] for service in SERVICES]
STORIES = {
    name[len("test_") :]: getattr(module, name)
    for module in (pad_sales, pad_codes, pad_returns, pad_tills)
    for name in dir(module)
    if name.startswith("test_")
}
PURPOSES = {purpose["id"]: purpose for purpose in purposes.load()}
DAYS = {"pad_pharmacy", *(name for name, _ in PAD_DAYS)}
RESULTS = {"kiosk.list", "kiosk.done", "kiosk.proof", "kiosk.ticket"}


def table(name):
    with open(DATA / name, encoding="utf8", newline="") as file:
        return list(csv.DictReader(file))


SCENARIOS = table("scenarios.csv")
CASES = {row["case"]: row for row in table("lane_cases.csv")}


def served(row):
    """[(terminal, what serves it)] of a scenario."""
    return [tuple(part.split("=")) for part in row["served"].split("; ") if part]


def test_the_table_is_whole():
    assert [int(row["number"]) for row in SCENARIOS] == list(range(1, 249))
    counts = {letter: sum(letter in row["terminals"].split() for row in SCENARIOS) for letter in "KVPGBSD"}
    assert counts == {"K": 181, "V": 46, "P": 43, "G": 25, "B": 17, "S": 15, "D": 3}


def test_every_kiosk_row_has_its_service_and_every_service_its_rows():
    wanted = {int(row["number"]) for row in SCENARIOS if "K" in row["terminals"].split()}
    serving_rows = {number for service in SERVICES for number in service["scenarios"]}
    assert wanted - serving_rows == set()
    assert [service["id"] for service in SERVICES if not service["scenarios"]] == []
    assert not {number for number in serving_rows if not SCENARIOS[number - 1]["terminals"]}  # no part for a terminal


@pytest.mark.parametrize("row", SCENARIOS, ids=lambda row: row["number"])
def test_each_row_is_served_by_something_that_was_played(row, kiosk, office):
    """Whatever a row names is played, once for all rows: a row whose way does not work fails by itself."""
    number, letters = int(row["number"]), set(row["terminals"].split()) - {"all"}
    found = served(row)
    assert {letter for letter, _ in found} == letters - {"K"}
    if "K" in letters:
        names = [service["id"] for service in SERVICES if number in service["scenarios"]]
        assert names
        for name in names:
            assert played(kiosk, name)[1]["screen"] in RESULTS
    for letter, name in found:
        if letter == "P":
            assert name in DAYS or story_holds(name)
        elif letter == "S":
            assert number in PURPOSES[name]["scenarios"] and read_for(office, name) == 0
        else:
            assert (letter == "B") == (CASES[name]["tariff"] in ("bus", "ferry", "bike")) or letter in "GVD"
            assert admits_at_its_fare(name)


@functools.cache
def story_holds(name):
    STORIES[name]()
    return True


@functools.cache
def read_for(office, name):
    """The code of a card that is read for a purpose, over the desk's line."""
    return office.read(PURPOSES[name]["number"], make_card("03104830100000000042"))[0]


def test_the_days_that_pads_rows_name_are_shipped():
    named = {name for row in SCENARIOS for letter, name in served(row) if letter == "P"} - set(STORIES)
    assert named == set(DAYS)  # tests/host/test_pad_world.py plays each of them


def test_every_lane_case_and_only_what_is_there_serves_somebody():
    used = {name for row in SCENARIOS for letter, name in served(row) if letter in "GBVD"}
    assert used == set(CASES)


@functools.cache
def admits_at_its_fare(name):
    case = CASES[name]
    rates = tariff_file.load(EXAMPLES / (case["tariff"] + ".toml"))
    options = dict(part.split("=") for part in case["options"].split())
    decision, _ = tariff_explain.explained(
        *tariff_explain.situation(
            rates, case["class"], case["at"], options.get("balance", "100"), options.get("region"),
            options.get("list", "valid"), 0, "in_service", case["here"].split(), case["visits"].split(),
        )
    )  # fmt: skip
    return (decision.admit, decision.fare, decision.concession or "") == (True, int(case["fare"]), case["concession"])


@pytest.fixture(scope="module")
def office():
    opened = Office()
    yield opened
    opened.close()


@pytest.mark.parametrize("purpose", PURPOSES.values(), ids=PURPOSES)
def test_a_desk_reads_for_each_purpose_what_it_names_and_no_more(office, purpose):
    assert purpose["scenarios"]
    code, record, proof, fields = office.read(purpose["number"], make_card("03104830100000000042"))
    told = {name for name, value in zip(FIELDS, fields, strict=False) if value}
    assert (code, proof, told) == (0, "card", set(purpose["tells"]))
    assert office.records()[-1].ref == purpose["number"]
    assert office.ask("PERSON %d yes" % record).startswith("OK" if purpose.get("person") else "ERROR")


# Who plays a service, where it is not resident 1; what is keyed in; which choice, where it is not the first.
PLAYED_BY = {  # by name, or by the name up to its first hyphen
    "unemployment": 6, "pension": 0, "annuity": 0, "hospital-plan": 0, "pension-apply": 0, "maternity": 8,
    "work": 7, "tax-fees": 9, "entitlement-hint": 6, "medical-aid": 3, "job-subsidies": 6, "job-follow-up": 6,
    "state-wages": 9, "talent-benefits": 9, "site-attendance": 7, "farm-subsidies": 2, "subsidies": 2,
    "forest-subsidies": 2, "water-subsidies": 2, "study-grants": 5, "disability-subsidies": 3, "pay-account": 3,
    "civil-aid": 3, "poverty-funds": 10, "veterans-pay": 4, "medical-benefits": 0, "concessions": 0, "pregnancy": 8,
    "traffic-fines": 7, "resident-pension-pay": 2, "lab-reports": 0, "property": 0,
}  # fmt: skip
PICKED = {"relation-transfer": {"to": 1}, "care-discharge": {"signed": 0}}
TYPED = {"claim-status": {"barcode": "CLAIM02"}, "newborn": {"certificate": "P99000001"}}
BEFORE = {
    "care-cross-region": ["care-filing"], "exam-admission": ["exam-sign-up"], "transfer-status": ["relation-transfer"],
    "my-consents": ["data-consent"], "form-status": ["job-register"], "library-return": ["library-borrow"],
    "card-collect": ["card-replace"],
}  # fmt: skip


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("headend")
    with serving(folder) as headend:
        made = Kiosk(headend)
        yield made
        made.power_off()


def player_of(name):
    return PLAYED_BY.get(name, PLAYED_BY.get(name.partition("-")[0], 1))


@functools.cache
def played(kiosk, name):
    typed = dict(TYPED.get(name, {}))
    if name == "check-voucher":
        typed["code"] = kiosk.reply("insured-certificate", "look", 1)["check"].rpartition("/")[2]
    for earlier in BEFORE.get(name, ()):
        typed["reference"] = played(kiosk, earlier)[0].asked[-1][1]["reference"]
        kiosk.clock.jump(660)  # a new card is made in ten minutes
    player = ServicePlayer(kiosk, name, player_of(name), typed, PICKED.get(name))
    return player, player.play()


@pytest.mark.parametrize("name", NAMES)
def test_a_path_through_each_service(kiosk, name):
    player, view = played(kiosk, name)
    service = player.service
    assert view["screen"] in RESULTS, (view, player.asked)
    assert view["rows"] or view.get("reference") or view.get("number")
    assert player.printed == bool(service["prints"])
    assert ("kiosk.consent" in player.screens) == (
        service["pattern"] in ("consent", "proof") or bool(service["consent"])
    )
    if service["offline"] == "local":
        assert player.asked == []
        return
    reply = player.asked[-1][1]
    assert reply["status"] == "ok"
    if service["pay"]:
        assert [action for action, _ in player.asked][-2:] == ["look", "pay"] and reply["amount"] > 0
        assert reply["reference"]
    if service["pattern"] in ("form", "proof", "signin"):
        assert reply["reference"]
    if service["pattern"] == "ticket":
        assert reply["ticket"]["number"] and view["number"] == reply["ticket"]["number"]
    if service["handover"]:
        assert reply["link"].startswith("http")
    if service["prints"] in ("voucher", "certificate"):
        assert reply["check"]


def test_every_resident_has_a_number_that_holds():
    from terminal.media.social_holder import is_citizen_number

    assert all(is_citizen_number(resident.number) for resident in RESIDENTS)
    assert len({resident.number for resident in RESIDENTS}) == len({resident.name for resident in RESIDENTS}) == 12
