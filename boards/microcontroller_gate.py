"""A gate on a microcontroller, put together from its description: which driver sits on which bus."""

import machine
from micropython import const

from boards.barriers import barrier, push_button
from boards.description import bus, line
from boards.screen import Screen
from boards.signals import Signals
from drivers.bus.uart import UART
from drivers.buzzer import Buzzer
from drivers.lamps import Lamps
from drivers.pn532 import Pn532
from drivers.psam_uart import PsamUart
from drivers.qr_engine import QrEngine
from screens import profiles
from screens.framebuf_backend import Strips
from screens.glyphs import GlyphStore

_STRIP_ROWS = const(16)


class Gate:
    """The hardware ports of terminal/ports.py over the buses of `description`.

    Owns one strip of pixels (screen width x 16 x 2 bytes). `glyphs`: folder of the glyph files; `link`: the network.
    """

    def __init__(self, description, clock, glyphs, link):
        pins = {}
        for entry in description.lines:
            if entry.direction == "out":
                pins[entry.name] = machine.Pin(entry.pin, machine.Pin.OUT, value=entry.rest)
            else:
                pins[entry.name] = machine.Pin(entry.pin, machine.Pin.IN)
        self.description = description
        self.clock = clock
        self.reader = Pn532(_reader_port(description, pins), clock)
        self.scanner = QrEngine(_uart(description, "scanner"), clock)
        self.barrier = barrier(pins, clock)
        self.group_button = lambda: push_button(pins, clock)
        self.buzzer = Buzzer(machine.PWM(pins["buzzer"]), clock)
        self.signals = Signals(Lamps(pins["red"], pins["amber"], pins["green"], pins["yellow"]), self.buzzer)
        self.psam = PsamUart(_uart(description, "psam", parity=0, stop=2), pins["psam_reset"], clock)
        self.link = link
        metrics = profiles.metrics(description.screen)
        self.panel = _panel(description, pins, clock)
        strips = Strips(self.panel, metrics.width, metrics.height, GlyphStore(glyphs), _STRIP_ROWS)
        self.display = Screen(strips, metrics)

    async def start(self):
        """Brings up what has to be awake before the first picture."""
        await self.panel.start()


def assemble(description, clock, glyphs, link):
    """The board's hardware ports."""
    return Gate(description, clock, glyphs, link)


def _uart(description, part, **format):
    entry = bus(description, part)
    for signal, pin in entry.pins:
        format[signal] = machine.Pin(pin)
    return UART(entry.number, entry.speed, **format)


def _reader_port(description, pins):
    entry = bus(description, "reader")
    if entry.kind == "uart":
        return _uart(description, "reader")
    from drivers.bus.pn532_ports import Pn532I2c

    named = dict(entry.pins)
    return Pn532I2c(
        machine.I2C(entry.number, freq=entry.speed, sda=machine.Pin(named["sda"]), scl=machine.Pin(named["scl"]))
    )


def _panel(description, pins, clock):
    from drivers.st7789 import st7789

    entry = bus(description, "display")
    named = dict(entry.pins)
    spi = machine.SPI(
        entry.number, baudrate=entry.speed, sck=machine.Pin(named["sck"]), mosi=machine.Pin(named["mosi"])
    )
    return st7789(spi, pins["panel_data"], pins["panel_select"], pins["panel_reset"], clock)


def rest_lines(description):
    """[(pin, level)] that a boot sets before anything else: the barrier's release first, then what else drives."""
    first = [(entry.pin, entry.rest) for entry in (line(description, "release"),) if entry is not None]
    others = [
        (entry.pin, entry.rest) for entry in description.lines if entry.direction == "out" and entry.name != "release"
    ]
    return first + others
