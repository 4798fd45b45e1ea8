"""The PC/SC driver on the real pcscd: virtual cards in vsmartcard's virtual reader, two slots, card and SAM."""

import asyncio
import concurrent.futures
import json
import pathlib
import signal
import subprocess
import sys
import threading

from drivers.pcsc import PcscReader, PcscSlot
from offline_store.journal import Journal
from offline_store.media import FileMedium
from simulator.cards.demonstration import make_card
from simulator.cards.psam import SoftwarePsam
from terminal import records
from terminal.clock import SystemClock
from terminal.errors import PsamFault
from terminal.media import present
from terminal.media.psam import Psam
from tests.host.pcsc_service import wait


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


def test_card_and_sam_in_two_slots(pcscd):
    reader = PcscReader("00 00", SystemClock())
    assert ask(reader.start())
    assert ask(reader.poll()) is None
    sam = pcscd.insert(SoftwarePsam(), slot=1)
    card = make_card("3100000000000012345", balance=2755)
    inserted = pcscd.insert(card)
    channel = _poll(reader)
    assert channel.atr == card.atr
    presented = ask(present.read_card(channel, ("purse", "social_card")))
    assert presented.credential.balance == 2755
    assert presented.card.version == "3.00" and presented.card.partial
    assert ask(reader.poll()) is None and ask(reader.present())  # one tap
    slot = PcscSlot("00 01")
    psam = Psam(slot)
    wait(lambda: ask(_starts(psam)), "seeing the SAM")
    assert psam.terminal == bytes.fromhex("000030008900")
    slot.close()
    pcscd.remove(inserted)
    assert not ask(reader.present())
    pcscd.remove(sam, slot=1)
    assert inserted.apdus > 5 and sam.apdus >= 2


def test_card_pulled_in_the_middle(pcscd):
    reader = PcscReader("00 00", SystemClock())
    assert ask(reader.start())
    inserted = pcscd.insert(make_card("1"))
    channel = _poll(reader)
    pcscd.remove(inserted)
    assert ask(channel.transmit(bytes.fromhex("00A4040008A000000632010105"))) == (b"", 0)
    assert not ask(reader.present())
    inserted = pcscd.insert(make_card("2"))
    assert _poll(reader).atr == make_card("2").atr
    ask(reader.release())
    pcscd.remove(inserted)


def test_second_program_finds_the_card_busy(pcscd):
    first, second = PcscReader("00 00", SystemClock()), PcscReader("00 00", SystemClock())
    inserted = pcscd.insert(make_card("1"))
    assert _poll(first)
    assert ask(second.poll()) is None
    assert second.fault.code == "READER-6"
    ask(first.release())
    assert ask(second.poll())  # it gets the card as soon as it is free
    ask(second.release())
    pcscd.remove(inserted)


def test_no_such_reader(pcscd):
    reader = PcscReader("Nonesuch", SystemClock())
    assert not ask(reader.start())
    assert reader.state == "absent"
    assert reader.fault.code == "READER-5"
    assert "Nonesuch" in str(reader.fault) and "Virtual PCD" in str(reader.fault)
    assert ask(PcscSlot("Nonesuch").transmit(b"\0\xa4\0\0")) == (b"", 0)


def test_commands_meet_at_the_virtual_reader(pcscd):
    gatepost = [sys.executable, "-m", "technician.cli"]
    slot = "localhost:%d" % pcscd.port
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


def test_a_staff_desk_reads_for_the_software_beside_it(pcscd, tmp_path):
    """`gatepost desk` and the client of docs/desk.md, with a card that is there, pulled too early, and none."""
    sam = pcscd.insert(SoftwarePsam(), slot=1)
    slots = PcscSlot("00 00"), PcscSlot("00 01")
    for slot in slots:
        slot.open()
    wait(lambda: slots[0].insertion() is None and slots[1].insertion() is not None, "seeing one slot empty and the SAM")
    for slot in slots:
        slot.close()
    command = [sys.executable, "-m", "technician.cli", "desk", "--reader", "00 00", "--sam", "00 01"]
    command += ["--port", "0", "--lang", "en", "--folder", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            client = _documented_client()(*_port_and_token(process))
            reading = concurrent.futures.ThreadPoolExecutor(1).submit(client.read, 12, "A012")
            _wait_for(process.stdout, "Identity at a bank", "Put your card down")
            inserted = pcscd.insert(make_card("03104830100000000042"))
            code, record, fields = reading.result(20)
            pcscd.remove(inserted)
            assert (code, fields[1], fields[4], fields[2] != "") == (0, "111111198101011110", "张三", True)
            assert client.confirm(record, True).startswith("OK ")
            reading = concurrent.futures.ThreadPoolExecutor(1).submit(client.read, 52)
            torn = PulledCard(make_card("03104830100000000042"))
            torn.lies(pcscd.insert(torn))
            assert reading.result(20)[0] == -2 and torn.fired
            shown = _wait_for(process.stdout, "Not read")
            client.close()
        finally:
            process.send_signal(signal.SIGINT)
            rest = process.stdout.read()
        assert process.wait(10) == 0
    pcscd.remove(sam, slot=1)
    assert "张三" not in shown + rest
    assert oct((tmp_path / "desk.token").stat().st_mode)[-3:] == "600"
    journal = Journal(FileMedium(str(tmp_path / "journal.txj"), readonly=True))
    kinds = [records.KINDS[records.unpack(journal.read(seq)).kind] for seq in range(1, journal.last_seq + 1)]
    assert kinds == ["boot", "consent", "passed"]


class PulledCard:
    """A card whose holder takes it away while it is read."""

    def __init__(self, card):
        self._card, self.atr, self.fired, self._left = card, card.atr, False, 6
        self._there = threading.Event()

    def lies(self, inserted):
        self._inserted = inserted
        self._there.set()

    def power_on(self, interface):
        self._card.power_on(interface)

    def transmit(self, apdu):
        self._left -= 1
        if self._left == 0:
            self.fired = self._there.wait(20)
            self._inserted.pull()
        return self._card.transmit(apdu)


def _documented_client():
    text = (pathlib.Path(__file__).parents[2] / "docs" / "desk.md").read_text("utf8")
    room = {}
    exec(text.split("```python\n")[1].split("```")[0], room)
    return room["Desk"]


def _port_and_token(process):
    words = process.stdout.readline().split()
    assert "port" in words, " ".join(words) + process.stdout.read()
    return int(words[words.index("port") + 1].rstrip(",")), pathlib.Path(words[-1]).read_text().strip()


def _wait_for(lines, *words):
    """What was shown until all `words` stand on one line."""
    shown = ""
    for line in lines:
        shown += line
        if all(word in line for word in words):
            return shown
    raise AssertionError("the desk never showed %s" % (words,))
