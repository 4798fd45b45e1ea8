"""Brings firmware onto boards over the cable: only what is missing, into the slot that rests, then a trial start.

Whatever is pulled at whatever moment, the same command again goes on from there; the board keeps what it ran.
"""

import hashlib
import json
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from technician import board, update_image
from technician.errors import BoardError, BoardFailed, BoardLost, BoardRefused, InputMalformed, WentBack
from technician.hexdigits import read_hex
from technician.text_file import read_json, read_json_lines
from terminal import boot_image
from terminal.more_errors import PackageExpired, PackageTooEarly
from terminal.package import LONGEST_HEAD, Trust, read_header
from terminal.rom_slots import is_piece

TRUST = ("roots", "threshold", "roles")  # what a file of keys to believe has
CONFIRM_S = 30
PATIENCE_S = 20
_PAUSE_S = 0.3
_MOST_SILENT = 2

Image = namedtuple("Image", "header kept files digest")
"""`kept`: the bytes a slot keeps of the package; `files`: {path: bytes}; `digest` of the whole package, in hex."""


def load(path, trust=None, now=None):
    """The Image of a package file, checked as the board will check it. `now` in UTC seconds."""
    raw = Path(path).read_bytes()
    header, kept, files = update_image.unpack(raw)
    if not header.signatures:
        raise InputMalformed("%s is not signed: gatepost board sign does that" % path)
    if trust is not None:
        trust.check(header)
    now = int(time.time()) if now is None else now
    if now >= header.valid_until:
        raise PackageExpired("firmware version %d: its validity is over" % header.version)
    if now < header.valid_from:
        raise PackageTooEarly("firmware version %d: its validity has not begun; is this clock right?" % header.version)
    return Image(header, kept, files, hashlib.sha256(raw).hexdigest())


def total(image):
    """Bytes that a board may have to be sent."""
    return len(image.kept) + sum(map(len, image.files.values()))


def flash(port, image, moved=lambda done: None, patience=PATIENCE_S):
    """Brings `image` onto the board at `port` and into force; returns facts for the job file.

    Goes on after each cut until nothing has come for `patience` seconds. BoardRefused, BoardFailed, WentBack, BoardLost.
    """
    started = time.monotonic()
    cuts = 0
    offered = False
    silent, said = 0, ""
    last_seen = started
    while True:
        try:
            with board.visit(port) as link:
                last_seen = time.monotonic()
                identity = board.identify(link)
                board.require(identity, image.header.target, port)
                state = board.slots(link)
                outcome = _standing(state, image, offered)
                if outcome is None:
                    _send(link, state, image, moved)
                    offered = True
                    outcome, said = _try_out(link, image)
                    if outcome is None:
                        silent += 1
            if outcome is not None:
                return {
                    "port": port, "serial": identity.serial, "state": outcome, "version": image.header.version,
                    "package": image.digest, "cuts": cuts, "seconds": round(time.monotonic() - started, 2),
                }  # fmt: skip
        except BoardLost:
            if time.monotonic() - last_seen > patience:
                raise
        if silent == _MOST_SILENT:
            raise BoardFailed("%s starts and %s of version %d: gatepost logs" % (port, said, image.header.version))
        cuts += 1
        time.sleep(_PAUSE_S)


def _standing(state, image, offered):
    """ "confirmed" when the image is in force already, None when there is work to do. WentBack when it failed."""
    version = image.header.version
    if offered and state["failed"] and state["failed"]["version"] == version:
        raise WentBack("version %d went back: %s" % (version, state["failed"]["why"]))
    active = state["active"]
    if active and state["versions"].get(active) == version and not state["pending"]:
        return "confirmed" if offered else None
    return None


def _send(link, state, image, moved):
    """Fills the resting slot; a file that either slot holds already is not sent again."""
    _require_room(link, image)
    slot = "b" if state["active"] == "a" else "a"
    # Whatever the slot held is no longer to be fallen back to.
    board.change_slots(link, "_state.spoil(%r)\n" % slot)
    wanted = _digests(image)
    held, other = _held(link, slot, state["active"], image, wanted)
    stale = [
        "/%s/%s" % (slot, path) for path in held if path.removesuffix(".part") not in wanted and not is_piece(path)
    ]
    if stale:
        link.run("remove(%r)" % stale)
    for path, data in [*sorted(image.files.items()), (boot_image.PACKAGE, image.kept)]:
        target = "/%s/%s" % (slot, path)
        if held.get(path, (0, ""))[1] == wanted[path]:
            moved(len(data))
        elif other.get(path, (0, ""))[1] == wanted[path]:
            link.run("copy(%r, %r)" % ("/%s/%s" % (state["active"], path), target))
            moved(len(data))
        else:
            link.push(data, target, moved)
    board.change_slots(link, "_state.offer(%r, %d)\n" % (slot, image.header.version))


def _digests(image):
    """{path: SHA-256 in hex} of what a slot is to hold."""
    wanted = {path: hashlib.sha256(data).hexdigest() for path, data in image.files.items()}
    wanted[boot_image.PACKAGE] = hashlib.sha256(image.kept).hexdigest()
    return wanted


