"""Day scripts: the shipped day end to end, what a failing script says, and that no record gets lost on the way."""

import json

import pytest
from PIL import Image

from headend.ledger import ledger, open_reader
from simulator import faults
from simulator.errors import FaultUnknown, FolderInUse, FolderUnusable, ProfileUnknown, ScriptError
from simulator.script import parse
from simulator.world import World
from technician.errors import InputMalformed
from technician.play import run_play
from technician.sim import SCRIPT
from terminal import records


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("day")
    assert run_play(SCRIPT, True, folder, None, 1) == 0
    return folder


def _rows(day):
    reader = open_reader(day / "headend")
    try:
        return list(ledger(reader))
    finally:
        reader.close()


def play(tmp_path, text, **options):
    script = tmp_path / "day.txt"
    script.write_text(text, encoding="utf8")
    return run_play(script, True, tmp_path / "world", None, 1, **options)


def test_every_record_of_the_day_reached_the_headend_once(day):
    rows = _rows(day)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    kinds = [row.record.kind for row in rows]
    # Each admission was passed or voided, each pending debit was completed, and nothing was charged twice.
    assert kinds.count(records.PENDING) == kinds.count(records.DEBITED) == 7
    assert sum(row.record.fare for row in rows if row.record.kind == records.DEBITED) == 6 * 200 + 100
    assert kinds.count(records.NOT_PASSED) == 1
    assert kinds.count(records.BOOT) == 2


def test_a_torn_payment_is_marked_recovered_and_the_rest_is_proved(day):
    debits = [row.record for row in _rows(day) if row.record.kind == records.DEBITED]
    assert [bool(debit.flags & records.RECOVERED) for debit in debits].count(True) == 2
    for debit in debits:
        assert debit.tac != bytes(4)
        assert debit.flags & (records.PSAM_PROVED | records.RECOVERED)


def test_no_card_number_lies_in_journal_or_ledger(day):
    serials = [bytes.fromhex("0310483010000000000%d" % number) for number in range(1, 10)]
    for path in [day / "journal.txj", *(path for path in (day / "headend").rglob("*") if path.is_file())]:
        content = path.read_bytes()
        assert not any(serial in content or serial.hex().encode() in content for serial in serials), path


def test_one_json_line_an_event(tmp_path, capsys):
    assert play(tmp_path, "card adult  expect show accepted fare=200\n") == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"at", "event"} <= set(events[0])
    assert any(event["event"] == "gate" and event["state"] == "open" for event in events)


def test_the_same_seed_tells_the_same_day(tmp_path, capsys):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        assert play(tmp_path / name, "net off\ncard adult\nwalk\ncode ride\nwait 3000\n") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[: len(out) // 2] == out[len(out) // 2 :]


def test_a_failed_expectation_says_what_was_seen(tmp_path, capsys):
    assert play(tmp_path, "card low\nexpect show accepted\n") == 1
    said = capsys.readouterr().err
    assert "line 2" in said and "expected show accepted" in said and "low_balance" in said


def test_a_script_that_takes_too_long_is_stopped(tmp_path, capsys):
    assert play(tmp_path, "wait 100\nwait 100\n", limit_s=0) == 42
    assert "took longer than 0 s" in capsys.readouterr().err


def test_an_unknown_card_is_named_with_what_there_is(tmp_path, capsys):
    assert play(tmp_path, "card nobody\n") == 1
    said = capsys.readouterr().err
    assert "nobody" in said and "adult" in said


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("dance", "dance"),
        ("wait long", "long"),
        ("net maybe", "maybe"),
        ("at 25:00", "25:00"),
        ("at", "at"),
        ("expect", "expect"),
        ("fault coffee on", "coffee"),
        ("fault reader-mute maybe", "maybe"),
        ("clock back", "back"),
    ],
)
def test_a_wrong_line_is_named(line, word):
    with pytest.raises(ScriptError, match="day.txt line 2: %s is not understood here; allowed: " % word):
        parse("wait 5  # fine\n%s\n" % line, "day.txt")


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted(SCRIPT.parent.glob("*.txt"))
        if path != SCRIPT and not path.stem.startswith(("card_day", "kiosk", "pad"))
    ],
    ids=lambda path: path.stem,
)
def test_shipped_scripts_come_true(path, tmp_path):
    assert run_play(path, True, tmp_path, None, 1) == 0


