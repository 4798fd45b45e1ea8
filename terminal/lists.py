"""What the local lists say about a token: hotlist first, then whitelist."""

from collections import namedtuple

from micropython import const

from offline_store.table import DAMAGED, LISTED
from terminal.civil_time import start_of_day
from terminal.media.credential import CLASSES

STATUS_VALID = const(1)
STATUS_BLOCKED = const(2)

ABSENT = const(0)
VALID = const(1)
BLOCKED = const(2)
UNREADABLE = const(3)  # a damaged block: neither listed nor not listed

Entry = namedtuple("Entry", "state holder_class expires product")
"""`expires`: UTC seconds, 0 for never; `product`: the number of a pass the tariff knows (listed_products), or 0."""

_ABSENT = Entry(ABSENT, None, 0, 0)
_BLOCKED = Entry(BLOCKED, None, 0, 0)
_UNREADABLE = Entry(UNREADABLE, None, 0, 0)


class Lists:
    """The whitelist and, when there is one, the hotlist: two tables of offline_store."""

    def __init__(self, whitelist, hotlist=None):
        self.whitelist = whitelist
        self.hotlist = hotlist

    @property
    def not_after(self):
        """UTC second after which the whitelist is too old, 0 for never."""
        return self.whitelist.not_after

    def look(self, token):
        """The Entry of a 16-byte token."""
        if self.hotlist is not None:
            denied = self.hotlist.look(token)
            if denied.state == LISTED:
                return _BLOCKED
            if denied.state == DAMAGED:
                return _UNREADABLE
        found = self.whitelist.look(token)
        if found.state == DAMAGED:
            return _UNREADABLE
        if found.state != LISTED:
            return _ABSENT
        record = found.record
        status, holder_class, product = self._profile(record[0])
        if status != STATUS_VALID:
            return _BLOCKED
        expiry_day = record[1] | record[2] << 8
        return Entry(VALID, holder_class, start_of_day(expiry_day + 1) if expiry_day else 0, product)

    def _profile(self, number):
        at = number * 4
        profile = self.whitelist.profiles[at : at + 4]
        holder_class = CLASSES[profile[1]] if profile[1] < len(CLASSES) else None
        return profile[0], holder_class, profile[2]
