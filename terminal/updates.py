"""Keeps a terminal's packages current: asks for the desired state, fetches what is new, refuses what is not sound.

A package is fetched in ranges onto a medium of its own, goes on where the network left it, is read back and hashed
there, and only then put on the shelf (terminal/package.py). Nothing unsigned gets as far as the medium.
"""

from micropython import const

from terminal.errors import LinkError, WireMalformed
from terminal.more_errors import PackageError, PackageMalformed
from terminal.package import KINDS, LONGEST_HEAD, PayloadCheck, read_header
from terminal.wire import load_json

POLL_TIMEOUT_MS = const(80000)
"""Longer than the head-end holds a question back: what client and line for packages have to be patient for."""

_RANGE = const(65536)
_BLOCK = const(512)
_PIECES_AT_ONCE = const(32)
_LONGEST_KEYS = const(4096)
_PAUSE_MS = const(2000)
_LONGEST_PAUSE_MS = const(120000)
_LATE_MS = const(5000)  # how much longer than it was asked to a head-end may take while a day is near
_OK = const(200)
_PARTIAL = const(206)
_NOT_MODIFIED = const(304)


class _Fetch:
    """A package on its way: its header, and how many bytes of its payload are on the medium."""

    def __init__(self, blob, header, medium):
        self.blob = blob
        self.header = header
        self.written = 0
        self._medium = medium
        self._block = bytearray(_BLOCK)
        self._filled = 0

    def wanted(self):
        """How many bytes to fetch next, from `written` on; 0: look again. What was not written yet is forgotten."""
        self._filled = 0
        lacks = getattr(self._medium, "lacks", None)
        if lacks is None:
            return min(_RANGE, self.header.length - self.written)
        self.written, count = lacks(self.written)
        return min(_RANGE, count)

    def take(self, piece):
        """The sink of a range: whole blocks go to the medium."""
        at = 0
        while at < len(piece):
            count = min(_BLOCK - self._filled, len(piece) - at)
            if self.written + self._filled + count > self.header.length:
                raise PackageMalformed("more bytes came than the package has")
            self._block[self._filled : self._filled + count] = piece[at : at + count]
            self._filled += count
            at += count
            if self._filled == _BLOCK:
                self.flush()

    def settle(self, end):
        """A range came: what is left of it is written when it was whole."""
        if self.written + self._filled == end:
            self.flush()

    def flush(self):
        if self._filled:
            self._medium.write(self.written, memoryview(self._block)[: self._filled])
            self.written += self._filled
            self._filled = 0


