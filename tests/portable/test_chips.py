"""The driver on the emulated PN532: whole exchanges with a virtual card, and every fault, each proved to have fired."""

from binascii import unhexlify

from drivers.pn532 import READY, Pn532
from simulator.cards.demonstration import make_card
from simulator.chips.pn532 import Pn532Chip
from simulator.chips.wire import Wire
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.clock import TICKS_PERIOD

SELECT_PURSE = unhexlify("00A4040008A000000632010105")
GET_BALANCE = unhexlify("805C000204")


class Bench:
    """A reader that is polled as the lane polls it; `taps` holds (ms, uid) of each card that was offered."""

    def __init__(self, ticks0=0, reset=False, work=()):
        self.clock = VirtualClock(ticks0=ticks0)
        self.wire = Wire(self.clock)
        self.chip = Pn532Chip(self.wire, self.clock)
        self.reader = Pn532(self.wire, self.clock, self.chip.reset_pin() if reset else None)
        self.taps = []
        self.answers = []
        self.work = work
        self.scheduler = Scheduler(self.clock)
        self.scheduler.spawn(self._run())

    async def _run(self):
        while True:
            channel = await self.reader.poll()
            if channel is not None:
                self.taps.append((self.clock.ms(), channel.uid))
                for apdu in self.work:
                    self.answers.append(await channel.transmit(apdu))
                await self.reader.release()
            await self.clock.sleep_ms(20)

    def run(self, ms):
        self.scheduler.run_for(ms)


def test_wire_takes_its_time():
    clock = VirtualClock()
    wire = Wire(clock, 9600)
    heard = []

    class Echo:
        def receive(self, data):
            heard.append(data)
            wire.answer(data, 5)

    wire.attach(Echo())
    wire.write(b"0123456789")
    assert heard == [b"0123456789"]
    clock.move(15)  # ten bytes out take 10.4 ms, the answer starts 5 ms later
    assert wire.any() == 0
    clock.move(5)
    assert 4 <= wire.any() <= 5
    clock.move(10)
    buffer = bytearray(16)
    assert wire.readinto(buffer) == 10 and buffer[:10] == b"0123456789"
    assert wire.readinto(buffer) == 0


