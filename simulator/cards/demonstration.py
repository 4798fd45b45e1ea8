"""Demonstration cards: made-up holders, keys that protect nothing. No real card carries any of these values."""

import hashlib
from binascii import hexlify, unhexlify

from micropython import const

from simulator.cards.authentication import Authentication, card_key
from simulator.cards.card_os import Card, PaymentSystem
from simulator.cards.purse_application import PURSE_AID, PurseApplication, PurseKeys
from simulator.cards.social_application import (
    ALL_FORMS,
    INTERNAL_KEY,
    READ_KEY,
    Holder,
    SocialApplication,
    card_number_check,
)
from terminal.media import purse_keys

# Master keys of the demonstration issuer. Public on purpose: never load them into a PSAM that guards money.
PURCHASE_MASTER = b"gatepost-demo-PK"
TAC_MASTER = b"gatepost-demo-TK"
LOAD_MASTER = b"gatepost-demo-LK"

# Masters of the social security PSAM by key id: the card's proof to the terminal, the terminal's proof to the card.
SOCIAL_INTERNAL = const(0x12)
SOCIAL_READ = const(0x13)
SOCIAL_KEYS = {SOCIAL_INTERNAL: b"gatepost-demo-IK", SOCIAL_READ: b"gatepost-demo-RK"}

ISSUER = "01011000"  # Beijing's city code 1000
CITY = "1000"

# City purses from before the national one: how each is selected, and what it does to its balance.
LEGACY_PURSES = {
    "beijing": ((), b"\x10\x01", 0),
    "shenzhen": ((b"PAY.SZT",), None, 0x80000000),
    "wuhan": ((b"AP1.WHCTC",), None, 0),
    "guangzhou": ((b"PAY.APPY",), None, 0),
    "suzhou": ((b"SUXIN.DDF01",), None, 0),
    "city_union": ((b"\xa0\x00\x00\x00\x03\x86\x98\x07\x01",), None, 0),
}

# The specification's own example of a holder (birth 1981-01-01).
_EXAMPLE = Holder("111111198101011110", b"\xd5\xc5\xc8\xfd", b"\x19\x81\x01\x01")


def issuer_factor(issuer):
    """The issuer's 8-byte factor from the first four bytes of its id."""
    return issuer + b"\xff\xff\xff\xff"


def card_keys(issuer, serial8, algorithm=0):
    """PurseKeys of one demonstration card: issuer first, card last."""
    keys = []
    for master in (PURCHASE_MASTER, TAC_MASTER, LOAD_MASTER):
        of_issuer = purse_keys.diversify(master, issuer_factor(issuer), algorithm)
        keys.append(purse_keys.diversify(of_issuer, serial8, algorithm))
    return PurseKeys(keys[0], keys[1], keys[2], algorithm)


def make_purse(
    serial,
    holder_class=1,
    balance=0,
    issuer=ISSUER,
    city=CITY,
    valid_from="20240101",
    valid_to="20401231",
    algorithm=0,
    overdraft_limit=0,
    fci_file=True,
    legacy=None,
):
    """A PurseApplication. `serial` up to 20 digits, `holder_class` the card type of file 0017, `balance` in fen.

    `legacy` is one of LEGACY_PURSES, None for the national purse.
    """
    issuer_bytes = unhexlify(issuer)
    number = unhexlify("0" * (20 - len(serial)) + serial)
    application_file = b"".join(
        (issuer_factor(issuer_bytes), b"\x02\x01", number, unhexlify(valid_from + valid_to), b"\x00\x00")
    )
    transit_file = b"".join((b"\x00\x00\x01\x56\x00\x00", unhexlify(city), b"\x00\x01", bytes((holder_class,))))
    transit_file += bytes(60 - len(transit_file))
    keys = card_keys(issuer_bytes, number[2:], algorithm)
    selection = LEGACY_PURSES[legacy] if legacy else ((PURSE_AID,), None, 0)
    return PurseApplication(application_file, transit_file, keys, balance, overdraft_limit, fci_file, *selection)


def _authentication(code, historical):
    region = hexlify(code[:3]).decode()
    randoms = [0]

    def challenge():
        randoms[0] += 1
        return hashlib.sha256(code + randoms[0].to_bytes(4, "big")).digest()[:8]

    return Authentication(
        {INTERNAL_KEY: card_key(SOCIAL_KEYS[SOCIAL_INTERNAL], region, historical)},
        {READ_KEY: card_key(SOCIAL_KEYS[SOCIAL_READ], region, historical)},
        challenge,
    )


def identification(region, number4, check4=b"\x48\xfb\x49\x66"):
    """A 16-byte card identification code: region (6 digits), the chip's own four bytes, four check bytes."""
    return unhexlify(region) + unhexlify("D156000005") + number4 + check4


def make_card(
    serial, holder_class=1, balance=0, issuer=ISSUER, city=CITY, valid_from="20240101", valid_to="20401231",
    identification_code=None, generation=3, region="639900", holder=None, uid=None, random_uid=False, algorithm=0,
    overdraft_limit=0, fci_file=True, forms=ALL_FORMS, purse=True, social=True, legacy=None, type_b=False,
):  # fmt: skip
    """A social security card with a transit purse on it. Dates "YYYYMMDD", `region` GB/T 2260, see make_purse.

    `card.purse` and `card.social` are its applications, None where it has none. The UID is fixed, or new on each
    activation with `random_uid`. `type_b`: ISO 14443 type B instead of A.
    """
    digits = "0" * (20 - len(serial)) + serial
    tail = unhexlify(digits[-8:])
    code = identification_code or identification(region, tail)
    # Chip vendor, operating system, card maker, then the serial whose last four bytes the code repeats.
    historical = unhexlify("00814E43238697") + code[:2] + code[8:12]
    applications = []
    social_application = purse_application = None
    if social:
        number = "X" + digits[-7:]
        number += card_number_check(number)
        dates = unhexlify(valid_from), unhexlify(valid_to)
        proofs = _authentication(code, historical)
        social_application = SocialApplication(code, number, *dates, holder or _EXAMPLE, proofs, generation, forms)
        applications.append(social_application)
    if purse:
        purse_application = make_purse(
            serial, holder_class, balance, issuer, city, valid_from, valid_to, algorithm, overdraft_limit, fci_file,
            legacy,
        )  # fmt: skip
        applications += [purse_application, PaymentSystem(purse_application.names)]
    card = Card(applications, uid or tail, historical, random_uid=random_uid, type_b=type_b)
    card.purse = purse_application
    card.social = social_application
    return card
