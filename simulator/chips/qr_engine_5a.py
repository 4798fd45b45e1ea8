"""An emulated QR engine of the M3Y class ("5A" protocol)."""

from micropython import const

from simulator.chips.fault import Fault

_REPLY_MS = const(5)
_DECODE_MS = const(60)
_VERSION = b"V1.2.M3Y"


class QrEngine5AChip:
    """Starts as the factory delivers it: 9600 baud, command mode. `refused` names commands this model does not know.

    Fault: `mute` swallows frames.
    """

    def __init__(self, wire, clock, refused=()):
        self.mute = Fault()
        self.orders = []  # command texts received
        self._refused = refused
        self._wire = wire
        self._baudrate = 9600
        self.power_on()
        wire.attach(self)

    def power_on(self):
        """The state after supply; the speed is kept."""
        self._input = b""
        self.continuous = False
        self._scanning = False
        self._wire.chip_baudrate = self._baudrate

    def show(self, code):
        """Holds a code before the window; False when the engine does not look."""
        if not (self.continuous or self._scanning):
            return False
        self._scanning = False
        self._wire.answer(code, _DECODE_MS)
        return True

    def receive(self, data):
        self._input += data
        while True:
            start = self._input.find(b"\x5a\x00")
            if start < 0:
                self._input = self._input[-1:]
                return
            given = self._input[start:]
            size = 6 + (given[2] << 8 | given[3]) if len(given) >= 4 else 6
            if len(given) < size:
                self._input = given
                return
            self._input = given[size:]
            check = 0
            for byte in given[1 : size - 2]:
                check ^= byte
            if given[size - 2] == check and given[size - 1] == 0xA5 and not self.mute.strikes():
                self._order(given[4 : size - 2])

    def _order(self, text):
        self.orders.append(text)
        if text in self._refused:
            self._reply(b"9001")
        elif text == b"T_OUT_CVER":
            self._reply(_VERSION)
        else:
            self._reply(b"9000")
            if text.startswith(b"S_CMD_H3BR"):
                self._baudrate = self._wire.chip_baudrate = int(text[10:])
            elif text in (b"S_CMD_020D", b"S_CMD_020E"):
                self.continuous = text.endswith(b"E")
            elif text == b"SR030301":
                self._scanning = True

    def _reply(self, payload):
        body = b"\x01" + len(payload).to_bytes(2, "big") + payload
        check = 0
        for byte in body:
            check ^= byte
        self._wire.answer(b"\x5a" + body + bytes((check, 0xA5)), _REPLY_MS)
