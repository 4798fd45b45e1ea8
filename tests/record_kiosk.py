"""`python -m tests.record_kiosk`: plays the shipped paths of residents and makes their pictures in docs/pictures anew.

Each path is a strip of the screens that its script has a `picture` for, and the paper that came out.
"""

import pathlib
import tempfile

import pygame
from PIL import Image

from screens import profiles
from simulator import paper
from simulator.script import Player, parse
from technician.play import open_world
from tests.contact_sheet import pygame_picture

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "simulator" / "scripts"
FOLDER = ROOT / "docs" / "pictures"
_HIGH = 448
_GAP = 12
_DESK = (120, 124, 130)
_COLOURS = 64
VILLAGE = ("kiosk_list", "kiosk_proof")
VILLAGE_ONLY = ("kiosk_proof",)  # not there: it has a camera, as in kiosk_face


def strip(path, profile):
    """The strip of one script on one kiosk, as a Pillow image."""
    images = []
    with tempfile.TemporaryDirectory() as folder:
        world = open_world(folder, 1, profile)

        def take(name):
            view = world.view
            metrics = profiles.metrics(profile, elder=bool(view.get("elder")))
            images.append(pygame_picture(metrics, world.display_list))

        player = Player(world, path.name, take)
        for step in parse(path.read_text("utf8"), path.name):
            player.play(step)
        images += [paper.picture(sheet) for sheet in world.sheets[-1:]]
        world.close()
    return side_by_side([_scaled(image) for image in images])


def _scaled(image):
    high = min(_HIGH, image.height)
    return image.convert("RGB").resize((image.width * high // image.height, high), Image.Resampling.LANCZOS)


def side_by_side(images):
    """One picture of several, in few colours."""
    wide = sum(image.width + _GAP for image in images) + _GAP
    whole = Image.new("RGB", (wide, max(image.height for image in images) + 2 * _GAP), _DESK)
    x = _GAP
    for image in images:
        whole.paste(image, (x, _GAP))
        x += image.width + _GAP
    return whole.quantize(_COLOURS, dither=Image.Dither.NONE)


def main():
    pygame.init()
    for path in sorted(SCRIPTS.glob("kiosk_*.txt")):
        for profile in ("kiosk1080", "kiosk480"):
            if (path.stem not in VILLAGE) if profile == "kiosk480" else (path.stem in VILLAGE_ONLY):
                continue
            name = path.stem + ("_village" if profile == "kiosk480" else "") + ".png"
            strip(path, profile).save(FOLDER / name, optimize=True)
            print(name, (FOLDER / name).stat().st_size)


if __name__ == "__main__":
    main()
