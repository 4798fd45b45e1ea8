"""The operator page over each engine: the same clicks' requests, the same lists, commands, alarms and fleet."""

import asyncio
import contextlib
import http.client
import re
import time
import urllib.parse
import urllib.request

import pytest

from headend import operator, operator_pages, operator_views
from headend.accounts import ROLES, Accounts
from headend.errors import NotStored
from headend.operator_server import BackgroundOperator, open_engine
from headend.operator_store import open_operator_store
from headend.operator_words import LANGUAGES, words
from headend.packages import build_package
from headend.ports import Entry
from headend.projector import Projector
from headend.publish import publish
from headend.registry import Registry
from headend.registry_lists import ListPublisher
from headend.schema import open_ledger
from headend.server import BackgroundServer
from headend.state import State
from offline_store.table_build import build
from simulator import demo_site, residents
from terminal import reasons
from terminal.commands import OUTCOMES
from terminal.crypto import sm2
from terminal.media.credential import SCHEMES
from terminal.modes import MODES
from terminal.records import KINDS
from terminal.self_test import CODES
from tests.host.list_gate import LISTS, OPERATION, ListGate, csv_of, keys_package
from tests.host.test_headend import batch, record
from tests.storms.field import PARTS, Gateway

PASSWORD = "correct horse battery"
NUMBER = residents._CARDS["adult"][0]


class Browser:
    """One operator's session, without a browser."""

    def __init__(self, url, db):
        self._host = url.rpartition("/")[2]
        accounts = Accounts(db)
        accounts.add("li", "operator", PASSWORD)
        token = accounts.log_in("li", PASSWORD)
        self._csrf = accounts.session(token).csrf
        self._headers = {"Cookie": "gatepost-session=%s; lang=en" % token}

    def _ask(self, method, path, body=None, headers=()):
        connection = http.client.HTTPConnection(self._host, timeout=20)
        connection.request(method, path, body, {**self._headers, **dict(headers)})
        answer = connection.getresponse()
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.read().decode()))
        connection.close()
        return answer.status, text

    def post(self, path, file=None, status=200, **fields):
        """`file`: the bytes of the field `package`."""
        fields["csrf"] = self._csrf
        if file is None:
            body, kind = urllib.parse.urlencode(fields), "application/x-www-form-urlencoded"
        else:
            parts = [(b'"%s"' % name.encode(), str(value).encode()) for name, value in fields.items()]
            parts.append((b'"package"; filename="p.gpk"', file))
            part = b"--edge\r\nContent-Disposition: form-data; name=%s\r\n\r\n%s\r\n"
            body, kind = b"".join(part % each for each in parts) + b"--edge--\r\n", "multipart/form-data; boundary=edge"
        answered, text = self._ask("POST", path, body, {"Content-Type": kind})
        assert answered in (status, 303), text
        return text

    def text(self, path):
        status, shown = self._ask("GET", path)
        assert status == 200, shown
        return shown

    def see(self, path, *texts):
        """Asks again until the page shows all `texts`."""
        end = time.monotonic() + 20
        while True:
            shown = self.text(path)
            if all(text in shown for text in texts):
                return
            assert time.monotonic() < end, "%s not on %s: %s" % (texts, path, shown)
            time.sleep(0.1)


def ask_state(headend, terminal, has):
    """What a terminal does that holds `has`: it asks for the desired state and says so."""
    query = urllib.parse.urlencode({"class": "gate", "terminal": terminal, "has": has})
    with urllib.request.urlopen("http://%s:%d/v1/state?%s" % (headend.host, headend.port, query), timeout=20) as answer:
        assert answer.status == 200


async def publish_lists(folder, fleet, now):
    """Keys and the first whitelist, through the ports."""
    engine = await open_engine(folder, fleet)
    with contextlib.closing(Registry(folder, demo_site.LIST_KEY)) as registry:
        registry.import_csv(csv_of(None))
        await publish(engine.state, engine.blobs, keys_package(now))
        signer = LISTS.public, LISTS.sign
        lists = ListPublisher(registry, folder, engine.state, engine.blobs, signer, "gate")
        assert await lists.publish_whitelist() == ("whitelist", 1)
    await engine.close()


async def held(folder, fleet, scope):
    """The document of a scope of the desired state."""
    engine = await open_engine(folder, fleet)
    doc, _ = await engine.state.get(scope)
    await engine.close()
    return doc or {}


async def carry(folder, fleet, database):
    engine = await open_engine(folder, fleet)
    await Projector(engine.log, database).catch_up()
    await engine.close()


