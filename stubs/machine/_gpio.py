"""machine.Pin and machine.PWM on Linux: the kernel's GPIO and PWM files (Documentation/ABI, sysfs)."""

import os

from drivers.errors import PortAbsent, PortBusy

_GPIO = "/sys/class/gpio"
_PWM = "/sys/class/pwm"


class Pin:
    """Line `number` of the kernel's GPIO numbering. `root` is for tests."""

    IN = 0
    OUT = 1

    def __init__(self, number, mode=IN, value=None, root=_GPIO):
        folder = "%s/gpio%d" % (root, number)
        if not os.path.isdir(folder):
            _write("%s/export" % root, "%d" % number, "GPIO %d" % number)
        if mode == Pin.OUT:
            _write(folder + "/direction", "high" if value else "low", "GPIO %d" % number)
        else:
            _write(folder + "/direction", "in", "GPIO %d" % number)
        self._value = folder + "/value"

    def on(self):
        _write(self._value, "1", self._value)

    def off(self):
        _write(self._value, "0", self._value)

    def value(self, level=None):
        if level is not None:
            return self.on() if level else self.off()
        with open(self._value, encoding="ascii") as file:
            return int(file.read())


class PWM:
    """Channel `channel` of PWM chip `chip`. `root` is for tests."""

    def __init__(self, chip, channel=0, root=_PWM):
        base = "%s/pwmchip%d" % (root, chip)
        self._folder = "%s/pwm%d" % (base, channel)
        self._name = "PWM %d.%d" % (chip, channel)
        self._period = 1_000_000
        self._duty = 0
        if not os.path.isdir(self._folder):
            _write(base + "/export", "%d" % channel, self._name)
        _write(self._folder + "/period", "%d" % self._period, self._name)
        _write(self._folder + "/enable", "1", self._name)

    def freq(self, hertz=None):
        if hertz is None:
            return 1_000_000_000 // self._period
        # The kernel refuses a period shorter than the pulse in it.
        _write(self._folder + "/duty_cycle", "0", self._name)
        self._period = 1_000_000_000 // hertz
        _write(self._folder + "/period", "%d" % self._period, self._name)
        self.duty_u16(self._duty)

    def duty_u16(self, duty=None):
        if duty is None:
            return self._duty
        self._duty = duty
        _write(self._folder + "/duty_cycle", "%d" % (self._period * duty // 65536), self._name)


def _write(path, text, name):
    try:
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
    except FileNotFoundError as error:
        raise PortAbsent("%s is not on this machine (%s): correct the pin in the settings" % (name, path)) from error
    except OSError as error:
        raise PortBusy("%s cannot be used (%s): another program or driver holds it" % (name, error)) from error
