"""Lines that never fall silent, cards that always have more to say: every wait comes to an end, and service goes on."""

from drivers.keyboard_wedge import KeyboardWedge
from drivers.pn532 import READY, Pn532
from drivers.psam_uart import PsamUart
from drivers.qr_engine import QrEngine
from drivers.qr_engine_5a import QrEngine5A
from drivers.serial_scanner import STUCK
from simulator.chips.gate import SimPin
from simulator.chips.pn532 import Pn532Chip
from simulator.chips.qr_engine import QrEngineChip
from simulator.chips.qr_engine_5a import QrEngine5AChip
from simulator.chips.wire import Wire
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.neighbours import seal, unseal

NOISE = b"\x00\xff\x02\xfe\xd5\x7f\xaa\x00\x5a\x01\x13"
GOOD_FRAME = b"\x00\x00\xff\x02\xfe\xd5\x99\x92\x00"  # sound, and no answer to anything


class Babbler:
    """A wire that can be made to say `noise` without end and without a pause."""

    def __init__(self, wire=None, noise=b""):
        self.wire = wire
        self.noise = noise
        self.read = 0

    def any(self):
        return len(self.noise) or self.wire.any()

    def readinto(self, buffer):
        if not self.noise:
            return self.wire.readinto(buffer)
        count = min(len(buffer), len(self.noise))
        buffer[:count] = self.noise[:count]
        self.read += count
        assert self.read < 1_000_000, "reads on and on"
        return count

    def write(self, data):
        return self.wire.write(data) if self.wire else len(data)

    def set_baudrate(self, baudrate):
        if self.wire:
            self.wire.set_baudrate(baudrate)


def results_of(clock, coroutine, limit_ms):
    """[result] once `coroutine` is done; it must be in `limit_ms` of virtual time."""
    results = []

    async def whole():
        results.append(await coroutine)

    scheduler = Scheduler(clock)
    scheduler.spawn(whole())
    assert scheduler.run_until(lambda: results, limit_ms), "still at it after %d ms" % limit_ms
    return results


def test_a_babbling_line_never_holds_the_pn532():
    for noise in (NOISE, GOOD_FRAME, b"\x00\x00\xff\x00\xff\x00", b"\x00"):
        clock = VirtualClock()
        line = Babbler(Wire(clock))
        Pn532Chip(line.wire, clock)
        reader = Pn532(line, clock)
        line.noise = noise
        assert results_of(clock, reader.start(), 3000) == [False]
        line.noise = b""
        results_of(clock, reader.poll(), 3000)
        assert reader.state == READY


def test_a_card_whose_answer_never_ends_is_torn():
    clock = VirtualClock()
    reader = Pn532(Babbler(Wire(clock)), clock)
    reader.state = READY
    parts = []

    async def more(head, data=b"", timeout_ms=0, tries=2):
        parts.append(head)
        return b"\x40" + bytes(262)

    reader._call = more
    reader._channel = channel = type("Channel", (), {"ats": b"\x02\x00"})()
    assert results_of(clock, reader.exchange(channel, b"\x00\xb0\x00\x00\x00"), 10) == [(b"", 0)]
    assert len(parts) == 16  # 4096 bytes of 262 each


def test_a_babbling_line_never_holds_a_scanner():
    for kind, chip_kind in ((QrEngine, QrEngineChip), (QrEngine5A, QrEngine5AChip)):
        for noise in (NOISE, b"\x7e"):
            clock = VirtualClock()
            line = Babbler(Wire(clock, 9600))
            chip = chip_kind(line.wire, clock)
            scanner = kind(line, clock)
            assert results_of(clock, scanner.start(), 6000) == [True]
            line.noise = noise
            assert results_of(clock, scanner.poll(), 10) == [None]
            assert (scanner.state, scanner.overlong) == (STUCK, 1)
            assert results_of(clock, scanner.poll(), 3000) == [None]
            line.noise = b""
            clock.move(2001)
            results_of(clock, scanner.poll(), 3000)
            assert scanner.state == READY
            chip.show(b"\x81code")
            clock.move(100)
            assert results_of(clock, scanner.poll(), 100) == [b"\x81code"]


def test_somebody_leans_on_a_key():
    clock = VirtualClock()
    source = Babbler(noise=b"x" * 64)
    wedge = KeyboardWedge(source, clock)
    results_of(clock, wedge.start(), 1)
    for _ in range(20):
        assert results_of(clock, wedge.poll(), 1) == [None]
    assert len(wedge._line) == 1025  # enough to know that it is too long
    source.noise = b"\r"
    assert results_of(clock, wedge.poll(), 1) == [None]
    assert wedge.overlong == 1
    source.noise = b"6BF\r"
    assert results_of(clock, wedge.poll(), 1) == [b"6BF"]


class EchoLine(Babbler):
    """A card slot: the echo of what is written, then `noise` for ever."""

    def __init__(self, noise):
        super().__init__(noise=noise)
        self.first = b""

    def readinto(self, buffer):
        if self.first:
            buffer[0] = self.first[0]
            self.first = self.first[1:]
            return 1
        count = super().readinto(buffer)
        self.noise = self.noise[count:] + self.noise[:count]
        return count

    def write(self, data):
        self.first += bytes(data)
        return len(data)


def test_a_sam_that_always_wants_more_time_or_always_has_more():
    for says in (b"\x60", b"\x61\x08", b"\x6c\x08", NOISE):
        clock = VirtualClock()
        line = EchoLine(says)
        slot = PsamUart(line, SimPin(), clock)
        slot.atr = b"\x3b\x00"
        (answer,) = results_of(clock, slot.transmit(b"\x00\xb0\x96\x00\x06"), 1000)
        assert answer in ((b"", 0), (b"", 0x6108), (b"", 0x6C08))
        slot.atr = b""
        results_of(clock, slot.transmit(b"\x00\xb0\x96\x00\x06"), 1000)


def test_a_sam_that_pauses_before_each_request_for_time_is_given_up_after_ten():
    clock = VirtualClock()

    class Slow(EchoLine):
        def readinto(self, buffer):
            if not self.first and clock.elapsed(self.last) < 900:
                return 0
            self.last = clock.ticks()
            return super().readinto(buffer)

    line = Slow(b"\x60")
    line.last = clock.ticks()
    slot = PsamUart(line, SimPin(), clock)
    slot.atr = b"\x3b\x00"
    assert results_of(clock, slot.transmit(b"\x00\xb0\x96\x00\x06"), 11_000) == [(b"", 0)]
    assert clock.ms() > 9_000


def test_a_neighbour_whose_name_is_no_text_is_nobody():
    key = b"site key"
    good = seal(key, "gate-1", 1, 2, 0, 5, bytes(16))
    assert unseal(key, good)[0] == "gate-1"
    from terminal.crypto import sm3

    body = good[:5] + b"\xff" + good[6:-16]
    assert unseal(key, body + sm3.hmac_sm3(key, body)[:16]) is None
