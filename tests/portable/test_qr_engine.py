"""The QR engine driver: literal frames out, exact codes back, and its health."""

from binascii import hexlify, unhexlify

from drivers.keyboard_wedge import KeyboardWedge
from drivers.qr_engine import QrEngine, crc16
from drivers.qr_engine_5a import QrEngine5A, frame
from drivers.serial_scanner import ABSENT, READY, STUCK
from simulator.chips.qr_engine import QrEngineChip
from simulator.chips.qr_engine_5a import QrEngine5AChip
from simulator.chips.wire import Wire
from simulator.virtual_time import Scheduler, VirtualClock

HEARTBEAT = "7e000a0100000030" + "1a"
TRIGGER = "7e000801000201" + "02da"
TO_115200 = "7e000802002a1a00"


class Bench:
    """A driver and an emulated engine on one wire; `missing` are zones or commands the engine does not know."""

    def __init__(self, continuous=True, missing=(), driver=QrEngine, chip=QrEngineChip):
        self.clock = VirtualClock()
        self.wire = Wire(self.clock, 9600)
        self.chip = chip(self.wire, self.clock, missing)
        self.frames = []
        self.wire.listener = lambda data: self.frames.append(hexlify(data).decode())
        self.scanner = driver(self.wire, self.clock, continuous)
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
    for published in (
        "7e0009010000" + "00dec8",
        HEARTBEAT,
        TRIGGER,
        "7e0007010000010141",
        "7e000701002a02d80f",
        "7e000802002a3901a7ea",
    ):
        body = unhexlify(published)[2:-2]
        assert "%04x" % crc16(body) == published[-4:]


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


def test_an_engine_that_came_back_while_the_lane_stood_still_for_a_week():
    bench = Bench()
    bench.wire.unplugged.arm(10**6)
    bench.run(1000)
    assert bench.scanner.state == ABSENT
    bench.wire.unplugged.disarm()
    bench.clock.move(150 * 3_600_000)
    bench.chip.power_on()
    bench.run(3000)
    assert bench.scanner.state == READY


def test_code_that_crosses_a_heartbeat():
    bench = Bench()
    bench.run(2000)
    while HEARTBEAT not in bench.frames[-1:]:
        bench.run(1)
    bench.chip.show(b"crossing")
    bench.run(300)
    assert bench.codes == [b"crossing"]
    assert bench.scanner.state == READY


def bench_5a(continuous=True, refused=()):
    return Bench(continuous, refused, QrEngine5A, QrEngine5AChip)


def test_5a_frames():
    # 53 ^ 52 ^ ... worked out by hand for the trigger command: 00 00 08 and "SR030301".
    assert hexlify(frame(b"SR030301")).decode() == "5a000008" + "5352303330333031" + "08" + "a5"


def test_5a_engine_is_configured_and_reads():
    bench = bench_5a()
    bench.run(2000)
    assert bench.scanner.state == READY
    assert bench.scanner.version == b"V1.2.M3Y"
    assert bench.wire.baudrate == bench.wire.chip_baudrate == 57600
    assert b"S_CMD_0000" in bench.chip.orders  # setting codes off
    for code in (b"A", bytes(range(256)), b"\x5a\x01\x00\x049000\x00\xa5"):
        bench.codes.clear()
        assert bench.chip.show(code)
        bench.run(400)
        assert bench.codes == [code]


def test_5a_engine_triggered():
    bench = bench_5a(continuous=False)
    bench.run(2000)
    assert b"SR030301" in bench.chip.orders
    assert bench.chip.show(b"first")
    bench.run(200)
    assert bench.chip.show(b"second")
    bench.run(200)
    assert bench.codes == [b"first", b"second"]


def test_5a_engine_of_another_model():
    bench = bench_5a(refused=(b"S_CMD_0000",))
    bench.run(2000)
    assert bench.scanner.state == ABSENT


def test_5a_engine_that_falls_silent_comes_back():
    bench = bench_5a()
    bench.run(2000)
    bench.chip.mute.arm(10**6)
    bench.run(8000)
    assert bench.chip.mute.fired and bench.scanner.state in (ABSENT, STUCK)
    bench.chip.mute.disarm()
    bench.run(3000)
    assert bench.scanner.state == READY
    bench.chip.show(b"back")
    bench.run(200)
    assert bench.codes == [b"back"]


def test_5a_code_that_crosses_a_sign_of_life():
    bench = bench_5a()
    bench.run(2000)
    asked = bench.chip.orders.count(b"T_OUT_CVER")
    while bench.chip.orders.count(b"T_OUT_CVER") == asked:
        bench.run(1)
    bench.chip.show(b"crossing")
    bench.run(400)
    assert bench.codes == [b"crossing"]


class Keys:
    """What was typed and not read yet."""

    def __init__(self):
        self.typed = b""

    def any(self):
        return len(self.typed)

    def readinto(self, buffer):
        count = min(len(buffer), len(self.typed))
        buffer[:count] = self.typed[:count]
        self.typed = self.typed[count:]
        return count


def test_keyboard_wedge():
    clock = VirtualClock()
    keys = Keys()
    scanner = KeyboardWedge(keys, clock)
    scheduler = Scheduler(clock)
    codes = []

    async def run():
        await scanner.start()
        while True:
            code = await scanner.poll()
            if code is not None:
                codes.append(code)
            await clock.sleep_ms(20)

    keys.typed = b"typed before the start\r"
    scheduler.spawn(run())
    scheduler.run_for(50)
    keys.typed = b"6BF+70790T9WJWG.FKY*4GO0" * 20 + b"\r\nSECOND\t"
    scheduler.run_for(100)
    assert codes == [b"6BF+70790T9WJWG.FKY*4GO0" * 20, b"SECOND"]
    keys.typed = b"NO END"
    scheduler.run_for(200)
    assert len(codes) == 2
    scheduler.run_for(200)
    assert codes[2:] == [b"NO END"]
    keys.typed = b"x" * 1025 + b"\rshort\r"
    scheduler.run_for(200)
    assert codes[3:] == [b"short"] and scanner.overlong == 1
