"""The event log on NATS JetStream: 16 streams, a message for each batch, replicated and synced before it counts.

A terminal's batches lie under one subject. Each message carries how far the terminal's journals had come with it, and
is taken only when the message before is still the subject's last one: gateways share terminals without talking.
"""

import asyncio
import binascii
import hashlib
import json
from collections import OrderedDict, namedtuple

from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, NotFoundError

from headend import engine_progress
from headend.engine_progress import Progress
from headend.errors import NotStored, Overloaded
from headend.nats_answers import TRY_S, answered
from headend.nats_reports import NatsAlarms
from headend.ports import POSITIONS, Entry
from terminal.wire import Batch, BatchWriter, parse_batch

PARTS = 16
BACKLOG_ROWS = 16000
_KNOWN_TERMINALS = 50_000
_MOST_JOURNALS = 8
_MOST_AT_ONCE = 250  # messages of a fetch
_TRIES = 8
_WRONG_LAST = 10071
_EXPECTED = "Nats-Expected-Last-Subject-Sequence"
_PROGRESS = "Gatepost-Progress"

_Known = namedtuple("_Known", "last journals recent")
"""A terminal's newest message: its stream sequence, {journal: Progress} after it, {(journal, seq): digest} in it."""

_FAILURES = (NatsError, APIError, asyncio.TimeoutError, OSError)


def part_of(terminal, parts):
    return binascii.crc32(terminal.encode()) % parts


