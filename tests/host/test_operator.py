"""The operator page in a headless Chromium, with real clicks, over a real head-end and a simulated gate."""

import asyncio
import http.client
import time
import urllib.parse

import pytest
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from headend.accounts import Accounts
from headend.audit import Audit
from headend.operator_server import BackgroundOperator
from headend.operator_store import open_operator_store
from headend.packages import build_package
from headend.registry import FILE
from headend.server import BackgroundServer
from simulator import demo_site, residents
from tests.host.list_gate import LISTS, OPERATION, ListGate, csv_of, publish_keys, publisher

PASSWORD = "correct horse battery"
NUMBER = residents._CARDS["adult"][0]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Head-end, operator page and a gate that holds a list, one tap behind it."""
    folder = tmp_path_factory.mktemp("operator")
    now = int(time.time())
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
            page.gate, page.folder, page.db = gate, folder, db
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
    see(browser, "audit", "li block")
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


def test_a_roll_out_is_begun_and_stopped_by_click(browser, tmp_path):
    package = build_package("tariff", "gate", 3, b"{}", [(LISTS.public, LISTS.sign)], valid=(0, 2**31))
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


def test_roles_see_and_do_what_is_theirs(browser, site):
    log_in(browser, "zhao")
    see(browser, "fleet", "gate-0001")
    links = {link.get_attribute("id") for link in browser.find_elements(By.CSS_SELECTOR, "nav a")}
    assert "to-cards" in links and "to-audit" in links and not {"to-commands", "to-rollouts"} & links
    open_page(browser, "cards")
    assert not browser.find_elements(By.ID, "block")
    browser.get(site.url + "/commands")
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


def post(site, path, fields, cookie=""):
    connection = http.client.HTTPConnection(site.url.rpartition("/")[2], timeout=20)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    connection.request("POST", path, urllib.parse.urlencode(fields), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


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


def test_passwords_are_guessed_slowly(tmp_path):
    accounts = Accounts(open_operator_store(tmp_path))
    accounts.add("li", "operator", PASSWORD)
    assert [accounts.log_in("li", "guess") for _ in range(5)] == [None] * 5
    assert accounts.log_in("li", PASSWORD) is None


def test_a_changed_or_missing_line_of_the_trail_shows(tmp_path):
    db = open_operator_store(tmp_path)
    audit = Audit(db)
    for number in range(4):
        audit.note("li", "block", str(number))
    assert audit.broken_at() is None
    db.execute("UPDATE audit SET who='wang' WHERE id=2")
    assert audit.broken_at() == 2
    db.execute("UPDATE audit SET who='li' WHERE id=2")
    db.execute("DELETE FROM audit WHERE id=3")
    assert audit.broken_at() == 4
