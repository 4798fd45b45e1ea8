"""What an insurance fund pays of a sale: asked of the head-end's services port, for the pads of pharmacies."""

from binascii import hexlify, unhexlify
from collections import namedtuple

_PROVED = ("none", "psam", "signature")

Share = namedtuple("Share", "total fund own rows reference request")
"""Fen; `rows` (zh, en, value, kind) as the platform itemises them; `request`: the 8 bytes under which it was agreed."""


class Fund:
    """`client`: a terminal.service_client.ServiceClient; `service`: the operation that is asked, as the head-end names it.

    `offline`: "refuse", or "own": without an answer the customer pays all of it.
    """

    def __init__(self, client, service, offline="refuse"):
        self._client = client
        self._service = {"asks": service, "needs": "token", "offline": "refuse"}
        self._offline = offline

    async def share(self, holder, total, items):
        """(Share, None), or (None, reason key), or (Share without a fund's part, "offline")."""
        request = self._client.intention()
        who = {
            "token": hexlify(holder.token).decode(), "class": holder.decision.holder_class,
            "proved": _PROVED[holder.credential.proved],
        }  # fmt: skip
        fields = {"total": total, "items": [list(item) for item in items]}
        outcome = await self._client.ask(self._service, "look", who, fields=fields, request=request)
        if outcome.state != "reply":
            if self._offline == "own":
                return Share(total, 0, total, (), None, bytes(8)), "offline"
            return None, "fund_unreachable"
        reply = outcome.reply
        own = reply["amount"]
        if reply["status"] != "ok" or not isinstance(own, int) or not 0 <= own <= total:
            return None, "fund_refused"
        return Share(total, total - own, own, reply["rows"], reply["reference"], unhexlify(request)), None
