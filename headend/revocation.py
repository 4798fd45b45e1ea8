"""Certificates that are no longer taken: serial numbers in the desired state, on either engine."""

from headend.state import change

REVOKED = "fleet:revoked"


async def revoke(state, serial):
    """No head-end of this engine takes the certificate of this serial number (hex) any more, a second from now."""
    number = serial.upper().lstrip("0")
    await change(state, REVOKED, lambda doc: {"serials": sorted({*doc.get("serials", ()), number})})


class Revoked:
    """The serial numbers (upper-case hex without leading zeros) that this process takes no more: `serial in revoked`."""

    def __init__(self):
        self._serials = frozenset()

    def __contains__(self, serial):
        return serial in self._serials

    async def read(self, state):
        """Reads them again; returns those that came to it."""
        doc, _ = await state.get(REVOKED)
        before, self._serials = self._serials, frozenset((doc or {}).get("serials", ()))
        return self._serials - before
