"""Signed packages: the only way in which lists, tariff, services, keys, settings and firmware change.

Head, big-endian: magic "GPK1", kind 1, target class 16 (ASCII, zero-padded, "*" for all), version 4, floor 4, valid
from 4, valid until 4, effective from 4, payload length 4, payload SHA-256 32. Then a count (1) and so many
signatures of the head: key id 8 (of SHA-256 over the compressed key), SM2 r || s 64. Then the payload.

Roles: root keys sign the keys package, a threshold of them together; it names one key for each other kind. New roots
are signed by enough of the old ones and enough of their own.
"""

import binascii
import hashlib
import json
import struct
from collections import namedtuple

from micropython import const

from terminal.crypto import sm2
from terminal.more_errors import PackageExpired, PackageForeign, PackageMalformed, PackageRolledBack, PackageTooEarly

KINDS = ("whitelist", "delta", "hotlist", "tariff", "services", "keys", "settings", "firmware")
HEAD = const(77)
MOST_SIGNATURES = const(8)
LONGEST_HEAD = const(77 + 1 + 8 * 72)
_LAYOUT = const(">4sB16sIIIIII32s")
_MAGIC = const(b"GPK1")
_KEY_ID = const(8)
_SIGNATURE = const(72)

Header = namedtuple(
    "Header", "kind target version floor valid_from valid_until effective_from length digest signed signatures size"
)
"""`signed`: the bytes under the signatures; `signatures`: ((key id, signature), ...); `size`: where the payload is."""


def key_id(key):
    """The 8 bytes by which a signature names its key (compressed SEC1)."""
    return hashlib.sha256(key).digest()[:_KEY_ID]


def head_bytes(kind, target, version, floor, valid_from, valid_until, effective_from, payload_length, digest):
    """The bytes to sign. Times in UTC seconds, `digest` the SHA-256 of the payload."""
    return struct.pack(
        _LAYOUT, _MAGIC, KINDS.index(kind), target.encode(), version, floor, valid_from, valid_until, effective_from,
        payload_length, digest,
    )  # fmt: skip


def read_header(raw):
    """The Header at the start of `raw` (at least LONGEST_HEAD bytes, or the whole package); PackageMalformed."""
    if len(raw) < HEAD + 1 or raw[:4] != _MAGIC:
        raise PackageMalformed("%d bytes that do not begin a package" % len(raw))
    _, kind, target, version, floor, valid_from, valid_until, effective_from, length, digest = struct.unpack_from(
        _LAYOUT, raw, 0
    )
    count = raw[HEAD]
    size = HEAD + 1 + count * _SIGNATURE
    if kind >= len(KINDS) or count > MOST_SIGNATURES or size > len(raw):
        raise PackageMalformed("package head of an unknown kind, or cut inside its signatures")
    if floor > version or not valid_from <= effective_from <= valid_until:
        raise PackageMalformed("package head contradicts itself: floor above version, or effective while not valid")
    signatures = []
    for at in range(HEAD + 1, size, _SIGNATURE):
        signatures.append((bytes(raw[at : at + _KEY_ID]), bytes(raw[at + _KEY_ID : at + _SIGNATURE])))
    return Header(
        KINDS[kind], _target(target), version, floor, valid_from, valid_until, effective_from, length, digest,
        bytes(raw[:HEAD]), tuple(signatures), size,
    )  # fmt: skip


def _target(raw):
    name = raw.rstrip(b"\0")
    for byte in name:
        if not 32 < byte < 127:
            raise PackageMalformed("package for a terminal class that is not ASCII")
    return name.decode()


class PayloadCheck:
    """Hashes a payload while it streams by: `update(view)` for each piece, `finish()` at the end."""

    def __init__(self, header):
        self._header = header
        self._hash = hashlib.sha256()
        self._length = 0

    def update(self, piece):
        """PackageMalformed as soon as there is more than the head says."""
        self._length += len(piece)
        if self._length > self._header.length:
            raise PackageMalformed("payload is longer than the %d bytes its head says" % self._header.length)
        self._hash.update(piece)

    def finish(self):
        """PackageMalformed when the payload is not the one that was signed."""
        if self._length != self._header.length or self._hash.digest() != self._header.digest:
            raise PackageMalformed("payload of %d bytes is cut or changed: fetch it again" % self._length)


class Trust:
    """Whom a terminal of class `target` believes: `roots` (compressed keys), of which `threshold` sign together."""

    def __init__(self, target, roots, threshold, roles=None):
        self.target = target
        self.roots = roots
        self.threshold = threshold
        self.roles = roles or {}

    def check(self, header):
        """PackageForeign unless the package is for us and signed by the keys of its role."""
        if header.target not in ("*", self.target):
            raise PackageForeign("package is for terminals of another class than %s" % self.target)
        if header.kind == "keys":
            self._check_roots(header, self.roots, self.threshold)
        elif header.kind not in self.roles:
            raise PackageForeign("no key is named for packages of kind %s: load a keys package first" % header.kind)
        elif _signers(header, [self.roles[header.kind]]) == 0:
            raise PackageForeign("%s package is not signed by the key of its role" % header.kind)

    def _check_roots(self, header, roots, threshold):
        signers = _signers(header, roots)
        if signers < threshold:
            raise PackageForeign("keys package is signed by %d root keys, expected %d" % (signers, threshold))

    def renewed(self, header, payload):
        """The Trust that a checked keys package sets up; PackageForeign when new roots did not sign it themselves."""
        try:
            fields = json.loads(payload)
            roots = [binascii.unhexlify(text) for text in fields["roots"]]
            roles = {kind: binascii.unhexlify(text) for kind, text in fields["roles"].items()}
            threshold = fields["threshold"]
        except (ValueError, KeyError, TypeError, AttributeError, RuntimeError):  # RuntimeError: nested too deep
            raise PackageMalformed("keys package without the expected fields") from None
        sound = isinstance(threshold, int) and 1 <= threshold <= len(set(roots)) <= MOST_SIGNATURES
        if not sound or any(kind not in KINDS or kind == "keys" for kind in roles):
            raise PackageMalformed("keys package with an impossible threshold or an unknown role")
        if any(len(key) != 33 for key in roots + list(roles.values())):
            raise PackageMalformed("keys package with a key that is not 33 bytes")
        self._check_roots(header, roots, threshold)
        return Trust(self.target, roots, threshold, roles)


