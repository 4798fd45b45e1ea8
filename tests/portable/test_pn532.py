"""The PN532 driver: literal frames out, literal frames back, and its health."""

from binascii import unhexlify

from drivers.pn532 import ABSENT, READY, STUCK, Pn532
from simulator.virtual_time import Scheduler, VirtualClock

ACK = "0000FF00FF00"
WAKE = "5555" + "00" * 14
SAM = ("0000FF05FBD4140114010200", "0000FF02FED5151600")
FIRMWARE = ("0000FF02FED4022A00", "0000FF06FAD50332010607E800")
PARAMETERS = ("0000FF03FDD412140600", "0000FF02FED5131800")
RETRIES = ("0000FF06FAD43205FF0100F500", "0000FF02FED533F800")
FIELD_OFF = ("0000FF04FCD4320100F900", "0000FF02FED533F800")
FIELD_ON = ("0000FF04FCD4320101F800", "0000FF02FED533F800")
LIST = "0000FF04FCD44A0200E000"
EMPTY = "0000FF03FDD54B00E000"
LIST_B = ("0000FF05FBD44A020300DD00", EMPTY)
CARD = "0000FF16EAD54B010100042004A1B2C3D40A788091E231323334355800"
RELEASE = ("0000FF03FDD45200DA00", "0000FF03FDD55300D800")
PRESENCE = "0000FF03FDD400062600"


def frame(payload):
    """A normal frame around the hex `payload`, written out by hand once more for what the fact sheet does not list."""
    body = unhexlify(payload)
    return "0000FF%02X%02X%s%02X00" % (len(body), -len(body) & 255, payload, -sum(body) & 255)


START = (SAM, FIRMWARE, PARAMETERS, RETRIES, FIELD_OFF, FIELD_ON)


class ScriptedBus:
    """A line that expects literal frames and answers them with literal bytes."""

    def __init__(self, *exchanges):
        self.expected = list(exchanges)
        self.wakes = 0
        self.unexpected = []
        self._coming = b""

    def write(self, data):
        data = bytes(data)
        if data.startswith(unhexlify(WAKE)):
            self.wakes += 1
        elif self.expected and data == unhexlify(self.expected[0][0]):
            answer = unhexlify(self.expected.pop(0)[1])
            self._coming += answer
        else:
            self.unexpected.append(data)
        return len(data)

    def any(self):
        return len(self._coming)

    def readinto(self, buffer):
        count = min(len(buffer), len(self._coming))
        buffer[:count] = self._coming[:count]
        self._coming = self._coming[count:]
        return count


def looked(exchanges):
    """`exchanges` with the look for type B before each look for type A."""
    whole = []
    for exchange in exchanges:
        whole += [LIST_B, exchange] if exchange[0] == LIST else [exchange]
    return whole


def acked(exchange):
    return exchange[0], ACK + exchange[1]


def run(clock, coroutine):
    """Runs `coroutine` under virtual time and returns its result."""
    result = []

    async def keep():
        result.append(await coroutine)

    scheduler = Scheduler(clock)
    scheduler.spawn(keep())
    assert scheduler.run_until(lambda: result, 60000)
    return result[0]


def started(*exchanges):
    """A driver whose bus has answered the start and now expects `exchanges`."""
    clock = VirtualClock()
    bus = ScriptedBus(*[acked(exchange) for exchange in looked(START + exchanges)])
    reader = Pn532(bus, clock)
    assert run(clock, reader.start())
    assert bus.wakes == 2 and not bus.unexpected
    return reader, bus, clock


def test_start_wakes_and_configures():
    reader, bus, _ = started()
    assert reader.state == READY
    assert reader.firmware == b"\x32\x01\x06\x07"
    assert not bus.expected


def test_absent_chip():
    clock = VirtualClock()
    reader = Pn532(ScriptedBus(), clock)
    assert not run(clock, reader.start())
    assert reader.state == ABSENT
    assert clock.ms() < 1000


