"""What card services do beyond their own books: a lost card is blocked at the gates at once, a slip stands for a new one.

The hooks of a Back end (headend/demonstration/back_end.py); a city's own back end uses the same three calls.
"""

import asyncio
import logging
import pathlib
import secrets
import time

from headend.blobs import Blobs
from headend.errors import HeadendError
from headend.operator_keys import signing_key
from headend.registry import Registry, list_key
from headend.registry_lists import ListPublisher
from headend.state import State
from headend.store import open_store
from terminal.media import base45, paper_code
from terminal.media.credential import ACCOUNT_CODE, token_of

_log = logging.getLogger("gatepost.headend")
_BEFORE_S = 300  # a gate whose clock is a little behind takes the slip all the same


SLIP_KEY = 200  # the index under which gates are given the key of slips
SLIP_FILE = "slips.sm2"


def over(folder, now=None):
    """The CardServices of the embedded head-end in `folder`; None before the operator page made its keys. The key of
    slips is made on first use: `gatepost operator keys` names what gates have to believe. `now()`: another clock."""
    keys = pathlib.Path(folder) / "keys"
    if not (keys / "lists.sm2").exists():
        return None
    registry = Registry(folder, list_key(folder))
    store = open_store(folder)
    state, blobs = State(store), Blobs(pathlib.Path(folder) / "blobs")
    lists = ListPublisher(registry, folder, state, blobs, signing_key(keys / "lists.sm2"), now=now)
    issuer = SLIP_KEY, signing_key(keys / SLIP_FILE)[1]
    return CardServices(registry, lists, issuer, now, owned=(registry, store))


class CardServices:
    """`registry` and `lists` (a ListPublisher) of the head-end. `issuer`: (key index, sign(message)) of the issuer whose
    codes the gates believe; None: no slips.

    Blocking is durable when `lost` returns; the hotlist goes out right behind it, one publication for what came together.
    """

    def __init__(self, registry, lists, issuer=None, now=None, owned=()):
        self._registry = registry
        self._lists = lists
        self._issuer = issuer
        self._now = now or time.time
        self._publishing = None
        self._more = False
        self._owned = owned

    def close(self):
        """Closes what `over` opened."""
        for one in self._owned:
            one.close()

    @property
    def is_publishing(self):
        """Whether somebody is blocked whom the terminals have not been told of yet."""
        return self._publishing is not None and not self._publishing.done()

    def lost(self, token, reason):
        """The card of a permuted token (32 hex) opens nothing any more. To be called in the server's event loop."""
        self._block(self._registry.token_key.unpermute(bytes.fromhex(token)), reason)

    def collected(self, token):
        """The slip of this card opens nothing any more. To be called in the server's event loop."""
        self._block(token_of(ACCOUNT_CODE, _account_of(token)), "collected")

    def _block(self, plain, reason):
        if not self._registry.block(plain, reason):
            return
        self._more = True
        if not self.is_publishing:
            self._publishing = asyncio.get_running_loop().create_task(self._publish())

    def interim(self, token, until):
        """The base45 text of a paper code that stands for the card of this token until `until`; None without an issuer."""
        if self._issuer is None:
            return None
        key, sign = self._issuer
        now = int(self._now())
        account = _account_of(token)
        until = min(until, now - _BEFORE_S + paper_code.LONGEST_S)  # whatever clock the kiosk has
        signed = paper_code.pack_signed(key, account, secrets.randbits(32), now - _BEFORE_S, until)
        return base45.encode(signed + sign(signed)).decode()

    async def _publish(self):
        while self._more:
            self._more = False
            try:
                await self._lists.publish_hotlist()
            except HeadendError as error:  # blocked they are: the next publication takes them along
                _log.error("the hotlist did not go out: %s", error)


def _account_of(token):
    """The account on a slip, one for each card: the same slip again stands for the same card, and both end together."""
    return bytes.fromhex(token)[:8]
