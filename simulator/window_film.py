"""Host only: films a played script: the desk, frame by frame in virtual time."""

import pygame

from simulator.film import EVERY_MS, Film
from simulator.window import Window

_LONGEST_MS = 2500  # of one wait: nobody watches a gate stand idle for a minute
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
        self._film = Film(size)

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
        self._film.shoot(self._surface)

    def save(self, path):
        """Writes the film; the suffix says which kind. Returns the number of frames."""
        return self._film.save(path)
