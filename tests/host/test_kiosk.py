"""Kiosks in the simulator: real drivers on emulated chips, a real head-end, played as residents would use them."""

import contextlib
import json
import pathlib
import sqlite3

import pytest

from headend.demonstration.people import RESIDENTS
from screens import kiosk
from simulator import demo_services, kiosk_phone, paper
from simulator.errors import TargetMissing
from simulator.script import Player, parse
from technician.play import open_world, run_play
from terminal.kiosk import identify, session, unfinished
from tests.host.privacy_search import PrivacySearch

SCRIPTS = sorted((pathlib.Path(__file__).resolve().parents[2] / "simulator" / "scripts").glob("kiosk_*.txt"))
VILLAGE_ONLY = ("kiosk_proof",)  # a hall's kiosk has a camera too: kiosk_face
# What a village's kiosk has too.
VILLAGE = ("kiosk_list", "kiosk_left", "kiosk_offline", "kiosk_power_cut", "kiosk_proof")
CASES = [pytest.param(path, "kiosk1080", id=path.stem) for path in SCRIPTS if path.stem not in VILLAGE_ONLY]
CASES += [pytest.param(path, "kiosk480", id=path.stem + "-village") for path in SCRIPTS if path.stem in VILLAGE]


@pytest.fixture
def world(tmp_path):
    world = open_world(tmp_path, 1, "kiosk1080")
    yield world
    world.close()


def play(world, text):
    """Plays lines of a day script; two spaces end a line too."""
    player = Player(world, "path")
    for step in parse(text.strip().replace("  ", "\n"), "path"):
        player.play(step)


def texts(world):
    return [op[-1] for op in world.display_list if op[0] == "t"]


def filed(folder):
    """How many forms the back end has."""
    with contextlib.closing(sqlite3.connect(folder / "headend" / "demonstration.sqlite")) as database:
        return database.execute("SELECT count(*) FROM facts WHERE kind='form'").fetchone()[0]


@pytest.mark.parametrize("path, profile", CASES)
def test_shipped_paths_come_true_and_leave_no_name_behind(path, profile, tmp_path, capsys, monkeypatch):
    search = PrivacySearch(monkeypatch)
    outcome = run_play(path, True, tmp_path, None, 1, profile=profile)
    said = capsys.readouterr()
    assert outcome == 0, said.err
    assert len(search.texts) > 20 and (tmp_path / "journal.txj").stat().st_size
    assert search.found(tmp_path, said.out + said.err, path.read_text("utf8")) == {}


def _unmasked(patch):
    patch.setattr(identify, "masked_name", lambda name: name)


LEAKS = {
    "pictures": _unmasked,
    "paper": _unmasked,
    "speech": lambda patch: patch.setattr(kiosk, "prompts", lambda ops, lang: [RESIDENTS[0].name]),
    "log": lambda patch: patch.setattr(
        session.Kiosk, "_begun", lambda self, left: self._log("leak", who=self.holder.identity) or self._home()
    ),
    "notes.slots": lambda patch: patch.setattr(
        unfinished.Unfinished, "_save", lambda self: self._slots.put(RESIDENTS[0].number.encode())
    ),
}


@pytest.mark.parametrize("where", LEAKS)
def test_the_search_finds_what_leaks(where, tmp_path, capsys, monkeypatch):
    """The same search over a run in which somebody forgot himself."""
    search = PrivacySearch(monkeypatch)
    LEAKS[where](monkeypatch)
    script = tmp_path / "script.txt"
    script.write_text(LEAKING, encoding="utf8")
    run_play(script, True, tmp_path, None, 1, profile="kiosk480")
    said = capsys.readouterr()
    assert where in search.found(tmp_path, said.out + said.err)


LEAKING = """
insert elder  expect show kiosk.home  press elder  press tile.pension  press tile.pension-proof
press agree   expect show kiosk.proof  press print  expect paper  press voice  press back  pull
""".replace("  ", "\n")


def test_a_session_that_is_over_is_nowhere_in_the_terminal(world):
    play(
        world,
        """
        insert elder  expect show kiosk.home  press tile.pension  press tile.pension-proof
        press agree   press card  expect show kiosk.proof
        """,
    )
    number = RESIDENTS[demo_services.HOLDERS["elder"]].number
    terminal = world._bench.terminal
    assert number in _strings(terminal)
    play(world, "pull  expect show kiosk.attract")
    assert number not in _strings(terminal)
    assert not [text for text in texts(world) if "**" in text]


