"""Whatever comes over a wire or from a card: drivers and chips stay within bounds, and work again afterwards."""

from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import qr_engine, qr_engine_5a
from drivers.errors import BadFrame
from drivers.pn532 import READY, Pn532
from drivers.pn532_frames import GOT_PAYLOAD, MAX_PAYLOAD, NOTHING, FrameReader, FrameWriter
from drivers.qr_engine import QrEngine
from drivers.qr_engine_5a import QrEngine5A
from simulator.cards.demonstration import make_card
from simulator.cards.psam import SoftwarePsam
from simulator.chips.pn532 import Pn532Chip
from simulator.chips.qr_engine import QrEngineChip
from simulator.chips.qr_engine_5a import QrEngine5AChip
from simulator.chips.wire import Wire
from simulator.virtual_time import Scheduler, VirtualClock

# Bytes that frames are made of come more often than others.
_BYTES = st.lists(
    st.one_of(st.sampled_from(b"\x00\xff\x01\x02\xd5\xd4\x4b\x5a\x7e\x90"), st.integers(0, 255)), max_size=120
).map(bytes)


class Stream:
    """A bus with given input, in given portions."""

    def __init__(self, data, portion):
        self.data = data
        self.portion = portion

    def any(self):
        return len(self.data)

    def readinto(self, buffer):
        count = min(len(buffer), self.portion, len(self.data))
        buffer[:count] = self.data[:count]
        self.data = self.data[count:]
        return count


def payloads(data, portion):
    """All payloads that a FrameReader finds in `data`."""
    stream, reader, found = Stream(data, portion), FrameReader(), []
    for _ in range(20 * len(data) + 20):
        try:
            kind = reader.next()
        except BadFrame:
            continue
        if kind == GOT_PAYLOAD:
            found.append(bytes(reader.payload))
        elif kind == NOTHING and not reader.fill(stream):
            return found
    raise AssertionError("the frame reader does not come to an end")


@given(st.binary(min_size=1, max_size=MAX_PAYLOAD), st.integers(1, 300))
def test_pn532_frames_come_back_as_they_were(payload, portion):
    frame = bytes(FrameWriter().build(payload))
    assert payloads(frame, portion) == [payload]


@given(_BYTES, st.binary(min_size=1, max_size=60), st.integers(1, 64))
def test_pn532_frame_behind_garbage_is_found(garbage, payload, portion):
    frame = bytes(FrameWriter().build(payload))
    # Garbage can look like the head of a long frame, which then swallows one good frame; never a whole buffer of them.
    found = payloads(garbage + frame * (2 + 300 // len(frame)), portion)
    assert payload in found


@given(_BYTES, st.integers(1, 64))
def test_any_bytes_to_the_frame_reader(data, portion):
    for payload in payloads(data, portion):
        assert 0 < len(payload) <= MAX_PAYLOAD


class Bench:
    def __init__(self, driver, chip, baudrate):
        self.clock = VirtualClock()
        self.wire = Wire(self.clock, baudrate)
        self.chip = chip(self.wire, self.clock)
        self.device = driver(self.wire, self.clock)
        self.seen = []
        self.scheduler = Scheduler(self.clock)
        self.scheduler.spawn(self._run())

    async def _run(self):
        await self.device.start()
        while True:
            seen = await self.device.poll()
            if seen is not None:
                self.seen.append(seen)
            await self.clock.sleep_ms(20)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 300), _BYTES), max_size=6))
def test_noise_never_keeps_the_pn532_out_of_service(noise):
    bench = Bench(Pn532, Pn532Chip, 115200)
    for pause, data in noise:
        bench.scheduler.run_for(pause)
        bench.wire.answer(data)
    bench.scheduler.run_for(3000)
    assert bench.device.state == READY
    bench.seen.clear()
    bench.chip.remove()
    bench.scheduler.run_for(500)
    bench.chip.insert(make_card("1"))
    bench.scheduler.run_for(1000)
    assert len(bench.seen) == 1
    bench.scheduler.stop()


@settings(max_examples=30)
@given(st.sampled_from(((QrEngine, QrEngineChip), (QrEngine5A, QrEngine5AChip))), st.lists(_BYTES, max_size=4))
def test_noise_never_keeps_a_qr_engine_out_of_service(kind, noise):
    bench = Bench(*kind, 9600)
    for data in noise:
        bench.wire.answer(data)
        bench.scheduler.run_for(100)
    bench.scheduler.run_for(12000)
    assert bench.device.state == READY
    bench.seen.clear()
    assert bench.chip.show(b"\x81code")
    bench.scheduler.run_for(300)
    assert bench.seen == [b"\x81code"]
    bench.scheduler.stop()


@given(_BYTES)
def test_any_bytes_as_a_reply_of_a_qr_engine(data):
    view = memoryview(data)
    for head in (2, 3):
        value = qr_engine.find_reply(head, view)
        assert value is None or 0 <= value < 256
    reply = qr_engine_5a.find_reply(view)
    assert reply is None or len(reply) <= len(data)


@given(_BYTES, st.binary(max_size=40))
def test_5a_reply_behind_garbage_is_found(garbage, payload):
    reply = qr_engine_5a.find_reply(memoryview(garbage + qr_engine_5a.frame(payload, 0x01)))
    assert reply is not None


@given(st.lists(_BYTES, max_size=8))
def test_any_bytes_to_the_chips(portions):
    for chip in (Pn532Chip, QrEngineChip, QrEngine5AChip):
        clock = VirtualClock()
        wire = Wire(clock)
        device = chip(wire, clock)
        for data in portions:
            device.receive(data)
            clock.move(50)
            wire.readinto(bytearray(1024))


_CLASSES = st.sampled_from((0x00, 0x80, 0x84, 0xBF, 0xFF))
_INSTRUCTIONS = st.sampled_from(
    (0xA4, 0xB0, 0xB2, 0xC0, 0x5C, 0x50, 0xDC, 0x54, 0x52, 0x5A, 0x84, 0x88, 0x82, 0x70, 0x72)
)
_SELECTIONS = st.sampled_from(
    tuple(
        bytes.fromhex(apdu)
        for apdu in (
            "00A4040008A000000632010105",
            "00A404000F7378312E73682EC9E7BBE1B1A3D5CF",
            "00A40000023F00",
            "00A4000002EF05",
            "00A4000002DF01",
            "805003020B010000000000112233445500"[:32],
        )
    )
)


@st.composite
def _apdu(draw):
    data = draw(st.binary(max_size=40))
    head = bytes((draw(_CLASSES), draw(_INSTRUCTIONS), draw(st.integers(0, 255)), draw(st.integers(0, 255))))
    body = bytes((len(data),)) + data if data else b""
    return head + body + draw(st.binary(max_size=1))


@given(st.lists(st.one_of(_apdu(), _SELECTIONS, st.binary(max_size=12)), max_size=12))
def test_any_apdus_to_card_and_psam(apdus):
    card = make_card("1", balance=500)
    for device in (card, SoftwarePsam()):
        for apdu in apdus:
            answer = device.transmit(apdu)
            assert 2 <= len(answer) <= 258
            assert answer[-2] >> 4 in (6, 9)
    assert card.purse.balance == 500  # nobody pays without the keys
    assert card.purse.debits == 0