def test_wire_that_nobody_looked_at_for_days_answers_at_once():
    clock = VirtualClock()
    wire = Wire(clock)

    class Echo:
        def receive(self, data):
            wire.answer(data)

    wire.attach(Echo())
    clock.move(TICKS_PERIOD * 3 // 4)  # more than the half that tells later from earlier
    wire.write(b"0123456789")
    clock.move(5)
    assert wire.any() == 10


def test_wire_at_different_speeds_hears_garbage():
    clock = VirtualClock()
    wire = Wire(clock, 9600)
    heard = []

    class Ear:
        receive = staticmethod(heard.append)

    wire.attach(Ear())
    wire.set_baudrate(115200)
    wire.write(b"\x7e\x00")
    assert heard[0] != b"\x7e\x00"


def test_whole_tap():
    bench = Bench(ticks0=TICKS_PERIOD - 200, work=(SELECT_PURSE, GET_BALANCE))
    bench.run(200)
    bench.chip.insert(make_card("3100000000000012345", balance=2755))
    bench.run(300)
    assert [uid for _, uid in bench.taps] == [unhexlify("00012345")]
    assert bench.answers[0][1] == 0x9000
    assert bench.answers[1] == (unhexlify("00000AC3"), 0x9000)
    assert bench.taps[0][0] - 200 < 100


def test_card_left_on_the_reader_is_one_tap():
    bench = Bench(work=(SELECT_PURSE,))
    bench.run(100)
    card = make_card("1")
    bench.chip.insert(card)
    bench.run(5000)
    assert len(bench.taps) == 1
    bench.chip.remove(card)
    bench.run(300)
    bench.chip.insert(card)
    bench.run(500)
    assert len(bench.taps) == 2


def test_random_uid_left_on_the_reader_is_one_tap():
    bench = Bench(work=(SELECT_PURSE,))
    bench.run(100)
    card = make_card("1", random_uid=True)
    bench.chip.insert(card)
    bench.run(2000)
    assert len(bench.taps) == 1
    bench.chip.remove()
    bench.run(300)
    bench.chip.insert(card)
    bench.run(500)
    assert len(bench.taps) == 2
    assert bench.taps[0][1] != bench.taps[1][1]


def test_another_card_right_behind_is_a_tap():
    bench = Bench()
    bench.run(100)
    bench.chip.insert(make_card("1"))
    bench.run(300)
    bench.chip.remove()
    bench.chip.insert(make_card("2"))
    bench.run(300)
    assert [uid for _, uid in bench.taps] == [unhexlify("00000001"), unhexlify("00000002")]


def test_two_cards_are_offered_only_when_one_is_left():
    bench = Bench()
    bench.run(100)
    first, second = make_card("1"), make_card("2")
    bench.chip.insert(second)
    bench.chip.cards.append(first)
    bench.run(500)
    assert bench.taps == [] and bench.reader.crowded
    bench.chip.remove(first)
    bench.run(300)
    assert [uid for _, uid in bench.taps] == [second.uid]
    assert not bench.reader.crowded


def test_card_without_iso_dep_never_answers():
    bench = Bench(work=(SELECT_PURSE,))
    bench.run(100)
    card = make_card("1")
    card.sak, card.ats = 0x08, b""
    bench.chip.insert(card)
    bench.run(2000)
    assert bench.answers == [(b"", 0)]
    assert bench.chip.apdus == 0


def test_card_pulled_after_every_apdu():
    for count in (0, 1):
        for before_response in (False, True):
            bench = Bench(work=(SELECT_PURSE, GET_BALANCE))
            bench.run(100)
            bench.chip.cut_after_apdu(count + 1, before_response)
            bench.chip.insert(make_card("1"))
            bench.run(500)
            assert bench.chip.torn.fired == 1
            answered = count if before_response else count + 1
            assert [sw for _, sw in bench.answers] == [0x9000] * answered + [0] * (2 - answered)
            assert bench.chip.apdus == count + 1
            assert bench.reader.state == READY


def test_torn_card_is_offered_again():
    bench = Bench(work=(SELECT_PURSE,))
    bench.run(100)
    card = make_card("1")
    bench.chip.cut_after_apdu(1, before_response=True)
    bench.chip.insert(card)
    bench.run(100)
    bench.chip.insert(card)
    bench.run(200)
    assert [uid for _, uid in bench.taps] == [card.uid, card.uid]
    assert [sw for _, sw in bench.answers] == [0, 0x9000]


def faults(chip, wire):
    return (chip.mute, chip.garbage, chip.half, chip.damage, wire.unplugged)


def test_every_fault_ends_within_three_seconds():
    for index in range(5):
        for times in (1, 3, 40):
            bench = Bench()
            bench.run(300)
            assert bench.reader.state == READY
            fault = faults(bench.chip, bench.wire)[index]
            fault.arm(times)
            bench.run(4000)
            assert fault.fired > 0, (index, times)
            fault.disarm()
            bench.chip.insert(make_card("1"))
            bench.run(3000)
            assert bench.reader.state == READY, (index, times)
            assert len(bench.taps) == 1, (index, times)


def test_chip_that_lost_its_supply_is_woken_again():
    bench = Bench()
    bench.run(300)
    restarts = bench.reader.restarts
    bench.chip.power_on()
    bench.chip.insert(make_card("1"))
    bench.run(3000)
    assert bench.reader.restarts > restarts
    assert len(bench.taps) == 1


def test_reset_pin_starts_the_chip_over():
    bench = Bench(reset=True)
    bench.run(10)
    assert bench.reader.state == "resetting"
    bench.run(25)
    assert bench.reader.state == "starting"
    bench.run(400)
    assert bench.reader.state == READY


def test_new_driver_on_a_chip_in_the_middle_of_a_command():
    bench = Bench(work=(SELECT_PURSE, GET_BALANCE))
    bench.run(100)
    bench.chip.insert(make_card("1"))
    bench.run(40)
    bench.scheduler.stop()
    again = Pn532(bench.wire, bench.clock)
    started = []

    async def start():
        started.append(await again.start())

    bench.scheduler.spawn(start())
    bench.run(500)
    assert started == [True]


def test_listing_without_retry_limit_waits_for_a_card():
    """What other programs do to the chip: the default listing answers when a card comes, and an ACK stops it."""
    clock = VirtualClock()
    wire = Wire(clock)
    chip = Pn532Chip(wire, clock)
    buffer = bytearray(64)

    def line(frame, ms=50):
        if frame:
            wire.write(unhexlify(frame))
        clock.move(ms)
        return bytes(buffer[: wire.readinto(buffer)])

    ack = unhexlify("0000FF00FF00")
    wire.write(b"\x55\x55" + bytes(14))
    assert line("0000FF05FBD4140114010200") == ack + unhexlify("0000FF02FED5151600")
    assert line("0000FF04FCD44A0100E100") == ack
    assert line("", 2000) == b""
    chip.insert(make_card("1"))
    assert line("")[5:8] == unhexlify("D54B01")
    assert line("0000FF03FDD45200DA00") == ack + unhexlify("0000FF03FDD55300D800")
    chip.remove()
    assert line("0000FF04FCD44A0100E100") == ack
    assert line("0000FF00FF00") == b""
    chip.insert(make_card("1"))
    assert line("", 200) == b""


def test_chip_lists_type_b_by_family():
    clock = VirtualClock()
    wire = Wire(clock)
    chip = Pn532Chip(wire, clock)
    buffer = bytearray(64)

    def line(frame):
        wire.write(unhexlify(frame))
        clock.move(50)
        return bytes(buffer[: wire.readinto(buffer)])

    wire.write(b"\x55\x55" + bytes(14))
    line("0000FF06FAD43205FF0100F500")
    chip.insert(make_card("1"))
    chip.insert(make_card("12345678", type_b=True))
    ack = "0000FF00FF00"
    empty = unhexlify(ack + "0000FF03FDD54B00E000")
    assert line("0000FF05FBD44A020320BD00") == empty  # family 2: finance
    target = "D54B0101" + "5012345678" + "10000011" + "008171" + "0100"
    assert line("0000FF05FBD44A020310CD00") == unhexlify(
        ack + "0000FF12EE" + target + "%02X00" % (-sum(unhexlify(target)) & 255)
    )
    assert line("0000FF05FBD44A020300DD00") == empty  # active: deaf to REQB until the field is reset
    assert line("0000FF04FCD44A0203DD00") == unhexlify(ack + "0000FF01FF7F8100")  # no family: a syntax error


def test_chip_refuses_what_it_does_not_know():
    clock = VirtualClock()
    wire = Wire(clock)
    Pn532Chip(wire, clock)
    wire.write(b"\x55\x55" + bytes(14) + unhexlify("0000FF02FED4FE2E00"))
    clock.move(20)
    buffer = bytearray(32)
    assert bytes(buffer[: wire.readinto(buffer)]) == unhexlify("0000FF00FF00" + "0000FF01FF7F8100")


def test_chip_ignores_frames_with_wrong_checksums_until_woken():
    clock = VirtualClock()
    wire = Wire(clock)
    Pn532Chip(wire, clock)
    for frame in ("0000FF02FED4022A00", "5555" + "00" * 14 + "0000FF02FFD4022A00", "0000FF02FED4022B00"):
        wire.write(unhexlify(frame))
        clock.move(50)
        assert wire.any() == 0
    wire.write(unhexlify("0000FF02FED4022A00"))
    clock.move(50)
    assert wire.any() == 6 + 13
