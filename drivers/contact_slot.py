"""A slot for contact cards, wired to a serial port, with the switch that a card closes when it is all the way in.

The shape of a reader (terminal/ports.py). The card stays powered while it is in: PIN and holder data are asked later.
"""

from micropython import const

READY = "ready"
ABSENT = "absent"
_SETTLE_MS = const(60)  # contacts bounce while a card slides in


class SlotChannel:
    """The card that was put in; mute once it is out. `ats` holds the ATR, a contact card has no UID."""

    uid = b""

    def __init__(self, slot, atr):
        self._slot = slot
        self.ats = atr

    async def transmit(self, apdu):
        return await self._slot.exchange(self, apdu)


class ContactSlot:
    """`card`: a PsamUart (any ISO 7816 card speaks so), `switch`: a pin that is high while a card is in."""

    crowded = False

    def __init__(self, card, switch, clock):
        self.state = ABSENT
        self._card = card
        self._switch = switch
        self._clock = clock
        self._since = None  # when the switch closed
        self._offered = None  # the channel of the card that is in, once it was offered
        self._refused = False  # what is in does not answer the reset

    async def start(self):
        """Always in service: without a card there is nobody to ask. What is in already waits to be taken out first."""
        self.state = READY
        self._out()
        self._refused = bool(self._switch.value())
        return True

    async def poll(self):
        """The channel of a card that was newly put in, or None."""
        if not self._switch.value():
            self._out()
            return None
        if self._offered is not None or self._refused:
            return None
        if self._since is None:
            self._since = self._clock.ticks()
        if self._clock.elapsed(self._since) < _SETTLE_MS:
            return None
        if not await self._card.reset():
            self._refused = True
            return None
        self._offered = SlotChannel(self, self._card.atr)
        return self._offered

    async def present(self):
        """True while the card that was offered last, or any other one, is still in."""
        if self._switch.value():
            return True
        self._out()
        return False

    async def release(self):
        """Takes the power from the card; it is not offered again before it was taken out."""
        self._card.off()

    async def exchange(self, channel, apdu):
        """What `channel.transmit` promises."""
        if channel is not self._offered or not self._switch.value():
            return b"", 0
        return await self._card.transmit(apdu)

    def _out(self):
        if self._since is not None:
            self._card.off()
        self._since = self._offered = None
        self._refused = False
