"""The PC/SC driver on the real pcscd: virtual cards in vsmartcard's virtual reader, two slots, card and SAM."""

import asyncio
import json
import signal
import subprocess
import sys

import pytest

from drivers.pcsc import PcscReader, PcscSlot
from simulator.cards.demonstration import make_card
from simulator.cards.psam import SoftwarePsam
from terminal.clock import SystemClock
from terminal.errors import PsamFault
from terminal.media import present
from terminal.media.psam import Psam
from tests.host.pcsc_service import Service, wait


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("pcscd"))
    yield service
    service.stop()


def ask(coroutine):
    return asyncio.run(coroutine)


def _poll(reader):
    """Polls until pcscd has seen the card."""
    seen = []

    def offered():
        channel = ask(reader.poll())
        if channel is not None:
            seen.append(channel)
        return seen

    wait(offered, "seeing the card")
    return seen[0]


async def _starts(psam):
    try:
        await psam.start()
    except PsamFault:
        return False
    return True


def test_card_and_sam_in_two_slots(service):
    reader = PcscReader("00 00", SystemClock())
    assert ask(reader.start())
    assert ask(reader.poll()) is None
    sam = service.insert(SoftwarePsam(), slot=1)
    card = make_card("3100000000000012345", balance=2755)
    inserted = service.insert(card)
    channel = _poll(reader)
    assert channel.atr == card.atr
    presented = ask(present.read_card(channel, ("purse", "social_card")))
    assert presented.credential.balance == 2755
    assert presented.card.version == "3.00" and presented.card.partial
    assert ask(reader.poll()) is None and ask(reader.present())  # one tap
    psam = Psam(PcscSlot("00 01"))
    wait(lambda: ask(_starts(psam)), "seeing the SAM")
    assert psam.terminal == bytes.fromhex("000030008900")
    service.remove(inserted)
    assert not ask(reader.present())
    service.remove(sam)
    assert inserted.apdus > 5 and sam.apdus >= 2


def test_card_pulled_in_the_middle(service):
    reader = PcscReader("00 00", SystemClock())
    assert ask(reader.start())
    inserted = service.insert(make_card("1"))
    channel = _poll(reader)
    service.remove(inserted)
    assert ask(channel.transmit(bytes.fromhex("00A4040008A000000632010105"))) == (b"", 0)
    assert not ask(reader.present())
    inserted = service.insert(make_card("2"))
    assert _poll(reader).atr == make_card("2").atr
    ask(reader.release())
    service.remove(inserted)


def test_second_program_finds_the_card_busy(service):
    first, second = PcscReader("00 00", SystemClock()), PcscReader("00 00", SystemClock())
    inserted = service.insert(make_card("1"))
    assert _poll(first)
    assert ask(second.poll()) is None
    assert second.fault.code == "READER-6"
    ask(first.release())
    assert ask(second.poll())  # it gets the card as soon as it is free
    ask(second.release())
    service.remove(inserted)


def test_no_such_reader(service):
    reader = PcscReader("Nonesuch", SystemClock())
    assert not ask(reader.start())
    assert reader.state == "absent"
    assert reader.fault.code == "READER-5"
    assert "Nonesuch" in str(reader.fault) and "Virtual PCD" in str(reader.fault)
    assert ask(PcscSlot("Nonesuch").transmit(b"\0\xa4\0\0")) == (b"", 0)


def test_commands_meet_at_the_virtual_reader(service):
    gatepost = [sys.executable, "-m", "technician.cli"]
    slot = "localhost:%d" % service.port
    inserted = subprocess.Popen([*gatepost, "card", "elder", "--vpcd", slot], stdout=subprocess.PIPE, text=True)
    assert "elder is in the reader" in inserted.stdout.readline()
    done = subprocess.run(
        [*gatepost, "read", "--reader", "pcsc:00 00", "--wait", "20", "--json"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    inserted.send_signal(signal.SIGINT)
    assert inserted.wait(10) == 0
    inserted.stdout.close()
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["serial"] == "03104830100000000002" and told["uid"] == "" and told["ats"].startswith("3B6D0000")
