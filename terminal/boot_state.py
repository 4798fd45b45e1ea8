"""What the loader knows between two starts: one small JSON file, replaced by a rename.

active    slot that was confirmed last, "a" or "b"; None on a board that never had firmware
pending   slot that is on trial, with `tries` starts left; `checked`: its signature and files were found sound
versions  {slot: version of what it holds}; `good`: slots whose version was confirmed once
floor     oldest version that may be started; `next_floor`: what the package on trial raises it to once confirmed
starts    starts of the active slot since it last ran well, spared ones left out; of the pending one: all its starts
failed    None, or what the last trial came to: {"version", "why"}
cable     True: stay in the REPL once, a technician is at the cable
"""

import json
import os

from micropython import const

SLOTS = ("a", "b")
_TRIES = const(2)
MOST_STARTS = const(5)

_FRESH = (
    ("active", None), ("pending", None), ("tries", 0), ("checked", False), ("versions", {}), ("good", []),
    ("floor", 0), ("next_floor", 0), ("starts", 0), ("failed", None), ("cable", False),
)  # fmt: skip


class BootState:
    """The state of the board whose flash is at `root` ("" on a board). Attributes as above; `save` makes them durable."""

    def __init__(self, root=""):
        self._path = root + "/boot.json"
        kept = self._read()
        for name, fresh in _FRESH:
            value = kept.get(name, fresh)
            setattr(self, name, type(fresh)(value) if isinstance(fresh, (dict, list)) else value)

    def _read(self):
        try:
            with open(self._path) as file:
                return json.load(file)
        except (OSError, ValueError):
            # The rename is atomic, so this is a new board, or one whose flash was damaged: it goes to recovery.
            return {}

    def save(self):
        """Durable on return."""
        draft = self._path + ".new"
        with open(draft, "w") as file:
            json.dump({name: getattr(self, name) for name, _ in _FRESH}, file)
        os.rename(draft, self._path)

    def other(self):
        """The slot that an update goes to."""
        return "b" if self.active == "a" else "a"

    def offer(self, slot, version):
        """Puts what lies in `slot` on trial from the next start on."""
        if self.versions.get(slot) != version and slot in self.good:
            self.good.remove(slot)
        self.versions[slot] = version
        self.pending, self.tries, self.checked, self.failed = slot, _TRIES, False, None
        self.starts = 0
        self.save()

    def spoil(self, slot):
        """Before a slot's files change: nobody may start or fall back to it until it is offered."""
        if self.pending == slot:
            self.pending = None
        if slot in self.good:
            self.good.remove(slot)
        self.versions.pop(slot, None)
        self.save()

    def confirm(self):
        """The slot on trial passed its self-test: it is the active one now. False when there is none on trial."""
        if self.pending is None:
            return False
        self.active, self.pending, self.tries = self.pending, None, 0
        if self.active not in self.good:
            self.good.append(self.active)
        self.floor = max(self.floor, self.next_floor)
        self.starts, self.failed = 0, None
        self.save()
        return True

    def give_up(self, why):
        """The slot on trial did not make it; `why` is for the technician and the head-end."""
        self.failed = {"version": self.versions.get(self.pending), "why": why}
        if self.pending in self.good:
            self.good.remove(self.pending)
        self.pending, self.tries, self.starts = None, 0, 0
        self.save()

    def spare(self):
        """The last start was ended by a pulled plug or a technician: it does not count. Not durable yet.

        A trial is spared only a few times: it may be the firmware that draws down the supply.
        """
        if self.pending is None:
            self.starts = max(0, self.starts - 1)
        elif self.starts < MOST_STARTS:
            self.tries = min(_TRIES, self.tries + 1)

    def ran_well(self):
        """The active slot has been in service for a while: its starts count from nought again."""
        if self.starts:
            self.starts = 0
            self.save()
