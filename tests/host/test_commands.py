"""Commands, signed time and roll-outs over a real socket to a simulated gate, and their rules at the head-end."""

import asyncio
import time
from contextlib import closing
from urllib.parse import parse_qsl

import pytest

from headend import operator_views as views
from headend.blobs import Blobs
from headend.commands import CommandDesk
from headend.errors import CommandRefused, NotStored, RevisionConflict, RolloutRefused
from headend.ledger import ledger, open_reader, read_log
from headend.operator_fleet import FleetReports, standings
from headend.operator_store import open_operator_store
from headend.packages import build_package
from headend.projector import Projector
from headend.rollout import Rollouts
from headend.schema import open_ledger
from headend.server import BackgroundServer
from headend.state import State
from headend.store import open_store
from terminal.more_errors import PackageUnfit
from terminal.records import CLOCK
from tests.host.list_gate import LISTS, OPERATION, TARIFF, ListGate, csv_of, publish_keys, publisher

SLOW_S = 5000


def test_a_gate_obeys_and_answers(tmp_path):
    now = int(time.time())
    registry, lists, connection = publisher(tmp_path)
    registry.import_csv(csv_of(None))
    publish_keys(tmp_path, now)
    asyncio.run(lists.publish_whitelist())
    with BackgroundServer(tmp_path, sign=OPERATION.sign) as headend, closing(open_operator_store(tmp_path)) as db:
        reader = open_reader(tmp_path)
        database = open_ledger("sqlite:///%s/ledger" % tmp_path)
        desk = CommandDesk(db, State(connection), database, (OPERATION.public, OPERATION.sign))
        gate = ListGate(headend, now - SLOW_S)
        lane = gate.bench.terminal.lane
        try:
            assert gate.until(lambda: lane._lists.whitelist.epoch == 1)
            assert gate.until(lambda: gate.named("time"))
            assert abs(gate.bench.terminal.lane._clock.utc() - time.time()) < 60
            assert gate.tap("adult")[0] == "admitted"
            number = asyncio.run(desk.issue("gate-0001", "mode", "free_passage", "li"))
            assert gate.until(lambda: lane.mode == 2)
            gate.bench.run_for(500)
            walked = gate.bench.walk()
            gate.bench.run_for(1000)
            assert walked and gate.bench.walk()  # one after the other, no card
            resent = asyncio.run(desk.issue("gate-0001", "resend", "1-2", "li"))
            back = asyncio.run(desk.issue("gate-0001", "mode", "in_service", "li"))
            assert gate.until(lambda: lane.mode == 0)
            assert gate.until(lambda: gate.bench.terminal.journal.queued == 0)
            assert gate.until(lambda: {facts["again"] for facts in gate.named("shipped")} == {False, True}, 120_000)
            assert {command.answer for command in desk.recent()} == {"waiting"}  # the ledger knows of nothing yet
            entries = read_log(reader, 0, 1000)
            Projector(None, database).take(0, entries)
            assert {command.id: command.answer for command in desk.recent()} == dict.fromkeys(
                (number, resent, back), "done"
            )
            assert [row.record.ref < now - 1000 for row in ledger(reader) if row.record.kind == CLOCK] == [True]
            assert gate.until(lambda: any("whitelist" in standing.has for standing in standings(db)), 300_000)
            (standing,) = standings(db)
            assert (standing.terminal, standing.has, standing.bad) == ("gate-0001", {"whitelist": 1, "keys": 1}, {})
            assert not gate.named("task"), gate.named("task")
        finally:
            gate.close()
            reader.close()
            database.dispose()
    connection.close()
    registry.close()


@pytest.fixture
def desk(tmp_path):
    connection = open_store(tmp_path)
    db = open_operator_store(tmp_path)
    database = open_ledger("sqlite:///%s/ledger" % tmp_path)
    yield CommandDesk(db, State(connection), database, (OPERATION.public, OPERATION.sign))
    database.dispose()
    for opened in (connection, db):
        opened.close()


@pytest.mark.parametrize(
    "terminal, verb, argument, lasts",
    [
        ("gate 1", "reboot", "-", 60),
        ("gate-1", "dance", "-", 60),
        ("gate-1", "mode", "emergency", 60),
        ("gate-1", "resend", "9-1", 60),
        ("gate-1", "reboot", "now", 60),
        ("gate-1", "reboot", "-", 0),
        ("gate-1", "log", "loud", 60),
    ],
)
def test_what_no_terminal_would_do_is_not_sent(desk, terminal, verb, argument, lasts):
    with pytest.raises(CommandRefused):
        asyncio.run(desk.issue(terminal, verb, argument, "li", lasts))
    assert desk.recent() == []


