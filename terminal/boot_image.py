"""A firmware image in a slot: its files, and beside them the signed package that they came in, without the files.

The payload of a firmware package: manifest length (4, big-endian), manifest (JSON: [[path, size, SHA-256 in hex], ...]),
then the files in that order. A slot keeps header, signatures and manifest in the file `package`.
"""

import binascii
import hashlib
import json

from micropython import const

from terminal import rom_slots
from terminal.more_errors import PackageForeign, PackageMalformed, PackageRolledBack
from terminal.package import LONGEST_HEAD, PayloadCheck, Trust, read_header

PACKAGE = "package"
_BLOCK = const(1024)
_LONGEST_MANIFEST = const(65536)
_PIECE = const(256)
_LENGTH = const(4)


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
    return list(_parse((raw,)))


def entries(path):
    """The entries of the manifest in a file that begins with its length, one after the other."""
    with open(path, "rb") as file:
        file.seek(_LENGTH)
        yield from _parse(_pieces(file))


def _pieces(file):
    while True:
        piece = file.read(_PIECE)
        if not piece:
            return
        yield piece


def _parse(pieces):
    """Entry by entry: a whole manifest as objects would fill a gate's heap."""
    text, depth = b"", 0
    for piece in pieces:
        text += piece
        if not depth:
            if text[:1] != b"[":
                break
            text, depth = text[1:], 1
        while True:
            end = text.find(b"]")
            if end <= 0:
                break
            yield _entry(text[text.find(b"[") : end + 1])
            text = text[end + 1 :]
    if depth and text.strip() == b"]":
        return
    raise PackageMalformed("firmware manifest is not readable")


def _entry(raw):
    try:
        path, size, digest = json.loads(raw)
    except (ValueError, TypeError):
        raise PackageMalformed("firmware manifest is not readable") from None
    sound = isinstance(path, str) and isinstance(size, int) and size >= 0 and isinstance(digest, str)
    if not sound or path.startswith("/") or ".." in path.split("/") or path == PACKAGE or len(digest) != 64:
        raise PackageMalformed("firmware manifest with an impossible entry")
    return path, size, digest


def split(raw):
    """(Header, manifest with its length, files) of the first bytes of a firmware package, which hold the manifest."""
    header = _firmware_header(raw[:LONGEST_HEAD])
    length = int.from_bytes(raw[header.size : header.size + 4], "big")
    manifest = raw[header.size : header.size + 4 + length]
    if length > _LONGEST_MANIFEST or len(manifest) != 4 + length:
        raise PackageMalformed("firmware package is cut inside its manifest")
    return header, manifest, read_manifest(manifest[4:])


def _firmware_header(raw):
    header = read_header(raw)
    if header.kind != "firmware":
        raise PackageForeign("a %s package is no firmware" % header.kind)
    return header


def verify(root, slot, trust, floor=0):
    """The Header of the image in `slot`, every byte of it checked. PackageError says what is wrong with it."""
    folder = root + "/" + slot
    try:
        file = open(folder + "/" + PACKAGE, "rb")
    except OSError:
        raise PackageMalformed("slot %s holds no package" % slot) from None
    with file:
        header = _firmware_header(file.read(LONGEST_HEAD))
        trust.check(header)
        if header.version < floor:
            raise PackageRolledBack("firmware version %d, the oldest allowed is %d" % (header.version, floor))
        check = PayloadCheck(header)
        file.seek(header.size)
        for piece in _pieces(file):
            check.update(piece)
        file.seek(header.size + _LENGTH)
        for path, size, digest in _parse(_pieces(file)):
            _read_through(folder + "/" + path, size, digest, check)
    check.finish()
    return header


def _read_through(path, size, digest, check):
    """Hashes one file for the payload and for itself, so that the message can name it."""
    own = hashlib.sha256()
    view = memoryview(bytearray(_BLOCK))
    left = size
    try:
        with rom_slots.opened(path, "rb") as file:
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


def head_bytes(header):
    """The head of a package with its signatures, as it was read."""
    return header.signed + bytes((len(header.signatures),)) + b"".join([key + text for key, text in header.signatures])


def version_in(folder):
    """The version of the package that a slot's folder holds, None when it holds none that can be read."""
    try:
        with open(folder + "/" + PACKAGE, "rb") as file:
            return read_header(file.read(LONGEST_HEAD)).version
    except (OSError, PackageMalformed):
        return None
