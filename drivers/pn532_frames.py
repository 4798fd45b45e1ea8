"""Frames of the NXP PN532, as they travel in either direction (user manual section 6.2)."""

from micropython import const

from drivers.errors import BadFrame

ACK = b"\x00\x00\xff\x00\xff\x00"
NACK = b"\x00\x00\xff\xff\x00\x00"
SYNTAX_ERROR = b"\x7f"  # the payload of the chip's application error frame

MAX_PAYLOAD = const(265)  # TFI, code and data of an extended frame
_BODY = const(8)  # the payload starts here in either format, so that no byte moves when it grows
_ROOM = const(288)

NOTHING = const(0)
GOT_ACK = const(1)
GOT_NACK = const(2)
GOT_PAYLOAD = const(3)


class FrameWriter:
    """Builds a frame in one owned buffer. `frame` is valid until the next call."""

    def __init__(self):
        self._buffer = memoryview(bytearray(_BODY + MAX_PAYLOAD + 2))
        self.frame = self._buffer[:0]

    def build(self, head, data=b""):
        """The frame that carries `head` || `data` (TFI first); normal up to 255 bytes, extended above."""
        buffer = self._buffer
        length = len(head) + len(data)
        if not 0 < length <= MAX_PAYLOAD:
            raise ValueError("PN532 payload of %d bytes, 1 to %d fit" % (length, MAX_PAYLOAD))
        buffer[_BODY : _BODY + len(head)] = head
        end = _BODY + length
        buffer[_BODY + len(head) : end] = data
        if length > 255:
            start = 0
            buffer[:8] = bytes((0, 0, 0xFF, 0xFF, 0xFF, length >> 8, length & 255, -(length + (length >> 8)) & 255))
        else:
            start = 3
            buffer[3:8] = bytes((0, 0, 0xFF, length, -length & 255))
        total = 0
        for i in range(_BODY, end):
            total += buffer[i]
        buffer[end] = -total & 255
        buffer[end + 1] = 0
        self.frame = buffer[start : end + 2]
        return self.frame


class FrameReader:
    """Finds frames in a stream that may hold garbage, halves and repeats. Owns one buffer."""

    def __init__(self):
        self._buffer = memoryview(bytearray(_ROOM))
        self._start = 0
        self._end = 0
        self.payload = self._buffer[:0]  # valid until the next `fill`

    def clear(self):
        self._start = self._end = 0

    def fill(self, bus):
        """Reads what the bus has now; returns the number of bytes."""
        if self._start:
            count = self._end - self._start
            self._buffer[:count] = self._buffer[self._start : self._end]
            self._start, self._end = 0, count
        if self._end == _ROOM:  # a "frame" longer than any real one: noise with a lucky header
            self._start = self._end = 0
        count = bus.readinto(self._buffer[self._end :])
        self._end += count
        return count

    def next(self):
        """NOTHING yet, GOT_ACK, GOT_NACK or GOT_PAYLOAD (then in `payload`); BadFrame on a wrong checksum."""
        if not self._seek():
            return NOTHING
        buffer, at = self._buffer, self._start
        if self._end - at < 4:
            return NOTHING
        length, check = buffer[at + 2], buffer[at + 3]
        if length == 0 and check == 0xFF:
            self._start = at + 4
            return GOT_ACK
        if length == 0xFF and check == 0:
            self._start = at + 4
            return GOT_NACK
        body = at + 4
        if length == 0xFF and check == 0xFF:
            if self._end - at < 7:
                return NOTHING
            body = at + 7
            length = buffer[at + 4] << 8 | buffer[at + 5]
            check = buffer[at + 4] + buffer[at + 6] + (length & 255)
        else:
            check += length
        if check & 255 or not 0 < length <= MAX_PAYLOAD:
            self._start = at + 2
            raise BadFrame("PN532 frame header with a wrong length checksum")
        return self._take(body, length)

    def _seek(self):
        """Moves to the next start code 00 FF; a trailing 00 is kept, it may be half of one."""
        buffer, at, last = self._buffer, self._start, self._end - 1
        while at < last:
            if buffer[at] == 0 and buffer[at + 1] == 0xFF:
                self._start = at
                return True
            at += 1
        self._start = max(self._start, at)
        return False

    def _take(self, body, length):
        end = body + length
        if self._end <= end:
            return NOTHING
        total = 0
        for i in range(body, end + 1):
            total += self._buffer[i]
        if total & 255:
            self._start = body  # the start code was real, the rest may hide a good frame
            raise BadFrame("PN532 frame of %d bytes with a wrong data checksum" % length)
        self.payload = self._buffer[body:end]
        self._start = end + 1
        return GOT_PAYLOAD
