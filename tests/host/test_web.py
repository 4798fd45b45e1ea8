"""The desk as a page, in a headless Chromium: the terminal runs in MicroPython WebAssembly, steered by clicks and keys."""

import pathlib
import shutil
import threading
import urllib.request

import platformdirs
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from simulator import page_build
from simulator.errors import PageToolMissing
from tests.record_screens import HASHES

CACHE = pathlib.Path(platformdirs.user_cache_dir("gatepost"))
_PATIENCE_S = 30


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return page_build.build(tmp_path_factory.mktemp("page"), CACHE)


@pytest.fixture(scope="module")
def served(built):
    """The page's address."""
    server = page_build.server(built, 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield "http://127.0.0.1:%d/" % server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium, served):
    return Page(chromium, served)


class Page:
    """The page in the browser. Its own time stands still: the terminal's passes only while something is waited for."""

    def __init__(self, browser, address):
        self.browser = browser
        browser.get(address)
        WebDriverWait(browser, _PATIENCE_S, 0.05).until(
            lambda _: browser.execute_script("return Boolean(window.gatepost)")
        )
        self.elapse(0)

    def elapse(self, ms):
        """How everything stands `ms` later."""
        return self.browser.execute_script("return gatepost.elapse(arguments[0])", ms)

    def until(self, limit_ms=10_000, look_ms=100, **wanted):
        """The state as soon as it holds what is wanted."""
        for _ in range(limit_ms // look_ms):
            state = self.elapse(look_ms)
            if all(state[name] == value for name, value in wanted.items()):
                return state
        raise AssertionError("%s did not come: %s" % (wanted, {name: state[name] for name in wanted}))

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def click(self, selector):
        self.find(selector).click()

    def press(self, key):
        ActionChains(self.browser).send_keys(key).perform()

    def events(self):
        script = "return [...document.querySelectorAll('#lines li')].map(line => line.dataset.event)"
        return self.browser.execute_script(script)


def recorded(*words):
    """The hash of a screen's pixels as they were recorded under MicroPython with a board's heap."""
    for line in HASHES.read_text("utf8").splitlines():
        *name, digest = line.split()
        if tuple(name) == words:
            return digest
    raise AssertionError("no recorded hash of %s" % (words,))


def test_a_click_on_a_card_opens_the_gate_and_the_record_arrives(page):
    page.until(screen="idle")
    page.click("[data-name=elder]")
    state = page.until(state="admitted_concession", leaves="open")
    assert state["lamps"]["yellow"] is True
    assert state["balances"]["elder"] == 1100
    assert page.find("#leaves").text == "闸门 开"
    page.elapse(1000)  # the card goes
    page.press(Keys.SPACE)
    page.until(passages=1)
    state = page.until(queued=0)
    events = page.events()
    assert events.index("decision") < events.index("gate") < events.index("passage")
    assert state["held"] == 4  # boot, pending, debited, passed


def test_keys_present_cards_and_codes(page):
    page.until(screen="idle")
    page.press("4")
    page.until(screen="refused")
    page.until(screen="idle")
    for key in "qw":
        page.press(key)
        page.until(screen="accepted", leaves="open")
        page.press(Keys.SPACE)
        page.until(screen="idle")
    assert page.until(queued=0)["passages"] == 2


def test_a_card_dragged_onto_the_reader_lies_there_until_it_is_dropped(page):
    page.until(screen="idle")
    hand = ActionChains(page.browser, duration=20)
    hand.click_and_hold(page.find("[data-name=adult]")).move_to_element(page.find("#reader")).perform()
    page.until(card="adult", screen="accepted")
    assert page.elapse(3000)["card"] == "adult"
    hand = ActionChains(page.browser, duration=20)
    hand.release().perform()
    page.until(card=None)


def test_a_card_pulled_away_while_paying_is_finished_on_its_next_tap(page):
    page.until(screen="idle")
    page.press("6")
    page.until(screen="read_again")
    page.elapse(2000)
    page.press("6")
    page.until(screen="accepted")
    assert page.until(recovered=1)["balances"]["torn"] == 1800


def test_network_power_and_fire(page):
    page.until(online=True, queued=0)
    page.press("n")
    page.until(net=False)
    page.click("[data-name=adult]")
    page.until(screen="accepted")
    waiting = page.elapse(8000)["queued"]
    assert waiting == 3
    page.press("p")
    state = page.elapse(100)
    assert (state["power"], state["screen"], state["leaves"]) == (False, None, "closed")
    assert not any(state["lamps"].values())
    page.press("p")
    assert page.until(screen="idle")["queued"] == waiting + 1  # nothing was lost, and there was a start
    page.press("n")
    page.until(queued=0, limit_ms=120_000, look_ms=2000)
    page.press("f")
    page.until(screen="emergency", leaves="open")


def test_a_broken_reader_strikes(page):
    page.until(screen="idle")
    page.press("k")
    page.click("[data-fault=reader-gone]")
    page.until(screen="out_of_service")
    assert "strike" in page.events()


def test_somebody_close_behind_is_seen_by_the_light_barriers(page):
    page.until(screen="idle")
    page.press("2")
    page.until(leaves="open")
    page.press("k")
    page.click("[data-word=tailgate]")
    assert len(page.elapse(500)["people"]) == 2
    assert page.find("#people g")
    page.elapse(5000)
    assert "tailgate" in page.find("#lines").text


def test_pixels_on_the_canvas_are_the_recorded_ones(page):
    for profile, family, name, language in (
        ("gate480", "gate", "idle", "zh"),
        ("gate320", "gate", "refused_low_balance", "en"),
        ("venue480", "venue", "park", "zh"),
        ("bus240", "bus", "idle", "en"),
    ):
        script = "gatepost.example(...arguments).then(arguments[arguments.length - 1])"
        digest = page.browser.execute_async_script(script, profile, family, name, language)
        assert digest == recorded(family, profile, language, name)


def test_profiles_and_languages_change_what_is_seen(page):
    Select(page.find("#profile")).select_by_value("bus240")
    page.until(screen="idle")
    assert page.browser.execute_script("return document.querySelector('#screen').width") == 240
    assert page.find("#tray h2 span").text == "卡片与手机"
    page.press("l")
    assert page.find("#tray h2 span").text == "Cards and phones"
    assert page.elapse(100)["said"]
    assert page.find("#caption").text
    page.press("?")
    assert page.find("#help").is_displayed()


def test_the_demonstration_plays_by_itself(page):
    page.until(screen="idle")
    page.press("d")
    state = page.until(limit_ms=30_000, look_ms=500, refused=1)
    assert (state["passages"], state["takings"]) == (3, 500)


def test_time_goes_by_itself_until_it_is_stopped(page):
    page.click("[data-act=pause]")
    WebDriverWait(page.browser, _PATIENCE_S, 0.05).until(lambda _: page.find("#clock").text > "08:00:01")
    page.click("[data-act=pause]")
    assert page.find("#speed").text == "暂停"


def test_nothing_is_asked_of_another_host(page, served):
    names = page.browser.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert any(name.endswith("micropython.wasm") for name in names)
    assert [name for name in names if not name.startswith((served, "data:"))] == []


def test_the_page_has_the_licence_of_what_it_carries(built, served):
    assert "MIT License" in (built / "micropython-license.txt").read_text()
    with urllib.request.urlopen(served + "micropython.wasm") as answer:
        assert answer.headers["Content-Type"] == "application/wasm"


def test_the_image_carries_the_very_modules_of_a_board(built):
    image = (built / "gatepost.romfs").read_bytes()
    for module in ("terminal/lane.py", "terminal/decide.py", "drivers/pn532.py", "screens/gate.py"):
        compiled = CACHE / "page-modules" / module.replace(".py", ".mpy")
        assert compiled.read_bytes() in image


def test_without_npm_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(PageToolMissing, match="apt-get install -y npm"):
        page_build.fetch_port(tmp_path)


def test_an_npm_that_fails_says_why(tmp_path, monkeypatch):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm ERR! no network' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(npm))
    with pytest.raises(PageToolMissing, match="no network"):
        page_build.fetch_port(tmp_path / "cache")
