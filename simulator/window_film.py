"""Host only: films a played script: the desk, frame by frame in virtual time, as GIF or WebP."""

import zlib

import pygame
from PIL import Image

from simulator.window import Window

EVERY_MS = 125
_LONGEST_MS = 2500  # of one wait: nobody watches a gate stand idle for a minute
_SAMPLES = 16
_DRAWN = (1280, 800)


class _Onlooker:
    """The world as the filmed desk sees it: time and passages are the script's business."""

    def __init__(self, world):
        self._world = world

    def __getattr__(self, name):
        return getattr(self._world, name)

    def advance(self, ms):
        """Time was moved already."""


class FilmedWorld:
    """A World for a script player; all that happens on it is filmed. `save` writes the film.

    The script's virtual time is the film's, but for long waits, which are cut.
    """

    def __init__(self, world, size=(800, 500), lang="zh"):
        self._world = world
        self._window = Window(_Onlooker(world), _DRAWN, lang)
        self._window.desk.coach.end()
        self._surface = pygame.Surface(_DRAWN)
        self._size = size
        self._frames = []

    def __getattr__(self, name):
        return getattr(self._world, name)

    def advance(self, ms):
        filmed = min(ms, _LONGEST_MS)
        for _ in range(filmed // EVERY_MS):
            self._world.advance(EVERY_MS)
            self._shoot()
        self._world.advance(ms - filmed // EVERY_MS * EVERY_MS)

    def scan(self, name):
        """The phone is held to the scanner."""
        desk = self._window.desk
        held = desk.take_out(desk.card(name))
        held.centre = desk.place(held.card)
        held.code = self._world.scan(name)
        held.presented, held.stay_ms = True, 1200
        return held.code

    def until_alone(self, limit_ms):
        """As a World, filmed."""
        for _ in range(0, limit_ms, EVERY_MS):
            if not self._world.people:
                return
            self.advance(EVERY_MS)

    def _shoot(self):
        self._window.desk.advance(EVERY_MS)
        self._window.draw(self._surface)
        small = pygame.transform.smoothscale(self._surface, self._size)
        # Packed: a day of frames would take gigabytes.
        self._frames.append(zlib.compress(pygame.image.tobytes(small, "RGB"), 1))

    def save(self, path):
        """Writes the film; the suffix says which kind. Returns the number of frames."""
        palette = self._palette()
        first, *rest = self._frames
        images = (self._image(frame).quantize(palette=palette, dither=Image.Dither.NONE) for frame in rest)
        start = self._image(first).quantize(palette=palette, dither=Image.Dither.NONE)
        start.save(str(path), save_all=True, append_images=images, duration=EVERY_MS, loop=0)
        return len(self._frames)

    def _image(self, frame):
        return Image.frombytes("RGB", self._size, zlib.decompress(frame))

    def _palette(self):
        """One palette for the whole film, from frames all along it: colours that do not flicker."""
        step = max(1, len(self._frames) // _SAMPLES)
        samples = [self._image(frame) for frame in self._frames[::step]]
        sheet = Image.new("RGB", (self._size[0], self._size[1] * len(samples)))
        for at, image in enumerate(samples):
            sheet.paste(image, (0, at * self._size[1]))
        return sheet.quantize(256, dither=Image.Dither.NONE)
