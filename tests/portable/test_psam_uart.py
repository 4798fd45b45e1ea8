"""A PSAM on a serial line (T=0), against an emulated card whose line echoes."""

from drivers.psam_uart import PsamUart
from simulator import residents
from simulator.chips.psam_uart import PsamUartChip
from simulator.chips.wire import Wire
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.media.psam import Psam


class Slot:
    def __init__(self, card):
        self.clock = VirtualClock()
        self.scheduler = Scheduler(self.clock)
        self.wire = Wire(self.clock, 9600)
        self.chip = PsamUartChip(self.wire, card)
        self.psam = PsamUart(self.wire, self.chip.reset, self.clock)

    def run(self, coroutine):
        out = []

        async def work():
            out.append(await coroutine)

        self.scheduler.spawn(work())
        assert self.scheduler.run_until(lambda: out, 30000)
        return out[0]


def test_terminal_number_and_application():
    slot = Slot(residents.psam())
    assert slot.run(slot.psam.transmit(b"\x00\xb0\x96\x00\x06")) == (b"\x00\x00\x30\x10\x00\x01", 0x9000)
    assert slot.psam.atr[0] == 0x3B
    assert slot.run(slot.psam.transmit(b"\x00\xa4\x00\x00\x02\xdf\x01"))[1] in (0x9000, 0x6100 | 0x00)


def test_the_core_starts_it():
    slot = Slot(residents.psam())
    core = Psam(slot.psam)

    async def start():
        await core.start()
        return core.terminal

    assert slot.run(start()) == b"\x00\x00\x30\x10\x00\x01"


def test_a_refusal_is_a_status_word():
    slot = Slot(residents.psam())
    assert slot.run(slot.psam.transmit(b"\x80\x70\x00\x00\x02\x01\x02"))[1] >> 8 == 0x69


def test_no_card_is_no_answer_and_a_card_put_in_later_serves():
    slot = Slot(None)
    assert slot.run(slot.psam.transmit(b"\x00\xb0\x96\x00\x06")) == (b"", 0)
    slot.chip.card = residents.psam()
    assert slot.run(slot.psam.transmit(b"\x00\xb0\x96\x00\x06"))[1] == 0x9000


def test_a_cut_line_is_no_answer_and_the_next_call_resets_the_card():
    slot = Slot(residents.psam())
    slot.run(slot.psam.transmit(b"\x00\xb0\x96\x00\x06"))
    slot.wire.unplugged.arm()
    assert slot.run(slot.psam.transmit(b"\x00\xb0\x96\x00\x06")) == (b"", 0)
    assert slot.wire.unplugged.fired == 1
    assert slot.psam.atr == b""
    assert slot.run(slot.psam.transmit(b"\x00\xb0\x96\x00\x06"))[1] == 0x9000
