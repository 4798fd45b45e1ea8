"""`python -m tests.kiosk_sheets [FOLDER]`: every screen of a kiosk side by side, a sheet each for display, language, elder mode.

Without FOLDER they are the sheets of docs/pictures.
"""

import pathlib
import sys

import pygame
from PIL import Image, ImageDraw, ImageFont

from screens import kiosk, kiosk_examples, profiles
from screens.fonts import build
from tests.contact_sheet import pygame_picture

FOLDER = build.ROOT / "docs" / "pictures"
SHEETS = tuple(
    (profile, lang, elder) for profile in kiosk_examples.PROFILES for lang, elder in (("zh", 0), ("en", 0), ("zh", 1))
)
_WIDE = {"kiosk1080": 190, "kiosk480": 210}
_COLUMNS = {"kiosk1080": 10, "kiosk480": 10}
_GAP, _LABEL = 8, 18
_DESK, _INK = (32, 38, 46), (214, 222, 232)
_COLOURS = 32


def sheet(profile, lang, elder):
    """A Pillow image of all states of kiosk_examples."""
    metrics = profiles.metrics(profile, elder=bool(elder))
    wide = _WIDE[profile]
    high = wide * metrics.height // metrics.width
    rows = -(-len(kiosk_examples.STATES) // _COLUMNS[profile])
    cell = wide + _GAP, high + _LABEL + _GAP
    whole = Image.new("RGB", (cell[0] * _COLUMNS[profile] + _GAP, cell[1] * rows + _GAP), _DESK)
    pen, font = ImageDraw.Draw(whole), ImageFont.truetype(str(build.HERE / "gatepost-regular.otf"), 13)
    for at, (name, state) in enumerate(kiosk_examples.STATES):
        view = dict(kiosk_examples.whole(state, lang), elder=bool(elder))
        image = pygame_picture(metrics, kiosk.screen(view, metrics)).resize((wide, high), Image.Resampling.LANCZOS)
        x, y = _GAP + at % _COLUMNS[profile] * cell[0], _GAP + at // _COLUMNS[profile] * cell[1]
        whole.paste(image, (x, y + _LABEL))
        pen.text((x, y), name, font=font, fill=_INK)
    return whole.quantize(_COLOURS, dither=Image.Dither.NONE)


def main(folder=FOLDER):
    pygame.init()
    for profile, lang, elder in SHEETS:
        path = pathlib.Path(folder) / ("sheet_%s_%s.png" % (profile, "elder" if elder else lang))
        sheet(profile, lang, elder).save(path, optimize=True)
        print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main(*sys.argv[1:])
