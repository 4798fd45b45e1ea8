"""Re-scan codes: one link of a hash chain whose end, the anchor, stands under the user's signature in an account code.

27 bytes, version 3: version 1, name 8 (the anchor's first bytes), step 2, link 16. Step j is good for the j-th period
after the anchor's time; its link, hashed j times, is the anchor. A terminal that verified the anchored code admits
such a code with a few hashes and no signature; one that did not asks for the full code.
"""

import hashlib
import struct
from collections import namedtuple

from micropython import const

from terminal.more_errors import CodeMalformed

VERSION = const(3)
SIZE = const(27)
LINK = const(16)
MOST_STEPS = const(1440)  # bounds the hashes a presented code can cost
_GRACE = const(20)  # seconds a code stays good after its period: from the phone to the glass

FIELDS = ("name", "step", "link")
ChainCode = namedtuple("ChainCode", FIELDS)

# What is known of a chain: the newest link seen, the verified code's credential and what may end it.
Anchor = namedtuple("Anchor", "name start period steps credential ends handles key_index")


def parse(data):
    """The ChainCode in `data`; CodeMalformed for another length, or for step 0, which is the public anchor."""
    if len(data) != SIZE:
        raise CodeMalformed("chain code of %d bytes, %d expected" % (len(data), SIZE))
    code = ChainCode(*struct.unpack(">8sH16s", data[1:]))
    if not 0 < code.step <= MOST_STEPS:
        raise CodeMalformed("chain code of step %d, 1 to %d expected" % (code.step, MOST_STEPS))
    return code


def hashed(link, times):
    """`link` after `times` steps towards the anchor: SHA-256, which boards have in C, cut to 16 bytes."""
    for _ in range(times):
        link = hashlib.sha256(b"gatepost chain" + link).digest()[:LINK]
    return link


def window(anchor, step):
    """(first, last) UTC second of a step."""
    opens = anchor.start + (step - 1) * anchor.period
    return opens, opens + anchor.period + _GRACE


class Anchors:
    """Verified anchors, at most `capacity` (about 250 bytes each), the most recently used first."""

    def __init__(self, capacity):
        self._capacity = capacity
        self._entries = []  # [Anchor, newest link, its step]

    def put(self, anchor, end):
        """Remembers an anchor from a verified code; `end` is its 16 bytes. A known one is left as it is."""
        if self.find(anchor.name) is None:
            self._entries.insert(0, [anchor, end, 0])
            del self._entries[self._capacity :]

    def find(self, name):
        """The Anchor of this name, or None."""
        for i in range(len(self._entries)):
            if self._entries[i][0].name == name:
                self._entries.insert(0, self._entries.pop(i))
                return self._entries[0][0]
        return None

    def holds(self, code):
        """Does the link of `code`, whose anchor was just found, lead to the newest one seen? Then it is the newest."""
        entry = self._entries[0]
        if code.step < entry[2] or hashed(code.link, code.step - entry[2]) != entry[1]:
            return False
        entry[1], entry[2] = code.link, code.step
        return True
