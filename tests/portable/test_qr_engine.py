"""The QR engine driver: literal frames out, exact codes back, and its health."""

from binascii import hexlify, unhexlify

from drivers.qr_engine import ABSENT, READY, STUCK, QrEngine, crc16
from simulator.chips.qr_engine import QrEngineChip
from simulator.chips.wire import Wire
from simulator.virtual_time import Scheduler, VirtualClock

HEARTBEAT = "7e000a0100000030" + "1a"
TRIGGER = "7e000801000201" + "02da"
TO_115200 = "7e000802002a1a00"


class Bench:
    """A driver and an emulated engine on one wire."""

    def __init__(self, continuous=True, missing=(), baudrate=9600):
        self.clock = VirtualClock()
        self.wire = Wire(self.clock, baudrate)
        self.chip = QrEngineChip(self.wire, self.clock, missing)
        self.frames = []
        self.wire.listener = lambda data: self.frames.append(hexlify(data).decode())
        self.scanner = QrEngine(self.wire, self.clock, continuous)
        self.codes = []
        self.scheduler = Scheduler(self.clock)
        self.scheduler.spawn(self._run())

    async def _run(self):
        await self.scanner.start()
        while True:
            code = await self.scanner.poll()
            if code is not None:
                self.codes.append(code)
            await self.clock.sleep_ms(20)

    def run(self, ms):
        self.scheduler.run_for(ms)


def test_published_frames():
    for frame in (
        "7e0009010000" + "00dec8",
        HEARTBEAT,
        TRIGGER,
        "7e0007010000010141",
        "7e000701002a02d80f",
        "7e000802002a3901a7ea",
    ):
        body = unhexlify(frame)[2:-2]
        assert "%04x" % crc16(body) == frame[-4:]


def test_start_configures_a_factory_engine():
    bench = Bench()
    bench.run(2000)
    assert bench.scanner.state == READY
    assert bench.wire.baudrate == bench.wire.chip_baudrate == 115200
    assert HEARTBEAT in bench.frames
    assert [frame for frame in bench.frames if frame.startswith(TO_115200)]
    zones = bench.chip.zones
    assert zones[0x00] == 0x96  # continuous, light and aim while scanning, no beep, success LED kept
    assert zones[0x03] & 1 == 0  # setting codes off
    assert zones[0x60] & 0x60 == 0x60  # no tail
    assert bench.chip.saved == 1
    assert bench.scanner.unconfirmed == ()


def test_configured_engine_is_not_written_again():
    bench = Bench()
    bench.run(2000)
    bench.frames.clear()
    again = QrEngine(bench.wire, bench.clock)
    bench.scheduler.stop()
    bench.scheduler.spawn(again.start())
    bench.run(1000)
    assert again.state == READY
    assert bench.chip.saved == 1
    assert not [frame for frame in bench.frames if frame[4:6] in ("08", "09")]


def test_binary_codes_come_through_whole():
    bench = Bench()
    bench.run(2000)
    for code in (
        b"A",
        b"\r\n\r\n\x00\xff\x7e\x00",
        bytes(range(256)) + bytes(range(255, -1, -1)),
        b"\x81" + bytes(331),
    ):
        bench.codes.clear()
        assert bench.chip.show(code)
        bench.run(400)
        assert bench.codes == [code]


def test_two_codes_are_told_apart_by_the_gap():
    bench = Bench()
    bench.run(2000)
    bench.chip.show(b"first")
    bench.run(150)
    bench.chip.show(b"second")
    bench.run(150)
    assert bench.codes == [b"first", b"second"]


def test_triggered_engine():
    bench = Bench(continuous=False)
    bench.run(2000)
    assert bench.chip.zones[0x00] & 3 == 1
    assert TRIGGER in bench.frames
    assert bench.chip.show(b"\x02\x00code")
    assert not bench.chip.show(b"not triggered yet")
    bench.run(200)
    assert bench.codes == [b"\x02\x00code"]
    assert bench.chip.show(b"next")
    bench.run(200)
    assert bench.codes[1:] == [b"next"]


def test_model_without_a_zone():
    bench = Bench(missing=(0x60,))
    bench.run(2000)
    assert bench.scanner.state == READY
    assert bench.scanner.unconfirmed == (0x60,)


def test_model_that_cannot_be_put_to_work():
    bench = Bench(missing=(0x00,))
    bench.run(2000)
    assert bench.scanner.state == ABSENT


def test_overlong_code_is_dropped_and_counted():
    bench = Bench()
    bench.run(2000)
    bench.chip.show(bytes(2000))
    bench.run(600)
    assert bench.codes == []
    assert bench.scanner.overlong == 1
    bench.chip.show(b"short")
    bench.run(200)
    assert bench.codes == [b"short"]


def test_absent_engine_does_not_hold_up_the_lane():
    bench = Bench()
    bench.wire.unplugged.arm(10**6)
    bench.run(1000)
    assert bench.scanner.state == ABSENT
    frames = len(bench.frames)
    bench.run(1000)
    assert len(bench.frames) == frames  # no new attempt within two seconds


def test_unplugged_engine_comes_back():
    bench = Bench()
    bench.run(2000)
    bench.wire.unplugged.arm(10**6)
    bench.run(8000)
    assert bench.scanner.state in (ABSENT, STUCK)
    assert bench.wire.unplugged.fired
    bench.wire.unplugged.disarm()
    bench.chip.power_on()
    bench.run(3000)
    assert bench.scanner.state == READY
    bench.chip.show(b"back")
    bench.run(200)
    assert bench.codes == [b"back"]


def test_code_that_crosses_a_heartbeat():
    bench = Bench()
    bench.run(2000)
    while HEARTBEAT not in bench.frames[-1:]:
        bench.run(1)
    bench.chip.show(b"crossing")
    bench.run(300)
    assert bench.codes == [b"crossing"]
    assert bench.scanner.state == READY
