"""A load service in software, with the demonstration issuer's keys: what a head-end with its HSM is to a kiosk."""

from simulator.cards.load_issuer import LoadIssuer
from simulator.chips.fault import Fault


class DemonstrationLoadService:
    """The port of terminal.media.purse_load. Faults: `away` (no answer at all), `refuse` (says no)."""

    def __init__(self):
        self.issuer = LoadIssuer()
        self.away = Fault()
        self.refuse = Fault()

    async def order(self, request):
        """MAC2, or None."""
        if self.away.strikes():
            raise OSError(110)
        if self.refuse.strikes():
            return None
        return self.issuer.order(request)
