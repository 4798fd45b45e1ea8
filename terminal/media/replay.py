"""Codes that were used and could be shown again: remembered until they expire by themselves. Bounded."""

from micropython import const

_LIVING = const(16)  # so many are added until the dead are looked for: in a long life they would fill the store
_KEY = const(16)
_ENTRY = const(20)  # 16 bytes of hash, 4 bytes of the second after which the code is dead anyway


class ReplayStore:
    """`capacity` used codes in 20 bytes each. When it is full of living codes, the one that dies first makes room.

    `forced` counts how often that happened: a terminal whose count grows needs a larger store.
    """

    def __init__(self, capacity=512):
        self._capacity = capacity
        self._entries = bytearray()
        self.forced = 0

    def __len__(self):
        return len(self._entries) // _ENTRY

    def used(self, key, now):
        """Was this code (16 bytes of its hash) admitted before, and does it still live at `now`?"""
        offset = self._find(key)
        return offset >= 0 and self._until(offset) >= now

    def mark(self, key, until, now):
        """Remembers an admitted code up to and including the second `until`."""
        if self._find(key) >= 0:
            return
        if len(self) >= self._capacity or len(self) % _LIVING == 0:
            self._purge(now)
        if len(self) >= self._capacity:
            first = min(range(0, len(self._entries), _ENTRY), key=self._until)
            self._remove(first)
            self.forced += 1
        self._entries += key[:_KEY] + until.to_bytes(4, "big")

    def _find(self, key):
        entries = self._entries
        offset = entries.find(key[:_KEY])
        while offset >= 0 and offset % _ENTRY:
            offset = entries.find(key[:_KEY], offset + 1)
        return offset

    def _until(self, offset):
        return int.from_bytes(self._entries[offset + _KEY : offset + _ENTRY], "big")

    def _remove(self, offset):
        # The last entry takes the place: MicroPython's bytearray cannot be shortened in the middle.
        last = len(self._entries) - _ENTRY
        kept = self._entries[last:]
        self._entries[offset : offset + _ENTRY] = kept
        self._entries = self._entries[:last]

    def _purge(self, now):
        alive = bytearray()
        for offset in range(0, len(self._entries), _ENTRY):
            if self._until(offset) >= now:
                alive += self._entries[offset : offset + _ENTRY]
        self._entries = alive