@pytest.fixture(params=["sqlite", "jetstream"])
def site(request, tmp_path):
    """Head-end or gateway, operator page and browser; `carry()` does what a fleet's projector does."""
    with contextlib.ExitStack() as stack:
        fleet = None
        if request.param == "sqlite":
            headend = stack.enter_context(BackgroundServer(tmp_path, sign=OPERATION.sign))
        else:
            servers = request.getfixturevalue("cluster")
            ledger = "sqlite:///%s/ledger.sqlite" % tmp_path
            fleet = {
                "GATEPOST_NATS": servers.url, "GATEPOST_NATS_SYSTEM": servers.system_url, "GATEPOST_PARTS": str(PARTS),
                "GATEPOST_LEDGER": ledger,
            }  # fmt: skip
            database = open_ledger(ledger)
            stack.callback(database.dispose)
            key = tmp_path / "time.sm2"
            numbers = OPERATION._secret, *sm2.point_of(OPERATION.public)
            key.write_bytes(b"".join(number.to_bytes(32, "big") for number in numbers))
            headend = stack.enter_context(contextlib.closing(Gateway(servers, GATEPOST_TIME_KEY=str(key))))
            headend.await_ready()
        now = int(time.time())
        asyncio.run(publish_lists(tmp_path, fleet, now))
        db = stack.enter_context(contextlib.closing(open_operator_store(tmp_path)))
        signers = (LISTS.public, LISTS.sign), (OPERATION.public, OPERATION.sign)
        page = stack.enter_context(BackgroundOperator(tmp_path, demo_site.LIST_KEY, *signers, fleet=fleet))
        page.browser, page.headend = Browser(page.url, db), headend
        page.folder, page.fleet = tmp_path, fleet
        page.reports = lambda terminal, has: ask_state(headend, terminal, has)
        page.carry = (lambda: asyncio.run(carry(tmp_path, fleet, database))) if fleet else (lambda: None)
        page.gate = stack.enter_context(contextlib.closing(ListGate(headend, now, "desk-" + request.param)))
        yield page


def test_cards_commands_counts_alarms_and_fleet(site):
    gate, browser = site.gate, site.browser
    terminal, lists = gate.bench.terminal, gate.bench.terminal.lane._lists
    name = gate.name

    def shipped():
        assert gate.until(lambda: terminal.journal.queued == 0)
        site.carry()

    assert gate.until(lambda: lists.whitelist.epoch == 1)
    assert gate.tap("adult")[0] == "admitted"
    shipped()
    browser.see("/taps", name, "Debited")
    gate.bench.run_for(2000)
    browser.see("/fleet", name, "whitelist 1")
    assert "Debited" in browser.post("/cards", scheme="purse", number=NUMBER, do="search")
    assert "Blocked" in browser.post("/cards", scheme="purse", number=NUMBER, do="block", reason="lost")
    assert gate.until(lambda: lists.hotlist is not None)
    gate.bench.run_for(2000)
    assert gate.tap("adult") == ("refused", "hotlisted")
    browser.see("/cards", "Reached the gates: 1 / 1")
    browser.post("/commands", terminal=name, command="mode closed")
    assert gate.until(lambda: terminal.lane.mode == 9)
    shipped()
    browser.see("/commands", "Close li Done")
    browser.see("/counts", "%s 1 1 1 0 0" % name)
    with urllib.request.urlopen("http://%s:%d/metrics" % (site.headend.host, site.headend.port), timeout=20) as answer:
        assert re.search("^gatepost_terminals [1-9]", answer.read().decode(), re.M)


