"""What every journal has in common: payloads to parts and back, acknowledgement, fill level.

A payload of up to one record length is one part; a longer one spans consecutive parts and counts only when its last
part is there. A part's word says: first part (bit 15), more follow (bit 14), length in this part (bits 0-13).
"""

from micropython import const

from .errors import JournalFull, StoreError

_FIRST = const(0x8000)
_MORE = const(0x4000)
_WARNING = const(70)
_ALARM = const(90)


class JournalBase:
    """`append`, `unacknowledged`, `acknowledge`, `read` over the parts of a subclass.

    The subclass sets last_seq, acknowledged, capacity, record_length and gives _write_part(payload, word),
    _parts(from_seq) yielding (seq, word, bytes), _part(seq) -> (word, bytes) or None, and _persist_acknowledged().
    """

    def append(self, payload):
        """Durable on return. Returns the sequence number (of the last part). JournalFull: nothing was written."""
        length = len(payload)
        record_length = self.record_length
        if length <= record_length:
            if self.last_seq - self.acknowledged >= self.capacity:
                raise self._full()
            return self._write_part(payload, _FIRST | length)
        parts = (length + record_length - 1) // record_length
        if parts > self.capacity:
            raise StoreError(
                "payload of %d bytes needs %d records, the whole journal has %d: split it"
                % (length, parts, self.capacity)
            )
        if self.queued + parts > self.capacity:
            raise self._full()
        view = memoryview(payload)
        word = _FIRST
        for start in range(0, length, record_length):
            part = view[start : start + record_length]
            if start + record_length < length:
                word |= _MORE
            self._write_part(part, word | len(part))
            word = 0
        return self.last_seq

    def unacknowledged(self):
        """Yields (seq, payload as bytes) in order. Parts of a payload that was cut off do not count."""
        parts = None
        for seq, word, data in self._parts(self.acknowledged + 1):
            if word & _FIRST:
                parts = []
                expected = seq
            if parts is None or seq != expected:
                parts = None
                if word & _MORE:
                    continue
                data = self.read(seq)  # an acknowledgement into the middle of a payload does not lose it
                if data is not None:
                    yield seq, data
                continue
            parts.append(data)
            expected = seq + 1
            if not word & _MORE:
                yield seq, data if len(parts) == 1 else b"".join(parts)
                parts = None

    def read(self, seq):
        """The payload that ends at `seq`, acknowledged or not; None when overwritten, unreadable or not an end."""
        if not 0 < seq <= self.last_seq:
            return None
        found = self._part(seq)
        if found is None or found[0] & _MORE:
            return None
        word, data = found
        while not word & _FIRST:
            seq -= 1
            found = self._part(seq)
            if found is None or not found[0] & _MORE:
                return None
            word = found[0]
            data = found[1] + data
        return data

    def acknowledge(self, seq, persist=True):
        """The head-end holds everything up to `seq`. Stays readable until overwritten; never moves backwards.

        With persist=False it is durable only with the next append or persisting acknowledgement.
        """
        if seq > self.last_seq:
            raise StoreError("acknowledgement of record %d, but the newest is %d" % (seq, self.last_seq))
        if seq > self.acknowledged:
            self.acknowledged = seq
            if persist:
                self._persist_acknowledged()

    @property
    def queued(self):
        """Records (parts) that wait for an acknowledgement."""
        return self.last_seq - self.acknowledged

    @property
    def fill(self):
        """Percent of the capacity that waits for an acknowledgement."""
        return self.queued * 100 // self.capacity

    @property
    def alarm(self):
        """0, 70, 90 or 100: the high-water mark that is reached."""
        fill = self.fill
        if fill >= 100:
            return 100
        return _ALARM if fill >= _ALARM else _WARNING if fill >= _WARNING else 0

    def _full(self):
        return JournalFull(
            "%d of %d records wait for the head-end: none is overwritten, synchronise first"
            % (self.queued, self.capacity)
        )
