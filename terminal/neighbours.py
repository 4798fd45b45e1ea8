"""Neighbours: terminals of one site tell each other of visits and blocked holders over the LAN, without internet.

Datagram: "GPU1", name length 1, name, boot 4 (UTC second of the start), counter 4, kind 1, time 4, token 16, text
length 1, text; then HMAC-SM3 under the site's key, 16 bytes of it. Tokens are permuted. What is not heard is decided
as by a terminal alone: `hears()` says whether anybody was there, so that a record can tell.

A visit is one person's until HEADS says otherwise: its text begins with how many they are and how many seconds ago it
was. Older firmware drops that kind and keeps counting one.
"""

import struct

from micropython import const

from terminal.crypto import sm3
from terminal.lists import BLOCKED, Entry

HELLO, VISIT, BLOCK, UNBLOCK, HEADS = range(5)
_MAGIC = b"GPU1"
_MAC = const(16)
_FIELDS = ">IIBI16sB"
_FIELDS_BYTES = const(30)
_LONGEST_TEXT = const(48)
_WINDOW = const(32)
_FRESH_S = const(120)
_HELLO_MS = const(15000)
_HEARD_MS = const(45000)
_LOOK_MS = const(50)
_AGAIN_MS = const(300)
_SENDINGS = const(3)
_PER_LOOK = const(8)
_MOST_NEIGHBOURS = const(64)
_MOST_HEADS = const(255)


def seal(key, name, boot, counter, kind, time, token, text=""):
    """The bytes of a datagram."""
    raw = text.encode()
    head = _MAGIC + bytes((len(name),)) + name.encode()
    body = head + struct.pack(_FIELDS, boot, counter, kind, time, token, len(raw)) + raw
    return body + sm3.hmac_sm3(key, body)[:_MAC]


def unseal(key, data):
    """(name, boot, counter, kind, time, token, text) of a datagram under `key`; None for anything else."""
    end = len(data) - _MAC
    if end < 5 + _FIELDS_BYTES or data[:4] != _MAGIC or not _alike(sm3.hmac_sm3(key, data[:end])[:_MAC], data[end:]):
        return None
    at = 5 + data[4]
    if at + _FIELDS_BYTES > end:
        return None
    boot, counter, kind, time, token, length = struct.unpack_from(_FIELDS, data, at)
    if at + _FIELDS_BYTES + length != end or length > _LONGEST_TEXT or kind > HEADS:
        return None
    try:
        return data[5:at].decode(), boot, counter, kind, time, token, data[at + _FIELDS_BYTES : end].decode()
    except ValueError:  # no UTF-8
        return None


def counted(text):
    """(heads, age in seconds, the visit's own text) of a HEADS; what is no number there counts as one just now."""
    heads, _, rest = text.partition(" ")
    age_s, _, rest = rest.partition(" ")
    if not (heads.isdigit() and age_s.isdigit()):
        return None, 0, text
    return min(int(heads), _MOST_HEADS), int(age_s), rest


def _alike(one, other):
    difference = 0
    for i in range(_MAC):
        difference |= one[i] ^ other[i]
    return difference == 0