def test_one_tap():
    select = ("0000FF10F0D4400100A4040008A0000006320101055C00", frame("D541006A82"))
    balance = ("0000FF08F8D44001805C0002040900", "0000FF09F7D5410000000AC390008D00")
    reader, bus, clock = started((LIST, CARD), select, balance, RELEASE)
    channel = run(clock, reader.poll())
    assert channel.uid == unhexlify("A1B2C3D4")
    assert channel.atqa == unhexlify("0004")
    assert channel.sak == 0x20
    assert channel.ats == unhexlify("0A788091E23132333435")
    assert run(clock, channel.transmit(unhexlify("00A4040008A000000632010105"))) == (b"", 0x6A82)
    assert run(clock, channel.transmit(unhexlify("805C000204"))) == (unhexlify("00000AC3"), 0x9000)
    run(clock, reader.release())
    assert not bus.expected and not bus.unexpected
    assert run(clock, channel.transmit(b"\x00\xb0\x95\x00\x1e")) == (b"", 0)


def test_empty_field():
    reader, bus, clock = started((LIST, EMPTY))
    assert run(clock, reader.poll()) is None
    assert not bus.expected


def test_card_that_stays_is_one_tap():
    reader, bus, clock = started((LIST, CARD), (PRESENCE, frame("D50100")))
    assert run(clock, reader.poll())
    assert run(clock, reader.poll()) is None
    assert not bus.expected and not bus.unexpected
    assert reader.state == READY


def test_card_gone_after_two_empty_looks():
    gone = (PRESENCE, frame("D50101"))
    look = (FIELD_OFF, FIELD_ON, (LIST, EMPTY))
    reader, bus, clock = started((LIST, CARD), gone, *(look + look + ((LIST, CARD),)))
    assert run(clock, reader.poll())
    assert run(clock, reader.present())
    assert not run(clock, reader.present())
    assert run(clock, reader.poll())
    assert not bus.expected and not bus.unexpected


def test_long_answer_in_an_extended_frame():
    data = bytes(range(256)) + b"\x90\x00"
    body = b"\xd5\x41\x00" + data
    long = b"\x00\x00\xff\xff\xff\x01\x05\xfa" + body + bytes((-sum(body) & 255, 0))
    reader, bus, clock = started((LIST, CARD), (frame("D4400100B0950000"), long.hex()))
    channel = run(clock, reader.poll())
    assert run(clock, channel.transmit(unhexlify("00B0950000"))) == (bytes(range(256)), 0x9000)


def test_long_command_in_an_extended_frame():
    apdu = b"\x00\xd6\x00\x00\xfe" + bytes(254)
    body = b"\xd4\x40\x01" + apdu
    long = b"\x00\x00\xff\xff\xff\x01\x06\xf9" + body + bytes((-sum(body) & 255, 0))
    reader, bus, clock = started((LIST, CARD), (long.hex(), frame("D541009000")))
    channel = run(clock, reader.poll())
    assert run(clock, channel.transmit(apdu)) == (b"", 0x9000)


def test_answer_in_two_parts():
    first = (frame("D4400100B0950004"), frame("D541400102"))
    second = (frame("D44001"), frame("D541009000"))
    reader, bus, clock = started((LIST, CARD), first, second)
    channel = run(clock, reader.poll())
    assert run(clock, channel.transmit(unhexlify("00B0950004"))) == (b"\x01\x02", 0x9000)
    assert not bus.expected


def test_card_disappears_in_an_exchange():
    exchange = ("0000FF08F8D44001805C0002040900", frame("D5412B"))
    reader, bus, clock = started((LIST, CARD), exchange, FIELD_OFF, FIELD_ON, (LIST, CARD))
    channel = run(clock, reader.poll())
    assert run(clock, channel.transmit(unhexlify("805C000204"))) == (b"", 0)
    assert reader.state == READY
    # The torn card is offered again at once, after a field reset: it may be stuck in its exchange.
    assert run(clock, reader.poll()).uid == channel.uid
    assert not bus.expected and not bus.unexpected


def test_garbage_before_and_between_frames():
    clock = VirtualClock()
    noise = "A700FF0102FF00130000"
    bus = ScriptedBus(*[(out, noise + ACK + noise + back) for out, back in START])
    reader = Pn532(bus, clock)
    assert run(clock, reader.start())


def test_damaged_answer_is_asked_for_again():
    damaged = "0000FF06FAD50332010607E900"
    reader, bus, clock = started()
    bus.expected = [acked(LIST_B), (LIST, ACK + damaged), ("0000FFFF0000", CARD)]
    assert run(clock, reader.poll()).uid == unhexlify("A1B2C3D4")
    assert reader.bad_frames == 1
    assert not bus.expected and not bus.unexpected


def test_syntax_error_of_the_chip():
    reader, bus, clock = started()
    bus.expected = [acked(LIST_B), (LIST, ACK + "0000FF01FF7F8100")]
    assert run(clock, reader.poll()) is None
    assert reader.state == READY


