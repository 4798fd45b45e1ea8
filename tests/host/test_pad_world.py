"""A pad in the simulator: real drivers on emulated chips, a real head-end, paper that can be read."""

import asyncio
import pathlib

import pygame
import pytest

from headend.ledger import ledger, open_reader
from headend.ports import Entry
from headend.projector import Projector
from headend.schema import open_ledger
from headend.settlement import SoftwarePsam, settle
from headend.shifts import shifts
from offline_store.tokens import TokenKey
from simulator import demo_site, paper, residents, window
from simulator.cards.demonstration import TAC_MASTER
from simulator.world import World
from technician.play import run_play

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "simulator" / "scripts"


DAYS = (
    ("pad_shop", "pad320"),
    ("pad_codes", "pad320"),
    ("pad_breakfast", "pad320:breakfast"),
)


@pytest.mark.parametrize("name, profile", DAYS)
def test_shipped_days_come_true(name, profile, tmp_path):
    assert run_play(SCRIPTS / (name + ".txt"), True, tmp_path, None, 1, profile=profile) == 0


def test_the_end_of_a_pharmacys_shift_is_what_the_ledger_says(tmp_path):
    """A pad's day, its records at a real head-end, and that ledger's own count: shift, merchant and fund agree."""
    assert run_play(SCRIPTS / "pad_pharmacy.txt", True, tmp_path, None, 1, profile="pad320:pharmacy") == 0
    world = World(tmp_path, profile="pad320:pharmacy")
    while world.queued:  # what was written last is shipped when the pad is on again
        world.advance(1000)
    world.close()
    database = open_ledger("sqlite:///%s" % (tmp_path / "ledger.sqlite"))
    reader = open_reader(tmp_path / "headend")
    entries = [
        Entry(place, row.terminal, row.journal, row.seq, 1, row.received, row.payload)
        for place, row in enumerate(ledger(reader), 1)
    ]
    reader.close()
    Projector(None, database).take(1, entries)
    day = (demo_site.START + 8 * 3600) // 86400
    psam = SoftwarePsam(TAC_MASTER, lambda token: bytes.fromhex(residents.NANJING))
    lines = asyncio.run(settle(database, psam, [TokenKey(demo_site.LIST_KEY)], day)).lines
    (shift,) = shifts(database, day)
    database.dispose()
    assert (shift.agrees, shift.count, shift.net, shift.missing) == (True, 3, 1143, 0)
    # What was taken back is owed by nobody any more.
    assert sorted((line.product, line.fen) for line in lines if line.fen) == [
        ("account_code", 375),
        ("insurance_fund", 637),
        ("purse", 768),
    ]


def test_the_receipt_says_what_was_sold(tmp_path):
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


def test_the_mouse_is_a_finger_on_the_pads_screen(tmp_path):
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
        world.present("adult")
        world.advance(1200)
        world.remove()
        world.advance(2500)
        world.press("print")
        world.until_idle()
        spot = desk_window.layout.paper.center  # the paper is held before the scanner
        desk_window.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=spot, button=1), None)
        world.advance(600)
        assert (world.view["screen"], world.view["amount"]) == ("sale", 650)
    finally:
        world.close()
