"""The operator page over each engine: the same clicks' requests, the same lists, commands, alarms and fleet."""

import asyncio
import contextlib
import http.client
import re
import time
import urllib.parse
import urllib.request

import pytest

from headend.accounts import ROLES, Accounts
from headend.operator import CHOICES
from headend.operator_server import BackgroundOperator, open_engine
from headend.operator_store import open_operator_store
from headend.operator_words import LANGUAGES, words
from headend.projector import Projector
from headend.publish import publish
from headend.registry import Registry
from headend.registry_lists import ListPublisher
from headend.schema import open_ledger
from headend.server import BackgroundServer
from simulator import demo_site, residents
from terminal import reasons
from terminal.commands import OUTCOMES
from terminal.crypto import sm2
from terminal.media.credential import SCHEMES
from terminal.modes import MODES
from terminal.records import KINDS
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

    def post(self, path, **fields):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, text = self._ask("POST", path, urllib.parse.urlencode({**fields, "csrf": self._csrf}), kind)
        assert status in (200, 303), text
        return text

    def see(self, path, *texts):
        """Asks again until the page shows all `texts`."""
        end = time.monotonic() + 20
        while True:
            status, shown = self._ask("GET", path)
            assert status == 200, shown
            if all(text in shown for text in texts):
                return
            assert time.monotonic() < end, "%s not on %s: %s" % (texts, path, shown)
            time.sleep(0.1)


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


def test_everything_a_terminal_can_say_has_words_in_both_languages():
    said = [("kind", KINDS.values()), ("mode", MODES), ("scheme", SCHEMES.values()), ("answer", OUTCOMES)]
    said += [("reason", reasons.keys()), ("command", CHOICES), ("role", ROLES)]
    for language in LANGUAGES:
        table = words(language)
        missing = [(prefix, name) for prefix, names in said for name in names if "%s_%s" % (prefix, name) not in table]
        assert not missing and all(table.values()), "headend/operator_words.py lacks %s" % missing
