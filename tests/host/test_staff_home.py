"""`gatepost desk` in a home that was provisioned, on the real pcscd: a loss reported at a kiosk, a signed hotlist, a refusal."""

import signal
import subprocess
import sys

from boards.linux_desk import BOARD
from headend.demonstration.people import RESIDENTS
from headend.server import BackgroundServer
from offline_store.tokens import TokenKey
from simulator import demo_services, demo_site
from simulator.cards.psam import SoftwarePsam
from simulator.residents import Residents
from technician import services
from technician.provision_home import provision
from tests.host.kiosk_client import Kiosk
from tests.host.list_gate import LISTS, ROOT
from tests.host.test_card_services import operators_folder, plain, submit
from tests.host.test_pcsc import _documented_client, _port_and_token, _wait_for

TRUST = {"roots": [ROOT.public.hex()], "threshold": 1, "roles": {"hotlist": LISTS.public.hex()}}


def test_a_card_that_is_reported_lost_is_told_within_the_next_list(pcscd, tmp_path):
    folder, home = tmp_path / "headend", tmp_path / "home"
    folder.mkdir()
    operators_folder(folder)
    desk = services.desk(folder, "demonstration")
    sam = pcscd.insert(SoftwarePsam(), slot=1)
    card = Residents(1, demo_services.holder).card("adult", None)
    with BackgroundServer(folder, desk=desk) as headend:
        headend.key = desk.key.public
        provision(home, BOARD, "desk-7", TRUST, _site(headend.port))
        command = [sys.executable, "-m", "technician.cli", "desk", "--home", str(home), "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            try:
                client = _documented_client()(*_port_and_token(process))
                assert client.ask("STATUS").startswith("STATUS waiting ready ")
                client.ask("READ 11")
                inserted = pcscd.insert(card)
                assert client.hear().startswith("CARD 0 ")
                pcscd.remove(inserted)
                _report_lost(headend)
                _wait_for(process.stdout, "package kind=hotlist version=1")
                client.ask("READ 11")
                inserted = pcscd.insert(card)
                assert client.hear() == "CARD -4 3 card"
                _wait_for(process.stdout, "This card is reported lost")
                pcscd.remove(inserted)
                client.close()
            finally:
                process.send_signal(signal.SIGINT)
                process.stdout.read()
            assert process.wait(10) == 0
    pcscd.remove(sam, slot=1)


def _site(port):
    settings = {"terminal": "desk-7", "site": ["窗口", "Desk"], "language": "en", "prove_social": True}
    board = {"class": "linux-desk", "slot": {"port": ""}, "reader": {"port": "00 00"}, "psam": {"port": "00 01"}}
    return {
        "number": 7, "list_key": demo_site.LIST_KEY.decode(), "settings": settings, "board": board,
        "host": "127.0.0.1", "port": port,
    }  # fmt: skip


def _report_lost(headend):
    kiosk = Kiosk(headend)
    number = RESIDENTS[demo_services.HOLDERS["adult"]].number
    token = TokenKey(demo_site.LIST_KEY).permute(plain("adult")).hex()
    person = {"token": token, "class": "adult", "proved": "pin", "identity": number}
    assert submit(kiosk, "card-loss", person, {"reason": "lost"})["status"] == "ok"
    kiosk.power_off()