def test_a_roll_out_goes_from_group_to_group_to_the_class_and_another_is_stopped(site):
    gate, browser, now = site.gate, site.browser, int(time.time())
    lists = gate.bench.terminal.lane._lists
    assert gate.until(lambda: lists.whitelist.epoch == 1)

    def package(version):
        table = site.folder / ("roll-out-%d.wlt" % version)
        build([], str(table), demo_site.LIST_KEY, epoch=version, hotlist=True, not_after=now + 9999)
        signer = LISTS.public, LISTS.sign
        return build_package("hotlist", "gate", version, table.read_bytes(), [signer], valid=(now - 60, now + 9999))

    def offered(scope):
        return asyncio.run(held(site.folder, site.fleet, scope)).get("hotlist", {}).get("version")

    first, other = gate.name, "other-" + gate.name
    rules = {"most_failed": 10, "silent_s": 3600}
    browser.post("/rollouts", file=package(7), name="new hotlist", groups="%s\n%s" % (first, other), **rules)
    assert offered("terminal:" + first) == 7 and offered("terminal:" + other) is None
    assert gate.until(lambda: lists.hotlist is not None and lists.hotlist.epoch == 7)
    gate.bench.run_for(2000)
    browser.see("/rollouts", "Running", "1 %s Took it" % first, "2 %s Waits" % other)
    site.reports(other, "hotlist.7")
    browser.see("/rollouts", "new hotlist · hotlist Done", "2 %s Took it" % other)
    assert offered("class:gate") == 7 and offered("terminal:" + first) is None is offered("terminal:" + other)
    browser.post("/rollouts", file=package(8), name="too early", groups=other, **rules)
    assert offered("terminal:" + other) == 8
    number = re.search(r"(\d+) · too early", browser.text("/rollouts"))[1]
    browser.post("/stop", id=number)
    browser.see("/rollouts", "too early · hotlist Stopped stopped by li")
    assert offered("terminal:" + other) is None and offered("class:gate") == 7


def test_a_block_that_could_not_go_out_goes_out_later(tmp_path, monkeypatch):
    away = [NotStored("desired state cannot be reached")] * 2
    put = State.put

    async def put_once_back(self, *arguments):
        if away:
            raise away.pop()
        return await put(self, *arguments)

    signers = (LISTS.public, LISTS.sign), (OPERATION.public, OPERATION.sign)
    with (
        contextlib.closing(open_operator_store(tmp_path)) as db,
        BackgroundOperator(tmp_path, demo_site.LIST_KEY, *signers) as page,
    ):
        browser = Browser(page.url, db)
        monkeypatch.setattr(State, "put", put_once_back)
        monkeypatch.setattr(operator, "_TICK_S", 0.05)
        fields = {"scheme": "purse", "number": NUMBER, "do": "block", "reason": "lost"}
        assert "desired state cannot be reached" in browser.post("/cards", status=503, **fields)
        browser.see("/cards", "Reached the gates: 0 / 0")  # the hotlist of this card has been published
        assert not away and "unchanged" not in browser.post("/cards", **{**fields, "do": "search"})
        assert asyncio.run(held(tmp_path, None, "all"))["hotlist"]["version"] == 1
        assert "li Failed /cards" in browser.text("/audit")


def test_what_is_wrong_in_the_log_is_an_alarm(site):
    name = "clone-" + site.gate.name
    connection = http.client.HTTPConnection(site.headend.host, site.headend.port, timeout=20)
    for body in (
        batch((1, record(1)), (2, record(2)), terminal=name),
        batch((3, b"nonsense"), terminal=name),
        batch((1, record(7)), terminal=name),
        batch((6, record(6)), terminal=name, oldest=5),
        batch((1, record(1)), terminal=name, journal=8),
        batch((7, record(7)), terminal=name),
    ):
        connection.request("POST", "/v1/txn", body)
        answer = connection.getresponse()
        assert (answer.status, answer.read()[:7]) == (200, b'{"ack":')
    connection.close()
    site.carry()
    for kind, about in (
        ("Same number, other content", "7 1"), ("Records lost", "7 4-4"), ("Two terminals, one name", "7"),
        ("Unreadable record", "7 3"),
    ):  # fmt: skip
        site.browser.see("/alarms", "%s %s %s 1" % (name, kind, about))


def test_the_newest_alarm_is_shown_however_many_there_are(database):
    """A terminal that sends nonsense all day hides no other."""
    for received, terminal, count in ((1, "noisy", 600), (9, "newest", 1)):
        entries = [Entry(received * 1000 + n, terminal, 1, n, 1, received, b"nonsense") for n in range(1, count + 1)]
        Projector(None, database).take(received, entries)
    found = operator_views._ledger_alarms(database)
    assert len(found) == 500 and ("newest", 9) in [(alarm.terminal, alarm.last_time) for alarm in found]


def test_everything_a_terminal_can_say_has_words_in_both_languages():
    said = [("kind", KINDS.values()), ("mode", MODES), ("scheme", SCHEMES.values()), ("answer", OUTCOMES)]
    said += [("reason", reasons.keys()), ("command", operator_pages.CHOICES), ("role", ROLES)]
    said += [(prefix, [code.lower() for code in CODES]) for prefix in ("check", "remedy")]
    for language in LANGUAGES:
        table = words(language)
        missing = [(prefix, name) for prefix, names in said for name in names if "%s_%s" % (prefix, name) not in table]
        assert not missing and all(table.values()), "headend/operator_words.py lacks %s" % missing
