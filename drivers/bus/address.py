"""Host only: HOST:PORT as people write it in settings and on the command line."""

_PORTS = range(1, 65536)


def host_and_port(text, port=None):
    """(host, port) of "HOST:PORT", of "[IPV6]:PORT", or of "HOST" alone where `port` is given; None of anything else."""
    host, colon, digits = text.rpartition(":")
    if port is not None and (not colon or text.endswith("]")):
        host, digits = text, str(port)
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else "" if ":" in host else host
    if not host or " " in host or not digits.isdecimal() or int(digits) not in _PORTS:
        return None
    return host, int(digits)
