"""`gatepost doctor --reader`: the real serial port, driver and clock, and an emulated chip at the far end of a pty."""

import os
import select
import threading
import tty

import pytest

from simulator.chips.pn532 import Pn532Chip
from simulator.chips.wire import Wire
from technician import doctor
from terminal.clock import SystemClock


class _Mute:
    def receive(self, data):
        pass


@pytest.fixture
def serial_line():
    """(path of the port, Wire behind it); bytes are carried between the two until the test ends."""
    near, far = os.openpty()
    tty.setraw(far)
    wire = Wire(SystemClock())
    wire.attach(_Mute())
    ended = threading.Event()

    def carry():
        buffer = bytearray(64)
        while not ended.is_set():
            if select.select([near], [], [], 0.002)[0]:
                wire.write(os.read(near, 64))
            count = wire.readinto(buffer)
            os.write(near, buffer[:count])

    thread = threading.Thread(target=carry)
    thread.start()
    yield os.ttyname(far), wire
    ended.set()
    thread.join()
    os.close(near)
    os.close(far)


def test_a_reader_that_answers(serial_line):
    port, wire = serial_line
    Pn532Chip(wire, SystemClock())
    check = doctor.card_reader("serial:" + port)
    assert check.state == "good", check
    assert "firmware 32" in check.seen  # IC 32h: a PN532


def test_a_line_without_a_reader(serial_line):
    check = doctor.card_reader("serial:" + serial_line[0])
    assert (check.state, check.seen) == ("bad", "nothing answers on serial:%s" % serial_line[0])


def test_ports_that_are_none(tmp_path):
    for address in ("serial:%s/nothing" % tmp_path, "serial:", "usb:1"):
        check = doctor.card_reader(address)
        assert check.state == "bad" and check.remedy