class Updates:
    """`run()` is the task. `media`: {kind: medium} for the payloads that this terminal takes; a kind without is ignored.

    A keys package counts as soon as it is accepted. `save(trust, shelf)` makes both durable. `accepted(header,
    at_once)` is told of each sound package, its payload on its medium, before the shelf takes it; `activate(kind)` when
    a staged one's day has come. Both may return an iterator of steps, between which other tasks run (for as many ms as it yields); PackageError out
    of it refuses the package. `now()` gives UTC seconds, None while no clock is trusted. `wait_s`: how long the
    head-end may hold a question back; `pause_ms`: rest between two questions. `status()`: more of the question's query,
    by which the fleet is seen; `others(state)`: hears the whole desired state, before packages are fetched.
    """

    def __init__(
        self, client, clock, trust, shelf, media, terminal, save, accepted, activate,
        on_event=None, now=None, wait_s=55, pause_ms=200, status=None, others=None,
    ):  # fmt: skip
        self._client = client
        self._clock = clock
        self._media = media
        self._path = "/v1/state?terminal=%s&class=%s" % (terminal, trust.target)
        self._wait_s = wait_s
        self._save = save
        self._accepted = accepted
        self._activate = activate
        self._on_event = on_event
        self._now = now or clock.utc
        self._pause_ms = pause_ms
        self._status = status
        self._others = others
        self._tag = ""
        self._activations = 0
        self._fetch = None
        self._refused = {}  # kind: blob, so that a bad package is not fetched again and again
        self.answers = 0  # questions that were answered
        self.refusals = {}  # kind: "CODE.VERSION" of the last refusal since a package was taken
        self.trust = trust
        self.shelf = shelf

    async def run(self):
        """For ever: asks, fetches, activates; backs off while the network is away."""
        failures = 0
        while True:
            try:
                await self._round()
                failures = 0
                pause_ms = self._pause_ms
            except (OSError, LinkError) as error:
                self._client.close()
                self._tell("update_away", reason=str(error))
                pause_ms = min(_PAUSE_MS << min(failures, 8), _LONGEST_PAUSE_MS)
                failures += 1
            await self._activate_due()
            left_s = self._left_s()
            await self._clock.sleep_ms(pause_ms if left_s is None else min(pause_ms, 1000 * left_s))

    def _left_s(self):
        """Seconds until a staged package's day, None when nothing waits or no clock is trusted."""
        now, day = self._now(), self.shelf.next_day()
        return None if now is None or day is None else max(0, day - now)

    async def _activate_due(self):
        now = self._now()
        kinds = self.shelf.due(now) if now is not None else ()
        for kind in kinds:
            try:
                await self._walk(self._activate(kind))
            except PackageError as error:
                self._note_refusal(kind, self.shelf.in_force(kind).version, error)
                continue
            self._tell("activated", kind=kind, version=self.shelf.in_force(kind).version)
        if kinds:  # after the work: a power cut in between does it once more
            self._save(self.trust, self.shelf)
            self._tag = ""  # what had to wait for it may be fetched now
            self._activations += 1

    async def _walk(self, steps):
        for pause_ms in steps or ():
            await self._clock.sleep_ms(pause_ms or 0)

    async def _round(self):
        wait_s, left_s, limit = self._wait_s, self._left_s(), {}
        if left_s is not None and left_s < wait_s:  # a question that is held back must not outlast that day
            wait_s, limit = left_s, {"timeout_ms": 1000 * left_s + _LATE_MS}
        path = "%s&wait=%d%s" % (self._path, wait_s, self._status() if self._status else "")
        answer = await self._client.request("GET", path + ("&since=" + self._tag if self._tag else ""), **limit)
        self.answers += 1
        if answer.status == _NOT_MODIFIED:
            return
        if answer.status != _OK:
            raise WireMalformed("desired state was answered with status %d" % answer.status)
        lines, tag = parse_state(answer.body)
        activations = self._activations
        if self._others is not None:
            self._others(load_json(answer.body)["state"])
        # Keys first: they may name who signed the rest.
        for kind in ("keys",) + KINDS:
            line = lines.get(kind)
            if line is not None and kind in self._media and self._is_news(kind, line):
                await self._bring(kind, line)
        self._tag = tag if activations == self._activations else ""

    def _is_news(self, kind, line):
        version, blob, _ = line
        held = [entry.version for entry in (self.shelf.in_force(kind), self.shelf.staged(kind)) if entry]
        held.append(getattr(self._media[kind], "running", None))
        return version not in held and self._refused.get(kind) != blob

    async def _bring(self, kind, line):
        version, blob, length = line
        try:
            fetch = await self._begin(kind, blob, length)
            if fetch is None:
                return
            await self._continue(fetch)
            await self._finish(fetch)
        except PackageError as error:
            self._fetch = None
            self._refused[kind] = blob
            self._note_refusal(kind, version, error)

    async def _begin(self, kind, blob, length):
        """The _Fetch, begun or gone on with; None while its medium holds a package whose day comes first."""
        if self._fetch is not None and self._fetch.blob == blob:
            return self._fetch
        head = bytearray()
        await self._range(blob, 0, min(LONGEST_HEAD, length), head.extend)
        header = read_header(bytes(head))
        if header.kind != kind or header.size + header.length != length or header.length > self._media[kind].size:
            raise PackageMalformed(
                "package is not the %s of %d bytes that was announced, or has no room" % (kind, length)
            )
        self.trust.check(header)
        self.shelf.check(header, self._now())
        staged = self.shelf.staged(kind)
        if staged is not None:
            if header.effective_from >= staged.effective_from:
                self._tell("package_waits", kind=kind, version=header.version, behind=staged.version)
                return None
            # The medium is about to be written to: what it held must not come into force.
            self.shelf.drop(kind)
            self._save(self.trust, self.shelf)
        self._fetch = _Fetch(blob, header, self._media[kind])
        return self._fetch

    async def _continue(self, fetch):
        while fetch.written < fetch.header.length:
            count = fetch.wanted()
            if not count:  # the medium had a part of it already, and took its time to find out
                await self._clock.sleep_ms(0)
                continue
            start = fetch.written
            await self._range(fetch.blob, fetch.header.size + start, count, fetch.take)
            fetch.settle(start + count)
            if fetch.written == start:
                raise WireMalformed("a range of a package came back empty")

    async def _range(self, blob, start, count, sink):
        await self._activate_due()  # what was staged does not wait for what is still on its way
        headers = (("Range", "bytes=%d-%d" % (start, start + count - 1)),)
        answer = await self._client.request("GET", "/v1/blob/" + blob, b"", headers, sink)
        if answer.status != _PARTIAL:
            raise WireMalformed("a range of a package was answered with status %d" % answer.status)

    async def _finish(self, fetch):
        header = fetch.header
        medium = self._media[header.kind]
        medium.sync()
        check = PayloadCheck(header)
        for number, piece in enumerate(_pieces(medium, header.length)):
            check.update(piece)
            if not number % _PIECES_AT_ONCE:
                await self._clock.sleep_ms(0)
        check.finish()
        if header.kind == "keys":
            if header.length > _LONGEST_KEYS:
                raise PackageMalformed("keys package of %d bytes" % header.length)
            self.trust = self.trust.renewed(header, b"".join(bytes(p) for p in _pieces(medium, header.length)))
        now = self._now()
        if header.kind == "firmware":
            now = None  # on the shelf first, then tried: otherwise a start would forget that it was fetched
        at_once = now is not None and now >= header.effective_from
        await self._walk(self._accepted(header, at_once))
        self.shelf.accept(header, now)
        self._save(self.trust, self.shelf)
        self._fetch = None
        self._refused.clear()
        self.refusals.clear()
        self._tell("package", kind=header.kind, version=header.version, at_once=at_once)

    def _note_refusal(self, kind, version, error):
        self.refusals[kind] = "%s.%d" % (error.code, version)
        self._tell("package_refused", kind=kind, code=error.code, reason=str(error))

    def _tell(self, name, **facts):
        if self._on_event is not None:
            self._on_event(name, **facts)


