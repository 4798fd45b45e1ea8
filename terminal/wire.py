"""What travels over POST /v1/txn, as terminal and head-end both read it: a binary batch out, a JSON reply back.

Batch, big-endian: magic "GPT1", name length 1, terminal name (ASCII), journal id 4, oldest 4 (the oldest seq the
terminal can still read), entry count 2; then per entry seq 4, span 1, length 2, payload; at the end the CRC-32 of all
before. A long record uses up `span` numbers of the journal and is named by the last. An entry of span 0 and length 4
carries a last seq instead: there is nothing readable (any more) at seq..last.
"""

import binascii
import json
import struct
from collections import namedtuple

from micropython import const

from terminal.errors import WireMalformed
from terminal.names import check_name

MAX_ENTRIES = const(4000)
MAX_PAYLOAD = const(4096)
MAX_BODY = const(300000)
MAX_REPLY = const(512)
MAX_SEQ = const(0xFFFFFFFF)
_MOST_BRACKETS = const(16)  # a board's heap would not hold 500 nested lists
_ENTRY = const(7)
_CRC = const(4)
_MAGIC = const(b"GPT1")

Batch = namedtuple("Batch", "terminal journal oldest records lost")
"""`records`: [(seq, span, payload)], `lost`: [(first, last)]; ascending, no number used twice."""

Reply = namedtuple("Reply", "ack want max_n max_age_s time")
"""`ack`: the last seq of the batch that is held (None: it was empty); `want`: (first, last) missing, or None;
send when `max_n` records wait or one has waited `max_age_s`; `time`: UTC seconds."""


class BatchWriter:
    """Builds one batch after the other in a buffer of `size` bytes; a single longer record gets a buffer of its own."""

    def __init__(self, terminal, size):
        self._name = check_name(terminal).encode()
        self._head = 4 + 1 + len(self._name) + 10
        self._own = bytearray(max(size, self._head + _ENTRY + 64 + _CRC))
        self.start(0, 0)

    def start(self, journal, oldest):
        """Forgets the last batch and begins one of `journal`, whose oldest readable record is `oldest`."""
        self._buffer = self._own
        name = len(self._name)
        self._buffer[: 5 + name] = _MAGIC + bytes((name,)) + self._name
        struct.pack_into(">II", self._buffer, 5 + name, journal, oldest)
        self._end = self._head
        self.count = 0
        self.first = self.last = None

    def add(self, seq, span, payload):
        """Adds the record that used the numbers up to `seq`, `span` of them; False when the batch is full."""
        if len(payload) > MAX_PAYLOAD:
            raise WireMalformed("record of %d bytes, the wire takes %d" % (len(payload), MAX_PAYLOAD))
        if not self._make_room(_ENTRY + len(payload)):
            return False
        struct.pack_into(">IBH", self._buffer, self._end, seq, span, len(payload))
        start = self._end + _ENTRY
        self._buffer[start : start + len(payload)] = payload
        self._entered(seq - span + 1, seq, _ENTRY + len(payload))
        return True

    def add_lost(self, first, last):
        """Says that nothing is readable at `first`..`last`; False when the batch is full."""
        if not self._make_room(_ENTRY + 4):
            return False
        struct.pack_into(">IBHI", self._buffer, self._end, first, 0, 4, last)
        self._entered(first, last, _ENTRY + 4)
        return True

    def finish(self):
        """A view of the finished batch, valid until the next `start`."""
        struct.pack_into(">H", self._buffer, self._head - 2, self.count)
        body = memoryview(self._buffer)
        struct.pack_into(">I", self._buffer, self._end, binascii.crc32(body[: self._end]) & 0xFFFFFFFF)
        return body[: self._end + _CRC]

    def _make_room(self, size):
        need = self._end + size + _CRC
        if self.count == MAX_ENTRIES:
            return False
        if need > len(self._buffer):
            if self.count:
                return False
            longer = bytearray(need)
            longer[: self._end] = self._buffer[: self._end]
            self._buffer = longer
        return True

    def _entered(self, first, last, size):
        if self.count == 0:
            self.first = first
        self.last = last
        self._end += size
        self.count += 1


