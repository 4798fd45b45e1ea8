"""Fuzz targets on wires: each driver starts, looks, exchanges and ends against a line that says anything."""

from drivers.bus.pn532_ports import Pn532I2c, Pn532Spi
from drivers.keyboard_wedge import KeyboardWedge
from drivers.pn532 import Pn532
from drivers.psam_uart import PsamUart
from drivers.qr_engine import QrEngine
from drivers.qr_engine_5a import QrEngine5A
from simulator import residents
from simulator.cards.demonstration import make_card
from simulator.chips.gate import SimPin
from simulator.chips.pn532 import Pn532Chip
from simulator.chips.psam_uart import PsamUartChip
from simulator.chips.qr_engine import QrEngineChip
from simulator.chips.qr_engine_5a import QrEngine5AChip
from simulator.chips.wire import Wire
from simulator.virtual_time import Scheduler, VirtualClock
from tests.fuzz.answers import FLOOD, Line, RecordingLine, pack, play, split

SELECT = bytes.fromhex("00A4040008A000000632010105")
BALANCE = bytes.fromhex("805C000204")


def _case(data):
    """(whether the line floods, its answers)."""
    return bool(data and data[0] & FLOOD), split(data[1:])


def _recorded(work, wire, clock, echo=False):
    """Cases of what `await work(line)` hears on an emulated wire."""
    line = RecordingLine(wire, echo)
    scheduler = Scheduler(clock)
    scheduler.spawn(work(line))
    scheduler.run_for(30_000)
    return [bytes((flood,)) + pack(line.heard) for flood in (0, FLOOD)]


# PN532


async def _tap(bus, clock):
    reader = Pn532(bus, clock)
    if not await reader.start():
        return
    for _ in range(2):
        channel = await reader.poll()
        if channel is not None:
            await channel.transmit(SELECT)
            await channel.transmit(BALANCE)
            await reader.present()
            await reader.release()
            await reader.present()


def pn532(data):
    flood, answers = _case(data)
    play(lambda clock: _tap(Line(answers, flood), clock), 60_000)


def pn532_seeds():
    found = []
    for cards in ((), (make_card("1", balance=500),), (make_card("1"), make_card("2"))):
        clock = VirtualClock()
        wire = Wire(clock)
        chip = Pn532Chip(wire, clock)
        for card in cards:
            chip.insert(card)
        found += _recorded(lambda line, clock=clock: _tap(line, clock), wire, clock)
    return found


class _Spi:
    """Machine.SPI and, with an address, machine.I2C: reads take the next bytes, then zeros."""

    def __init__(self, data):
        self._data = data

    def write(self, data):
        """Goes out."""

    def readinto(self, buffer):
        part, self._data = self._data[: len(buffer)], self._data[len(buffer) :]
        buffer[: len(part)] = part

    def writeto(self, address, data):
        """Goes out."""

    def readfrom_into(self, address, buffer):
        self.readinto(buffer)


def pn532_spi(data):
    play(lambda clock: _tap(Pn532Spi(_Spi(data), SimPin()), clock), 60_000)


def pn532_i2c(data):
    play(lambda clock: _tap(Pn532I2c(_Spi(data)), clock), 60_000)


def port_seeds():
    """Ready bytes and frames as both ports hand them out."""
    frames = [answer for seed in pn532_seeds()[:4] for answer in _case(seed)[1]]
    return [b"".join([b"\x01" + frame for frame in frames]), b"\x01\x00\x00\xff\xff\xff\xff\xff" + bytes(range(250))]


# Scanners


async def _scan(scanner, clock, looks=15):
    await scanner.start()
    for _ in range(looks):
        code = await scanner.poll()
        assert code is None or 0 < len(code) <= 1024
        await clock.sleep_ms(20)


def _scanner(kind):
    def target(data):
        flood, answers = _case(data)
        continuous = not data or not data[0] & 1
        play(lambda clock: _scan(kind(Line(answers, flood), clock, continuous), clock), 60_000)

    return target


def _scanner_seeds(kind, chip_kind):
    def seeds():
        clock = VirtualClock()
        wire = Wire(clock, 9600)
        chip = chip_kind(wire, clock)

        async def work(line):
            scanner = kind(line, clock)
            await scanner.start()
            chip.show(b"\x81code\r\n" * 20)
            for _ in range(10):
                await scanner.poll()
                await clock.sleep_ms(20)

        return _recorded(work, wire, clock)

    return seeds


qr_engine, qr_engine_seeds = _scanner(QrEngine), _scanner_seeds(QrEngine, QrEngineChip)
qr_engine_5a, qr_engine_5a_seeds = _scanner(QrEngine5A), _scanner_seeds(QrEngine5A, QrEngine5AChip)


def keyboard(data):
    """The first byte: whether somebody leans on a key for ever."""
    flood, answers = _case(data)

    async def type_it(clock):
        line = Line([b""] + answers, flood)
        wedge = KeyboardWedge(line, clock)
        await wedge.start()
        for _ in range(len(answers) + 40):
            line.write(b"")
            code = await wedge.poll()
            assert code is None or 0 < len(code) <= 1024
            await clock.sleep_ms(100)

    play(type_it, 60_000 + 200 * len(data))


def keyboard_seeds():
    lines = [b"6BFOXN\r\n", b"essc:123\t", b"A" * 500, b"B" * 599]
    return [bytes((flood,)) + pack(lines) for flood in (0, FLOOD)]


# PSAM on a serial line


async def _ask_sam(slot):
    for apdu in (bytes.fromhex("00B0960006"), bytes.fromhex("00A4000002DF01"), b"\x80\x70\x00\x00\x24" + bytes(36)):
        data, sw = await slot.transmit(apdu)
        assert len(data) <= 4096 and 0 <= sw <= 0xFFFF


def psam_uart(data):
    flood, answers = _case(data)
    line, reset = Line(answers, flood, echo=True), SimPin()
    reset.listener = lambda level: line.speak() if level else None
    play(lambda clock: _ask_sam(PsamUart(line, reset, clock)), 300_000)


def psam_uart_seeds():
    clock = VirtualClock()
    wire = Wire(clock, 9600)
    chip = PsamUartChip(wire, residents.psam())
    return _recorded(lambda line: _ask_sam(PsamUart(line, chip.reset, clock)), wire, clock, echo=True)
