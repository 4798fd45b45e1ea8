"""The operator page in a headless Chromium, with real clicks, over a real head-end and a simulated gate."""

import asyncio
import csv
import http.client
import json
import sqlite3
import time
import urllib.parse
from contextlib import closing

import pytest
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from headend import operator_settlement
from headend.accounts import Accounts
from headend.ledger import ledger, open_reader
from headend.operator_server import BackgroundOperator
from headend.operator_store import open_operator_store
from headend.packages import build_package
from headend.registry import FILE
from headend.server import BackgroundServer
from simulator import demo_site, residents
from simulator.cards.demonstration import TAC_MASTER
from terminal.civil_time import CHINA, DAY
from terminal.media.credential import RIDE_CODE
from terminal.records import DEBITED, GREY, TAP, pack, plain
from tests.host.list_gate import LISTS, OPERATION, TARIFF, ListGate, csv_of, publish_keys, publisher
from tests.host.test_headend import batch

PASSWORD = "correct horse battery"
NUMBER = residents._CARDS["adult"][0]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Head-end, operator page and a gate that holds a list, one tap behind it."""
    folder = tmp_path_factory.mktemp("operator")
    now = int(time.time())
    issuers = {"03104830": residents.NANJING}
    (folder / "key_service.json").write_text(json.dumps({"tac_key": TAC_MASTER.hex(), "issuers": issuers}))
    registry, lists, connection = publisher(folder)
    registry.import_csv(csv_of(None))
    publish_keys(folder, now)
    asyncio.run(lists.publish_whitelist())
    db = open_operator_store(folder)
    for name, role in (("li", "operator"), ("wang", "technician"), ("zhao", "auditor")):
        Accounts(db).add(name, role, PASSWORD)
    with BackgroundServer(folder, sign=OPERATION.sign) as headend:
        signers = (LISTS.public, LISTS.sign), (OPERATION.public, OPERATION.sign)
        with BackgroundOperator(folder, demo_site.LIST_KEY, *signers) as page:
            gate = ListGate(headend, now)
            white = gate.bench.terminal.lane._lists
            assert gate.until(lambda: white.whitelist.epoch == 1)
            assert gate.tap("adult")[0] == "admitted"
            assert gate.until(lambda: gate.bench.terminal.journal.queued == 0)
            page.gate, page.folder, page.db, page.headend = gate, folder, db, headend
            page.date = operator_settlement.date_of((now + CHINA) // DAY)
            yield page
            gate.close()
    for opened in (registry, connection, db):
        opened.close()


@pytest.fixture
def browser(chromium, site):
    chromium.delete_all_cookies()
    chromium.get(site.url + "/log_in?lang=en")
    return chromium


def find(browser, name):
    return browser.find_element(By.ID, name)


def log_in(browser, name, password=PASSWORD):
    browser.find_element(By.NAME, "name").send_keys(name)
    browser.find_element(By.NAME, "password").send_keys(password)
    find(browser, "log-in").click()


def open_page(browser, name):
    find(browser, "to-" + name).click()
    WebDriverWait(browser, 5).until(lambda b: b.current_url.endswith("/" + name))


def text_of(browser, name):
    return find(browser, name).text


def see(browser, name, *texts):
    """Waits until the element shows all `texts`: a click returns before the next page is there."""
    waiting = WebDriverWait(browser, 10, ignored_exceptions=[StaleElementReferenceException, NoSuchElementException])
    waiting.until(lambda b: all(text in text_of(b, name) for text in texts), "%s in %s" % (texts, name))


def test_block_a_card_and_watch_it_reach_the_gates(browser, site):
    log_in(browser, "li")
    see(browser, "fleet", "gate-0001", "whitelist 1")
    open_page(browser, "cards")
    browser.find_element(By.NAME, "number").send_keys(NUMBER)
    find(browser, "search").click()
    see(browser, "standing", "On the whitelist")
    see(browser, "visits", "Debited")
    browser.find_element(By.NAME, "number").send_keys(NUMBER)
    find(browser, "block").click()
    see(browser, "notice", "Blocked")
    see(browser, "reach", "0 / 1")
    gate = site.gate
    lists = gate.bench.terminal.lane._lists
    assert gate.until(lambda: lists.hotlist is not None)
    gate.bench.run_for(1000)
    assert gate.tap("adult") == ("refused", "hotlisted")
    assert gate.until(lambda: lists.hotlist.epoch and not gate.bench.run_for(2000))
    see(browser, "reach", "1 / 1")  # without a click: the page looks again by itself
    assert NUMBER not in browser.page_source
    assert gate.until(lambda: gate.bench.terminal.journal.queued == 0)
    open_page(browser, "taps")
    see(browser, "taps", "Card reported lost", "Purse")
    open_page(browser, "counts")
    see(browser, "counts", "gate-0001 1 1 1 0 0")
    open_page(browser, "audit")
    see(browser, "audit", "li Blocked a card")
    see(browser, "chain", "whole")
    stored = b"".join(path.read_bytes() for path in site.folder.glob("operator*")) + (site.folder / FILE).read_bytes()
    assert NUMBER.encode() not in stored and bytes.fromhex(NUMBER) not in stored


def test_a_command_is_sent_by_click_and_answered(browser, site):
    log_in(browser, "wang")
    see(browser, "fleet", "gate-0001")
    open_page(browser, "commands")
    Select(browser.find_element(By.NAME, "command")).select_by_visible_text("Close")
    find(browser, "send").click()
    see(browser, "commands", "Waiting")
    gate = site.gate
    assert gate.until(lambda: gate.bench.terminal.lane.mode == 9)
    assert gate.until(lambda: gate.bench.terminal.journal.queued == 0)
    see(browser, "commands", "Done")


def test_a_self_test_is_ordered_by_click_and_seen_in_the_fleet(browser, site):
    gate = site.gate
    psam, gate.bench.hardware.psam.card = gate.bench.hardware.psam.card, None
    log_in(browser, "wang")
    see(browser, "fleet", "gate-0001")
    open_page(browser, "commands")
    Select(browser.find_element(By.NAME, "command")).select_by_visible_text("Maintenance, with a self-test")
    find(browser, "send").click()
    see(browser, "commands", "Waiting")
    assert gate.until(lambda: gate.bench.terminal.examination and gate.bench.terminal.examination.found)
    gate.bench.hardware.psam.card = psam
    gate.bench.run_for(3000)
    open_page(browser, "fleet")
    see(browser, "figures", "1\nWith faults")
    see(browser, "fleet", "1 at fault")
    browser.find_element(By.CSS_SELECTOR, "#test-gate-0001 summary").click()
    see(
        browser,
        "fleet",
        "Card reader READER answers",
        "Security module PSAM no answer look whether the PSAM sits right way round",
    )
    find(browser, "language").click()
    see(browser, "fleet", "1 故障")


def test_a_roll_out_is_begun_and_stopped_by_click(browser, tmp_path):
    package = build_package("tariff", "gate", 3, TARIFF, [(LISTS.public, LISTS.sign)], valid=(0, 2**31))
    (tmp_path / "tariff.gpk").write_bytes(package)
    log_in(browser, "wang")
    see(browser, "fleet", "gate-0001")
    open_page(browser, "rollouts")
    browser.find_element(By.NAME, "name").send_keys("new fares")
    browser.find_element(By.NAME, "package").send_keys(str(tmp_path / "tariff.gpk"))
    browser.find_element(By.NAME, "groups").send_keys("gate-0001\ngate-0002 gate-0003")
    find(browser, "begin").click()
    waiting = WebDriverWait(browser, 10)
    waiting.until(lambda b: b.find_elements(By.CLASS_NAME, "stop"))[0].click()
    waiting.until(lambda b: "stopped by wang" in b.page_source)
    assert not browser.find_elements(By.CLASS_NAME, "stop")


def test_a_day_is_settled_by_click_and_downloaded(browser, site, tmp_path):
    with closing(open_reader(site.folder)) as reader:
        debit = next(row for row in ledger(reader, "gate-0001") if row.record.kind == DEBITED)
    doubtful = [
        debit.record._replace(kind=GREY, fare=500, ref=0),
        debit.record._replace(fare=900, ref=0),  # not what the card's TAC says
        plain(TAP, debit.record.time, bytes(16), RIDE_CODE, fare=300, holder_class=2),
    ]
    body = batch(*enumerate((pack(record) for record in doubtful), 1), terminal="bus-9")
    connection = http.client.HTTPConnection(site.headend.host, site.headend.port, timeout=10)
    connection.request("POST", "/v1/txn", body)
    assert connection.getresponse().status == 200
    connection.close()
    log_in(browser, "li")
    see(browser, "fleet", "gate-0001")
    open_page(browser, "settlement")
    browser.get("%s/settlement?day=%s" % (site.url, site.date))
    WebDriverWait(browser, 10).until(lambda b: b.refresh() or "TAC is wrong" in b.page_source)
    see(browser, "sums", "No operator named yet", "Ride code", "Elder", "Purse", "Adult")
    see(browser, "cases", "bus-9", "5.00 Grey", "9.00 TAC is wrong")
    for terminals, operator, line in (("gate-0001", "南京地铁", "2"), ("bus-9", "Bus company", "33")):
        if not browser.find_element(By.NAME, "terminals").is_displayed():
            browser.find_element(By.CSS_SELECTOR, "#places summary").click()
        for name, text in (("terminals", terminals), ("operator", operator), ("line", line)):
            browser.find_element(By.NAME, name).send_keys(text)
        find(browser, "move").click()
        see(browser, "sums", operator)
    fare = "%d.%02d" % divmod(debit.record.fare, 100)
    see(
        browser,
        "sums",
        "Bus company",
        "33 Ride code Elder 1 3.00",
        "南京地铁",
        "2 Purse Adult 1 %s" % fare,
        "Total 1 " + fare,
    )
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    find(browser, "download-sums").click()
    find(browser, "download-cases").click()
    files = [tmp_path / ("%s-%s.csv" % (name, site.date)) for name in ("settlement", "settlement-cases")]
    WebDriverWait(browser, 10).until(lambda _: all(file.exists() for file in files))
    sums, cases = (list(csv.DictReader(file.read_text("utf-8-sig").splitlines())) for file in files)
    assert [tuple(row.values()) for row in sums] == [
        ("Bus company", "33", "ride_code", "elder", site.date, "1", "300"),
        ("南京地铁", "2", "purse", "adult", site.date, "1", str(debit.record.fare)),
    ]
    assert [(row["terminal"], row["seq"], row["fare"], row["reason"]) for row in cases] == [
        ("bus-9", "1", "500", "grey"), ("bus-9", "2", "900", "wrong"),
    ]  # fmt: skip
    find(browser, "before").click()
    see(browser, "sums", "None yet")
    find(browser, "after").click()
    see(browser, "sums", "南京地铁")
    find(browser, "language").click()
    see(browser, "figures", "乘次", "金额")
    see(browser, "cases", "TAC不符")
    browser.get(site.url + "/audit?lang=en")
    see(browser, "audit", "li Said where", "gate-0001", "li Took a file", "settlement-cases.csv " + site.date)


def test_where_a_terminal_stands_is_refused_when_it_names_nobody(site):
    accounts = Accounts(site.db)
    token = accounts.log_in("li", PASSWORD)
    fields = {"terminals": "gate-7", "operator": "Metro", "line": "2", "since": site.date}
    fields["csrf"] = accounts.session(token).csrf
    for bad in ({"terminals": ""}, {"terminals": "gate 7!"}, {"operator": "=1+1"}, {"line": ""}, {"line": "x" * 65}):
        assert post(site, "/place", {**fields, **bad}, "gatepost-session=" + token).status == 400, bad
    auditor = accounts.log_in("zhao", PASSWORD)
    fields["csrf"] = accounts.session(auditor).csrf
    assert post(site, "/place", fields, "gatepost-session=" + auditor).status == 403


def test_a_ledger_that_fails_is_said_whatever_was_asked_for(site):
    accounts = Accounts(site.db)
    token = accounts.log_in("li", PASSWORD)
    fields = {"terminals": "gate-7", "operator": "Metro", "line": "2", "since": site.date}
    fields["csrf"] = accounts.session(token).csrf
    with closing(sqlite3.connect(site.folder / "ledger.sqlite", timeout=10)) as ledger_file:
        ledger_file.execute("ALTER TABLE places RENAME TO gone")
        try:
            asked = [(path, {}) for path in ("/settlement", "/settlement.csv")] + [("/place", fields)]
            for path, form in asked:
                answer = post(site, path, form, "gatepost-session=" + token, "POST" if form else "GET")
                assert (answer.status, b"the ledger cannot be reached" in answer.body) == (503, True), path
        finally:
            ledger_file.execute("ALTER TABLE gone RENAME TO places")
    assert post(site, "/settlement.csv", {}, "gatepost-session=" + token, "GET").status == 200


def test_roles_see_and_do_what_is_theirs(browser, site):
    log_in(browser, "zhao")
    see(browser, "fleet", "gate-0001")
    links = {link.get_attribute("id") for link in browser.find_elements(By.CSS_SELECTOR, "nav a")}
    assert {"to-cards", "to-audit", "to-settlement"} <= links and not {"to-commands", "to-rollouts"} & links
    open_page(browser, "cards")
    assert not browser.find_elements(By.ID, "block")
    browser.get(site.url + "/commands")
    see(browser, "notice", "Not allowed")
    browser.get(site.url + "/settlement")
    assert not browser.find_elements(By.ID, "move")
    find(browser, "log-out").click()
    see(browser, "log-in", "Log in")
    log_in(browser, "wang")
    see(browser, "fleet", "gate-0001")
    for path in ("/settlement", "/settlement.csv", "/settlement-cases.csv"):
        browser.get(site.url + path)
        see(browser, "notice", "Not allowed")
    find(browser, "log-out").click()
    see(browser, "log-in", "Log in")
    browser.get(site.url + "/fleet")
    assert browser.current_url.endswith("/log_in")


def test_a_wrong_password_and_the_other_language(browser):
    log_in(browser, "li", "wrong")
    see(browser, "notice", "Wrong name or password")
    find(browser, "language").click()
    see(browser, "log-in", "登录")


def post(site, path, fields, cookie="", method="POST"):
    connection = http.client.HTTPConnection(site.url.rpartition("/")[2], timeout=20)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    connection.request(method, path, urllib.parse.urlencode(fields), headers)
    answer = connection.getresponse()
    answer.body = answer.read()
    connection.close()
    return answer


def test_no_page_is_wider_than_its_window(browser, site):
    try:
        wide = [too_wide(browser)]
        log_in(browser, "li")
        links = WebDriverWait(browser, 20).until(lambda page: page.find_elements(By.CSS_SELECTOR, "nav a"))
        for page in [link.get_attribute("href") for link in links]:
            browser.get(page + "?lang=en")  # the longer words
            wide.append(too_wide(browser))
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert len(wide) == 10 and [each for each in wide if each] == []


def too_wide(browser):
    """[(page, width)] of windows of a phone and a small screen over whose edge something hangs, or over its own form's."""
    found = []
    for width in (360, 880):
        metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        hangs = browser.execute_script(
            "return [document.documentElement, ...document.forms].filter(e => e.scrollWidth > e.clientWidth + 1).length"
        )
        if hangs or browser.execute_script("return innerWidth") != width:
            found.append((browser.current_url, width))
    return found


def test_nothing_is_done_without_a_session_its_token_and_the_right(site):
    assert post(site, "/cards", {"do": "block"}).headers["Location"] == "/log_in"
    accounts = Accounts(site.db)
    fields = {"scheme": "purse", "number": "03104830100000000002", "do": "block"}
    for name, csrf, status in (("li", "", 403), ("zhao", None, 403), ("li", None, 200)):
        token = accounts.log_in(name, PASSWORD)
        csrf = accounts.session(token).csrf if csrf is None else csrf
        assert post(site, "/cards", {**fields, "csrf": csrf}, "gatepost-session=" + token).status == status
    token = accounts.log_in("li", PASSWORD)
    cookie, csrf = "gatepost-session=" + token, accounts.session(token).csrf
    for path, bad in (
        ("/cards", {"scheme": "purse", "number": "<script>", "do": "search"}),
        ("/cards", {}),
        ("/commands", {"terminal": "gate 1", "command": "mode closed"}),
        ("/commands", {}),
        ("/rollouts", {"name": "x", "package": "y", "groups": "g1"}),
        ("/stop", {"id": "\u0663"}),
        ("/stop", {}),
    ):
        assert post(site, path, {**bad, "csrf": csrf}, cookie).status == 400, path
