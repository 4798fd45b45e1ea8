"""Host only: a screen on the kernel's display (KMS) or in a window, drawn by pygame; also the glass over it."""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame  # noqa: E402

from screens.pygame_backend import Painter  # noqa: E402

_LOOK_MS = 20
_AGAIN_MS = 5000
_DRIVERS = {"kms": "kmsdrm"}  # a window has whatever this desk shows windows with


class Keys:
    """What a scanner that types has typed, as a bus for drivers.keyboard_wedge."""

    def __init__(self):
        self._typed = bytearray()

    def type(self, text):
        self._typed += text.encode()

    def any(self):
        return len(self._typed)

    def readinto(self, buffer):
        count = min(len(buffer), len(self._typed))
        buffer[:count] = self._typed[:count]
        del self._typed[:count]
        return count


class PygamePanel:
    """Shows display lists of `metrics`' size, as large as the display `place` ("kms", "window") allows.

    `fault` says why nothing is shown; it is tried again every 5 s. `closed`: somebody closed the window. `keys`: what was typed.
    """

    def __init__(self, metrics, place, title):
        self.fault = None
        self.closed = False
        self._size = metrics.width, metrics.height
        self._place = place
        self._title = title
        self._surface = self._painter = None
        self._corner, self._scale = (0, 0), 1.0
        self._display_list = ()
        self._points = []
        self.keys = Keys()

    def open(self):
        """True when there is a display now."""
        if self._place in _DRIVERS:
            os.environ.setdefault("SDL_VIDEODRIVER", _DRIVERS[self._place])
        try:
            pygame.display.init()
            wanted = (0, 0) if self._place == "kms" else self._size
            self._surface = pygame.display.set_mode(wanted, pygame.FULLSCREEN if self._place == "kms" else 0)
        except pygame.error as error:
            pygame.display.quit()
            self.fault = "no display on %s (%s): look at the panel's cable and board.display.port" % (
                self._place,
                error,
            )
            return False
        pygame.display.set_caption(self._title)
        pygame.mouse.set_visible(self._place == "window")
        wide, high = self._surface.get_size()
        self._scale = min(wide / self._size[0], high / self._size[1])
        self._corner = [int(room - own * self._scale) // 2 for room, own in zip((wide, high), self._size, strict=True)]
        self._painter = self._painter or Painter()
        self.fault = None
        self._paint()
        return True

    def draw(self, display_list):
        self._display_list = display_list
        self._paint()

    def poll(self):
        """(x, y) of the oldest touch that nobody asked for yet, in the display list's pixels; None."""
        return self._points.pop(0) if self._points else None

    async def run(self, clock):
        """Minds the window and its events, for ever."""
        while not self.closed:
            if self._surface is None:
                if not self.open():
                    await clock.sleep_ms(_AGAIN_MS)
                continue
            for event in pygame.event.get():
                self._take(event)
            await clock.sleep_ms(_LOOK_MS)

    def close(self):
        self._surface = None
        pygame.display.quit()

    def _paint(self):
        if self._surface is not None:
            self._surface.fill((0, 0, 0))
            self._painter.draw(self._surface, self._display_list, self._scale, *self._corner)
            pygame.display.flip()

    def _take(self, event):
        if event.type == pygame.QUIT:
            self.closed = True
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:  # a finger comes as a mouse, too
            x, y = [int((at - edge) / self._scale) for at, edge in zip(event.pos, self._corner, strict=True)]
            if 0 <= x < self._size[0] and 0 <= y < self._size[1]:
                self._points.append((x, y))
        elif event.type == pygame.KEYDOWN:
            self.keys.type(event.unicode)
        elif event.type in (pygame.WINDOWEXPOSED, pygame.WINDOWSHOWN):
            self._paint()
