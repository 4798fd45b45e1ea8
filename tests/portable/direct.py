"""A card or PSAM without a reader in between: a channel that can be cut at any exchange."""

from simulator.chips.fault import Fault
from terminal.ports import NO_ANSWER


class DirectChannel:
    """`cut(n, before)`: the n-th exchange from now (0 is the next) is lost before or after the card worked on it."""

    def __init__(self, card):
        self.card = card
        self.uid, self.ats = card.uid, card.ats
        self.torn = Fault()
        self.sent = []
        self._cut_at = None
        self._before = False

    def cut(self, exchange, before):
        self._cut_at = exchange
        self._before = before
        self.torn.arm()

    async def transmit(self, apdu):
        """(data, sw) as every channel."""
        self.sent.append(bytes(apdu))
        if self._cut_at is not None:
            self._cut_at -= 1
            if self._cut_at < 0:
                if self._cut_at == -1 and not self._before:
                    self.card.transmit(apdu)
                self.torn.strikes()
                return b"", NO_ANSWER
        answer = self.card.transmit(apdu)
        return answer[:-2], answer[-2] << 8 | answer[-1]

    def back(self):
        """The card lies on the reader again."""
        self._cut_at = None
        self.sent = []
        self.card.power_on()