class Neighbours:
    """`run()` is the task. `link`: drivers.bus.datagrams; `key`: the site's, 16 bytes or more; `boot`: UTC second.

    `on_visit(token, time, text, heads)` and `on_block(token, blocked)` hear what the others saw, once each; `text` is the
    station and direction as the site writes them, `heads` None where nobody counted them. Each message goes out three
    times against loss.
    """

    def __init__(self, link, clock, name, key, boot, on_visit, on_block):
        self._link = link
        self._clock = clock
        self._name = name
        self._key = key
        self._boot = boot
        self._on_visit = on_visit
        self._on_block = on_block
        self._counter = 0
        self._sending = []  # [datagram, how often yet, when next]
        self._senders = {}  # name: [boot, highest counter, bitmap of those below]
        self._heard_at = None
        self._hello_at = clock.ticks()
        self.refused = 0

    def hears(self):
        """Whether a neighbour was heard in the last 45 s."""
        return self._heard_at is not None and self._clock.elapsed(self._heard_at) < _HEARD_MS

    def tell_visit(self, token, text):
        """Somebody passed here: permuted token, "station direction" or whatever the site agreed on, at most 32 bytes.

        The UTC second under which the others know this visit.
        """
        now = self._clock.utc()
        self._tell(VISIT, now, token, text)
        return now

    def tell_heads(self, token, text, time, heads):
        """So many they were on the visit that was told at `time`, nobody (0) included."""
        now = self._clock.utc()
        self._tell(HEADS, now, token, "%d %d %s" % (heads, now - time, text))

    def tell_block(self, token, blocked=True):
        """A holder is on the hotlist here, or is no longer."""
        self._tell(BLOCK if blocked else UNBLOCK, self._clock.utc(), token)

    def _tell(self, kind, now, token, text=""):
        self._counter += 1
        data = seal(self._key, self._name, self._boot, self._counter, kind, now, token, text)
        self._sending.append([data, 1 if kind == HELLO else _SENDINGS, self._clock.ticks()])

    async def run(self):
        """For ever."""
        while True:
            if self._clock.passed(self._hello_at):
                self._tell(HELLO, self._clock.utc(), bytes(16))
                self._hello_at = self._clock.deadline(_HELLO_MS)
            self._send_due()
            for _ in range(_PER_LOOK):
                data = self._link.receive()
                if data is None:
                    break
                self._take(data)
            if not self.hears():
                self._heard_at = None  # not kept: after 149 hours its ticks would lie ahead
            await self._clock.sleep_ms(_LOOK_MS)

    def _send_due(self):
        left = []
        for item in self._sending:
            if self._clock.passed(item[2]):
                self._link.send(item[0])
                item[1] -= 1
                item[2] = self._clock.deadline(_AGAIN_MS)
            if item[1]:
                left.append(item)
        self._sending = left

    def _take(self, data):
        try:
            message = unseal(self._key, data)
        except UnicodeError:
            message = None
        if message is None:
            self.refused += 1
            return
        name, boot, counter, kind, time, token, text = message
        if name == self._name:
            return
        # Fresh and new: whoever records datagrams can play them back neither now nor after our restart.
        if abs(time - self._clock.utc()) > _FRESH_S or not self._is_new(name, boot, counter):
            return
        self._heard_at = self._clock.ticks()
        if kind == VISIT:
            self._on_visit(token, time, text, None)
        elif kind == HEADS:
            heads, age_s, text = counted(text)
            self._on_visit(token, time - age_s, text, heads)
        elif kind != HELLO:
            self._on_block(token, kind == BLOCK)

    def _is_new(self, name, boot, counter):
        sender = self._senders.get(name)
        if sender is None and len(self._senders) >= _MOST_NEIGHBOURS:
            return False
        if sender is None or boot > sender[0]:
            self._senders[name] = [boot, counter, 1]
            return True
        if boot < sender[0] or counter <= sender[1] - _WINDOW:
            return False
        if counter > sender[1]:
            sender[2] = (sender[2] << min(counter - sender[1], _WINDOW) | 1) & 0xFFFFFFFF
            sender[1] = counter
            return True
        bit = 1 << (sender[1] - counter)
        if sender[2] & bit:
            return False
        sender[2] |= bit
        return True


_BLOCKED_HERE = Entry(BLOCKED, None, 0, 0)


class SiteLists:
    """terminal.lists.Lists of one gate, with what its neighbours refuse as hotlisted, for six hours or `hold_s`.

    A neighbour's word lasts only so long: by then the hotlist itself has come, or nobody can say any more. `tell(token)`
    passes on who is refused here, once an hour. `permute(token)` as lists and records do.
    """

    def __init__(self, lists, clock, permute, tell, most=128, hold_s=21600):
        self._lists = lists
        self._clock = clock
        self._permute = permute
        self._tell = tell
        self._most = most
        self._hold_s = hold_s
        self._blocked = {}  # permuted token: when it was told
        self._told = {}

    def __getattr__(self, name):
        """Whatever else is asked of the lists."""
        return getattr(self._lists, name)

    def note(self, token, blocked):
        """A neighbour's word; the `on_block` of Neighbours."""
        if blocked:
            self._keep(self._blocked, token)
        else:
            self._blocked.pop(token, None)

    def look(self, token):
        """The Entry of a 16-byte token."""
        entry = self._lists.look(token)
        permuted = self._permute(token)
        now = self._clock.utc()
        if entry.state == BLOCKED:
            if now - self._told.get(permuted, 0) >= 3600:
                self._keep(self._told, permuted)
                self._tell(permuted)
            return entry
        since = self._blocked.get(permuted)
        if since is not None:
            if 0 <= now - since < self._hold_s:
                return _BLOCKED_HERE
            del self._blocked[permuted]
        return entry

    def _keep(self, table, token):
        if token not in table and len(table) >= self._most:
            oldest = min(table, key=table.get)
            del table[oldest]
        table[token] = self._clock.utc()