def _signers(header, keys):
    """How many of `keys` signed the head. No key counts twice."""
    found = 0
    signatures = dict(header.signatures)
    for key in set(keys):
        signature = signatures.get(key_id(key))
        if signature is not None and sm2.verify(key, header.signed, signature):
            found += 1
    return found


Entry = namedtuple("Entry", "version valid_until effective_from digest")
"""One package that was accepted. `digest` in hex."""


class Shelf:
    """Which package of each kind is in force, which waits for its day, and below which version none may go."""

    def __init__(self, state=None):
        self._state = state or {}  # kind: {"floor": int, "in_force": list or None, "staged": list or None}

    @classmethod
    def unpack(cls, raw):
        """A Shelf from what `pack` made; PackageMalformed when it is not."""
        try:
            state = json.loads(raw)
            for kind, place in state.items():
                for name in ("in_force", "staged"):
                    if kind not in KINDS or (place[name] and Entry(*place[name]).version < 0) or place["floor"] < 0:
                        raise PackageMalformed("shelf state with an impossible entry")
        except (ValueError, KeyError, TypeError, AttributeError, RuntimeError):  # RuntimeError: nested too deep
            raise PackageMalformed("shelf state is not readable") from None
        return cls(state)

    def pack(self):
        """Bytes to keep; small enough for a slot."""
        return json.dumps(self._state).encode()

    def check(self, header, now):
        """Refuses what is rolled back, expired or early. `now` in UTC seconds, None while no clock is to be trusted."""
        place = self._place(header.kind)
        if header.version < place["floor"]:
            raise PackageRolledBack(
                "%s version %d, the oldest allowed is %d" % (header.kind, header.version, place["floor"])
            )
        for known in (self.in_force(header.kind), self.staged(header.kind)):
            if known and known.version == header.version and known.digest != _hex(header.digest):
                raise PackageRolledBack("%s version %d is known with other content" % (header.kind, header.version))
        if header.kind == "keys" and place["in_force"] and header.version < self.in_force("keys").version:
            raise PackageRolledBack("keys version %d is older than the one in force" % header.version)
        if now is not None and now >= header.valid_until:
            raise PackageExpired("%s version %d: its validity is over" % (header.kind, header.version))
        if now is not None and now < header.valid_from:
            raise PackageTooEarly("%s version %d: its validity has not begun" % (header.kind, header.version))

    def accept(self, header, now):
        """Puts a package whose payload is on the medium onto the shelf: True when it is in force at once."""
        place = self._place(header.kind)
        entry = list(Entry(header.version, header.valid_until, header.effective_from, _hex(header.digest)))
        place["floor"] = max(place["floor"], header.floor)
        at_once = now is not None and now >= header.effective_from
        if at_once:
            place["in_force"] = entry
            place["staged"] = None
        else:
            place["staged"] = entry
        self._state[header.kind] = place
        return at_once

    def due(self, now):
        """Kinds whose staged package has just come into force; they are moved."""
        kinds = []
        for kind in KINDS:
            staged = self.staged(kind)
            if staged and now >= staged.effective_from:
                self._state[kind]["in_force"] = self._state[kind]["staged"]
                self._state[kind]["staged"] = None
                kinds.append(kind)
        return kinds

    def next_day(self):
        """UTC seconds at which the first of the staged packages comes into force, None without any."""
        days = [self.staged(kind).effective_from for kind in KINDS if self.staged(kind)]
        return min(days) if days else None

    def drop(self, kind):
        """The staged package of this kind is given up: a newer one comes before its day."""
        self._state[kind]["staged"] = None

    def in_force(self, kind):
        """The Entry in force, or None."""
        return self._entry(kind, "in_force")

    def staged(self, kind):
        """The Entry that waits for its day, or None."""
        return self._entry(kind, "staged")

    def is_expired(self, kind, now):
        """True when what is in force is out of date: settings say what a terminal may still do with it."""
        entry = self.in_force(kind)
        return entry is not None and now >= entry.valid_until

    def versions(self):
        """{kind: version} of what is in force."""
        return {kind: self.in_force(kind).version for kind in KINDS if self.in_force(kind)}

    def _entry(self, kind, name):
        place = self._state.get(kind)
        return Entry(*place[name]) if place and place[name] else None

    def _place(self, kind):
        return self._state.get(kind) or {"floor": 0, "in_force": None, "staged": None}


def _hex(digest):
    return binascii.hexlify(digest).decode()
