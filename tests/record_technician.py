"""`python -m tests.record_technician`: makes the pictures of docs/technician.md anew: real commands on a virtual board.

What each command said becomes an SVG; the screens are those that a gate in maintenance shows in the simulator.
"""

import io
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

from rich.console import Console
from rich.text import Text

from boards.esp32s3_gate import BOARD
from screens import profiles
from simulator import residents
from simulator.script import Player, parse
from simulator.virtual_board import VirtualBoard
from technician.play import open_world
from tests.contact_sheet import pygame_picture
from tests.record_kiosk import side_by_side

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
_WIDE = 110
# (picture, commands); PORT is the virtual board's. What has no picture only makes ready.
STEPS = (
    ("", ("gatepost board demonstration esp32s3-gate .", "gatepost board build esp32s3-gate 7 firmware.gpk --demonstration-key --virtual")),
    ("settings", ("gatepost settings check settings.toml", "gatepost settings check wrong.toml", "gatepost settings diff settings.toml other.toml")),
    ("provision", ("gatepost provision PORT --class esp32s3-gate --settings settings.toml --trust trust.json --site site.json --authority ca --whitelist whitelist",)),
    ("flash", ("gatepost flash firmware.gpk PORT --dry-run", "gatepost flash firmware.gpk PORT --job today.jsonl")),
    ("doctor", ("gatepost doctor --board PORT",)),
    ("label", ("gatepost label PORT technician_plate.svg",)),
    ("report", ("gatepost scan PORT", "gatepost report today.jsonl")),
)  # fmt: skip
_MAINTENANCE = "at 08:00\ncard staff\nwait 500\npicture first\nwait 5000\npicture second"


def said(command, port, folder):
    """What a command printed, with its exit code where that is not 0."""
    words = [port if word == "PORT" else word for word in shlex.split(command)]
    done = subprocess.run(
        [sys.executable, "-m", "technician.cli", *words[1:]], cwd=folder, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONPATH": "%s:%s" % (ROOT, ROOT / "stubs")},
    )  # fmt: skip
    end = "" if done.returncode == 0 else "(exit code %d)\n" % done.returncode
    return "$ %s\n%s%s" % (" ".join(words), done.stdout, end)


def svg(text, title):
    """A terminal window with `text`, whose fonts are the reader's own."""
    console = Console(record=True, width=_WIDE, file=io.StringIO(), color_system=None)
    for line in text.rstrip().splitlines():
        console.print(Text(line, style="bold" if line.startswith("$ ") else ""), soft_wrap=False)
    drawn = console.export_svg(title=title, unique_id="gatepost")
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.S)


def commands(folder, port):
    for name, lines in STEPS:
        text = "\n".join(said(line, port, folder) for line in lines)
        if not name:
            settings = (folder / "settings.toml").read_text("utf8")
            (folder / "other.toml").write_text(
                settings + "lines.red = 3\n\n[network]\nhost = '10.0.0.5'\nport = 8470\n", "utf8"
            )
            (folder / "wrong.toml").write_text(settings + "scanner.sped = 115200\n", "utf8")
            continue
        (FOLDER / ("technician_%s.svg" % name)).write_text(svg(text, name), "utf8")
        print(text)
    (FOLDER / "technician_plate.svg").write_bytes((folder / "technician_plate.svg").read_bytes())


def maintenance(folder):
    """The first two pages that a maintenance card opens, side by side, as a PNG."""
    images = []
    world = open_world(folder, 1, "gate480")
    try:
        world.fault("scanner-gone", True)
        metrics = profiles.metrics("gate480")
        player = Player(world, "maintenance", lambda _: images.append(pygame_picture(metrics, world.display_list)))
        for step in parse(_MAINTENANCE, "maintenance"):
            player.play(step)
    finally:
        world.close()
    side_by_side(images).save(FOLDER / "technician_maintenance.png", optimize=True)


def main():
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "flash").mkdir()
        with VirtualBoard(place / "flash", BOARD) as board:
            with board.hardware.lock:
                board.hardware.reader.insert(residents.Residents().card("adult", board.hardware.reader))
            commands(place, board.path)
    with tempfile.TemporaryDirectory() as folder:
        maintenance(folder)


if __name__ == "__main__":
    main()
