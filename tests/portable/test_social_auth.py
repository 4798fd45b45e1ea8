from simulator.cards.demonstration import make_card
from simulator.cards.psam import SoftwarePsam
from terminal.media import social_auth, social_holder
from terminal.media.credential import PROVED_NOTHING, PROVED_PSAM
from terminal.media.present import read_card
from terminal.media.social_auth import Opening, Profile, ThreeDesSam, factors_of, historical_of, verify_pin
from tests.portable.checks import raises, run
from tests.portable.direct import DirectChannel

SERIAL = "03104830100000000042"
HISTORICAL = bytes.fromhex("00814E43238697159900BF7C7A")
CODE = bytes.fromhex("639900D15600000500BF7C7A48FB4966")


def fixed(count):
    return bytes(range(1, count + 1))


def sam(**options):
    return ThreeDesSam(DirectChannel(SoftwarePsam(**options)), random=fixed)


def read(card, back_end=None):
    return run(social_holder.read(DirectChannel(card), back_end))


def test_historical_bytes_of_atr_and_ats():
    assert historical_of(b"\x3b\x6d\x00\x00" + HISTORICAL) == HISTORICAL
    assert historical_of(b"\x12\x78\x80\x70\x02" + HISTORICAL) == HISTORICAL
    assert historical_of(b"\x0f\x08" + HISTORICAL) == HISTORICAL  # ATS without interface bytes
    # A PC/SC reader's ATR for a contactless card: TD1 80, TD2 01, check byte behind.
    assert historical_of(b"\x3b\x8d\x80\x01" + HISTORICAL + b"\x55") == HISTORICAL
    assert historical_of(b"\x3b\xff\x11\x22\x33\x04" + b"h" * 15) == b"h" * 15
    assert historical_of(b"\x3b\xff\x11\x22\x33\x14" + b"h" * 15) == b""  # TA2 takes the first of them
    for damaged in (b"", b"\x3b", b"\x3b\x6d\x00\x00" + HISTORICAL[:12], b"\x3b\xf2", b"\x99\x01\x02", b"\x01"):
        assert historical_of(damaged) == b""


def test_factors_of_each_level():
    card = HISTORICAL[5:13]
    assert factors_of(CODE[:3], HISTORICAL, 3) == b"630000sh" + b"639900sx" + card
    assert factors_of(CODE[:3], HISTORICAL, 2) == b"639900sx" + card
    assert factors_of(CODE[:3], HISTORICAL, 1) == card


def test_each_generation_proves_itself_and_opens():
    for generation in (1, 2, 3):
        details = read(make_card(SERIAL, generation=generation), sam())
        assert details.card.opening == Opening(True, True, None)
        assert not details.card.partial and details.number == "111111198101011110"


def test_the_bytes_that_go_out():
    card = make_card(SERIAL, identification_code=CODE, generation=3)
    channel, slot = DirectChannel(card), DirectChannel(SoftwarePsam())
    run(social_holder.read(channel, ThreeDesSam(slot, random=fixed)))
    factors = factors_of(CODE[:3], card.historical, 3)
    sent = [apdu for apdu in channel.sent if apdu[1] in (0x88, 0x84, 0x82)]
    assert sent[0] == b"\x00\x88\x00\x01\x10" + fixed(8) + fixed(8) + b"\x08"
    assert sent[1] == b"\x00\x84\x00\x00\x08"
    assert sent[2][:5] == b"\x00\x82\x00\x0a\x10" and sent[2][13:] == fixed(8)
    assert slot.sent[0] == b"\xbf\xde\x68\x12\x20" + factors + fixed(8)
    assert slot.sent[1] == b"\x80\xfa\x00\x00\x08" + fixed(8) and slot.sent[2] == b"\x00\xc0\x00\x00\x08"
    assert slot.sent[3][:5] == b"\xbf\xde\x68\x13\x20"


def test_a_third_generation_card_without_back_end_is_a_partial_read_that_says_so():
    details = read(make_card(SERIAL, generation=3, region="411600"))
    assert details.card.partial and details.card.opening is None and details.card.version == "3.00"
    assert details.card.identification[:3] == b"\x41\x16\x00" and details.card.expires is not None
    assert details.number == details.sex == "" and details.name == b"" and details.card.birth is None


