"""MicroPython's `machine` module for CPython on a Linux gate or a desk: serial ports, and GPIO where there is some."""

from machine._gpio import PWM, Pin
from machine._serial import UART

__all__ = ("PWM", "UART", "Pin", "reset")


def reset():
    """On a host the service supervisor starts a new process."""
    raise SystemExit(75)
