"""`gatepost serve` of a kiosk and a pad: real pcscd, real pygame events as fingers, a printer on a pty, a real head-end."""

import pytest

from headend.server import BackgroundServer
from headend.services import ServiceDesk
from simulator import demo_services, paper, residents
from tests.host.linux_bench import LinuxBench
from tests.host.pcsc_service import wait
from tests.host.test_printer_cli import RealTime


@pytest.fixture
def printer():
    served = RealTime()
    yield served
    served.close()


def test_a_resident_prints_a_list_at_a_kiosk(tmp_path, pcscd, sam, printer):
    desk = ServiceDesk(tmp_path, demo_services.back_end(tmp_path))
    server = BackgroundServer(tmp_path, desk=desk)
    # The virtual reader has two slots: one takes the card, one the SAM, and none is left for contactless cards.
    ports = ['slot.port = "00 00"', 'reader.port = "none here"', 'printer.port = "%s"' % printer.path]
    bench = LinuxBench(tmp_path, "linux-kiosk", ports, server.port)
    people = residents.Residents(1, demo_services.holder)

    def journey(kiosk):
        kiosk.until("kiosk.attract")
        kiosk.told("self_test")
        card = pcscd.insert(people.card("elder", None))
        kiosk.until("kiosk.home")
        kiosk.press("tile.pension", "tile.pension-payments")
        kiosk.until("kiosk.pin")
        kiosk.keys("123456")
        kiosk.press("key.ok")
        kiosk.until("kiosk.list")
        kiosk.press("print")
        wait(lambda: printer.chip.sheets, "printing")
        pcscd.remove(card)
        kiosk.until("kiosk.attract")

    try:
        bench.here(journey)
    finally:
        server.stop()
    assert not printer.chip.faults
    assert paper.text_of(printer.chip.sheets[0])[0] == "养老金发放明细"


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
