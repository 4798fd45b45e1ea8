"""The same PN532 driver over SPI and I2C, on the emulated chip."""

from binascii import hexlify, unhexlify

from drivers.bus.pn532_ports import Pn532I2c, Pn532Spi
from drivers.pn532 import READY, STUCK, Pn532
from simulator.cards.demonstration import make_card
from simulator.chips.pn532 import Pn532Chip
from simulator.chips.pn532_ports import FrameLine, I2cPort, SpiPort
from simulator.virtual_time import Scheduler, VirtualClock

SELECT_PURSE = unhexlify("00A4040008A000000632010105")
LONG = b"\x00\xb0\x80\x00\x00"


class BigCard:
    """Answers everything with 256 bytes and 9000, which needs an extended frame."""

    uid = b"\x01\x02\x03\x04"
    atqa = b"\x00\x04"
    sak = 0x20
    ats = b"\x05\x78\x80\x70\x02"

    def power_on(self):
        pass

    def transmit(self, apdu):
        return bytes(range(256)) + b"\x90\x00"


class Bench:
    def __init__(self, kind):
        self.clock = VirtualClock()
        self.line = FrameLine(self.clock)
        self.chip = Pn532Chip(self.line, self.clock)
        if kind == "spi":
            self.port = SpiPort(self.line, self.clock)
            bus = Pn532Spi(self.port, self.port.select)
        else:
            self.port = I2cPort(self.line, self.clock)
            bus = Pn532I2c(self.port)
        self.reader = Pn532(bus, self.clock)
        self.scheduler = Scheduler(self.clock)

    def run(self, coroutine):
        result = []

        async def keep():
            result.append(await coroutine)

        self.scheduler.spawn(keep())
        assert self.scheduler.run_until(lambda: result, 20000)
        return result[0]


def test_one_tap_over_either_port():
    for kind in ("spi", "i2c"):
        bench = Bench(kind)
        assert bench.run(bench.reader.start()), kind
        assert bench.run(bench.reader.poll()) is None
        card = make_card("3100000000000012345")
        bench.chip.insert(card)
        channel = bench.run(bench.reader.poll())
        assert channel.uid == card.uid and channel.ats == card.ats
        fci, sw = bench.run(channel.transmit(SELECT_PURSE))
        assert sw == 0x9000 and len(fci) == 51
        assert bench.reader.state == READY
        assert bench.reader.time_outs == bench.reader.bad_frames == 0


def test_extended_frames_over_either_port():
    for kind in ("spi", "i2c"):
        bench = Bench(kind)
        bench.chip.insert(BigCard())
        channel = bench.run(bench.reader.poll())
        assert bench.run(channel.transmit(LONG)) == (bytes(range(256)), 0x9000), kind


def test_silence_is_stuck_over_either_port():
    for kind in ("spi", "i2c"):
        bench = Bench(kind)
        assert bench.run(bench.reader.start())
        bench.chip.mute.arm(10**6)
        while bench.reader.state == READY:
            bench.run(bench.reader.poll())
        assert bench.reader.state == STUCK and bench.chip.mute.fired
        bench.chip.mute.disarm()
        assert bench.run(bench.reader.start())


def test_bytes_on_the_spi():
    bench = Bench("spi")
    sent = []
    write = bench.port.write

    def listen(data):
        sent.append(hexlify(data).decode())
        write(data)

    bench.port.write = listen
    bench.run(bench.reader.start())
    # Data write (01, LSB first 80), then GetFirmwareVersion 00 00 FF 02 FE D4 02 2A 00, each bit-reversed.
    assert "80" + "0000ff407f2b405400" in sent
    assert "40" in sent and "c0" in sent


def test_nobody_on_the_i2c():
    bench = Bench("i2c")
    bench.reader = Pn532(Pn532I2c(bench.port, 0x25), bench.clock)
    assert not bench.run(bench.reader.start())
    assert bench.reader.state == "absent"
