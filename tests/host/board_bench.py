"""Virtual boards for tests: provisioned, with demonstration keys, and images that are as small as the test allows."""

import json
import random
import time

from boards.esp32s3_gate import BOARD
from offline_store.table_build import build
from simulator import demo_site, residents
from simulator.codes import demonstration_trust
from simulator.sm2_signing import DemonstrationKey
from technician import board, flash, provision, update_image
from terminal.lists import STATUS_BLOCKED, STATUS_VALID
from terminal.media.credential import CLASSES
from terminal.package import Trust

KEY = DemonstrationKey.named("firmware")
ROOT_KEY = DemonstrationKey.named("root")
TRUST = {"roots": [ROOT_KEY.public.hex()], "threshold": 1, "roles": {"firmware": KEY.public.hex()}}
ALWAYS = (1, 2**32 - 1)

# What a firmware comes down to: it confirms, it feeds the watchdog, it never returns.
HEALTHY = """
import time
def main(root, confirm, watchdog):
    if confirm:
        confirm()
    while True:
        watchdog.feed()
        time.sleep(0.02)
"""
CRASHING = "def main(root, confirm, watchdog):\n    raise ValueError('no such pin')\n"
HANGING = "import time\ndef main(root, confirm, watchdog):\n    while True:\n        time.sleep(1)\n"
HUNGRY = "def main(root, confirm, watchdog):\n    full = []\n    while True:\n        full.append(bytearray(4096))\n"
UNREADABLE = "def main(root, confirm, watchdog)\n"


def site():
    """A terminal's own data, for site.json."""
    return {
        "settings": dict(demo_site.SETTINGS),
        "tariff": demo_site.TARIFF,
        "codes": demonstration_trust(),
        "list_key": demo_site.LIST_KEY.decode(),
        "number": 1,
    }


def package_trust(target=BOARD.name):
    """The Trust that a board of class `target` gets from TRUST."""
    return Trust(target, [ROOT_KEY.public], 1, {"firmware": KEY.public})


def provisioned(port, name="gate-0001", description=BOARD):
    """Provisions the board at `port`."""
    return provision.provision(port, description, name, TRUST, site())


def image(folder, version, start=HEALTHY, size=0, target=BOARD.name, key=KEY, floor=0):
    """A signed image of a few lines and `size` bytes that differ from version to version."""
    files = {
        "boards/__init__.py": b"",
        "boards/start.py": start.encode(),
        "data.bin": random.Random(version).randbytes(size),
    }
    path = folder / ("%s-%d.gpk" % (target, version))
    path.write_bytes(update_image.pack(target, version, files, (key.public, key.sign), ALWAYS, floor))
    return flash.load(path)


def whole_firmware(folder, tree, version=1, more=(), key=KEY):
    """The image that a real board would get, from the modules compiled in `tree`; `more`: {path: bytes} beside them."""
    files = {
        str(path.with_suffix(".mpy")): (tree / path.with_suffix(".mpy")).read_bytes()
        for path in update_image.carried(BOARD)
    }
    for name in update_image.data_names(BOARD):
        files[name] = (update_image.ROOT / name).read_bytes()
    files.update(more)
    path = folder / ("firmware-%d.gpk" % version)
    pieces = update_image.rom_pieces(files)
    path.write_bytes(update_image.pack(BOARD.name, version, pieces, (key.public, key.sign), ALWAYS))
    return flash.load(path)


def list_table(folder, epoch):
    """The bytes of a whitelist with the tray's cards."""
    path = folder / ("whitelist-%d.wlt" % epoch)
    rows = ((token, bytes((1 if blocked else 0, 0, 0))) for token, blocked, _ in residents.listed())
    profiles = b"".join(bytes((status, CLASSES.index("adult"), 0, 0)) for status in (STATUS_VALID, STATUS_BLOCKED))
    build(rows, str(path), demo_site.LIST_KEY, epoch=epoch, profiles=profiles)
    return path.read_bytes()


def load_list(port, folder):
    """Puts the tray's cards on the board's whitelist."""
    with board.visit(port) as link:
        link.push(list_table(folder, 1), "/whitelist")


def slots(port):
    """What the loader of the board at `port` knows."""
    with board.visit(port) as link:
        return board.slots(link)


def told(port):
    """The events in the board's log ring."""
    with board.visit(port) as link:
        return [json.loads(line) for line in link.read("/log.0").splitlines()]


def until(condition, seconds=60):
    """Waits until `condition()` holds; fails when it does not within a time that no sound machine needs."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)
