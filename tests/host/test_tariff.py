"""`gatepost tariff`: faults with file, line and field; the shipped examples; explanations; the past under another tariff."""

import importlib
import json
import re

import pytest
from typer.testing import CliRunner

from offline_store.journal import Journal
from offline_store.media import FileMedium
from technician import tariff_explain, tariff_file
from technician.cli import app
from technician.errors import InputMalformed, TariffFaulty
from technician.tariff import EXAMPLES
from terminal import records
from terminal.media.credential import CLASSES, PURSE, RIDE_CODE
from tests.portable.decision_cases import moment

SHIPPED = sorted(EXAMPLES.glob("*.toml"))
PLAIN = 'name = "Plain"\nvenue = "bus"\nhome = ["3010"]\nfare = 2\n'


def gatepost(*arguments, code=0):
    done = CliRunner().invoke(app, ["tariff", *map(str, arguments)])
    assert done.exit_code == code, done.output + repr(done.exception)
    return done.output


def faults_of(tmp_path, text):
    """The faults of a tariff file, without its folder."""
    path = tmp_path / "t.toml"
    path.write_text(text, "utf8")
    with pytest.raises(TariffFaulty) as caught:
        tariff_file.load(path)
    return [fault.replace(str(path), "t.toml") for fault in caught.value.faults]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_example_is_sound_and_small(path):
    packed = tariff_file.pack(tariff_file.load(path))
    assert len(packed) < 4096
    assert packed == tariff_file.pack(json.loads(packed))


def test_every_venue_the_customer_named_has_its_example():
    names = {path.stem for path in SHIPPED}
    assert names >= {"metro", "bus", "ferry", "park", "museum", "library", "pool", "hospital", "campus", "bike"}


