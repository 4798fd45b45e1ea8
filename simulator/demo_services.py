"""Host only: the services of the demonstration: the compiled catalogue, its back end, and whose card is whose."""

import json
import pathlib
from binascii import hexlify, unhexlify

from headend.demonstration.back_end import DemonstrationBackEnd
from headend.demonstration.people import RESIDENTS
from headend.key_service import SoftwareLoadKey
from headend.services import ServiceDesk
from offline_store.tokens import TokenKey
from simulator import demo_site
from simulator.cards.demonstration import LOAD_MASTER, identification
from simulator.cards.social_application import Holder
from simulator.residents import card_facts
from terminal.media.credential import ACCOUNT_CODE, PURSE, RIDE_CODE, SOCIAL_CARD, token_of

_DOCUMENT = pathlib.Path(__file__).parent / "data" / "services.json"
# Name of the tray's card: index of its holder among the synthetic residents.
HOLDERS = {
    "elder": 0, "adult": 1, "low": 2, "torn": 3, "other-city": 7, "far-city": 9, "unlisted": 10, "expired": 6,
    "hotlisted": 4,
}  # fmt: skip


# Phone of the tray: scheme and account of its code, index of whose it is.
_PHONES = {
    "ride": (RIDE_CODE, unhexlify("31048301000000000201"), 1), "account": (ACCOUNT_CODE, b"ACCT0001", 1),
    "e-card": (ACCOUNT_CODE, b"20010001", 0), "voucher": (ACCOUNT_CODE, b"20010002", 2),
}  # fmt: skip


def document(key=None):
    """The compiled services; `key`: the head-end's public key (bytes), to which terminals seal their forms."""
    compiled = json.loads(_DOCUMENT.read_text("utf8"))
    if key is not None:
        compiled["key"] = hexlify(key).decode()
    return compiled


def back_end(folder, hooks=None, tokens=()):
    """The demonstration back end that knows the tray's cards, and more `tokens` ({32 hex: index of a resident})."""
    permute = TokenKey(demo_site.LIST_KEY).permute
    tokens = dict(tokens)
    for name, index in HOLDERS.items():
        for token in _tokens(name):
            tokens[hexlify(permute(token)).decode()] = index
    for scheme, account, index in _PHONES.values():
        tokens[hexlify(permute(token_of(scheme, account))).decode()] = index
    return DemonstrationBackEnd(folder, document(), tokens, hooks)


def desk(folder, hooks=None, tokens=()):
    """The services port over that back end, with the load key of the demonstration's cards."""
    return ServiceDesk(folder, back_end(folder, hooks, tokens), loads=SoftwareLoadKey(LOAD_MASTER))


def holder(name):
    """What the contact side of the named card says of its holder; None for a card that is nobody's."""
    if name not in HOLDERS:
        return None
    resident = RESIDENTS[HOLDERS[name]]
    return Holder(resident.number, resident.name.encode("gbk"), unhexlify(resident.born), str(resident.sex))


def _tokens(name):
    serial, region = card_facts(name)
    yield token_of(PURSE, unhexlify(serial))
    yield token_of(SOCIAL_CARD, identification(region, unhexlify(serial[-8:])))
