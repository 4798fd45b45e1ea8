"""What lies on the flash of a virtual board, read from its image by a MicroPython that is no board: without its help."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests import board_interpreter

_READ = """
import json, os, sys, vfs
class Image:
    def __init__(self, path):
        self.file = open(path, "r+b")
        self.size = self.file.seek(0, 2)
    def readblocks(self, block, buffer, offset=0):
        self.file.seek(block * 4096 + offset)
        self.file.readinto(buffer)
    def writeblocks(self, block, buffer, offset=0):
        pass
    def ioctl(self, operation, argument):
        return {4: self.size // 4096, 5: 4096}.get(operation, 0)
vfs.mount(vfs.VfsLfs2(Image(sys.argv[1]), progsize=256, readsize=256), "/flash")
for at, name in enumerate(json.loads(sys.argv[3])):
    try:
        with open("/flash" + name, "rb") as source, open("%s/%d" % (sys.argv[2], at), "wb") as target:
            target.write(source.read())
    except OSError:
        pass
"""


def files(folder, names):
    """{name: bytes} of those of the files that there are, on the board whose flash is in `folder`."""
    with tempfile.TemporaryDirectory(prefix="gatepost-") as place:
        copy = shutil.copy(Path(folder) / "flash.img", place)
        script = Path(place, "read.py")
        script.write_text(_READ)
        command = board_interpreter.command([script, copy, place, json.dumps(names)], "8m")
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return {
            name: Path(place, str(at)).read_bytes() for at, name in enumerate(names) if Path(place, str(at)).exists()
        }