def _strings(thing, depth=12, seen=None):
    """Every text that can be reached from `thing` by attributes, containers and what methods are bound to."""
    seen = set() if seen is None else seen
    if id(thing) in seen or depth == 0:
        return set()
    seen.add(id(thing))
    if isinstance(thing, str):
        return {thing}
    parts = []
    if isinstance(thing, dict):
        parts = [*thing.keys(), *thing.values()]
    elif isinstance(thing, (list, tuple, set)):
        parts = list(thing)
    else:
        parts = list(getattr(thing, "__dict__", {}).values())
        parts += [
            getattr(thing, "__self__", None),
            *(c.cell_contents for c in getattr(thing, "__closure__", None) or ()),
        ]
    return set().union(*[_strings(part, depth - 1, seen) for part in parts]) if parts else set()


def test_a_name_is_shown_masked_and_elders_get_large_text(world):
    play(world, "insert elder  expect show kiosk.home elder=true")
    assert any(text.startswith("样** ") for text in texts(world))
    assert world.view["elder"]
    play(world, "press elder  press language")
    assert not world.view["elder"] and world.view["lang"] == "en"
    play(world, "pull  expect show kiosk.attract  insert adult  expect show kiosk.home")
    assert world.view["lang"] == "zh", "a wish ends with its session"


def test_whoever_is_not_meant_does_not_see_the_service(world):
    play(world, "insert adult  expect show kiosk.home  press tile.pension")
    with pytest.raises(TargetMissing):
        world.press("tile.pension-proof")


def test_a_hotlisted_card_signs_nobody_in(world):
    play(world, "card hotlisted  expect refused reason=hotlisted  expect show kiosk.identify reason=hotlisted")


def test_a_blocked_pin_ends_in_words_and_not_in_a_guess(world):
    play(
        world,
        """
        insert low  expect show kiosk.home  press tile.jobs  press tile.wages
        type 000000  press key.ok  expect show kiosk.pin tries=2
        type 000000  press key.ok  expect show kiosk.pin tries=1
        type 000000  press key.ok  expect show kiosk.error reason=pin_blocked
        press back   expect show kiosk.home
        """,
    )


def test_a_service_with_a_pin_asks_for_the_card_after_a_tap(world):
    play(
        world,
        "card adult  expect show kiosk.home  press tile.jobs  press tile.wages  expect show kiosk.error reason=pin_needs_slot",
    )


