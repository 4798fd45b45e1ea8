"""Panel drivers, byte for byte, against the emulated controller."""

from drivers import ili9341, st7789
from drivers.dcs_panel import DcsPanel
from simulator.chips.panel import DcsPanelChip
from simulator.virtual_time import Scheduler, VirtualClock

SMALL = (12, 8)  # the glass upright; a whole one would take 150 KB

ST7789 = [
    (0x01, b""), (0x11, b""), (0x3A, b"\x55"), (0x36, b"\x60"), (0x21, b""), (0x13, b""), (0x29, b""),
]  # fmt: skip
ILI9341 = [
    (0x01, b""), (0xC0, b"\x23"), (0xC1, b"\x10"), (0xC5, b"\x3e\x28"), (0xC7, b"\x86"), (0x3A, b"\x55"),
    (0x36, b"\x28"), (0xB1, b"\x00\x18"), (0xB6, b"\x08\x82\x27"), (0x11, b""), (0x29, b""),
]  # fmt: skip


def started(sequence):
    """(panel, chip) of a small landscape glass, brought up."""
    clock = VirtualClock()
    chip = DcsPanelChip(clock, SMALL[1], SMALL[0])
    panel = DcsPanel(chip, chip.data, chip.select, chip.reset, clock, SMALL[0], SMALL[1], sequence)
    scheduler = Scheduler(clock)
    scheduler.spawn(panel.start())
    scheduler.run_for(1000)
    return panel, chip


def test_the_controllers_are_brought_up_as_their_data_sheets_ask():
    for sequence, sent in ((st7789.sequence(), ST7789), (ili9341.sequence(), ILI9341)):
        _, chip = started(sequence)
        assert chip.sent == sent
        assert chip.faults == []
        assert chip.awake and chip.shown and chip.size == SMALL


def test_impatience_is_a_fault():
    hasty = [(command, data, 0) for command, data, _ in st7789.sequence()]
    _, chip = started(hasty)
    assert [fault for fault in chip.faults if "120 ms" in fault]


def test_a_window_is_set_and_filled():
    panel, chip = started(st7789.sequence())
    del chip.sent[:]
    panel.write(2, 3, 4, 2, bytes(range(16)))
    assert chip.sent == [(0x2A, b"\x00\x02\x00\x05"), (0x2B, b"\x00\x03\x00\x04")]
    row = SMALL[0] * 2
    assert chip.memory[3 * row + 4 : 3 * row + 12] == bytes(range(8))
    assert chip.memory[4 * row + 4 : 4 * row + 12] == bytes(range(8, 16))
    assert sum(chip.memory) == sum(range(16))
    assert chip.faults == []


def test_a_window_off_the_glass_is_a_fault():
    panel, chip = started(ili9341.sequence())
    panel.write(10, 0, 4, 1, bytes(8))
    assert chip.faults == ["window 10 to 13 of 12"]


def test_whole_panels_have_their_size_either_way_up():
    clock = VirtualClock()
    chip = DcsPanelChip(clock, 1, 1)
    for make in (st7789.st7789, ili9341.ili9341):
        upright = make(chip, chip.data, chip.select, chip.reset, clock, landscape=False)
        lying = make(chip, chip.data, chip.select, chip.reset, clock)
        assert (upright.width, upright.height, lying.width, lying.height) == (240, 320, 320, 240)
