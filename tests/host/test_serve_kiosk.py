"""`gatepost serve` of a kiosk and a pad: real pcscd, real pygame events as fingers, a printer on a pty, a head-end process."""

import json

import pytest

from headend.registry import KEY_FILE
from simulator import demo_services, demo_site, paper, residents
from simulator.cards.demonstration import LOAD_MASTER
from tests.host import headend_process
from tests.host.linux_bench import LinuxBench
from tests.host.pcsc_service import wait
from tests.host.test_printer_cli import RealTime

_CREDIT = b"\x80\x52"


@pytest.fixture
def printer():
    served = RealTime()
    yield served
    served.close()


@pytest.fixture(scope="module")
def headend(tmp_path_factory):
    """(port, Publisher) of a head-end process with the demonstration back end and a load key."""
    folder = tmp_path_factory.mktemp("headend")
    (folder / KEY_FILE).write_bytes(demo_site.LIST_KEY)
    (folder / "key_service.json").write_text(json.dumps({"load_key": LOAD_MASTER.hex()}))
    publisher = headend_process.Publisher(folder)
    with headend_process.serving(folder, "--back-end", "demonstration") as port:
        yield port, publisher
    publisher.close()


def bench_of(folder, printer, port):
    # The virtual reader has two slots: one takes the card, one the SAM, and none is left for contactless cards.
    ports = ['slot.port = "00 00"', 'reader.port = "none here"', 'printer.port = "%s"' % printer.path]
    return LinuxBench(folder, "linux-kiosk", ports, port)


def people():
    return residents.Residents(1, demo_services.holder)


def test_a_resident_prints_a_list_from_a_menu_that_came_as_a_package(tmp_path, pcscd, sam, printer, headend):
    port, publisher = headend
    bench = bench_of(tmp_path, printer, port)
    name = json.loads((bench.home / "identity.json").read_text())["name"]

    def document(**change):
        whole = demo_services.document()
        like = next(service for service in whole["services"] if service["id"] == "pension-payments")
        fresh = dict(
            like,
            id="fresh",
            asks="pension-payments",
            needs="identity",
            title=["新服务", "Fresh"],
            short=["新服务", "Fresh"],
        )
        whole["services"] = [dict(fresh, **change), *whole["services"]]
        return json.dumps(whole, ensure_ascii=False).encode() + b"\n"

    def journey(kiosk):
        kiosk.until("kiosk.attract")
        kiosk.told("self_test")
        publisher.publish("services", "linux-kiosk", 7, document())
        kiosk.told("package", kind="services", version=7)
        publisher.publish("services", "linux-kiosk", 8, document(pattern="dance"))
        kiosk.told("package_refused", kind="services", code="PACKAGE-1")
        card = pcscd.insert(people().card("elder", None))
        kiosk.until("kiosk.home")
        kiosk.press("tile.pension", "tile.fresh")
        kiosk.until("kiosk.pin")
        kiosk.keys("123456")
        kiosk.press("key.ok")
        kiosk.until("kiosk.list")
        publisher.publish("services", "linux-kiosk", 9, document(title=["又一个", "Another"]))
        kiosk.told("package", kind="services", version=9)
        kiosk.press("print")
        wait(lambda: printer.chip.sheets, "printing")
        pcscd.remove(card)
        kiosk.until("kiosk.attract")
        services = kiosk.terminal.terminal.kiosk.services
        assert services.service("fresh")["title"] == ["又一个", "Another"]
        wait(lambda: publisher.standing(name).has.get("services") == 9, "telling the fleet view")

    bench.here(journey)
    assert not printer.chip.faults
    assert paper.text_of(printer.chip.sheets[0])[0] == "新服务"


class Torn:
    """A card that its holder draws out while it takes the money: nobody hears its answer."""

    def __init__(self, card):
        self._card = card
        self.atr = card.atr
        self.power_on = card.power_on
        self.inserted = None
        self.torn = 0

    def transmit(self, apdu):
        answer = self._card.transmit(apdu)
        if bytes(apdu[:2]) == _CREDIT:
            self.torn += 1
            self.inserted.pull()
        return answer


def test_a_top_up_torn_away_is_on_the_card_once_and_the_kiosk_finds_out(tmp_path, pcscd, sam, printer, headend):
    port, _ = headend
    bench = bench_of(tmp_path, printer, port)
    settings = bench.settings.read_text("utf8")
    assert 'load_terminal = "000030103001"' in settings
    card = people().card("adult", None)
    before = card.purse.balance
    torn = Torn(card)

    def journey(kiosk):
        kiosk.until("kiosk.attract")
        torn.inserted = pcscd.insert(torn)
        kiosk.until("kiosk.home")
        kiosk.press("tile.cards", "tile.wallet-topup")
        kiosk.until("kiosk.pin")
        kiosk.keys("123456")
        kiosk.press("key.ok")
        kiosk.until("kiosk.keyboard")
        kiosk.keys("50")
        kiosk.press("key.ok", "pay", "submit")
        kiosk.told("load", state="torn")
        pcscd.remove(torn.inserted)
        kiosk.until("kiosk.attract")
        inserted = pcscd.insert(card)
        kiosk.told("session", step="resume", service="wallet-topup")
        kiosk.told("load", state="loaded", fen=5000)
        kiosk.until("kiosk.done")
        pcscd.remove(inserted)
        kiosk.until("kiosk.attract")

    bench.here(journey)
    assert torn.torn == 1
    assert card.purse.balance == before + 5000


def test_a_shop_takes_a_payment_and_prints_its_receipt(tmp_path, pcscd, sam, printer):
    chosen = ['printer.port = "%s"' % printer.path, "columns = 48", 'scanner.port = "keyboard"', 'till.port = "tcp:0"']
    bench = LinuxBench(tmp_path, "linux-pad", chosen)

    def journey(pad):
        pad.until("idle")
        pad.press("digit.6", "digit.5", "digit.0", "confirm")
        pad.until("ask")
        card = pcscd.insert(residents.Residents().card("adult", None))
        pad.told("sold", fare=650)
        pad.until("receipt")
        pad.press("print")
        wait(lambda: printer.chip.sheets, "printing")
        pcscd.remove(card)

    bench.here(journey)
    assert any("6.50" in line for line in paper.text_of(printer.chip.sheets[0]))
