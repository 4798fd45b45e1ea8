"""A tariff under which a tap could not be decided: whose fault that is, the tariff's or one card's.

Nothing of this is loaded while every tap is decided.
"""

from micropython import const

from terminal.decide import undecided
from terminal.decision.rehearsal import fails_for_all
from terminal.more_errors import PackageUnfit

_MOST = const(3)  # cards


class Unfit:
    """`proved`: nobody can be served under this tariff any more, so its lane is in the mode tariff_fault.

    One strange card proves nothing, else whoever makes one takes a gate out of service: either somebody of the same
    class of whom nothing is known fails, too, or so many different cards did.
    """

    def __init__(self, tariff, here, log):
        self._tariff = tariff
        self._here = here
        self._log = log
        self._cards = []
        self.proved = False

    def refuse(self, credential, token, now, error):
        """The Decision that refuses who could not be decided about; `error` is what was raised, `token` permuted."""
        if token not in self._cards and len(self._cards) < _MOST:
            self._cards.append(token)
        if not self.proved:
            common = fails_for_all(self._tariff, credential.holder_class, now, self._here)
            self.proved = common or len(self._cards) == _MOST
        self._log(
            "tariff_unfit", code=PackageUnfit.code, error=type(error).__name__, text=str(error), proved=self.proved
        )
        return undecided(credential)
