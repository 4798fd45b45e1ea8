"""Host only: a real reader or scanner on the simulated desk, its driver as it stands, the rest of the gate emulated."""

import time

from drivers.bus.uart import UART
from drivers.pn532 import Pn532
from drivers.qr_engine import QrEngine
from simulator.errors import HardwareUnknown

_STEP_S = 0.001


class _PacedUart:
    """A real port under the desk's clock: a look in vain takes a real ms, as the driver's sleep between two looks takes
    a virtual one; so the driver's time-outs mean what they say."""

    def __init__(self, uart):
        self._uart = uart
        self.readinto, self.write, self.set_baudrate = uart.readinto, uart.write, uart.set_baudrate

    def any(self):
        count = self._uart.any()
        if not count:
            time.sleep(_STEP_S)
            count = self._uart.any()
        return count


def reader(spec, used):
    """A maker of the reader port for `World(real=...)`; what has to be closed goes on the ExitStack `used`."""
    kind, _, place = spec.partition(":")
    if kind == "pcsc":
        from drivers.pcsc import PcscReader

        return lambda clock: PcscReader(place, clock)
    if kind != "serial" or not place:
        raise HardwareUnknown("no reader %r; write serial:PORT, or pcsc:NAME with part of the reader's name" % spec)
    uart = UART(place, 115200)
    used.callback(uart.close)
    return lambda clock: Pn532(_PacedUart(uart), clock)


def scanner(spec, used):
    """The same for the scanner port: a QR engine of the GM65 family."""
    kind, _, place = spec.partition(":")
    if kind != "serial" or not place:
        raise HardwareUnknown("no scanner %r; write serial:PORT" % spec)
    uart = UART(place, 9600)
    used.callback(uart.close)
    return lambda clock: QrEngine(uart, clock)


def camera(place, used):
    """The same for a camera, or a folder of pictures, as the scanner."""
    from simulator.camera import CameraScanner, frames

    source = frames(place)
    used.callback(source.close)
    return lambda clock: CameraScanner(source, clock)