class NatsLog:
    """The event log over a JetStream context. `start` once before use."""

    is_alive = True

    def __init__(self, connection, parts=PARTS, replicas=3):
        self._connection = connection
        self._js = connection.jetstream(timeout=TRY_S)
        self._replicas = replicas
        self.parts = parts
        self._alarms = NatsAlarms(connection, replicas)
        self._known = OrderedDict()
        self._locks = {}
        self._rows = 0
        self._in_each = 8  # records in a message, as the last ones had

    async def start(self):
        """Makes the streams that are not there yet."""
        js = self._connection.jetstream(timeout=1)
        await asyncio.gather(self._alarms.start(), *(self._make(js, part) for part in range(self.parts)))

    async def _make(self, js, part):
        settings = StreamConfig(
            name=_stream(part), subjects=["log.%d.*" % part], num_replicas=self._replicas, storage=StorageType.FILE,
            deny_delete=True, deny_purge=True,
        )  # fmt: skip
        try:
            await js.stream_info(settings.name)
        except NotFoundError:
            await js.add_stream(settings)

    async def append(self, batch):
        """(ack, want) once `batch` is synced on most servers. Overloaded when too much waits; NotStored if it cannot."""
        rows = 1 + len(batch.records)
        if self._rows + rows > BACKLOG_ROWS:
            raise Overloaded("%d records wait for the servers: come again in a second" % self._rows)
        self._rows += rows
        try:
            progress = await self._change(batch.terminal, lambda known: _with_batch(known, batch))
        finally:
            self._rows -= rows
        return engine_progress.last_number(batch), engine_progress.want(progress)

    async def alarms(self):
        """[Alarm] of what appends brought to light, by last time; that a number came twice is known to the ledger."""
        try:
            return await self._alarms.all()
        except _FAILURES as error:
            raise NotStored("alarms cannot be read (%s): check the NATS servers" % type(error).__name__) from None

    async def terminals(self):
        """How many terminals ever sent a batch: the subjects of all streams. NotStored."""
        try:
            return sum(await asyncio.gather(*(self._subjects(part) for part in range(self.parts))))
        except _FAILURES as error:
            raise NotStored("terminals cannot be counted (%s): check the NATS servers" % type(error).__name__) from None

    async def _subjects(self, part):
        subject = "$JS.API.STREAM.INFO." + _stream(part)
        answer = await answered(self._connection.request, subject, timeout=TRY_S)
        told = json.loads(answer.data)
        if "state" not in told:  # an error, such as no leader yet
            raise NatsError
        return told["state"].get("num_subjects", 0)  # nats-py drops this one

    async def ask_again(self, terminal, journal, first, last):
        """`first`..`last` are asked for at the terminal's next batch, whether held or not: a reader knows doubles."""
        await self._change(terminal, lambda known: _with_request(known, terminal, journal, first, last))

    async def _change(self, terminal, step):
        """Publishes what `step(known)` makes of the terminal's newest message; returns the Progress it gives."""
        lock, waiting = self._locks.get(terminal, (None, 0))
        lock = lock or asyncio.Lock()
        self._locks[terminal] = lock, waiting + 1
        try:
            async with lock:
                return await self._try(terminal, step)
        except _FAILURES as error:
            self._known.pop(terminal, None)  # it may have been stored all the same
            raise NotStored("records cannot be stored (%s): check the NATS servers" % type(error).__name__) from None
        finally:
            waiting = self._locks[terminal][1]
            self._locks[terminal] = lock, waiting - 1
            if waiting == 1:
                del self._locks[terminal]

    async def _try(self, terminal, step):
        part = part_of(terminal, self.parts)
        subject = _subject(part, terminal)
        for _ in range(_TRIES):
            known = self._known.get(terminal) or await self._load(part, subject)
            journals, batch, alarms, progress = step(known)
            for kind, about in alarms:
                await self._alarms.note(terminal, kind, about)
            if batch is None:
                self._remember(terminal, known)
                return progress
            headers = {_EXPECTED: str(known.last), _PROGRESS: _to_text(journals)}
            try:
                stored = await answered(self._js.publish, subject, _encode(batch), headers=headers)
            except APIError as error:
                if error.err_code != _WRONG_LAST:
                    raise
                self._known.pop(terminal, None)  # another gateway was faster
                continue
            self._remember(terminal, _Known(stored.seq, journals, _digests(batch)))
            return progress
        raise asyncio.TimeoutError

    async def _load(self, part, subject):
        try:
            message = await answered(self._js.get_last_msg, _stream(part), subject)
        except NotFoundError:
            return _Known(0, {}, {})
        return _Known(message.seq, _from_text(message.headers[_PROGRESS]), _digests(parse_batch(message.data)))

    def _remember(self, terminal, known):
        self._known[terminal] = known
        self._known.move_to_end(terminal)
        if len(self._known) > _KNOWN_TERMINALS:
            self._known.popitem(last=False)

    async def read(self, part, start, limit=1000):
        """[Entry] of a part's records from position `start` on, in the order of commits."""
        stream, first = _stream(part), max(1, start // POSITIONS)
        entries, read = [], 0
        try:
            left = (await answered(self._js.stream_info, stream)).state.last_seq - first + 1
            if left <= 0:
                return []
            consumer = await self._consumer(stream, first)
            try:
                while left and len(entries) < limit:
                    # As many as it will take: what is fetched beyond the limit was parsed for nothing.
                    number = min(left, _MOST_AT_ONCE, 1 + (limit - len(entries)) // self._in_each)
                    messages = await answered(consumer.fetch, number, timeout=TRY_S)
                    left, read = left - len(messages), read + len(messages)
                    for message in messages:
                        entries += [entry for entry in _entries(message) if entry.position >= start]
                    self._in_each = max(1, len(entries) // read)
            finally:
                await consumer.unsubscribe()
        except _FAILURES as error:
            raise NotStored("records cannot be read (%s): check the NATS servers" % type(error).__name__) from None
        return entries[:limit]

    async def _consumer(self, stream, first):
        settings = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=first, ack_policy=AckPolicy.NONE,
            mem_storage=True, num_replicas=1, inactive_threshold=10,
        )  # fmt: skip
        return await self._js.pull_subscribe("", stream=stream, config=settings)


def _with_batch(known, batch):
    """(journals after, batch to store or None, [(kind, subject)] of alarms, Progress) for a batch of a terminal."""
    before = known.journals.get(batch.journal)
    turn = max((progress.turn for progress in known.journals.values()), default=0)
    progress = before or engine_progress.first_contact(batch.oldest, turn + 1)
    after, lost = engine_progress.advance(progress, batch)
    alarms = [("records lost", "%d %d-%d" % (batch.journal, first, last)) for first, last in lost]
    if before and before.turn < turn:  # a journal that was replaced speaks again
        alarms.append(("two terminals, one name", "%d" % batch.journal))
    fresh = [
        entry for entry in batch.records if known.recent.get((batch.journal, entry[0])) != _digest(entry[2])
    ]  # what the newest message holds word for word is an answer that was lost on its way
    if not fresh and after == before:
        return known.journals, None, alarms, after
    journals = dict(sorted({**known.journals, batch.journal: after}.items(), key=lambda item: item[1].turn))
    for old in list(journals)[:-_MOST_JOURNALS]:
        del journals[old]
    return journals, batch._replace(records=fresh), alarms, after


def _with_request(known, terminal, journal, first, last):
    before = known.journals.get(journal)
    after = before and engine_progress.missing_again(before, first, last)
    if after == before:
        return known.journals, None, [], after
    return {**known.journals, journal: after}, Batch(terminal, journal, 1, [], []), [], after


def _encode(batch):
    size = 64 + sum(7 + len(payload) for _, _, payload in batch.records) + 11 * len(batch.lost)
    writer = BatchWriter(batch.terminal, size)
    writer.start(batch.journal, batch.oldest)
    entries = [(seq, span, payload) for seq, span, payload in batch.records]
    entries += [(first, 0, last) for first, last in batch.lost]
    for seq, span, content in sorted(entries, key=lambda entry: entry[0]):
        if span:
            writer.add(seq, span, content)
        else:
            writer.add_lost(seq, content)
    return bytes(writer.finish())


def _digest(payload):
    return hashlib.sha256(payload).digest()[:16]


def _digests(batch):
    return {(batch.journal, seq): _digest(payload) for seq, _, payload in batch.records}


def _to_text(journals):
    return json.dumps([[journal, *progress] for journal, progress in journals.items()])


def _from_text(text):
    return {
        journal: Progress(highest, tuple(tuple(gap) for gap in gaps), turn)
        for journal, highest, gaps, turn in json.loads(text)
    }


def _entries(message):
    batch = parse_batch(message.data)
    sequence, received = message.metadata.sequence.stream, int(message.metadata.timestamp.timestamp())
    for index, (seq, span, payload) in enumerate(batch.records):
        yield Entry(sequence * POSITIONS + index, batch.terminal, batch.journal, seq, span, received, payload)


def _stream(part):
    return "LOG_%02d" % part


def _subject(part, terminal):
    return "log.%d.%s" % (part, terminal.replace(".", "/"))
