"""How terminals are named, in settings, certificates and on the wire."""

from micropython import const

from terminal.errors import WireMalformed

LONGEST = const(32)
_CHARACTERS = const(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")


def check_name(name):
    """`name` when it can name a terminal: 1 to 32 letters, digits, dots, dashes, underscores. Else WireMalformed."""
    if not 0 < len(name) <= LONGEST:
        raise WireMalformed("terminal name of %d characters, expected 1 to %d" % (len(name), LONGEST))
    for byte in name.encode():
        if byte not in _CHARACTERS:
            raise WireMalformed("terminal name may hold letters, digits, dots, dashes and underscores only")
    return name