class RestlessState(State):
    """Desired state that can be away, and that others change between a look and a change."""

    is_away = False
    meddling = 0

    async def put(self, scope, doc, expected):
        if self.is_away:
            raise NotStored("away")
        if self.meddling:
            self.meddling -= 1
            held, revision = await super().get(scope)
            await super().put(scope, {**(held or {}), "meddled": self.meddling}, revision)
        return await super().put(scope, doc, expected)


class Fleet:
    """Roll-outs with terminals that only report."""

    def __init__(self, folder):
        self.connection = open_store(folder)
        self.db = open_operator_store(folder)
        self.state = RestlessState(self.connection)
        self.folder = folder
        self.rollouts = Rollouts(self.db, self.state, Blobs(folder / "blobs"))
        self.reports = FleetReports(folder)
        self.now = int(time.time())

    def begin(self, *groups, version=7, **options):
        package = build_package("tariff", "gate", version, TARIFF, [(LISTS.public, LISTS.sign)], valid=(0, 2**31))
        return asyncio.run(self.rollouts.begin("new fares", package, groups, now=self.now, **options))

    def report(self, terminal, has="tariff.7", bad=""):
        self.reports.heard(terminal, {"has": has, "bad": bad, "class": "gate"})
        asyncio.run(self.reports.flush())

    def tick(self, later=0):
        asyncio.run(self.rollouts.tick(self.now + later))
        return self.rollouts.all()[0]["status"]

    def offered(self, scope):
        doc, _ = asyncio.run(self.state.get(scope))
        return "tariff" in (doc or {})

    def close(self):
        for opened in (self.connection, self.db, self.reports):
            opened.close()


@pytest.fixture
def fleet(tmp_path):
    made = Fleet(tmp_path)
    yield made
    made.close()


def test_a_tariff_under_which_taps_fail_is_not_rolled_out(fleet):
    sound = build_package("tariff", "gate", 7, TARIFF, [(LISTS.public, LISTS.sign)], valid=(0, 2**31))
    broken = sound.replace(b'"elder": 50', b'"elder": ""')  # who signs may have made it with something else
    with pytest.raises(PackageUnfit, match="elder"):
        asyncio.run(fleet.rollouts.begin("new fares", broken, [["g1"]]))
    assert not fleet.rollouts.all() and not fleet.offered("terminal:g1")


def test_groups_follow_each_other_and_then_the_class(fleet):
    fleet.begin(["g1"], ["g2", "g3"])
    assert fleet.offered("terminal:g1") and not fleet.offered("terminal:g2")
    assert fleet.tick() == "running" and not fleet.offered("terminal:g2")
    fleet.report("g1")
    assert fleet.tick() == "running" and fleet.offered("terminal:g3") and not fleet.offered("class:gate")
    fleet.report("g2")
    fleet.report("g3")
    assert fleet.tick() == "done" and fleet.offered("class:gate") and not fleet.offered("terminal:g1")


def test_what_was_decided_while_desired_state_was_away_is_made_so_later(fleet):
    fleet.state.is_away = True
    with pytest.raises(NotStored):
        fleet.begin(["g1", "g2"], ["g3"])
    assert not fleet.offered("terminal:g1")
    fleet.state.is_away = False
    assert fleet.tick() == "running" and fleet.offered("terminal:g1") and fleet.offered("terminal:g2")
    fleet.report("g1")
    fleet.tick()
    fleet.state.is_away = True
    number = fleet.rollouts.all()[0]["id"]
    with pytest.raises(NotStored):
        asyncio.run(fleet.rollouts.stop(number, "smoke"))
    assert fleet.rollouts.all()[0]["status"] == "stopped" and fleet.offered("terminal:g2")
    fleet.state.is_away = False
    fleet.rollouts = Rollouts(fleet.db, fleet.state, Blobs(fleet.folder / "blobs"))  # started over meanwhile
    assert fleet.tick() == "stopped" and not fleet.offered("terminal:g2") and fleet.offered("terminal:g1")


def test_who_changes_desired_state_at_the_same_time_loses_nothing(fleet):
    fleet.state.meddling = 3
    fleet.begin(["g1"])
    assert asyncio.run(fleet.state.get("terminal:g1"))[0].keys() == {"tariff", "meddled"}
    fleet.state.meddling = 100
    with pytest.raises(RevisionConflict):
        fleet.report("g1")
        fleet.tick()


