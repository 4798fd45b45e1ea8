"""The issuer's end of a top-up: checks the card's MAC1, orders the load with MAC2, checks the TAC (fact sheet 2.7)."""

from simulator.cards.demonstration import card_keys
from simulator.cards.purse_application import LOAD
from terminal.media import purse_keys, purse_load


class LoadIssuer:
    """The host behind a top-up kiosk, for cards with the demonstration keys. `loads` counts the orders given."""

    def __init__(self):
        self.loads = 0

    def order(self, request):
        """MAC2 for a terminal.media.purse_load.LoadRequest; None when the card's MAC1 is wrong."""
        answer, algorithm = request.answer, request.answer[7]
        keys = card_keys(request.issuer, request.serial, algorithm)
        session = purse_keys.load_session_key(keys.load, answer[8:12], answer[4:6], algorithm)
        mac2 = purse_load.mac2_of(request, session)
        self.loads += mac2 is not None
        return mac2

    @staticmethod
    def proved(request, tac):
        """True when `tac` proves that the card took the money."""
        answer, algorithm = request.answer, request.answer[7]
        keys = card_keys(request.issuer, request.serial, algorithm)
        after = purse_load.balance_of(answer) + request.amount
        expected = purse_keys.load_tac(
            keys.tac, after, answer[4:6], request.amount, LOAD, request.terminal, request.when, algorithm
        )
        return expected == tac
