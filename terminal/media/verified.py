"""What was verified lately and need not be verified again: a bounded cache, most recent first.

A key is 16 bytes of the hash over everything an issuer signed *and* the signature. Expiry, revocation and time are in
the code itself and checked on every use, never here. There are no negative results, and nothing reaches flash.
"""


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
            if entries[i][0] == key:
                entry = entries.pop(i)
                entries.insert(0, entry)
                return entry[1]
        return None

    def put(self, key, value, handles):
        self._entries.insert(0, (key, value, handles))
        del self._entries[self._capacity :]

    def forget(self, handle):
        """Drops every entry that `handle` revokes."""
        self._entries = [entry for entry in self._entries if handle not in entry[2]]
