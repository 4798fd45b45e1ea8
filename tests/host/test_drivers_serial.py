"""Serial ports as a Linux gate has them: our driver and a foreign program on the emulated chip, and port errors."""

import asyncio
import os
import pty
import shutil
import subprocess

import pytest
from machine import PWM, Pin

from drivers.bus.uart import UART
from drivers.errors import PortAbsent, PortBusy, ReaderError
from drivers.pn532 import Pn532
from simulator.cards.demonstration import make_card
from terminal.clock import SystemClock
from tests.host.served_chip import served


@pytest.fixture
def chip():
    """The emulated chip on a pty with a card on its field."""
    with served([make_card("3100000000000012345", balance=2755)]) as reader:
        yield reader


def test_our_driver_on_a_tty(chip):
    uart = UART(chip.path, 115200)
    reader = Pn532(uart, SystemClock())

    async def tap():
        assert await reader.start()
        channel = await reader.poll()
        select = await channel.transmit(bytes.fromhex("00A4040008A000000632010105"))
        balance = await channel.transmit(bytes.fromhex("805C000204"))
        return select[1], balance

    assert asyncio.run(tap()) == (0x9000, (bytes.fromhex("00000AC3"), 0x9000))
    assert reader.time_outs == reader.bad_frames == 0
    uart.close()


def test_libnfc_on_the_emulated_chip(chip):
    nfc_list = shutil.which("nfc-list")
    assert nfc_list, "nfc-list is missing: apt-get install libnfc-bin"
    environment = dict(os.environ, LIBNFC_DEFAULT_DEVICE="pn532_uart:" + chip.path)
    done = subprocess.run([nfc_list, "-t", "1"], env=environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    lines = " ".join(done.stdout.split())
    assert "1 ISO14443A passive target(s) found" in lines
    assert "UID (NFCID1): 00 01 23 45" in lines
    assert "SAK (SEL_RES): 20" in lines
    assert "ATS: 78 80 70 02 00 81 4e 43 23 86 97" in lines


def test_absent_port():
    with pytest.raises(PortAbsent, match="/dev/ttyNONE does not exist: plug the device in"):
        UART("/dev/ttyNONE")


def test_busy_port():
    master, slave = pty.openpty()
    path = os.ttyname(slave)
    first = UART(path)
    with pytest.raises(PortBusy, match="held by another program"):
        UART(path)
    first.close()
    again = UART(path)
    assert again.any() == 0
    assert again.readinto(bytearray(4)) == 0
    again.set_baudrate(9600)
    again.close()
    os.close(master)
    os.close(slave)


def test_unplugged_port():
    master, slave = pty.openpty()
    uart = UART(os.ttyname(slave))
    os.close(master)
    with pytest.raises(ReaderError):
        uart.any()
        uart.readinto(bytearray(4))
        uart.write(b"x")
    uart.close()
    os.close(slave)


def test_reader_whose_port_was_unplugged_says_so_without_raising():
    master, slave = pty.openpty()
    uart = UART(os.ttyname(slave))
    reader = Pn532(uart, SystemClock())
    os.close(master)
    assert not asyncio.run(reader.start())
    assert reader.state == "absent"
    assert asyncio.run(reader.poll()) is None
    uart.close()
    os.close(slave)


def test_adapter_that_is_plugged_in_again(tmp_path):
    port = tmp_path / "ttyUSB0"
    master, slave = pty.openpty()
    port.symlink_to(os.ttyname(slave))
    uart = UART(str(port))
    os.close(master)
    os.close(slave)
    port.unlink()
    with pytest.raises(ReaderError):
        uart.write(b"x")
    with pytest.raises(PortAbsent):
        uart.write(b"x")
    master, slave = pty.openpty()
    port.symlink_to(os.ttyname(slave))
    assert uart.write(b"back\n") == 5
    assert os.read(master, 16) == b"back\n"
    uart.close()
    os.close(master)
    os.close(slave)


def test_gpio_files(tmp_path):
    for name, text in (("export", ""), ("gpio17/direction", ""), ("gpio17/value", "0\n")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    pin = Pin(17, Pin.OUT, root=str(tmp_path))
    assert (tmp_path / "gpio17" / "direction").read_text() == "low"
    pin.on()
    assert pin.value() == 1
    pin.value(0)
    assert pin.value() == 0
    with pytest.raises(PortAbsent, match="GPIO 4 is not on this machine"):
        Pin(4, root=str(tmp_path / "none"))


def test_pwm_files(tmp_path):
    folder = tmp_path / "pwmchip0" / "pwm1"
    folder.mkdir(parents=True)
    pwm = PWM(0, 1, root=str(tmp_path))
    pwm.freq(2000)
    pwm.duty_u16(32768)
    assert (folder / "period").read_text() == "500000"
    assert (folder / "duty_cycle").read_text() == "250000"
    assert pwm.freq() == 2000 and pwm.duty_u16() == 32768
    with pytest.raises(PortAbsent):
        PWM(7, root=str(tmp_path))
