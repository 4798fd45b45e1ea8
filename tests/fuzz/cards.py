"""Fuzz targets behind a channel: what a card or SAM answers to each APDU of a whole read, charge, proof or load."""

from simulator import residents
from simulator.cards.demonstration import make_card
from terminal import records
from terminal.errors import CardDataMalformed, CardLost, PsamFault, PurseRefused
from terminal.media import apdu, middleware, present, purse, purse_files, purse_load, purse_trips, social_holder
from terminal.media.psam import Psam
from terminal.media.social_auth import ThreeDesSam
from terminal.tap import torn
from tests.fuzz.answers import Channel, RecordingChannel, pack, split
from tests.portable.checks import run

WHEN = bytes.fromhex("20260101120000")
TERMINAL = bytes(6)
_KINDS = ("national", "beijing", "shenzhen", "city_union")
_REFUSALS = (CardLost, CardDataMalformed, PurseRefused, PsamFault)


async def _pay(channel):
    money = await purse.read(channel, _KINDS, (0x01, 0x12, 0x02))
    if money is not None:
        purse.credential_of(money)
        await purse.initialise(channel, 200, TERMINAL, purse_files.COMPOSITE)
        await purse.debit(channel, bytes(4), WHEN, bytes(4))
        await purse.prove(channel, purse_files.PURCHASE, 1)
        pending = records.plain(records.PENDING, 0, bytes(16), fare=200)
        await torn.examine(channel, money, pending._replace(type=6, counter=3, balance=100), Psam(channel))


async def _identify(channel):
    details = await social_holder.read(channel, ThreeDesSam(channel, random=bytes))
    if details is not None:
        middleware.line(details, b"", "", "")


async def _use_sam(channel):
    sam = Psam(channel)
    await sam.start()
    await sam.initialise(purse.Initialised(500, 1, 0, 1, 0, bytes(4)), 200, 6, WHEN, bytes(8), bytes(4))
    await sam.credit(bytes(4))


async def _load(channel):
    answer = await purse_load.initialise(channel, 1000, TERMINAL)
    request = purse_load.LoadRequest(bytes(4), bytes(8), answer, 1000, TERMINAL, WHEN, 1, None)
    await purse_load.LoadSam(channel).order(request)
    await purse_load.credit(channel, WHEN, bytes(4))


async def _present(channel):
    await present.read_card(channel, ("social_card", "purse"), _KINDS, (), None)


async def _exchange(channel):
    for command in (apdu.select_name(b"x"), apdu.read_binary(21, 0), apdu.read_record(1, 24, 23)):
        data, sw = await apdu.exchange(channel, command)
        assert sw >> 8 not in (0x61, 0x6C) or len(data) < 6000


def _over(work):
    def target(data):
        try:
            run(work(Channel(split(data))))
        except _REFUSALS as error:
            assert error.code and str(error)

    return target


def _recorded(work, *cards):
    """What real exchanges sound like."""
    found = []
    for card in cards:
        channel = RecordingChannel(card)
        try:
            run(work(channel))
        except _REFUSALS:
            pass  # the case is what was heard until then
        found.append(pack(channel.heard))
    return found


def _some_cards():
    return (
        make_card("03104830100000000001", balance=3850), make_card("1", balance=500, algorithm=4, fci_file=False),
        make_card("2", legacy="beijing", social=False), make_card("3", generation=2, purse=False), make_card("4", forms=("number",)),
    )  # fmt: skip


apdu_answers, apdu_seeds = (
    _over(_exchange),
    lambda: [pack([b"\x61\x08", b"x" * 8 + b"\x90\x00", b"\x6c\x1e", b"\x6a\x83"])],
)
purse_answers, purse_seeds = _over(_pay), lambda: _recorded(_pay, *_some_cards())
social_answers, social_seeds = _over(_identify), lambda: _recorded(_identify, *_some_cards())
card_answers, card_seeds = _over(_present), lambda: _recorded(_present, *_some_cards())
load_answers, load_seeds = _over(_load), lambda: _recorded(_load, *_some_cards(), residents.psam())


def sam_answers(data):
    _over(_use_sam)(data)


def sam_seeds():
    class Slot:
        uid = ats = b""
        transmit = residents.psam().transmit

    return _recorded(_use_sam, Slot())


_FILES = (
    purse_files.parse_fci, purse_files.parse_0015, purse_files.parse_0017, purse_files.parse_0018,
    purse_files.parse_balance, purse_trips.parse_001e, purse_trips.parse_001a,
)  # fmt: skip


def purse_file(data):
    """The first byte chooses the parser."""
    if data:
        try:
            _FILES[data[0] % len(_FILES)](data[1:])
        except CardDataMalformed as error:
            assert error.code and str(error)


def purse_file_seeds():
    card = make_card("03104830100000000001", balance=3850)
    told = [answer[:-2] for seed in _recorded(_pay, card) for answer in split(seed)]
    transit = b"\x04" + bytes(8) + b"\x01" + bytes(15) + WHEN + bytes(16)
    told += [b"\x27\x01\x7d\x01\x01\x00" + bytes(122), transit]
    return [bytes((at,)) + answer for at in range(len(_FILES)) for answer in told if answer]
