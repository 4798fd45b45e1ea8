"""What was verified lately and need not be verified again: a bounded cache, most recent first.

A key is 16 bytes of the hash over everything an issuer signed *and* the signature. Expiry, revocation and time are in
the code itself and checked on every use, never here. There are no negative results, and nothing reaches flash.
"""

from micropython import const

_KEY = const(16)
_HEAD = const(17)  # the key, and the length of the value


class Verified:
    """At most `capacity` entries of (key, value, handles); `handles` name what revokes the entry."""

    def __init__(self, capacity):
        self._capacity = capacity
        self._entries = []

    def __len__(self):
        return len(self._entries)

    def get(self, key):
        """The value under `key`, which becomes the most recent, or None."""
        entries = self._entries
        for i in range(len(entries)):
            if self._is_of(entries[i], key):
                entry = entries.pop(i)
                entries.insert(0, entry)
                return self._value(entry)
        return None

    def put(self, key, value, handles):
        self._entries.insert(0, self._entry(key, value, handles))
        del self._entries[self._capacity :]

    def forget(self, handle):
        """Drops every entry that `handle` revokes."""
        self._entries = [entry for entry in self._entries if handle not in self._handles(entry)]

    def _entry(self, key, value, handles):
        return key, value, handles

    def _is_of(self, entry, key):
        return entry[0] == key

    def _value(self, entry):
        return entry[1]

    def _handles(self, entry):
        return entry[2]


class VerifiedBytes(Verified):
    """The same for values that are bytes, 255 at most: an entry is one piece of bytes, half of what its parts would take."""

    def _entry(self, key, value, handles):
        told = b"".join([bytes((len(handle),)) + handle for handle in handles])
        return key + bytes((len(value),)) + value + told

    def _is_of(self, entry, key):
        return entry.startswith(key)

    def _value(self, entry):
        return entry[_HEAD : _HEAD + entry[_KEY]]

    def _handles(self, entry):
        at, handles = _HEAD + entry[_KEY], []
        while at < len(entry):
            handles.append(entry[at + 1 : at + 1 + entry[at]])
            at += 1 + entry[at]
        return handles
