"""`python -m tests.record_operator [FOLDER]`: makes docs/pictures/operator.png, the page of a real head-end with four gates.

With a FOLDER every page is kept there instead, in Chinese and English, in a wide and in a narrow window.
"""

import asyncio
import contextlib
import shutil
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from headend.accounts import Accounts
from headend.operator_server import BackgroundOperator
from headend.operator_store import open_operator_store
from headend.server import BackgroundServer
from simulator import demo_site
from tests.board_interpreter import ROOT
from tests.host.list_gate import LISTS, OPERATION, ListGate, csv_of, publish_keys, publisher

_PASSWORD = "correct horse battery"
_WIDE, _NARROW = (880, 560), (390, 844)
_CARDS = (("adult", "elder"), ("adult", "hotlisted"), ("low", "unlisted"), ())


@contextlib.contextmanager
def _site(folder):
    """The operator page over a head-end with four gates: cards at three, the fourth with its barrier open for a fire."""
    now = int(time.time())
    registry, lists, connection = publisher(folder)
    registry.import_csv(csv_of(None))
    publish_keys(folder, now)
    asyncio.run(lists.publish_whitelist())
    with contextlib.ExitStack() as used:
        for opened in (registry, connection):
            used.callback(opened.close)
        with contextlib.closing(open_operator_store(folder)) as db:
            Accounts(db).add("li", "operator", _PASSWORD)
        server = used.enter_context(BackgroundServer(folder, sign=OPERATION.sign))
        page = used.enter_context(
            BackgroundOperator(
                folder, demo_site.LIST_KEY, (LISTS.public, LISTS.sign), (OPERATION.public, OPERATION.sign)
            )
        )
        for number, cards in enumerate(_CARDS, 1):
            gate = ListGate(server, now, "gate-%04d" % number)
            used.callback(gate.close)
            white = gate.bench.terminal.lane._lists
            gate.until(lambda white=white: white.whitelist.epoch == 1)
            for card in cards:
                gate.tap(card)
            if not cards:
                gate.bench.fire(True)
            gate.until(lambda gate=gate: gate.bench.terminal.journal.queued == 0)
        yield page


def _browser():
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    options.binary_location = shutil.which("chromium")
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def _shoot(browser, size, path):
    """The whole page in a window of `size`, which really is so narrow: a window alone would be 500 wide at least."""
    metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    time.sleep(0.3)
    browser.save_screenshot(str(path))
    Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)


def main(folder=None):
    with tempfile.TemporaryDirectory() as data, _site(Path(data)) as page:
        browser = _browser()
        try:
            browser.get(page.url + "/log_in?lang=zh")
            if folder:
                _shoot(browser, _NARROW, folder / "log_in.png")
            browser.find_element(By.NAME, "name").send_keys("li")
            browser.find_element(By.NAME, "password").send_keys(_PASSWORD)
            browser.find_element(By.CSS_SELECTOR, "form button").click()
            WebDriverWait(browser, 20).until(lambda shown: shown.find_elements(By.TAG_NAME, "nav"))
            if not folder:
                browser.get(page.url + "/?lang=zh")
                _shoot(browser, _WIDE, ROOT / "docs/pictures/operator.png")
                return
            links = [link.get_attribute("href") for link in browser.find_elements(By.CSS_SELECTOR, "nav a")]
            for lang in ("zh", "en"):
                for link in [*links, page.url + "/terminal/gate-0001"]:
                    browser.get(link + "?lang=" + lang)
                    name = link.rpartition(":")[2].partition("/")[2].replace("/", "_") or "fleet"
                    for size in (_WIDE, _NARROW):
                        _shoot(browser, size, folder / ("%s_%s_%d.png" % (name, lang, size[0])))
        finally:
            browser.quit()


if __name__ == "__main__":
    chosen = [Path(each) for each in sys.argv[1:]]
    for each in chosen:
        each.mkdir(parents=True, exist_ok=True)
    main(*chosen)
