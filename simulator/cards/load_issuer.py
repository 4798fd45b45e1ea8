"""The issuer's end of a top-up: checks the card's MAC1, orders the load with MAC2, checks the TAC (fact sheet 2.7)."""

from simulator.cards.demonstration import card_keys
from simulator.cards.purse_application import LOAD
from terminal.media import purse_keys


class LoadIssuer:
    """The host behind a top-up kiosk, for cards with the demonstration keys. `loads` counts the orders given."""

    def __init__(self):
        self.loads = 0

    def order(self, issuer, serial8, initialised, amount, terminal, when):
        """MAC2 for the card whose INIT FOR LOAD answered `initialised` (16 bytes); None when its MAC1 is wrong.

        `issuer` its first four issuer bytes, `serial8` the last eight of its serial, amount in fen, terminal 6 bytes,
        `when` 7 BCD bytes.
        """
        algorithm = initialised[7]
        keys = card_keys(issuer, serial8, algorithm)
        before, counter = int.from_bytes(initialised[:4], "big"), initialised[4:6]
        session = purse_keys.load_session_key(keys.load, initialised[8:12], counter, algorithm)
        if purse_keys.load_mac1(session, before, amount, LOAD, terminal, algorithm) != initialised[12:16]:
            return None
        self.loads += 1
        return purse_keys.load_mac2(session, amount, LOAD, terminal, when, algorithm)

    @staticmethod
    def proved(issuer, serial8, initialised, amount, terminal, when, tac):
        """True when `tac` proves that the card took the money."""
        algorithm = initialised[7]
        keys = card_keys(issuer, serial8, algorithm)
        after = int.from_bytes(initialised[:4], "big") + amount
        expected = purse_keys.load_tac(keys.tac, after, initialised[4:6], amount, LOAD, terminal, when, algorithm)
        return expected == tac
