"""Ships the journal to the head-end: in order, in bounded batches, acknowledged only after the head-end's commit.

A task beside the lane: it shares nothing with a tap but the journal, and waits only by the clock.
"""

from micropython import const

from terminal.errors import LinkError, WireMalformed
from terminal.wire import BatchWriter, parse_reply

PATH = "/v1/txn"
_HEADERS = const((("Content-Type", "application/octet-stream"),))
_LOOK_MS = const(100)
_SAVE_EACH = const(256)
_RETRY_AFTER_MAX_S = const(3600)
_OK = const(200)
_TOO_LONG = const(413)
_BUSY = const((429, 503))


class Sync:
    """`run()` is the task. `client` is an HttpClient, `terminal` the name under which the head-end knows us.

    `online` says how the last exchange went, `queued` how many records wait, `last_contact` when the head-end last
    answered (UTC seconds, None: never), `clock_error_s` by how much our clock was ahead of its. `on_event(name,
    **facts)` hears "online", "offline", "shipped", "wanted", "lost", "refused" and "busy". `seed` makes the jitter of the back-off: give each terminal its own.
    """

    def __init__(
        self, journal, client, clock, terminal, on_event=None, seed=1, batch_bytes=2048,
        backoff_ms=1000, backoff_max_ms=60000, idle_ms=60000,
    ):  # fmt: skip
        self._journal = journal
        self._client = client
        self._clock = clock
        self._batch = BatchWriter(terminal, batch_bytes)
        self._on_event = on_event
        self._random = seed
        self._backoff_ms = backoff_ms
        self._backoff_max_ms = backoff_max_ms
        self._idle_ms = idle_ms
        self._max_n = 20
        self._max_age_ms = 1000
        self._fits = 0xFFFF  # entries a batch, lowered when the head-end finds one too long
        self._failures = 0
        self._unsaved = 0
        self._want = None
        self._again = None  # what a command wants sent once more
        self._waiting = False
        self._waits_since = 0
        self._not_before = clock.ticks()
        self._idle_until = clock.ticks()
        self.online = False
        self.last_contact = None
        self.clock_error_s = None

    @property
    def queued(self):
        """Records the head-end has not acknowledged."""
        return self._journal.last_seq - self._journal.acknowledged

    def nudge(self):
        """A record was appended: its age counts from now."""
        if not self._waiting:
            self._waiting = True
            self._waits_since = self._clock.ticks()

    def resend(self, first, last):
        """Ships records `first`..`last` again when no new ones wait; what is gone is named as lost."""
        self._again = self._want = max(1, first), last

    async def run(self):
        """For ever: waits until something is due, ships it, minds the answer."""
        while True:
            while not self._is_due():
                await self._clock.sleep_ms(_LOOK_MS)
            await self._exchange()

    def _is_due(self):
        if not self._clock.passed(self._not_before):
            return False
        queued = self.queued
        if queued:
            self.nudge()
            return queued >= self._max_n or self._clock.elapsed(self._waits_since) >= self._max_age_ms
        return self._want is not None or self._clock.passed(self._idle_until)

    async def _exchange(self):
        asked = None if self.queued else self._want
        self._fill(asked)
        try:
            answer = await self._client.request("POST", PATH, self._batch.finish(), _HEADERS)
            if answer.status == _OK:
                self._take(parse_reply(answer.body), asked)
            else:
                self._refused(answer)
        except (OSError, LinkError) as error:
            self._failed(error)

    def _fill(self, asked):
        journal = self._journal
        self._batch.start(journal.journal_id, max(1, journal.last_seq - journal.capacity + 1))
        if asked:
            last = min(asked[1], journal.acknowledged)
            self._fill_from(self._read_again(asked[0], last), asked[0], last)
        else:
            self._fill_from(journal.unacknowledged(), journal.acknowledged + 1, journal.last_seq)

    def _read_again(self, first, last):
        for seq in range(first, last + 1):
            payload = self._journal.read(seq)
            if payload is not None:
                yield seq, payload

    def _fill_from(self, records, expected, last):
        """Adds `records`; numbers between them that hold nothing are named, so that nobody waits for them."""
        batch = self._batch
        length = self._journal.record_length
        for seq, payload in records:
            span = max(1, (len(payload) + length - 1) // length)
            if batch.count >= self._fits:
                return
            if seq - span >= expected and not self._add_lost(expected, seq - span):
                return
            if not batch.add(seq, span, payload):
                return
            expected = seq + 1
        if expected <= last:
            self._add_lost(expected, last)

    def _add_lost(self, first, last):
        self._tell("lost", first=first, last=last)
        return self._batch.add_lost(first, last)

    def _take(self, reply, asked):
        batch = self._batch
        if batch.count:
            if reply.ack is None or not batch.first <= reply.ack <= batch.last:
                raise WireMalformed("acknowledgement of a record that was not in the batch")
            if not asked:
                self._acknowledge(reply.ack)
            self._tell("shipped", first=batch.first, last=reply.ack, again=bool(asked))
        self._contact()
        self.clock_error_s = self._clock.utc() - reply.time
        self._waiting = False
        self._max_n = reply.max_n
        self._max_age_ms = reply.max_age_s * 1000
        if asked is not None and asked == self._again:
            left = (batch.last or asked[1]) + 1
            self._again = (left, asked[1]) if left <= asked[1] else None
        self._mind_want(reply.want, batch.last if asked else None)
        self._idle_until = self._clock.deadline(self._idle_ms)

    def _acknowledge(self, seq):
        """The next append makes it durable by itself; long runs without one are not sent again after a power cut."""
        self._unsaved += seq - self._journal.acknowledged
        save = self._unsaved >= _SAVE_EACH
        self._journal.acknowledge(seq, save)
        if save:
            self._unsaved = 0

    def _mind_want(self, want, delivered):
        """What to send again. A range that is asked again right after its delivery waits for the next idle time."""
        if want is not None and delivered is not None and want[0] <= delivered:
            want = None
        if want is not None and want != self._want:
            self._tell("wanted", first=want[0], last=want[1])
        self._want = want or self._again

    def _contact(self):
        self._failures = 0
        self.last_contact = self._clock.utc()
        if not self.online:
            self.online = True
            self._tell("online")

    def _refused(self, answer):
        if answer.status in _BUSY:
            self._contact()
            pause_s = answer.headers.get("retry-after", "1")
            pause_ms = min(int(pause_s), _RETRY_AFTER_MAX_S) * 1000 if pause_s.isdigit() else self._backoff_ms
            self._pause(pause_ms, pause_ms // 4 + 100)
            self._tell("busy", status=answer.status, pause_ms=pause_ms)
            return
        if answer.status == _TOO_LONG and self._batch.count > 1:
            self._fits = self._batch.count // 2
        self._tell("refused", status=answer.status)
        self._back_off()

    def _failed(self, error):
        self._client.close()
        if self.online or self._failures == 0:
            self._tell("offline", reason=str(error))
        self.online = False
        self._back_off()

    def _back_off(self):
        longest = min(self._backoff_ms << min(self._failures, 16), self._backoff_max_ms)
        self._failures += 1
        self._pause(longest // 2, longest // 2)

    def _pause(self, least_ms, jitter_ms):
        # Numerical Recipes' generator: a whole line of gates must not come back in the same second.
        self._random = (self._random * 1664525 + 1013904223) & 0xFFFFFFFF
        self._not_before = self._clock.deadline(least_ms + (self._random >> 8) % (jitter_ms + 1))

    def _tell(self, name, **facts):
        if self._on_event is not None:
            self._on_event(name, **facts)
