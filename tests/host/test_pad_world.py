"""A pad in the simulator: real drivers on emulated chips, a real head-end, paper that can be read."""

import pathlib
import shutil

import pygame
import pytest

from simulator import paper, window
from simulator.world import World
from technician.play import run_play

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "simulator" / "scripts"


@pytest.mark.parametrize("name, profile", (("pad_shop", "pad320"), ("pad_pharmacy", "pad320:pharmacy")))
def test_shipped_days_come_true(name, profile, listed, tmp_path):
    shutil.copy(listed, tmp_path)
    assert run_play(SCRIPTS / (name + ".txt"), True, tmp_path, None, 1, profile=profile) == 0


def test_the_receipt_says_what_was_sold(listed, tmp_path):
    shutil.copy(listed, tmp_path)
    world = World(tmp_path, profile="pad320", headend=False)
    try:
        world.until_idle()
        world.key_amount("6.50")
        world.present("adult")
        world.advance(1000)
        world.remove()
        world.advance(2500)
        world.press("print")
        world.advance(5000)
        (sheet,) = world.sheets
        lines = paper.text_of(sheet)
        assert lines[0] == "便民超市" and "￥6.50" in "".join(lines) and "￥32.00" in "".join(lines)
        assert paper.picture(sheet, 32).width == 32 * 12 + 64
    finally:
        world.close()


def test_the_mouse_is_a_finger_on_the_pads_screen(listed, tmp_path):
    shutil.copy(listed, tmp_path)
    world = World(tmp_path, profile="pad320", headend=False)
    try:
        world.until_idle()
        desk_window = window.Window(world, (1280, 800))
        for action in ("digit.6", "digit.5", "digit.0", "confirm"):
            _, x, y, wide, high, _ = next(op for op in world.display_list if op[0] == "hit" and op[5] == action)
            scale, screen = desk_window.layout.scale, desk_window.layout.screen
            spot = (screen.x + int((x + wide // 2) * scale), screen.y + int((y + high // 2) * scale))
            desk_window.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=spot, button=1), None)
        assert (world.view["screen"], world.view["amount"]) == ("ask", 650)
    finally:
        world.close()
