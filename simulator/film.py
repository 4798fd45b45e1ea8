"""Host only: films of the desk as GIF or WebP."""

import threading
import zlib

import pygame
from PIL import Image

EVERY_MS = 125
LONGEST_LIVE_MS = 120_000
_LIVE_WIDTH = 960
_SAMPLES = 16


class Film:
    """Pictures of a surface, EVERY_MS apart, brought to `size`."""

    def __init__(self, size):
        self._size = size
        self._frames = []

    def __len__(self):
        return len(self._frames)

    def shoot(self, surface):
        small = pygame.transform.smoothscale(surface, self._size)
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


class LiveFilm:
    """What is played in the window, in real time, until `stop`; then written beside the window, which goes on meanwhile.

    Ends by itself after LONGEST_LIVE_MS. A window closed while it writes waits for the end of it: nothing is lost.
    """

    def __init__(self, size):
        wide = min(_LIVE_WIDTH, size[0])
        self._film = Film((wide, size[1] * wide // size[0]))
        self.ms = 0
        self._writer = None
        self._told = None

    @property
    def is_full(self):
        return self.ms >= LONGEST_LIVE_MS

    def watch(self, surface, ms):
        """The window as it is now, `ms` after the last call."""
        if self.ms // EVERY_MS >= len(self._film):
            self._film.shoot(surface)
        self.ms += ms

    def stop(self, path):
        """Writes it to `path` in a thread of its own."""
        self._writer = threading.Thread(target=self._write, args=(path,))
        self._writer.start()

    def told(self):
        """Once the film is written: its path, or the OSError that says why it is not; None before."""
        return self._told

    def _write(self, path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._film.save(path)
            self._told = path
        except OSError as error:
            self._told = error
