"""Host only: a camera as the desk's scanner: frames, looked at by zxing-cpp, become the codes of the scanner port."""

import pathlib

import zxingcpp
from PIL import Image

from drivers.serial_scanner import READY, STUCK
from simulator.errors import HardwareUnknown

_LOOK_MS = 200
_SAME_MS = 3000  # a code that stays before the camera counts once
_SIZE = (640, 480)


class FolderFrames:
    """The pictures of a folder in the order of their names, each once; then nothing is seen any more."""

    def __init__(self, folder):
        self._paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".png", ".jpg", ".jpeg"))

    def next(self):
        """The next frame as a picture of Pillow, None when there is none."""
        return Image.open(self._paths.pop(0)).convert("L") if self._paths else None

    def close(self):
        self._paths = []


class DeviceFrames:
    """A camera of Video4Linux, by pygame."""

    def __init__(self, device):
        import pygame
        import pygame.camera

        pygame.camera.init()
        self._pygame = pygame
        self._camera = pygame.camera.Camera(device, _SIZE)
        try:
            self._camera.start()
        except SystemError as error:
            raise HardwareUnknown("the camera %s does not start: %s" % (device, error)) from None

    def next(self):
        """OSError when the camera is gone."""
        try:
            surface = self._camera.get_image()
        except (SystemError, self._pygame.error) as error:
            raise OSError("the camera gives no picture: %s" % error) from None
        data = self._pygame.image.tobytes(surface, "RGB")
        return Image.frombytes("RGB", surface.get_size(), data).convert("L")

    def close(self):
        self._camera.stop()


def frames(place):
    """The frames of `place`: a folder with pictures, or a device such as /dev/video0. HardwareUnknown for neither."""
    path = pathlib.Path(place)
    if path.is_dir():
        return FolderFrames(path)
    if not path.exists():
        raise HardwareUnknown("no camera %s: name a device such as /dev/video0, or a folder with pictures" % place)
    return DeviceFrames(place)


class CameraScanner:
    """The scanner port over `source`, which has next()."""

    def __init__(self, source, clock):
        self._source = source
        self._clock = clock
        self._next = clock.ticks()
        self._last = None
        self._seen = clock.ticks()
        self.state = READY

    async def start(self):
        self.state = READY
        return True

    async def poll(self):
        """The bytes of a code that came before the camera, or None."""
        if not self._clock.passed(self._next):
            return None
        self._next = self._clock.deadline(_LOOK_MS)
        try:
            frame = self._source.next()
        except OSError:
            self.state = STUCK
            return None
        self.state = READY
        found = [] if frame is None else zxingcpp.read_barcodes(frame)
        if not found:
            return None
        code = bytes(found[0].bytes)
        again = code == self._last and self._clock.elapsed(self._seen) < _SAME_MS
        self._last, self._seen = code, self._clock.ticks()
        return None if again else code
