"""An emulated smart card in a slot on a serial line (T=0): the card's I/O line echoes what the terminal sends."""

from micropython import const

from simulator.chips.gate import SimPin

_HEADER = const(5)
_WORK_MS = const(4)
# Instructions whose data come from the terminal; all others answer with data.
_INCOMING = (0xA4, 0x70, 0x72, 0x1A, 0xFA, 0xDE, 0x88, 0x82, 0x20, 0xD6, 0x50, 0x52, 0x54)


class PsamUartChip:
    """`card` is a card of simulator.cards, or None for an empty slot; `reset` the RST pin."""

    def __init__(self, wire, card):
        self.card = card
        self.reset = SimPin()
        self.reset.listener = self._on_reset
        self._wire = wire
        self._got = b""
        self._on = False
        wire.attach(self)

    def _on_reset(self, level):
        self._got = b""
        self._wire.silence()
        self._on = bool(level) and self.card is not None
        if self._on:
            self._wire.answer(self.card.power_on("contact"), 1)

    def receive(self, data):
        """What the terminal sends, echoed as on one common line."""
        self._wire.answer(data)
        if not self._on:
            return
        self._got += data
        if len(self._got) == _HEADER:
            self._header()
        elif len(self._got) > _HEADER and len(self._got) == _HEADER + self._got[4]:
            self._finish(self._got)

    def _header(self):
        ins, length = self._got[1], self._got[4]
        if ins in _INCOMING and length:
            self._wire.answer(bytes((ins,)))
        else:
            self._finish(self._got)

    def _finish(self, command):
        self._got = b""
        answer = self.card.transmit(command)
        if len(answer) > 2:
            answer = bytes((command[1],)) + answer
        self._wire.answer(answer, _WORK_MS)
