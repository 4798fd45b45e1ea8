"""`gatepost printer` on a pseudo terminal behind which an emulated printer works in real time."""

import os
import select
import threading
import time
import tty

import pytest
from typer.testing import CliRunner

from simulator import paper
from simulator.chips.printer import PrinterChip
from technician.cli import app


class RealTime:
    """What the chip asks of a clock and a wire, on a pseudo terminal."""

    def __init__(self):
        self.master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self.chip = PrinterChip(self, self)
        self._stop = False
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def ms(self):
        return int(time.monotonic() * 10_000)  # ten times as fast

    def attach(self, _chip):
        """The chip is asked by the thread."""

    def silence(self):
        """Nothing is under way."""

    def answer(self, data, _after_ms=0):
        os.write(self.master, data)

    def _work(self):
        while not self._stop:
            if select.select([self.master], [], [], 0.01)[0]:
                self.chip.receive(os.read(self.master, 256))
            self.chip.step()

    def close(self):
        self._stop = True
        self._thread.join()
        os.close(self.master)
        os.close(self._slave)


@pytest.fixture
def desk():
    served = RealTime()
    yield served
    served.close()


def gatepost(*arguments):
    return CliRunner().invoke(app, list(arguments))


def test_the_test_page_comes_out(desk):
    done = gatepost("printer", "serial:" + desk.path, "--test-page")
    assert (done.exit_code, done.output) == (0, "ready, printed and cut\n")
    assert desk.chip.faults == []
    lines = paper.text_of(desk.chip.sheets[-1])
    assert lines[0] == "打印测试" and "[GATEPOST TEST PAGE]" in lines
    examined = gatepost("doctor", "--printer", "serial:" + desk.path)
    assert [line for line in examined.output.splitlines() if "PRINTER" in line and "good" in line]


def test_no_paper_is_said(desk):
    desk.chip.roll_dots = 0
    done = gatepost("printer", "serial:" + desk.path, "--test-page")
    assert (done.exit_code, done.output) == (1, "paper_out, not printed\n")
    assert desk.chip.sheets == []


def test_what_is_no_printer_is_named():
    assert "lp0" in str(gatepost("printer", "usb").exception)
    assert "does not exist" in str(gatepost("printer", "/dev/no-printer").exception)
