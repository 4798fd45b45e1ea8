"""Host only: card services of the simulator's head-end: a card that is reported lost at a kiosk is on the hotlist at once."""

import time

from headend import card_services
from headend.demonstration.back_end import Hooks
from headend.operator_keys import signing_key
from headend.registry import KEY_FILE
from simulator.codes import demonstration_key
from simulator.demo_site import LIST_KEY
from terminal.package import Trust

_PATIENCE_S = 10
_NAP_S = 0.002


def lists_trust(folder, target):
    """The Trust of a terminal of class `target` in the lists of the head-end in `folder`, whose keys are made here."""
    (folder / "keys").mkdir(parents=True, exist_ok=True)
    (folder / KEY_FILE).write_bytes(LIST_KEY)
    return Trust(
        target, [demonstration_key("root").public], 1, {"hotlist": signing_key(folder / "keys" / "lists.sm2")[0]}
    )


class CardHooks(Hooks):
    """The hooks of the demonstration's back end: the registry is opened by the first card that is reported lost.

    `utc()`: the simulator's time, in which lists come into force.
    """

    def __init__(self, folder, utc):
        self._folder = folder
        self._utc = utc
        self._services = None

    def lost(self, token, reason):
        if self._services is None:
            lists_trust(self._folder, "*")
            self._services = card_services.over(self._folder, self._utc)
        self._services.lost(token, reason)

    def settle(self):
        """Waits until what was blocked is published: it takes no time of the simulator's."""
        end = time.monotonic() + _PATIENCE_S
        while self._services is not None and self._services.is_publishing and time.monotonic() < end:
            time.sleep(_NAP_S)

    def close(self):
        if self._services is not None:
            self._services.close()