def test_whoever_comes_back_to_a_terminal_finds_it_as_it_was_left(tmp_path):
    world = World(tmp_path)
    try:
        world.network(False)
        world.until_idle()
        world.present("adult")
        world.advance(8000)
        waiting = world.queued
        world.jump(-3600)
        world.move("pad320:breakfast")
        world.until_idle()
        assert (world.profile, world.place, world.presented, world.queued) == ("pad320", "breakfast", None, 1)
        assert not world.is_online, "the cable is out at the next terminal too"
        world.move("gate480")
        world.until_idle()
        assert world.queued == waiting + 1, "its boot is one more"
        world.network(True)
        world.advance(90_000)
        assert world.queued == 0
        world.move("pad320:breakfast")
        world.advance(90_000)
        assert world.queued == 0
    finally:
        world.close()
    rows = _rows(tmp_path)
    assert {row.terminal for row in rows} == {"gate-0001", "stall-0001"}
    for terminal in ("gate-0001", "stall-0001"):
        seqs = [row.seq for row in rows if row.terminal == terminal]
        assert seqs == list(range(1, len(seqs) + 1))


def test_the_day_with_the_card_adds_up(tmp_path, capsys):
    assert run_play(SCRIPT.parent / "card_day.txt", True, tmp_path, None, 1) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["profile"] for event in events if event["event"] == "move"] == [
        "pad320:breakfast", "gate480", "ferry240", "kiosk1080:library", "hospital480", "kiosk1080:bank", "kiosk1080",
        "pool480", "pad320",
    ]  # fmt: skip
    debits = [row.record.fare for row in _rows(tmp_path) if row.record.kind == records.DEBITED]
    assert sorted(debits) == [100, 100, 617]


@pytest.mark.parametrize("name", [entry.name for entry in faults.NAMES if entry.name != faults.STORAGE])
def test_each_fault_strikes_and_is_mended(name, tmp_path):
    world = World(tmp_path, headend=False)
    try:
        world.advance(1000)
        world.fault(name, True)
        world.present("adult")
        world.scan("ride")
        world.advance(3000)
        world.remove()
        assert [event["name"] for event in world.events if event["event"] == "strike"] == [name]
        world.fault(name, False)
        assert world.faults == set()
        world.advance(15_000)
        assert world.until_idle()
        world.present("elder")
        world.advance(1000)
        assert world.view["screen"] == "accepted"
    finally:
        world.close()


def test_an_unknown_fault_is_named_with_what_there_is():
    with pytest.raises(FaultUnknown, match="no fault coffee; there are: reader-gone"):
        faults.check("coffee")


def test_two_simulators_do_not_share_a_journal(tmp_path):
    world = World(tmp_path, headend=False)
    try:
        with pytest.raises(FolderInUse, match="another simulator"):
            World(tmp_path, headend=False)
    finally:
        world.close()
    World(tmp_path, headend=False).close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FolderUnusable, match="cannot be used for data"):
        World(tmp_path / "file" / "data", headend=False)


def test_a_film_of_a_played_script(tmp_path):
    assert play(tmp_path, "card adult  expect show accepted\n", film=tmp_path / "tap.gif") == 0
    with Image.open(tmp_path / "tap.gif") as film:
        assert film.n_frames > 3


@pytest.mark.parametrize(
    ("profile", "reason"), [("gate320", "fare=200"), ("bus240", "fare=200"), ("venue480", "fare=3000")]
)
def test_each_profile_has_its_screens_and_its_tariff(profile, reason, tmp_path):
    assert play(tmp_path, "card adult  expect show accepted %s\n" % reason, profile=profile) == 0


def test_an_unknown_profile_or_runtime_is_named_with_what_there_is(tmp_path):
    with pytest.raises(ProfileUnknown, match="tram9; there are: gate480"):
        play(tmp_path, "wait 1\n", profile="tram9")
    with pytest.raises(InputMalformed, match="here, micropython"):
        play(tmp_path, "wait 1\n", runtime="cobol")