def test_the_class_takes_over_from_what_a_stopped_roll_out_left(fleet):
    number = fleet.begin(["g1", "g2"])
    fleet.report("g1")
    fleet.tick()
    asyncio.run(fleet.rollouts.stop(number, "smoke"))
    fleet.begin(["g3"], version=8)
    fleet.report("g3", has="tariff.8")
    assert fleet.tick() == "done" and fleet.offered("class:gate")
    assert not any(fleet.offered("terminal:" + name) for name in ("g1", "g2", "g3"))


def test_too_many_refusals_stop_it(fleet):
    number = fleet.begin(["g1", "g2"], ["g3"], most_failed=40)
    fleet.report("g1")
    fleet.report("g2", has="tariff.6", bad="tariff.PACKAGE-2")
    assert fleet.tick() == "stopped"
    assert [outcome for _, _, outcome in fleet.rollouts.outcomes(number)] == ["took", "refused", "waits"]
    assert fleet.offered("terminal:g1") and not fleet.offered("terminal:g2") and not fleet.offered("terminal:g3")
    with pytest.raises(RolloutRefused):
        asyncio.run(fleet.rollouts.stop(number, "again"))


def test_silent_terminals_count_as_failed_only_after_their_time(fleet):
    fleet.begin(["g1", "g2"], silent_s=600, most_failed=50)
    fleet.report("g1")
    assert fleet.tick(500) == "running"
    assert fleet.tick(700) == "done"  # one of two is within the threshold


def test_a_second_roll_out_and_doubled_terminals_are_refused(fleet):
    for groups in ([], [[]], [["g1"], ["g1"]]):
        with pytest.raises(RolloutRefused):
            fleet.begin(*groups)
    fleet.begin(["g1"])
    with pytest.raises(RolloutRefused):
        fleet.begin(["g2"])


def test_the_fleet_says_which_self_test_sent_an_update_back(fleet):
    """As terminal/firmware.py asks once its trial failed; words of another kind are left out."""
    sent = "has=firmware.1&why=SelfTestFailed--READER--no-answer&bad=firmware.BOOT-1.2"
    fleet.reports.heard("g1", dict(parse_qsl(sent)))
    fleet.reports.heard("g2", {"has": "firmware.2", "why": "<script>"})
    asyncio.run(fleet.reports.flush())
    lines = {line.terminal: line for line in views.fleet(fleet.db, {})}
    assert lines["g1"].bad == "firmware 2 BOOT-1: SelfTestFailed  READER  no answer" and lines["g1"].firmware == 1
    assert lines["g2"].bad == ""
    assert [line.terminal for line in views.fleet(fleet.db, {})] == ["g1", "g2"]  # who is in trouble comes first


def test_the_fleet_keeps_the_last_self_test_that_was_told(fleet):
    line = "READER.b.no_answer~CLOCK.g.1773619200~PRINTER.l.paper_out"
    fleet.reports.heard("g2", {"test": line})
    fleet.reports.heard("g2", {"queued": "4"})  # before anybody took the first one
    asyncio.run(fleet.reports.flush())
    fleet.report("g1")
    for query in ({"queued": "5"}, {"test": "<script>"}, {"test": "x" * 641}):
        fleet.reports.heard("g2", query)
        asyncio.run(fleet.reports.flush())
    (faulty, sound) = views.fleet(fleet.db, {})  # who is in trouble comes first
    assert (faulty.terminal, faulty.queued, sound.checks, views.faulty([faulty, sound])) == ("g2", 0, [], 1)
    assert [tuple(found) for found in faulty.checks] == [
        ("READER", "bad", "no answer", "reader"),
        ("CLOCK", "good", "2026-03-16 08:00", ""),
        ("PRINTER", "lacking", "paper out", "printer"),
    ]
    fleet.reports.heard("g2", {"test": "READER.g.answers"})
    asyncio.run(fleet.reports.flush())
    assert [found.seen for line in views.fleet(fleet.db, {}) for found in line.checks] == ["answers"]


def test_a_gateway_of_before_the_self_test_is_heard_too(fleet):
    fleet.reports.take([("g1", 5, "tariff.7", "", 0, 0, "gate", "")])
    assert [(s.terminal, s.has, s.checks) for s in standings(fleet.db)] == [("g1", {"tariff": 7}, [])]


def test_reports_that_no_terminal_writes_are_left_out(fleet):
    fleet.report("g1", has="<script>", bad="x" * 500)
    fleet.report("no name")
    assert [(s.terminal, s.has, s.bad) for s in standings(fleet.db)] == [("g1", {}, {})]
