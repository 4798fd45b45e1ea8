"""`python -m tests.contact_sheet [FOLDER]`: a page with a picture of every screen, as the boards draw them.

The pictures are the framebuf pixels drawn under MicroPython; what only a Linux gate or kiosk shows is drawn by pygame.
"""

import html
import pathlib
import sys
import tempfile

import pygame
from PIL import Image

from screens import profiles, theme
from screens.pygame_backend import Painter
from tests import board_interpreter, record_screens
from tests.portable import screen_states

_HEAD = """<!doctype html><meta charset="utf-8"><title>Gatepost screens</title>
<style>body{background:#20262e;color:#e8edf3;font:14px sans-serif;margin:24px}h2{margin:32px 0 8px}
figure{display:inline-block;margin:0 12px 12px 0}figcaption{color:#93a1b1;padding:4px 0}img{max-width:480px}</style>
<h1>Gatepost screens</h1>
"""


def framebuf_pictures(tree, profile):
    """PIL images of all cases of a board's display, in the order of screen_states.cases()."""
    metrics = profiles.metrics(profile)
    with tempfile.NamedTemporaryFile() as file:
        record_screens.framebuf_lines(tree, "raw", profile, file.name)
        data = pathlib.Path(file.name).read_bytes()
    size = metrics.width * metrics.height * 2
    return [_image(data[at : at + size], metrics) for at in range(0, len(data), size)]


def _image(pixels, metrics):
    # Pillow reads little-endian 565 with blue first only; swapped bytes give just that.
    swapped = bytearray(pixels)
    swapped[0::2], swapped[1::2] = pixels[1::2], pixels[0::2]
    return Image.frombytes("RGB", (metrics.width, metrics.height), bytes(swapped), "raw", "BGR;16")


def pygame_picture(metrics, ops):
    surface = pygame.Surface((metrics.width, metrics.height))
    Painter().draw(surface, ops)
    return Image.frombytes("RGB", surface.get_size(), pygame.image.tobytes(surface, "RGB"))


def pages(tree):
    """Yields (heading, name, image) of every screen, then of the gate's in elder mode and high contrast."""
    drawn = {profile: iter(framebuf_pictures(tree, profile)) for profile in profiles.PANELS}
    for family, profile, lang, name, metrics, ops in screen_states.cases():
        image = next(drawn[profile]) if profile in drawn else pygame_picture(metrics, ops)
        yield "%s %s %s" % (family, profile, lang), name, image
    for look, colours in theme.THEMES:
        for family, profile, lang, name, metrics, ops in screen_states.cases(colours, True):
            if family == "gate" and lang == "zh":
                heading = "%s %s, elder mode, %s" % (family, profile, look)
                yield heading, name, pygame_picture(metrics, ops)
        for elder in (False, True):
            for _, profile, lang, name, metrics, ops in screen_states.kiosk_cases(colours, elder):
                heading = "kiosk %s %s, %s, %s" % (profile, lang, look, "elder mode" if elder else "standard size")
                yield heading, name, pygame_picture(metrics, ops)
            for _, profile, lang, name, metrics, ops in screen_states.desk_cases(colours, elder):
                heading = "staff desk %s %s, %s, %s" % (profile, lang, look, "elder mode" if elder else "standard size")
                yield heading, name, pygame_picture(metrics, ops)
        for _, profile, lang, name, metrics, ops in screen_states.pad_cases(colours):
            yield "pad pages %s %s, %s" % (profile, lang, look), name, pygame_picture(metrics, ops)


def main(folder="pictures-out"):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    parts, last = [_HEAD], None
    with tempfile.TemporaryDirectory() as place:
        tree = board_interpreter.compile_tree(pathlib.Path(place))
        for number, (heading, name, image) in enumerate(pages(tree)):
            if heading != last:
                parts.append("<h2>%s</h2>\n" % html.escape(heading))
                last = heading
            file = "screen-%03d.png" % number
            image.save(folder / file)
            parts.append('<figure><img src="%s"><figcaption>%s</figcaption></figure>\n' % (file, html.escape(name)))
    (folder / "screens.html").write_text("".join(parts), encoding="utf8")
    print("%d pictures in %s" % (number + 1, folder / "screens.html"))


if __name__ == "__main__":
    main(*sys.argv[1:])