def _held(link, slot, active, image, wanted):
    """({path: (size, digest)} of the resting slot, of the active one): hashed is only what can spare a transfer."""
    sizes = {path: len(data) for path, data in image.files.items()}
    sizes[boot_image.PACKAGE] = len(image.kept)
    held = link.ask("inventory('/%s', %r)" % (slot, sizes))
    lacking = {path: size for path, size in sizes.items() if held.get(path, (0, ""))[1] != wanted[path]}
    return held, link.ask("inventory('/%s', %r)" % (active, lacking)) if active and lacking else {}


def _require_room(link, image):
    """BoardRefused when the image is to run from a ROMFS partition and this board's interpreter has none so large."""
    wanted = sum(len(data) for path, data in image.files.items() if is_piece(path))
    found = int(link.run("rom()")) if wanted else 0
    if found < wanted:
        raise BoardRefused(
            "%s: this firmware runs from a ROMFS partition, %d bytes a slot; the board's interpreter offers %d: put one "
            "with such a partition on it (docs/hardware.md)" % (link.port, wanted, found)
        )


def _try_out(link, image):
    """Starts the board and listens: ("confirmed", ""), or (None, what was heard) when it has to be asked. WentBack."""
    link.restart()
    for facts in link.listen(CONFIRM_S):
        if facts.get("event") == "prompt":
            return None, "ends at its prompt (%s) instead" % facts["said"]
        if facts.get("event") == "confirmed" and facts.get("version") == image.header.version:
            return "confirmed", ""
        if facts.get("event") == "rolled_back":
            raise WentBack("%s: version %s went back: %s" % (link.port, facts.get("version"), facts.get("why")))
    return None, "says nothing"


def rollback(port):
    """Puts the version before on trial again, if it was ever confirmed. Facts as of `flash`."""
    started = time.monotonic()
    with board.visit(port) as link:
        identity = board.identify(link)
        state = board.slots(link)
        slot = "b" if state["active"] == "a" else "a"
        if slot not in state["good"]:
            raise BoardFailed("%s: there is no version that was confirmed before" % port)
        version = state["versions"][slot]
        if version < state["floor"]:
            raise BoardFailed("%s: version %d is older than the floor %d" % (port, version, state["floor"]))
        board.change_slots(link, "_state.offer(%r, %d)\n" % (slot, version))
        link.restart()
        for facts in link.listen(CONFIRM_S):
            if facts.get("event") == "confirmed":
                return {
                    "port": port, "serial": identity.serial, "state": "confirmed", "version": facts["version"],
                    "seconds": round(time.monotonic() - started, 2),
                }  # fmt: skip
            if facts.get("event") == "rolled_back":
                raise WentBack("%s: version %s went back: %s" % (port, facts.get("version"), facts.get("why")))
    raise BoardLost("%s did not say whether version %d runs: gatepost scan" % (port, version))


def plan(port, image):
    """What `flash` would do, without doing it: facts with the files that would be sent."""
    with board.visit(port) as link:
        identity = board.identify(link)
        board.require(identity, image.header.target, port)
        state = board.slots(link)
        slot = "b" if state["active"] == "a" else "a"
        wanted = _digests(image)
        found = _held(link, slot, state["active"], image, wanted)
        missing = {
            path: len(data)
            for path, data in image.files.items()
            if not any(slot.get(path, (0, ""))[1] == wanted[path] for slot in found)
        }
        link.restart()
    return {
        "port": port, "serial": identity.serial, "state": "planned", "slot": slot, "version": image.header.version,
        "files": len(missing), "bytes": sum(missing.values()),
    }  # fmt: skip


def read_trust(path, image):
    """The Trust in a JSON file for the class the image is for; None when no file was given."""
    if path is None:
        return None
    with image.open("rb") as file:
        return trust_of(path, read_header(file.read(LONGEST_HEAD)).target)


def trust_of(path, target):
    """The Trust in a JSON file for terminals of class `target`."""
    fields = read_json(path, *TRUST)
    roots = [read_hex(key, "a root of %s" % path) for key in fields["roots"]]
    roles = {kind: read_hex(key, "the key %s of %s" % (kind, path)) for kind, key in fields["roles"].items()}
    return Trust(target, roots, fields["threshold"], roles)


class Job:
    """One JSON line a board, written as soon as it is done, so that a batch can be taken up again."""

    def __init__(self, path, resume):
        self._path = path
        self._done = {}
        if path is None:
            return
        if resume and path.exists():
            self._done = {facts["port"]: facts for facts in read_json_lines(path, "port", "state")}
        else:
            path.write_text("", "utf8")

    def finished(self, port, digest):
        """The facts of a board that has this package already, or None."""
        facts = self._done.get(port)
        return facts if facts and facts["state"] == "confirmed" and facts.get("package") == digest else None

    def write(self, facts):
        if self._path is not None:
            with self._path.open("a", encoding="utf8") as file:
                file.write(json.dumps(facts) + "\n")


def several(ports, work, at_once=8):
    """[facts] of `work(port)` for each port, side by side; an error becomes facts with its code."""

    def guarded(port):
        try:
            return work(port)
        except BoardError as error:
            return {"port": port, "state": "failed", "code": error.code, "why": str(error)}

    with ThreadPoolExecutor(min(at_once, len(ports))) as pool:
        return list(pool.map(guarded, ports))
