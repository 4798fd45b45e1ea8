"""A firmware image in a slot: its files, and beside them the signed package that they came in, without the files.

The payload of a firmware package: manifest length (4, big-endian), manifest (JSON: [[path, size, SHA-256 in hex], ...]),
then the files in that order. A slot keeps header, signatures and manifest in the file `package`.
"""

import binascii
import hashlib
import json

from micropython import const

from terminal.more_errors import PackageForeign, PackageMalformed, PackageRolledBack
from terminal.package import HEAD, LONGEST_HEAD, PayloadCheck, Trust, read_header

PACKAGE = "package"
_BLOCK = const(1024)
_LONGEST_MANIFEST = const(65536)


def load_trust(root):
    """The Trust of the board whose flash is at `root`; PackageForeign while it has none."""
    try:
        with open(root + "/trust.json") as file:
            fields = json.load(file)
        unhex = binascii.unhexlify
        roles = {kind: unhex(key) for kind, key in fields["roles"].items()}
        return Trust(fields["target"], [unhex(key) for key in fields["roots"]], fields["threshold"], roles)
    except (OSError, ValueError, KeyError):
        raise PackageForeign("this board has no keys to believe: provision it") from None


def read_manifest(raw):
    """[(path, size, digest in hex)] of the bytes of a manifest. PackageMalformed; no path leads out of its slot."""
    try:
        files = [(path, size, digest) for path, size, digest in json.loads(raw)]
    except (ValueError, TypeError):
        raise PackageMalformed("firmware manifest is not readable") from None
    for path, size, digest in files:
        sound = isinstance(path, str) and isinstance(size, int) and size >= 0 and isinstance(digest, str)
        if not sound or path.startswith("/") or ".." in path.split("/") or path == PACKAGE or len(digest) != 64:
            raise PackageMalformed("firmware manifest with an impossible entry")
    return files


def split(raw):
    """(Header, manifest with its length, files) of the first bytes of a firmware package, which hold the manifest."""
    header = read_header(raw[:LONGEST_HEAD])
    if header.kind != "firmware":
        raise PackageForeign("a %s package is no firmware" % header.kind)
    length = int.from_bytes(raw[header.size : header.size + 4], "big")
    manifest = raw[header.size : header.size + 4 + length]
    if length > _LONGEST_MANIFEST or len(manifest) != 4 + length:
        raise PackageMalformed("firmware package is cut inside its manifest")
    return header, manifest, read_manifest(manifest[4:])


def verify(root, slot, trust, floor=0):
    """The Header of the image in `slot`, every byte of it checked. PackageError says what is wrong with it."""
    folder = root + "/" + slot
    try:
        with open(folder + "/" + PACKAGE, "rb") as file:
            raw = file.read(LONGEST_HEAD + 4 + _LONGEST_MANIFEST)
    except OSError:
        raise PackageMalformed("slot %s holds no package" % slot) from None
    if len(raw) <= HEAD:
        raise PackageMalformed("slot %s holds a package that is cut" % slot)
    header, manifest, files = split(raw)
    trust.check(header)
    if header.version < floor:
        raise PackageRolledBack("firmware version %d, the oldest allowed is %d" % (header.version, floor))
    check = PayloadCheck(header)
    check.update(manifest)
    for path, size, digest in files:
        _read_through(folder + "/" + path, size, digest, check)
    check.finish()
    return header


def _read_through(path, size, digest, check):
    """Hashes one file for the payload and for itself, so that the message can name it."""
    own = hashlib.sha256()
    view = memoryview(bytearray(_BLOCK))
    left = size
    try:
        with open(path, "rb") as file:
            while True:
                count = file.readinto(view)
                if not count:
                    break
                left -= count
                own.update(view[:count])
                check.update(view[:count])
    except OSError:
        raise PackageMalformed("%s is missing" % path) from None
    if left or binascii.hexlify(own.digest()).decode() != digest:
        raise PackageMalformed("%s is not the file that was signed" % path)
