"""The exchange as the terminal sees it, against a head-end that answers as each test wishes."""

from offline_store.journal import Journal
from offline_store.media import RamMedium
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.http_client import Answer
from terminal.more_errors import AnswerMalformed
from terminal.sync import Sync
from terminal.wire import Reply, make_reply, parse_batch

_MEDIUM = RamMedium(65536)  # one for all: a board's heap has no room for two


def blank_journal():
    return Journal.format(_MEDIUM, 7)


class Headend:
    """A client whose other end is a list of batches and a script of answers (callables, the last one stays)."""

    def __init__(self, *script):
        self.batches = []
        self.times = []
        self.script = list(script) or [accept]
        self.clock = None
        self.closed = 0

    async def request(self, method, path, body, headers):
        assert (method, path) == ("POST", "/v1/txn")
        self.batches.append(parse_batch(bytes(body)))
        self.times.append(self.clock.ms())
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return answer(self.batches[-1])

    def close(self):
        self.closed += 1

    def seqs(self):
        return [[seq for seq, _, _ in batch.records] for batch in self.batches]


def reply(ack, want=None, max_n=20, max_age_s=1):
    return Answer(200, {}, make_reply(Reply(ack, want, max_n, max_age_s, 1800000000)))


def last_of(batch):
    return max([0] + [seq for seq, _, _ in batch.records] + [last for _, last in batch.lost]) or None


def accept(batch):
    return reply(last_of(batch))


def away(_):
    raise OSError(113)


def start(headend, journal=None, **options):
    clock = VirtualClock(utc0=1800000000)
    headend.clock = clock
    journal = journal or blank_journal()
    events = []

    def hear(name, **facts):
        events.append((name, facts))

    sync = Sync(journal, headend, clock, "gate-1", hear, **options)
    scheduler = Scheduler(clock)
    scheduler.spawn(sync.run())
    return sync, journal, scheduler, events


def fill(journal, count):
    for _ in range(count):
        journal.append(bytes(64))


def names(events):
    return [name for name, _ in events]


def test_acknowledged_only_after_the_reply():
    headend = Headend(away, accept)
    sync, journal, scheduler, events = start(headend)
    scheduler.run_for(10)
    assert (sync.online, sync.last_contact) == (False, None)
    fill(journal, 3)
    scheduler.run_for(10)
    assert journal.acknowledged == 0
    assert scheduler.run_until(lambda: journal.queued == 0, 10000)
    assert sync.online and sync.last_contact == 1800000000 + scheduler.clock.ms() // 1000
    assert headend.seqs() == [[], [1, 2, 3]]
    assert names(events) == ["offline", "shipped", "online"]


def test_a_partial_acknowledgement_sends_the_rest_again():
    headend = Headend(lambda _: reply(2), accept)
    sync, journal, scheduler, _ = start(headend)
    fill(journal, 5)
    scheduler.run_for(5000)
    assert headend.seqs()[:2] == [[1, 2, 3, 4, 5], [3, 4, 5]]
    assert journal.queued == 0


def test_an_acknowledgement_of_what_was_not_sent_is_not_believed():
    for wrong in (0, 6, 4000000000, None):
        headend = Headend(lambda _, ack=wrong: reply(ack), accept)
        sync, journal, scheduler, events = start(headend)
        fill(journal, 5)
        assert scheduler.run_until(lambda batches=headend.batches: len(batches) == 1, 5000)
        assert journal.acknowledged == 0 and names(events) == ["offline"]
        scheduler.run_for(5000)
        assert journal.queued == 0


def test_the_server_sets_the_pace():
    headend = Headend(lambda batch: reply(last_of(batch), None, 5, 30))
    sync, journal, scheduler, _ = start(headend)
    scheduler.run_for(1000)
    fill(journal, 4)
    sync.nudge()
    scheduler.run_for(29000)
    assert len(headend.batches) == 1  # the sign of life
    scheduler.run_for(1200)
    assert headend.seqs()[1:] == [[1, 2, 3, 4]]
    fill(journal, 5)
    scheduler.run_for(200)
    assert headend.seqs()[2:] == [[5, 6, 7, 8, 9]]


def test_retry_after_is_obeyed():
    headend = Headend(lambda _: Answer(429, {"retry-after": "7"}, b""), accept)
    sync, journal, scheduler, events = start(headend)
    fill(journal, 1)
    scheduler.run_for(20000)
    assert 7000 <= headend.times[1] - headend.times[0] <= 9000
    assert sync.online and names(events) == ["online", "busy", "shipped"]
    for header in ("soon", "-5", ""):  # a date, nonsense: the back-off's own pause
        headend = Headend(lambda _, text=header: Answer(503, {"retry-after": text}, b""), accept)
        _, journal, scheduler, _ = start(headend)
        fill(journal, 1)
        scheduler.run_for(20000)
        assert 1000 <= headend.times[1] - headend.times[0] <= 2000