def test_the_plug_at_every_moment_between_submission_and_slip(world, tmp_path):
    """Whenever it is pulled: the form is filed once or, before anything went out, not at all; and who filed is told."""
    told, day = [], 0
    for delay in (0, 10, 20, 25, 30, 40, 60, 120):
        day += 1
        before = filed(tmp_path)
        play(
            world,
            """
            insert adult  expect show kiosk.home  press tile.health  press tile.care-filing
            press choice.work  press choice  press choice  type 202605%02d  press key.ok  expect show kiosk.review
            """
            % day,
        )
        target = next(op for op in world.display_list if op[0] == "hit" and op[5] == "submit")
        metrics = world._bench.board.display.metrics
        world._bench.hardware.touch_events.down(500, (target[2] + target[4] // 2) * 1000 // metrics.height)
        world.advance(delay)
        play(world, "power off  power on  pull")
        world.advance(20_000)  # what waits is sent
        play(world, "insert adult  expect session step=begin")
        world.until_idle()
        resumed = world.view["screen"] == "kiosk.done"
        assert filed(tmp_path) - before == (1 if resumed else 0)
        told.append(resumed)
        play(world, "press out  pull  insert adult  expect show kiosk.home  pull  expect show kiosk.attract")
    assert not told[0] and told[-1] and sorted(told) == told


_PROVED = """
insert elder  expect show kiosk.home  press tile.pension  press tile.pension-proof  press agree  press card
expect show kiosk.proof
"""


def test_a_slip_is_printed_once_and_offered_again_when_it_failed(world):
    play(
        world,
        _PROVED + "fault paper-jam on  press print  expect show kiosk.print step=failed",
    )
    assert world.sheets == []
    world._bench.hardware.printer_chip.close_cover()
    play(world, "fault paper-jam off  press print  expect paper sheets=1  expect show kiosk.proof printed=true")
    with pytest.raises(TargetMissing):
        world.press("print")
    lines = paper.text_of(world.sheets[0])
    resident = RESIDENTS[demo_services.HOLDERS["elder"]]
    assert not [line for line in lines if resident.name in line or resident.number in line]


def test_a_printer_whose_cable_is_out_is_said_and_the_slip_comes_when_it_is_back(world):
    play(
        world,
        _PROVED
        + "fault printer-gone on  press print  expect show kiosk.print step=failed  expect strike name=printer-gone",
    )
    assert world.sheets == [] and world.view["step"] == "failed"
    play(world, "fault printer-gone off  press print  expect paper sheets=1  expect show kiosk.proof printed=true")
    assert [event["name"] for event in world.events if event["event"] == "strike"] == ["printer-gone"]
    assert paper.text_of(world.sheets[0])


def test_a_phone_that_names_the_wrong_digits_signs_nobody_in(world):
    play(world, "expect online  press start  press login  expect show kiosk.login_qr")
    world.until_idle()
    number = RESIDENTS[demo_services.HOLDERS["adult"]].number
    assert not kiosk_phone.confirm(world, world._server.url, number, match="no")
    play(world, "wait 3000  expect show kiosk.login_qr reason=login_expired")
    assert world.view["link"] is None
    play(world, "press retry")
    world.until_idle()
    play(world, "confirm adult  expect session step=begin medium=phone")


def test_a_dead_touch_panel_and_slot_say_so(world):
    play(world, "expect show kiosk.attract  fault touch-dead on")
    world.press("start")
    assert world.view["screen"] == "kiosk.attract"
    play(world, "wait 100  fault touch-dead off  press start  expect show kiosk.identify")
    assert [event["name"] for event in world.events if event["event"] == "strike"] == ["touch-dead"]


@pytest.mark.parametrize(
    "fault, reason", [("face-other", "other"), ("face-shy", "refused"), ("face-slow", "late"), ("face-gone", "away")]
)
def test_what_ails_the_face_check_strikes_and_is_said(world, fault, reason):
    play(world, "insert elder  expect show kiosk.home  press tile.pension  press tile.pension-proof  press agree")
    play(world, "fault %s on  press look  wait 30000  expect show kiosk.face reason=%s" % (fault, reason))
    assert [event["name"] for event in world.events if event["event"] == "strike"] == [fault]
    play(world, "fault %s off  press look  expect show kiosk.proof" % fault)


def test_a_target_that_is_nowhere_is_named_with_what_there_is(world):
    play(world, "expect show kiosk.attract")
    with pytest.raises(TargetMissing, match="no target tile.moon on kiosk.attract; there are: .*start"):
        world.press("tile.moon")


def test_events_are_json(world):
    play(world, "insert elder  expect show kiosk.home  pull")
    assert json.loads(json.dumps(world.events))


TOP_UP = """
    press tile.cards  press tile.wallet-topup  type 123456  press key.ok  expect show kiosk.keyboard
    type 50  press key.ok  expect show kiosk.list  press pay  expect show kiosk.review
"""


def sign_in(world):
    """With what an earlier visit left open looked at."""
    play(world, "insert adult  expect session step=begin")
    world.until_idle()
    if world.view["screen"] != "kiosk.home":
        play(world, "press back  expect show kiosk.home")


def held(folder):
    """Fen that the back end holds for cards."""
    with contextlib.closing(sqlite3.connect(folder / "headend" / "demonstration.sqlite")) as database:
        rows = database.execute("SELECT value FROM facts WHERE kind='wallet'").fetchall()
    return sum(int(value) for (value,) in rows)


def test_money_is_on_the_card_once_whenever_the_card_is_drawn_out(world, tmp_path):
    purse = world._people.card("adult", None).purse
    before, states = purse.balance, set()
    for ms in (150, 400, 500, 600, 700, 900):
        sign_in(world)
        play(world, TOP_UP)
        target = next(op for op in world.display_list if op[0] == "hit" and op[5] == "submit")
        metrics = world._bench.board.display.metrics
        world._bench.hardware.touch_events.down(500, (target[2] + target[4] // 2) * 1000 // metrics.height)
        world.advance(ms)
        world._bench.hardware.touch_events.up()
        play(world, "pull  wait 4000  expect show kiosk.attract")
        states.update(event["state"] for event in world.events if event["event"] == "load")
    assert "torn" in states and "loaded" in states, "the moments are chosen so that both happen"
    sign_in(world)
    play(world, TOP_UP + "  press submit  expect load state=loaded  expect show kiosk.done")
    assert "卡内余额" in texts(world)
    play(world, "pull  wait 5000")
    assert purse.balance == before + 7 * 5000 and held(tmp_path) == 0
