"""City purses from before the national one, and how each is selected (the fact sheet's section 2.1). Loaded on demand.

They share files 0015 and 0018 and the purchase with the national purse; keys, and with them PSAMs, are each city's own.
"""

from terminal.media import apdu

_MASTER_FILE = b"\x3f\x00"


def _named(*names):
    return tuple([(apdu.select_name(name),) for name in names])


# name: ways to select it, each a series of SELECTs of which the last one has to succeed
LEGACY = {
    "beijing": ((apdu.select_file(_MASTER_FILE), apdu.select_file(b"\x10\x01")),),
    "shenzhen": _named(b"PAY.SZT"),
    "wuhan": _named(b"AP1.WHCTC"),
    "guangzhou": _named(b"PAY.APPY"),
    "suzhou": _named(b"SUXIN.DDF01"),
    # Cards of the construction ministry answer to their AID with or without a zero more in it.
    "city_union": _named(b"\xa0\x00\x00\x00\x03\x86\x98\x07\x01", b"\xa0\x00\x00\x03\x86\x98\x07\x01"),
}

_MOST = 1000000  # fen; whatever a legacy purse says beyond is a flag, not money


async def select(channel, kind, absent):
    """(FCI, status word) of the first way to select `kind` that is not among the `absent` status words."""
    data, sw = b"", apdu.NOT_FOUND
    for series in LEGACY[kind]:
        for command in series:
            data, sw = await apdu.exchange(channel, command)
        if sw not in absent:
            break
    return data, sw


def sane(available):
    """Whether a balance of `available` fen can be one: the parameters of GET BALANCE differ between cities."""
    return 0 <= available <= _MOST