def test_the_back_off_grows_to_its_limit_and_is_jittered():
    headend = Headend(away)
    _, journal, scheduler, events = start(headend, backoff_ms=1000, backoff_max_ms=30000, seed=5)
    fill(journal, 1)
    scheduler.run_for(600000)
    pauses = [headend.times[i] - headend.times[i - 1] for i in range(1, len(headend.times))]
    for number, pause in enumerate(pauses):
        longest = min(1000 << number, 30000)
        assert longest // 2 <= pause <= longest + 200
    assert len(set(pauses)) > 6 and headend.closed == len(headend.times)
    assert names(events) == ["offline"]  # said once, not at each try
    other = Headend(away)
    _, journal, scheduler, _ = start(other, backoff_ms=1000, backoff_max_ms=30000, seed=6)
    fill(journal, 1)
    scheduler.run_for(600000)
    assert other.times != headend.times


def test_a_batch_that_is_too_long_is_halved():
    headend = Headend(lambda batch: Answer(413, {}, b"") if len(batch.records) > 3 else accept(batch))
    _, journal, scheduler, events = start(headend, backoff_ms=100, backoff_max_ms=100)
    fill(journal, 20)
    scheduler.run_for(60000)
    assert journal.queued == 0
    assert [len(seqs) for seqs in headend.seqs()[:4]] == [20, 10, 5, 2]


def test_a_batch_that_is_refused_stays():
    headend = Headend(lambda _: Answer(400, {}, b'{"error": "LINK-2"}'))
    _, journal, scheduler, events = start(headend)
    fill(journal, 2)
    scheduler.run_for(60000)
    assert journal.acknowledged == 0 and ("refused", {"status": 400}) in events


def test_what_the_headend_misses_is_sent_again():
    headend = Headend(
        accept,
        lambda batch: reply(last_of(batch), (2, 4)),
        lambda batch: reply(last_of(batch)),
        accept,
    )
    _, journal, scheduler, events = start(headend)
    scheduler.run_for(500)
    fill(journal, 6)
    scheduler.run_for(5000)
    assert headend.seqs() == [[], [1, 2, 3, 4, 5, 6], [2, 3, 4]]
    assert journal.acknowledged == 6


def test_a_headend_that_never_has_enough_is_not_fed_without_end():
    headend = Headend(lambda batch: reply(last_of(batch), (1, 2)))
    _, journal, scheduler, events = start(headend)
    fill(journal, 4)
    scheduler.run_for(300000)
    assert len(headend.batches) < 15


def test_overwritten_records_are_named_as_lost():
    journal = blank_journal()
    for _ in range(4):
        fill(journal, journal.capacity)
        journal.acknowledge(journal.last_seq)
    headend = Headend(lambda _: reply(None, (1, 3)), accept)
    _, journal, scheduler, events = start(headend, journal)
    scheduler.run_for(1000)
    assert headend.batches[1].records == [] and headend.batches[1].lost == [(1, 3)]
    assert headend.batches[0].oldest == journal.last_seq - journal.capacity + 1
    assert ("lost", {"first": 1, "last": 3}) in events


def test_an_unreadable_tail_does_not_wait_for_ever():
    journal = blank_journal()
    fill(journal, 3)
    for offset in range(32768, _MEDIUM.size, 512):
        _MEDIUM.write(offset, bytes(512))
    headend = Headend()
    _, journal, scheduler, _ = start(headend, journal)
    scheduler.run_for(5000)
    assert headend.batches[0].lost == [(1, 3)] and journal.queued == 0


def test_long_records_carry_their_span():
    headend = Headend()
    _, journal, scheduler, _ = start(headend, batch_bytes=256)
    journal.append(bytes(64))
    journal.append(bytes(1000))
    journal.append(b"")
    scheduler.run_for(5000)
    assert [(seq, span, len(payload)) for batch in headend.batches for seq, span, payload in batch.records] == [
        (1, 1, 64),
        (17, 16, 1000),
        (18, 1, 0),
    ]
    assert all(batch.lost == [] for batch in headend.batches) and journal.queued == 0


def test_garbage_from_the_other_end_is_offline():
    def garbage(_):
        raise AnswerMalformed("answer does not begin like HTTP/1.1")

    for script in (garbage, lambda _: Answer(200, {}, b"<html>login to the guest network</html>")):
        headend = Headend(script)
        sync, journal, scheduler, events = start(headend)
        fill(journal, 1)
        scheduler.run_for(30000)
        assert not sync.online and journal.queued == 1 and headend.closed == len(headend.batches) > 2
