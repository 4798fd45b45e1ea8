"""Certificates that are no longer taken: serial numbers in the desired state, on either engine."""

REVOKED = "fleet:revoked"


async def revoke(state, serial):
    """No head-end of this engine takes the certificate of this serial number (hex) any more, a second from now."""
    doc, revision = await state.get(REVOKED)
    serials = sorted({*(doc or {}).get("serials", ()), serial.upper().lstrip("0")})
    await state.put(REVOKED, {"serials": serials}, revision)


def is_revoked(reader, serial):
    """Whether the store behind `reader` holds `serial` (upper-case hex without leading zeros) as revoked."""
    query = "SELECT 1 FROM state, json_each(state.doc, '$.serials') WHERE scope=? AND value=?"
    return reader.execute(query, (REVOKED, serial)).fetchone() is not None