@pytest.mark.parametrize(
    "more, line, words",
    [
        ("fair = 3\n", 5, ("fair", "did you mean fare?")),
        ("low_balance = -1\n", 5, ("low_balance", "yuan from 0")),
        ("low_balance = 1.005\n", 5, ("low_balance", "two decimals")),
        ('venue2 = "x"\n', 5, ("venue2",)),
        ('unlisted = "maybe"\n', 5, ("unlisted", "admit, refuse")),
        ("[concessions]\nelder = 150\nwizard = 5\n", 7, ("concessions.wizard", "is no class")),
        ('[concessions.elder]\npercent = "half"\n', 6, ("concessions.elder.percent", "0 to 200")),
        ('[[bands]]\nfrom = "7.30"\n', 6, ("bands.1.from", "07:30")),
        ('[[bands]]\nfrom = "07:30"\n[[bands]]\nfrom = "25:00"\n', 8, ("bands.2.from", "25:00")),
        ('[[bands]]\ndays = "sundays"\n', 6, ("bands.1.days", "workdays")),
        ('[[transfers]]\noff = 1\n', 5, ("transfers.1", "lacks the field within")),
        ('[[transfers]]\nwithin = "1 hour"\n', 6, ("transfers.1.within", "90m")),
        ('[[rules]]\nwhen = \'{"frob": 1}\'\n', 6, ("rules.1.when", "frob")),
        ("[[rules]]\nwhen = '{'\n", 6, ("rules.1.when", "no JSON")),
        ('[[rules]]\nwhen = true\nrefuse = "because"\n', 7, ("rules.1.refuse", "reasons.md")),
        ('order = ["annual"]\n', 5, ("order.1", "annual")),
        ('[products.annual]\ndays = 0\n', 6, ("products.annual.days", "1 to 3660")),
        ('[listed_products]\n7 = "annual"\n', 6, ("listed_products.7", "annual")),
        ('ticket = "required"\n', 5, ("ticket", "no products")),
        ('same_city_groups = ["delta"]\n', 5, ("same_city_groups.1", "[groups]")),
        ('[[calendar]]\nfrom = "2026-10-01"\nkind = "holiday"\n', 6, ("calendar.1.from", "without quotes")),
        ('[entry]\nhours = { monday = "9-17" }\n', 6, ("entry.hours.monday", "07:30")),
        ('[policy]\nlist_old = "ignore"\n', 6, ("policy.list_old", "serve")),
        ('[network]\nkind = "zones"\n', 5, ("network", "lacks the field stations")),
        ('[network]\nkind = "zones"\n[network.stations]\na = {zone = 1}\nb = {zone = 2}\n', 5, ("network", "fares")),
        (
            '[network]\nkind = "zones"\nfares = [3, 2]\nmonotone = true\n[network.stations]\na = {zone=1}\nb = {zone=2}\n',
            8, ("network.monotone", "3.00, 2.00"),
        ),
        (
            '[network]\nkind = "matrix"\n[network.stations]\na = {}\nb = {}\nc = {}\n[network.fares]\na = {b = 2}\n',
            11, ("network.fares", "lack the pair"),
        ),
        (
            '[network]\nkind = "matrix"\n[network.stations]\na = {}\nb = {}\n[network.fares]\na = {b = 2}\nb = {a = 3}\n',
            11, ("network.fares", "differs"),
        ),
        (
            '[network]\nkind = "distance"\nsteps = [{to_km=9, fare=3}, {to_km=4, fare=2}]\n[network.stations]\na = {km=0}\nb = {km=1}\n',
            7, ("network.steps", "order"),
        ),
        ('[[later]]\nfrom = 2026-04-01\n[later.change]\nfare = "x"\n', 8, ("later.1.change.fare", "yuan")),
        (
            "[[later]]\nfrom = 2026-05-01\nchange = {fare = 3}\n[[later]]\nfrom = 2026-04-01\nchange = {fare = 4}\n",
            5, ("later", "order of their dates"),
        ),
        ('[session]\nlimit = "2h"\n', 6, ("session.limit", "needs the field over_block")),
        ('[session]\nblock = 1\n', 6, ("session.block", "block_time")),
        ("x = = 1\n", 5, ("Invalid value",)),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_file_line_and_field(tmp_path, more, line, words):
    faults = faults_of(tmp_path, PLAIN + more)
    assert any(fault.startswith("t.toml:%d: " % line) and all(word in fault for word in words) for fault in faults), (
        faults
    )


def test_a_shared_file_is_included_and_its_faults_are_its_own(tmp_path):
    (tmp_path / "shared.toml").write_text(
        '[groups]\ndelta = ["2900", "3010"]\n[[calendar]]\nfrom = 2026-10-01\nkind = "fun"\n'
    )
    text = 'include = ["shared.toml"]\nsame_city_groups = ["delta"]\n' + PLAIN
    assert [fault.replace(str(tmp_path), "") for fault in faults_of(tmp_path, text)][0].startswith(
        "/shared.toml:5: calendar.1"
    )
    (tmp_path / "shared.toml").write_text('[groups]\ndelta = ["2900", "3010"]\n')
    (tmp_path / "t.toml").write_text(text)
    assert tariff_file.load(tmp_path / "t.toml")["same_city"] == ["2900"]
    assert "includes it" in faults_of(tmp_path, 'include = ["t.toml"]\n' + PLAIN)[0]
    assert faults_of(tmp_path, 'include = ["moon.toml"]\n' + PLAIN)[0].startswith("t.toml:1: include names")


def test_all_faults_come_at_once_and_nothing_is_compiled(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text('name = "x"\nvenue = "moon"\nfares = 3\n')
    output = gatepost("check", path, code=1)
    assert len(output.strip().splitlines()) == 3 and "home" in output and "moon" in output and "fares" in output
    assert CliRunner().invoke(app, ["tariff", "compile", str(path), str(tmp_path / "out")]).exception is not None
    assert not (tmp_path / "out").exists()


def test_compile_writes_what_terminals_read(tmp_path):
    out = tmp_path / "bus.json"
    gatepost("compile", "bus", out)
    compiled = json.loads(out.read_bytes())
    assert compiled["fare"] == 200 and compiled["lines"]["31"] == 160
    assert compiled["concessions"]["elder"]["windows"][0] == {"days": [1, 2, 3, 4, 5], "from": 570, "to": 990}
    assert "2900" in compiled["same_city"] and "3010" not in compiled["same_city"]
    assert compiled["policy"] == {"venue": "bus"}


def test_the_later_tariff_is_the_base_with_its_changes():
    compiled = tariff_file.load(EXAMPLES / "zones.toml")
    [(begin, following)] = compiled["later"]
    assert begin == moment("2026-07-01")
    assert following["network"]["fares"] == [400, 500, 650, 800] and following["network"]["most"] == 800
    assert following["caps"] == compiled["caps"] and following["minimum"] == 400


EXPLAINED = (
    (("bus", "--class", "student", "--balance", "0.5", "--here", "line=31"), "0.64 yuan", "R07"),
    (("bus", "--class", "elder"), "does not hold at this time", "2.00 yuan"),
    (("bus", "--class", "elder", "--at", "2026-03-16T10:00"), "concession elder: 0.00", "admitted, 0.00 yuan"),
    (("metro", "--here", "station=gulou"), "trip", "admitted, 0.00 yuan, by trip"),
    (("metro", "--here", "station=nowhere"), "R75", "no_fare"),
    (
        ("metro", "--here", "station=lukou", "--here", "direction=exit", "--visits", "open=gulou@07:00"),
        "from gulou to lukou in 60 min 00 s: 9.00 yuan", "admitted, 9.00 yuan, by purse, trip close",
    ),
    (("metro", "--here", "station=gulou", "--region", "2900", "--list", "absent"), "same-city", "same city"),
    (("metro", "--here", "station=gulou", "--region", "1000", "--list", "absent"), "another", "R06"),
    (("ferry", "--here", "inside=299", "--here", "persons=2"), "299 inside of at most 300", "R14"),
    (("park", "--product", "2"), "contract annual: pays", "days left 365, uses left 0, tell photo_check"),
    (("park", "--at", "2026-03-16T21:30"), "opening hours: closed", "R13"),
    (("museum",), "opening hours: closed", "R13"),
    (
        ("museum", "--at", "2026-03-17T10:00", "--visits",
         'contracts=[{"product":"slot","slot":[%d,%d]}]' % (moment("2026-03-17T10:15"), moment("2026-03-17T11:00"))),
        "contract slot: pays", "by contract",
    ),
    (
        ("museum", "--at", "2026-03-17T10:00", "--visits",
         'contracts=[{"product":"slot","slot":[%d,%d]}]' % (moment("2026-03-17T10:16"), moment("2026-03-17T11:00"))),
        "contract slot: slot_early", "R66",
    ),
    (("library", "--at", "2026-03-16T09:00", "--visits", "inside=true"), "opening hours: open", "tell passback"),
    (("pool", "--class", "student"), "concession student: 9.00 yuan", "trip open, tell locker"),
    (("pool", "--here", "direction=exit", "--visits", "open=P@05:29"), "surcharge", "admitted, 10.00 yuan"),
    (("hospital", "--here", "eligible=true"), "outside check: yes", "admitted, 0.00 yuan"),
    (("hospital", "--here", "eligible=false"), "outside check: no", "R18"),
    (("hospital",), "outside check: no answer", "R19"),
    (("campus", "--here", "list_age_s=90000"), "the list is 25 h old", "R46"),
    (("campus", "--visits", "inside=true"), "opening hours", "R15"),
    (("campus", "--class", "student", "--at", "2026-03-16T22:30"), "holds", "R13"),
    (("bike", "--here", "direction=exit", "--visits", "open=D@06:20"), "stayed 100 min", "3.50 yuan"),
    (("zones", "--here", "station=hill", "--here", "direction=exit", "--visits", "open=river@07:00"), "4.00", "purse"),
    (
        ("zones", "--at", "2026-07-01T08:00", "--here", "station=hill", "--here", "direction=exit", "--visits",
         "open=river@07:00"),
        "5.00 yuan", "admitted, 5.00 yuan",
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    "arguments, step, verdict", EXPLAINED, ids=lambda value: value if isinstance(value, str) else None
)
def test_explain(arguments, step, verdict):
    when = () if "--at" in arguments else ("--at", "2026-03-16T08:00")
    output = gatepost("explain", *arguments, *when)
    assert step in output and verdict in output, output


def test_every_step_of_the_core_has_its_sentence():
    told = set()
    for path in (tariff_file.__file__, *[str(p) for p in (EXAMPLES.parents[2] / "terminal").rglob("*.py")]):
        with open(path, encoding="utf8") as file:
            told |= set(re.findall(r'explain\(\s*"(\w+)"', file.read()))
    assert told == set(tariff_explain.SENTENCES)


def test_an_explanation_as_json_is_the_decision():
    answer = json.loads(gatepost("explain", "bus", "--at", "2026-03-16T08:00", "--json"))
    assert answer["decision"]["fare"] == 200 and answer["steps"][0][:2] == ["mode", "in_service"]


@pytest.mark.parametrize(
    "arguments", [("--class", "wizard"), ("--at", "noon"), ("--balance", "much"), ("--here", "x"), ("--mode", "party")]
)
def test_a_wrong_word_is_named(arguments):
    done = CliRunner().invoke(app, ["tariff", "explain", "bus", *arguments])
    assert arguments[1] in str(done.exception) and "expected" in str(done.exception)


def journal_with(path, rows):
    """A journal with an admitted tap per row: (time, holder, class, fare, paid from a purse)."""
    journal = Journal(FileMedium(str(path), 256 * 1024), journal_id=1)
    for time, holder, name, fare, purse in rows:
        token = bytes([holder]) * 16
        kind = records.DEBITED if purse else records.TAP
        scheme = PURSE if purse else RIDE_CODE
        journal.append(records.pack(records.plain(kind, time, token, scheme, 0, fare, CLASSES.index(name))))
    journal.append(records.pack(records.plain(records.TAP, rows[0][0], bytes(16), PURSE, 7)))
    journal.append(records.pack(records.plain(records.PASSED, rows[0][0], bytes(16), ref=1)))


def test_simulate_shows_the_difference_in_money(tmp_path):
    path = tmp_path / "journal"
    at = moment("08:00")
    journal_with(
        path, [(at, 1, "adult", 300, True), (at + 60, 2, "student", 150, True), (at + 120, 3, "adult", 300, False)]
    )
    answer = json.loads(gatepost("simulate", "bus", path, "--here", "line=31", "--json"))
    assert answer == {
        "taps": 3, "taken": 750, "would": 160 + 64 + 160, "refused": 0, "unmatched": 0,
        "classes": {"adult": [2, 600, 320], "student": [1, 150, 64]},
    }  # fmt: skip
    words = gatepost("simulate", "bus", path, "--here", "line=31")
    assert "-3.66 yuan" in words and "adult" in words


def test_simulate_remembers_holders_and_compares_two_tariffs(tmp_path):
    path = tmp_path / "journal"
    at = moment("08:00")
    journal_with(path, [(at + 60 * ride, 1, "adult", 200, True) for ride in range(5)])
    capped = tmp_path / "capped.toml"
    capped.write_text(PLAIN + "[caps]\nday = 7\n")
    plain = tmp_path / "plain.toml"
    plain.write_text(PLAIN.replace("2\n", "3\n"))
    answer = json.loads(gatepost("simulate", capped, path, "--against", plain, "--json"))
    assert (answer["taken"], answer["would"]) == (1500, 700)


@pytest.mark.parametrize(("network", "would"), [("zones", 300 + 700), ("metro", 200 + 600)])
def test_simulate_replays_journeys_over_the_journals_of_their_gates(tmp_path, network, would):
    """Two journeys, one of an adult and one of an account, and an exit whose entry is in no journal."""
    stations = {"zones": ("river", "gate", "spring"), "metro": ("maigaoqiao", "hongshan", "zhushanlu")}[network]
    at = moment("08:00")
    rows = (
        [(at, 1, "adult", 0, False), (at + 60, 2, "adult", 0, False)],
        [(at + 600, 1, "adult", 250, True)],
        [(at + 1800, 2, "adult", 650, True), (at + 1900, 9, "adult", 650, True)],
    )
    places = []
    for index, (name, taps) in enumerate(zip(stations, rows, strict=True)):
        journal_with(tmp_path / name, taps)
        direction = "exit" if index else "entry"
        places.append("%s@station=%s,direction=%s" % (tmp_path / name, name, direction))
    answer = json.loads(gatepost("simulate", network, *places, "--json"))
    assert (answer["taps"], answer["taken"], answer["would"]) == (4, 900, would)
    assert (answer["refused"], answer["unmatched"]) == (0, 1)
    words = gatepost("simulate", network, *places)
    assert "1 exits left out" in words
    done = CliRunner().invoke(app, ["tariff", "simulate", network, str(tmp_path / stations[0])])
    assert isinstance(done.exception, InputMalformed) and "need their places" in str(done.exception)


def test_simulate_takes_the_direction_from_the_records_of_a_reader_for_both(tmp_path):
    path = tmp_path / "journal"
    journal = Journal(FileMedium(str(path), 256 * 1024), journal_id=1)
    at = moment("08:00")
    for minutes, flags, fare in ((0, 0, 0), (50, records.LEAVING, 100)):
        tap = records.plain(records.TAP, at + minutes * 60, bytes(range(16)), RIDE_CODE, 0, fare, 0, flags=flags)
        journal.append(records.pack(tap))
    answer = json.loads(gatepost("simulate", "bike", "%s@direction=both" % path, "--json"))
    assert (answer["taken"], answer["would"], answer["refused"]) == (100, 150, 0)


def test_a_file_that_is_not_there_names_the_shipped_ones():
    done = CliRunner().invoke(app, ["tariff", "check", "moon"])
    assert "metro" in str(done.exception)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_simulators_gates_ask_the_shipped_prices(path):
    """Else: python -m technician.demo_tariffs"""
    asked = importlib.import_module("simulator.tariffs." + path.stem).TARIFF
    assert asked == tariff_file.load(path)
