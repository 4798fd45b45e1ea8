"""Two slots that are written in turn: a cut leaves the other one. Settings and counters, and the list manifest.

Slot: magic (4) | generation u32 | length u32 | payload | crc32, little-endian, each in its own half of the medium.
Give it a medium of two 16 KB pages where a flash translation layer lies below.
"""

import json
import struct
from binascii import crc32

from micropython import const

from .errors import ForeignMedium, MediumError, StoreError

_HEAD = "<4sII"
_HEAD_BYTES = const(12)
_FRAME_BYTES = const(16)
_MINIMUM_HALF = const(128)


class TwoSlots:
    """The newest of two payloads that holds. A blank medium is formatted with `first`; ForeignMedium for others."""

    def __init__(self, medium, magic, first):
        self._medium = medium
        self._magic = magic
        self._half = medium.size // 2 & ~511 or medium.size // 2
        if self._half < _MINIMUM_HALF:
            raise MediumError("two slots need %d bytes, the medium has %d" % (2 * _MINIMUM_HALF, medium.size))
        self.room = self._half - _FRAME_BYTES
        self.generation = 0
        self.candidates = self._read()
        if self.candidates:
            self.generation = self.candidates[0][0]
        else:
            self._format(first)

    def _read(self):
        """[(generation, payload)] of the slots that hold, newest first."""
        found = [slot for slot in (self._read_slot(0), self._read_slot(1)) if slot]
        found.sort(key=lambda slot: -slot[0])
        return found

    def _read_slot(self, side):
        head = bytearray(_HEAD_BYTES)
        self._medium.read_into(side * self._half, head)
        magic, generation, length = struct.unpack(_HEAD, head)
        if magic != self._magic or length > self.room:
            return None
        body = bytearray(length + 4)
        self._medium.read_into(side * self._half + _HEAD_BYTES, body)
        payload = bytes(body[:length])
        if crc32(payload, crc32(head)) != struct.unpack_from("<I", body, length)[0]:
            return None
        return generation, payload

    def _format(self, first):
        """Only a medium on which one half at least is blank: the other may hold the torn beginning of a format."""
        if not (self._blank(0) or self._blank(1)):
            raise ForeignMedium(
                "neither slot holds %s data, and both hold something else: check that this is the right medium, or "
                "wipe it" % self._magic.decode()
            )
        self.put(first)
        self.put(first)

    def _blank(self, side):
        piece = bytearray(_MINIMUM_HALF)
        seen = set()
        for offset in range(side * self._half, (side + 1) * self._half - _MINIMUM_HALF + 1, _MINIMUM_HALF):
            self._medium.read_into(offset, piece)
            seen.update(piece)
        return seen in ({0}, {255})

    def put(self, payload):
        """Durable on return; the slot before stays as it is. StoreError when the payload is too long."""
        if len(payload) > self.room:
            raise StoreError("%d bytes do not fit a slot of %d: keep less in it" % (len(payload), self.room))
        self.generation += 1
        head = struct.pack(_HEAD, self._magic, self.generation, len(payload))
        crc = struct.pack("<I", crc32(payload, crc32(head)))
        self._medium.write((self.generation & 1) * self._half, head + payload + crc)
        self._medium.sync()
        self.candidates = [(self.generation, payload)] + self.candidates[:1]


class Settings:
    """Named values (what JSON knows: integers, texts, lists) that survive the plug: settings, counters, floors."""

    def __init__(self, medium):
        self._slots = TwoSlots(medium, b"SET1", b"{}")
        self._values = json.loads(self._slots.candidates[0][1].decode())

    def get(self, name, default=None):
        return self._values.get(name, default)

    def put(self, **values):
        """Changes these names together, durably on return; nothing is written when nothing changes."""
        changed = dict(self._values)
        changed.update(values)
        if changed != self._values:
            self._slots.put(json.dumps(changed).encode())
            self._values = changed

    def raise_floor(self, name, value):
        """A value that never falls (clock floor, package floor, PSAM sequence). Returns the floor that now holds."""
        floor = max(self.get(name, value), value)
        self.put(**{name: floor})
        return floor
