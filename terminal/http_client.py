"""An HTTP/1.1 client over one kept-alive link (terminal/ports.py): what the terminal needs of RFC 9112, no more."""

from collections import namedtuple

from micropython import const

from terminal.more_errors import AnswerMalformed

Answer = namedtuple("Answer", "status headers body")
"""`headers`: lower-case names to text; `body`: bytes, empty when a `sink` took it."""

_MAX_HEAD = const(1024)
_INTERIM_ANSWERS = const(4)
_TURN_MS = const(5)
_RESET = const(104)  # ECONNRESET and ETIMEDOUT as OSError numbers
_TIMED_OUT = const(110)


class HttpClient:
    """One connection to `host` over `link`; opened when needed, closed after anything unexpected.

    `request` raises OSError when the network is away, AnswerMalformed when the other end does not speak HTTP or its
    head or body is longer than 1 KB or `max_body`. A request may reach the server twice: send idempotent ones only.
    Tasks that share a client take turns.
    """

    def __init__(self, link, clock, host, timeout_ms=20000, max_body=1024):
        self._link = link
        self._clock = clock
        self._host = host
        self._timeout_ms = timeout_ms
        self._max_body = max_body
        self._buffer = bytearray(256)
        self._view = memoryview(self._buffer)
        self._start = self._end = 0
        self._is_open = False
        self._busy = False
        self._heard = False  # a byte of the answer
        self._deadline = 0

    def close(self):
        """Drops the connection; the next request opens a new one."""
        if self._is_open:
            self._is_open = False
            self._link.close()

    async def request(self, method, path, body=b"", headers=(), sink=None, timeout_ms=None):
        """Sends one request and returns the Answer. `headers` are (name, value); `sink(view)` takes a 206 body's pieces.

        `timeout_ms` replaces the client's own for this request.
        """
        while self._busy:
            await self._clock.sleep_ms(_TURN_MS)
        self._busy = True
        try:
            return await self._request(method, path, body, headers, sink, timeout_ms)
        finally:
            self._busy = False

    async def _request(self, method, path, body, headers, sink, timeout_ms):
        head = "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n" % (method, path, self._host, len(body))
        for header in headers:
            head += "%s: %s\r\n" % header
        head = (head + "\r\n").encode()
        self._deadline = self._clock.deadline(timeout_ms or self._timeout_ms)
        was_open = self._is_open
        try:
            return await self._exchange(head, body, sink)
        except OSError:
            # A server may close an idle connection at any time: only then, and only once, a second try.
            if not was_open or self._heard or self._clock.passed(self._deadline):
                raise
        return await self._exchange(head, body, sink)

    async def _exchange(self, head, body, sink):
        done = self._heard = False
        self._start = self._end = 0
        try:
            if not self._is_open:
                self._is_open = True
                await self._link.open()
            await self._link.write(head)
            if body:
                await self._link.write(body)
            answer, keep = await self._read_answer(sink)
            done = keep
            return answer
        finally:
            if not done:
                self.close()

    async def _read_answer(self, sink):
        for _ in range(_INTERIM_ANSWERS):
            version, status, headers = await self._read_head()
            if status >= 200:
                break
        else:
            raise AnswerMalformed("more than %d interim answers" % _INTERIM_ANSWERS)
        pieces = bytearray()
        take = sink if sink and status == 206 else pieces.extend
        limit = 1 << 30 if take is sink else self._max_body
        keep = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
        if status in (204, 304):
            pass
        elif "transfer-encoding" in headers:
            if headers["transfer-encoding"].lower() != "chunked" or "content-length" in headers:
                raise AnswerMalformed("answer with an unknown transfer coding")
            await self._read_chunks(take, limit)
        else:
            length = self._number(headers.get("content-length"), 10)
            if length > limit:
                raise AnswerMalformed("answer of %d bytes, expected at most %d" % (length, limit))
            await self._read_exactly(length, take)
        return Answer(status, headers, bytes(pieces)), keep and self._start == self._end

    async def _read_head(self):
        line, room = await self._read_line(_MAX_HEAD)
        parts = line.split(" ", 2)
        if len(parts) < 2 or not parts[0].startswith("HTTP/1.") or len(parts[1]) != 3 or not parts[1].isdigit():
            raise AnswerMalformed("answer does not begin like HTTP/1.1")
        headers = {}
        while True:
            line, room = await self._read_line(room)
            if not line:
                return parts[0], int(parts[1]), headers
            name, colon, value = line.partition(":")
            name = name.lower()
            if not colon or (name == "content-length" and name in headers):
                raise AnswerMalformed("answer with a malformed header")
            headers[name] = value.strip()

    async def _read_chunks(self, take, limit):
        while True:
            line, _ = await self._read_line(64)
            length = self._number(line.split(";")[0].strip(), 16)
            limit -= length
            if limit < 0:
                raise AnswerMalformed("answer in chunks is longer than expected")
            await self._read_exactly(length, take)
            if length == 0:
                break
            if (await self._read_line(2))[0]:
                raise AnswerMalformed("chunk is longer than it says")
        while (await self._read_line(_MAX_HEAD))[0]:
            pass

    def _number(self, text, base):
        digits = b"0123456789abcdef"[:base]
        if not text or len(text) > 8 or any(byte not in digits for byte in text.lower().encode()):
            raise AnswerMalformed("answer without a usable length")
        return int(text, base)

    async def _read_line(self, room):
        """The next line without its end, and what is left of `room` bytes."""
        line = bytearray()
        while True:
            if self._start == self._end:
                await self._fill()
            at = self._buffer.find(b"\n", self._start, self._end)
            stop = self._end if at < 0 else at + 1
            line.extend(self._view[self._start : stop])
            self._start = stop
            if len(line) > room:
                raise AnswerMalformed("answer with a head longer than %d bytes" % _MAX_HEAD)
            if at >= 0:
                break
        room -= len(line)
        for byte in line:
            if byte > 127:
                raise AnswerMalformed("answer with a head that is not ASCII")
        return bytes(line).decode().rstrip("\r\n"), room

    async def _read_exactly(self, length, take):
        while length:
            if self._start == self._end:
                await self._fill()
            stop = min(self._end, self._start + length)
            length -= stop - self._start
            take(self._view[self._start : stop])
            self._start = stop

    async def _fill(self):
        if self._clock.passed(self._deadline):
            raise OSError(_TIMED_OUT)
        self._start = self._end = 0
        count = await self._link.read_into(self._buffer)
        if count == 0:
            raise OSError(_RESET)
        self._heard = True
        self._end = count
