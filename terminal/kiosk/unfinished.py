"""What residents handed in or paid and never saw the end of: a power cut came between. By permuted token, nothing more."""

import json

from micropython import const

from offline_store.slots import TwoSlots

_MAGIC = b"UNF1"
_MOST = const(32)


class Unfinished:
    """Notes on a medium of two slots: at most 32 holders, the newest; each with one service, action and request."""

    def __init__(self, medium):
        self._slots = TwoSlots(medium, _MAGIC, b"[]")
        self._notes = json.loads(self._slots.candidates[0][1])

    def note(self, token, service, action, request):
        """Durable on return, before anything goes out."""
        self._notes = [note for note in self._notes if note[0] != token][-_MOST + 1 :]
        self._notes.append([token, service, action, request])
        self._save()

    def of(self, token):
        """(service, action, request) of the holder, or None."""
        for note in self._notes:
            if note[0] == token:
                return tuple(note[1:])
        return None

    def settle(self, token):
        """The holder has seen how it ended."""
        if self.of(token) is not None:
            self._notes = [note for note in self._notes if note[0] != token]
            self._save()

    def _save(self):
        self._slots.put(json.dumps(self._notes).encode())