def test_a_card_with_a_foreign_key_is_not_proved_and_not_opened():
    details = read(
        make_card(SERIAL, generation=3), sam(social_keys={0x12: b"another region's", 0x13: b"another region's"})
    )
    assert details.card.opening == Opening(False, False, social_auth.CARD_REFUSED) and details.card.partial


def test_what_the_sam_cannot_do():
    card = make_card(SERIAL, generation=3)
    assert read(card, sam(social_keys={0x12: b"gatepost-demo-IK"})).card.opening == Opening(
        True, False, social_auth.NO_KEY
    )
    assert read(card, sam(social_keys={})).card.opening.failure == social_auth.NO_KEY
    mute = sam()
    mute._channel.cut(0, True)
    assert read(card, mute).card.opening.failure == social_auth.NO_SAM and mute._channel.torn.fired
    no_levels = ThreeDesSam(DirectChannel(SoftwarePsam()), Profile(0, 8, 0x12, 1, 0x13, 0x0A), fixed)
    assert read(card, no_levels).card.opening.failure == social_auth.NO_LEVEL
    other_card_key = ThreeDesSam(DirectChannel(SoftwarePsam()), Profile(3, 8, 0x12, 0x44, 0x13, 0x0A), fixed)
    assert read(card, other_card_key).card.opening.failure == social_auth.CARD_REFUSED


def test_a_card_without_historical_bytes_has_no_key_of_its_own():
    card = make_card(SERIAL)
    card.ats = b"\x05\x78\x80\x70\x02"
    assert read(card, sam()).card.opening.failure == social_auth.CARD_REFUSED


def test_the_credential_says_what_was_proved():
    card = make_card(SERIAL, generation=3)
    assert run(read_card(DirectChannel(card), ("social_card",))).credential.proved == PROVED_NOTHING
    seen = run(read_card(DirectChannel(card), ("social_card",), back_end=sam()))
    assert seen.credential.proved == PROVED_PSAM and seen.card.birth is not None
    foreign = sam(social_keys={0x12: bytes(16), 0x13: bytes(16)})
    assert run(read_card(DirectChannel(card), ("social_card",), back_end=foreign)).credential.proved == PROVED_NOTHING


class RemoteSteps:
    """A back end of another kind: the card's answer goes to an HSM, the HSM's goes back (as for SM algorithms)."""

    def __init__(self, hsm):
        self._hsm = hsm

    async def open(self, channel, card):
        challenge, sw = await channel.transmit(b"\x00\x84\x00\x00\x08")
        proof = self._hsm(card, challenge)
        _, sw = await channel.transmit(b"\x00\x82\x00\x0a\x10" + proof)
        return Opening(False, sw == 0x9000, None if sw == 0x9000 else social_auth.CARD_REFUSED)


def test_another_back_end_can_be_plugged_in():
    from simulator.cards.authentication import card_key, cryptogram
    from simulator.cards.demonstration import SOCIAL_KEYS

    card = make_card(SERIAL, generation=3, region="320100")

    def hsm(seen, challenge):
        key = card_key(SOCIAL_KEYS[0x13], "320100", card.historical)
        return cryptogram(key, challenge, fixed(8)) + fixed(8)

    details = read(card, RemoteSteps(hsm))
    assert details.card.opening.opened and not details.card.opening.proved and details.number
    assert read(card, RemoteSteps(lambda seen, challenge: bytes(16))).card.partial


def test_pin():
    card = make_card(SERIAL, generation=2)
    channel = DirectChannel(card)
    run(social_holder.read(channel))
    assert run(verify_pin(channel, "123456")) is None
    assert channel.sent[-1] == b"\x00\x20\x00\x00\x03\x12\x34\x56"
    assert [run(verify_pin(channel, "888888")) for _ in range(4)] == [2, 1, 0, 0]
    assert run(verify_pin(channel, "123456")) == 0  # blocked stays blocked
    for wrong in ("12345", "1234567", "12345a", ""):
        raises(ValueError, verify_pin(channel, wrong).send, None)
