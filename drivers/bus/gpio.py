"""Host only: GPIO lines of a Linux computer, by the kernel's character device (libgpiod) or by files as in /sys/class/gpio."""

import os

import machine

from drivers.errors import PortAbsent, PortBusy

_chips = {}


def chip(place):
    """The one Chip of this process at `place`."""
    if place not in _chips:
        _chips[place] = Chip(place)
    return _chips[place]


class Chip:
    """One GPIO chip. `place`: a device such as /dev/gpiochip0, or a folder of the form of /sys/class/gpio.

    A line is claimed once and kept: what was put to rest at the start is the pin that the barrier is driven by.
    """

    def __init__(self, place):
        self._place = place
        self._pins = {}

    def pin(self, number, rest):
        """The pin `number`, shaped like machine.Pin: an output at the level `rest`, an input where that is None.

        PortAbsent, PortBusy.
        """
        if number not in self._pins:
            self._pins[number] = self._claim(number, rest)
        return self._pins[number]

    def _claim(self, number, rest):
        if not os.path.exists(self._place):
            raise PortAbsent("there is no GPIO chip %s: correct board.gpio in the settings" % self._place)
        if not os.path.isdir(self._place):
            return _DevicePin(self._place, number, rest)
        mode = machine.Pin.IN if rest is None else machine.Pin.OUT
        return machine.Pin(number, mode, value=rest, root=self._place)


class _DevicePin:
    """Line `number` of a chip that libgpiod serves; it is let go of when the process ends."""

    def __init__(self, path, number, rest):
        import gpiod  # only gates with such a chip need it: the extra [linux]

        self._number = number
        self._levels = gpiod.line.Value.INACTIVE, gpiod.line.Value.ACTIVE
        if rest is None:
            wish = gpiod.LineSettings(direction=gpiod.line.Direction.INPUT)
        else:
            wish = gpiod.LineSettings(direction=gpiod.line.Direction.OUTPUT, output_value=self._levels[rest])
        try:
            self._lines = gpiod.request_lines(path, consumer="gatepost", config={number: wish})
        except ValueError as error:
            raise PortAbsent(
                "%s has no line %d (%s): correct the pin in the settings" % (path, number, error)
            ) from error
        except OSError as error:
            raise PortBusy("line %d of %s cannot be used (%s)" % (number, path, error.strerror or error)) from error

    def on(self):
        self._lines.set_value(self._number, self._levels[1])

    def off(self):
        self._lines.set_value(self._number, self._levels[0])

    def value(self, level=None):
        if level is not None:
            return self.on() if level else self.off()
        return int(self._lines.get_value(self._number) == self._levels[1])
