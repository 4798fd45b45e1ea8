"""Certificates that are no longer taken: serial numbers in the desired state, on either engine."""

from headend.state import change

REVOKED = "fleet:revoked"


async def revoke(state, serial):
    """No head-end of this engine takes the certificate of this serial number (hex) any more, a second from now."""
    number = serial.upper().lstrip("0")
    await change(state, REVOKED, lambda doc: {"serials": sorted({*doc.get("serials", ()), number})})


def is_revoked(reader, serial):
    """Whether the store behind `reader` holds `serial` (upper-case hex without leading zeros) as revoked."""
    query = "SELECT 1 FROM state, json_each(state.doc, '$.serials') WHERE scope=? AND value=?"
    return reader.execute(query, (REVOKED, serial)).fetchone() is not None
