"""The load service at the head-end: each order goes out under a number of its own and is given once (headend/load_orders.py)."""

from binascii import hexlify, unhexlify

from micropython import const

from terminal.errors import LinkError

_MAC2 = const(4)


class LoadOrders:
    """A load service (terminal.media.purse_load) over a ServiceClient. A request's `payer`: (service, asker) as it takes them.

    `left`: fen that the head-end would have ordered when it refused an amount, None when it did not say.
    """

    def __init__(self, client):
        self._client = client
        self.left = None

    async def order(self, request):
        """MAC2, None when it is refused; LinkError when nobody answers."""
        service, asker = request.payer
        fields = {
            name: hexlify(getattr(request, name)).decode()
            for name in ("issuer", "serial", "answer", "terminal", "when")
        }
        fields["amount"] = request.amount
        # The record and the card's random: one order, however often it is sent, also behind a wiped journal.
        number = "%08x%s" % (request.seq & 0xFFFFFFFF, hexlify(request.answer[8:12]).decode())
        outcome = await self._client.ask(service, "order", asker, fields, 0, number)
        if outcome.state != "reply":
            raise LinkError("nobody ordered the load")
        reply = outcome.reply
        self.left = None
        if reply["status"] != "ok":
            self.left = reply["amount"]
            return None
        try:
            mac2 = unhexlify(reply["mac2"])
        except (KeyError, TypeError, ValueError):
            mac2 = b""
        if len(mac2) != _MAC2:
            raise LinkError("an order to load without the proof that the card wants")
        return mac2

    async def tell(self, payer, fields):
        """Hands in what was written."""
        service, asker = payer
        await self._client.ask(service, "submit", asker, fields)
