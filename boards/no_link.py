"""The network of a board that has none set up: always away."""

from micropython import const

_NETWORK_DOWN = const(100)


class NoLink:
    """The `link` port; every opening fails as it does with a cable that is pulled."""

    async def open(self):
        raise OSError(_NETWORK_DOWN)

    def close(self):
        """There is nothing to close."""