def parse_batch(body):
    """The Batch in `body` (bytes); WireMalformed when anything about it is wrong."""
    if len(body) < 4 + 1 + 1 + 10 + _CRC or body[:4] != _MAGIC:
        raise WireMalformed("%d bytes that do not begin a batch" % len(body))
    end = len(body) - _CRC
    if binascii.crc32(memoryview(body)[:end]) & 0xFFFFFFFF != int.from_bytes(body[end:], "big"):
        raise WireMalformed("batch of %d bytes with a wrong checksum: it was cut or changed" % len(body))
    at = 5 + body[4]
    if at + 10 > end:
        raise WireMalformed("batch ends inside its head")
    terminal = _name_from(body[5:at])
    journal, oldest, count = struct.unpack_from(">IIH", body, at)
    if count > MAX_ENTRIES:
        raise WireMalformed("batch of %d entries, expected at most %d" % (count, MAX_ENTRIES))
    records, lost, at = _parse_entries(body, at + 10, end, count)
    if at != end:
        raise WireMalformed("%d bytes after the last entry" % (end - at))
    return Batch(terminal, journal, oldest, records, lost)


def _name_from(raw):
    for byte in raw:
        if byte > 127:
            raise WireMalformed("terminal name that is not ASCII")
    return check_name(bytes(raw).decode())


def _parse_entries(body, at, end, count):
    records = []
    lost = []
    before = -1
    for _ in range(count):
        if at + _ENTRY > end:
            raise WireMalformed("batch ends inside an entry")
        seq, span, length = struct.unpack_from(">IBH", body, at)
        at += _ENTRY
        if length > MAX_PAYLOAD or at + length > end:
            raise WireMalformed("record %d of %d bytes does not fit its batch" % (seq, length))
        if span:
            first, last = seq - span + 1, seq
            records.append((seq, span, body[at : at + length]))
        elif length == 4:
            first, last = seq, struct.unpack_from(">I", body, at)[0]
            lost.append((first, last))
        else:
            raise WireMalformed("entry %d is neither a record nor a range" % seq)
        at += length
        if not before < first <= last:
            raise WireMalformed("numbers %d to %d after %d, expected ascending order" % (first, last, before))
        before = last
    return records, lost, at


def make_reply(reply):
    """JSON bytes of a Reply."""
    want = list(reply.want) if reply.want else None
    flush = {"max_n": reply.max_n, "max_age_s": reply.max_age_s}
    return json.dumps({"ack": reply.ack, "want": want, "flush": flush, "time": reply.time}).encode()


def load_json(body, most_brackets=_MOST_BRACKETS):
    """What the JSON in `body` says; WireMalformed when it is none, or nested deeper than anything the head-end sends."""
    body = bytes(body)
    if body.count(b"[") + body.count(b"{") > most_brackets:
        raise WireMalformed("answer is nested too deep")
    try:
        return json.loads(body)
    except ValueError:
        raise WireMalformed("answer is not JSON") from None


def parse_reply(body):
    """The Reply in JSON `body`; WireMalformed when a field is missing, of another type or out of range."""
    if len(body) > MAX_REPLY:
        raise WireMalformed("reply of %d bytes, expected at most %d" % (len(body), MAX_REPLY))
    fields = load_json(body)
    if not isinstance(fields, dict) or not isinstance(fields.get("flush"), dict):
        raise WireMalformed("reply without the expected fields")
    ack = fields.get("ack")
    if ack is not None:
        ack = _integer(ack, 0, MAX_SEQ)
    want = fields.get("want")
    if want is not None:
        if not isinstance(want, list) or len(want) != 2:
            raise WireMalformed("reply wants something that is no range")
        first = _integer(want[0], 0, MAX_SEQ)
        want = (first, _integer(want[1], first, MAX_SEQ))
    flush = fields["flush"]
    max_n = _integer(flush.get("max_n"), 1, MAX_ENTRIES)
    max_age_s = _integer(flush.get("max_age_s"), 0, 86400)
    return Reply(ack, want, max_n, max_age_s, _integer(fields.get("time"), 0, MAX_SEQ))


def _integer(value, least, most):
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise WireMalformed("reply holds a number out of its range")
    return value