def _pieces(medium, length):
    """Views of the first `length` bytes of a medium, one block after the other in one buffer."""
    view = memoryview(bytearray(_BLOCK))
    for start in range(0, length, _BLOCK):
        piece = view[: min(_BLOCK, length - start)]
        medium.read_into(start, piece)
        yield piece


def parse_state(body):
    """({kind: (version, blob, length)}, tag) of the answer to GET /v1/state. WireMalformed; unknown kinds are left out."""
    try:
        fields = load_json(body)
        tag = fields["tag"]
        lines = {kind: fields["state"][kind] for kind in KINDS if kind in fields["state"]}
        found = {kind: (line["version"], line["blob"], line["length"]) for kind, line in lines.items()}
    except (KeyError, TypeError):
        raise WireMalformed("desired state without the expected fields") from None
    for version, blob, length in found.values():
        if not isinstance(version, int) or not isinstance(length, int) or length < 1 or not _is_digest(blob):
            raise WireMalformed("desired state with an impossible line")
    if not isinstance(tag, str) or any(character not in "0123456789-" for character in tag):
        raise WireMalformed("desired state with an impossible tag")
    return found, tag


def _is_digest(text):
    return isinstance(text, str) and len(text) == 64 and all(byte in b"0123456789abcdef" for byte in text.encode())