def test_silence_ends_in_stuck_and_start_brings_it_back():
    reader, bus, clock = started((LIST, CARD))
    assert run(clock, reader.poll())
    begin = clock.ms()
    while reader.state == READY:
        assert run(clock, reader.poll()) is None
    assert reader.state == STUCK
    assert reader.time_outs >= 3
    bus.expected = [acked(exchange) for exchange in looked(START + ((LIST, CARD),))]
    assert run(clock, reader.poll())
    assert reader.state == READY
    assert clock.ms() - begin < 3000


def test_no_command_for_a_card_is_ever_repeated():
    reader, bus, clock = started((LIST, CARD))
    channel = run(clock, reader.poll())
    bus.unexpected.clear()
    assert run(clock, channel.transmit(unhexlify("805C000204"))) == (b"", 0)
    assert bus.unexpected == [unhexlify("0000FF08F8D44001805C0002040900"), unhexlify(ACK)]


def test_two_cards():
    two = frame("D54B02" + "0100040804A1B2C3D4" + "0200040804A1B2C3D5")
    reader, bus, clock = started((LIST, two), FIELD_OFF, FIELD_ON, (LIST, EMPTY))
    assert run(clock, reader.poll()) is None
    assert reader.crowded
    assert run(clock, reader.poll()) is None
    assert not reader.crowded


ATQB = "50A1B2C3D410000011008171"
TYPE_B = frame("D54B0101" + ATQB + "0100")


def test_a_card_of_type_b():
    select = ("0000FF10F0D4400100A4040008A0000006320101055C00", frame("D541006A82"))
    reader, bus, clock = started()
    bus.expected = [
        acked(exchange)
        for exchange in ((LIST_B[0], TYPE_B), (LIST, EMPTY), FIELD_OFF, FIELD_ON, (LIST_B[0], TYPE_B), select, RELEASE)
    ]
    channel = run(clock, reader.poll())
    assert (channel.atqa, channel.sak, channel.uid) == (b"", 0, unhexlify("A1B2C3D4"))
    assert channel.ats == unhexlify("0A001000001100817100")
    assert run(clock, channel.transmit(unhexlify("00A4040008A000000632010105"))) == (b"", 0x6A82)
    run(clock, reader.release())
    assert not bus.expected and not bus.unexpected


def test_a_card_of_type_b_without_iso_14443_4_never_answers():
    plain = frame("D54B0101" + "50A1B2C3D410000011008071" + "0100")
    reader, bus, clock = started()
    bus.expected = [acked(e) for e in ((LIST_B[0], plain), (LIST, EMPTY), FIELD_OFF, FIELD_ON, (LIST_B[0], plain))]
    channel = run(clock, reader.poll())
    assert channel.ats == b""
    assert run(clock, channel.transmit(b"\x00\xa4\x00\x00")) == (b"", 0)
    assert not bus.expected and not bus.unexpected


def test_a_new_pupi_is_the_same_card_until_the_field_was_empty():
    other = frame("D54B0101" + ATQB.replace("A1B2C3D4", "0BADCAFE") + "0100")
    activation = ((LIST_B[0], TYPE_B), (LIST, EMPTY), FIELD_OFF, FIELD_ON)
    gone = (PRESENCE, frame("D50101"))
    reader, bus, clock = started()
    bus.expected = [
        acked(exchange)
        for exchange in activation
        + ((LIST_B[0], TYPE_B), gone, FIELD_OFF, FIELD_ON)
        + activation
        + ((LIST_B[0], other),)
    ]
    assert run(clock, reader.poll())
    assert run(clock, reader.poll()) is None
    assert not bus.expected and not bus.unexpected


def test_cards_of_both_types_are_two_cards():
    reader, bus, clock = started()
    bus.expected = [acked((LIST_B[0], TYPE_B)), acked((LIST, CARD))]
    assert run(clock, reader.poll()) is None
    assert reader.crowded


def test_target_data_that_are_cut_short_are_no_card():
    for cut in ("D54B0101" + ATQB, "D54B0101" + ATQB + "01", "D54B0101" + ATQB + "0500", "D54B0201" + ATQB + "0100"):
        reader, bus, clock = started()
        bus.expected = [acked((LIST_B[0], frame(cut))), acked((LIST, EMPTY))]
        assert run(clock, reader.poll()) is None
        assert reader.state == READY and not bus.unexpected
