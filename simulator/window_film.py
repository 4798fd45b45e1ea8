"""Host only: films a played script: the desk, frame by frame in virtual time, as GIF or WebP."""

import pygame
from PIL import Image

from simulator.window import Window

EVERY_MS = 125
_LONGEST_MS = 2500  # of one wait: nobody watches a gate stand idle for a minute
_COLOURS = 160
_WALK_MS = 2600
_DRAWN = (1280, 800)


class _Onlooker:
    """The world as the filmed desk sees it: time and passages are the script's business."""

    def __init__(self, world):
        self._world = world

    def __getattr__(self, name):
        return getattr(self._world, name)

    def advance(self, ms):
        """Time was moved already."""

    def walk(self):
        """The script reports the passage."""


class FilmedWorld:
    """A World for a script player; all that happens on it is filmed. `save` writes the film.

    The script's virtual time is the film's, but for long waits, which are cut.
    """

    def __init__(self, world, size=(800, 500), lang="zh"):
        self._world = world
        self._window = Window(_Onlooker(world), _DRAWN, lang)
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

    def walk(self):
        """The passenger is seen to walk first: the world's own passage takes no time."""
        if self._world.leaves == "open":
            self._window.desk.walker = None  # whoever walked before is through
            self._window.desk.act("walk")
            for _ in range(_WALK_MS // EVERY_MS // 2):
                self._shoot()
        return self._world.walk()

    def _shoot(self):
        self._window.desk.advance(EVERY_MS)
        self._window.draw(self._surface)
        small = pygame.transform.smoothscale(self._surface, self._size)
        image = Image.frombytes("RGB", self._size, pygame.image.tobytes(small, "RGB"))
        self._frames.append(image.quantize(_COLOURS, dither=Image.Dither.NONE))

    def save(self, path):
        """Writes the film; the suffix says which kind. Returns the number of frames."""
        first, *rest = self._frames
        first.save(str(path), save_all=True, append_images=rest, duration=EVERY_MS, loop=0, optimize=True)
        return len(self._frames)
