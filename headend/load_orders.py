"""Orders to load a purse: action `order` of a service that loads. The key service makes MAC2, the back end has the money.

Neither knows the other's part: keys stay with the key service (headend/key_service.py), accounts with the platform. The
card's MAC1 is looked at before the platform is asked, and its MAC2 leaves only with the platform's yes.
"""

from headend.errors import ServiceMalformed
from terminal.media.purse_load import LoadRequest, counter_of

_PARTS = (("issuer", 4), ("serial", 8), ("answer", 16), ("terminal", 6), ("when", 7))
_MOST = 0xFFFFFF
_NOT_GENUINE = {"status": "refused", "message": ["卡片校验未通过。", "The card did not prove itself."]}


async def ordered(asked, key, ask):
    """The reply to Asked `asked`, None without a load `key`; `ask(asked)` asks the back end. ServiceMalformed."""
    if key is None:
        return None
    request = _request(asked.fields)
    mac2 = await key.order(request)
    if mac2 is None:
        return _NOT_GENUINE
    # All that the platform has to know: which purse, how far its counter was, how much.
    said = {"purse": request.serial.hex(), "counter": counter_of(request.answer), "amount": request.amount}
    reply = await ask(asked._replace(fields=said))
    if reply is None or reply["status"] != "ok":
        return reply
    return dict(reply, mac2=mac2.hex())


def _request(fields):
    parts = {}
    for name, size in _PARTS:
        try:
            parts[name] = bytes.fromhex(fields[name])
        except (KeyError, TypeError, ValueError):
            parts[name] = b""
        if len(parts[name]) != size:
            raise ServiceMalformed("an order to load whose %s is none" % name)
    amount = fields.get("amount")
    if not isinstance(amount, int) or not 0 < amount <= _MOST:
        raise ServiceMalformed("an order to load whose amount is none")
    return LoadRequest(**parts, amount=amount, seq=0, payer=None)
