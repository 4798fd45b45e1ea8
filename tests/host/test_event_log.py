"""The embedded event log by itself: any order, another process in the same file, a commit that failed."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headend.event_log import EventLog
from headend.ledger import alarms, ledger, open_reader, progress
from headend.store import open_store
from terminal.wire import Batch
from tests.host.test_headend import record


@settings(max_examples=60)
@given(
    order=st.permutations(range(6)),
    again=st.lists(st.integers(0, 5), max_size=4),
    spans=st.lists(st.integers(1, 3), min_size=6, max_size=6),
)
def test_any_order_and_any_repetition_end_in_the_same_ledger(tmp_path_factory, order, again, spans):
    folder = tmp_path_factory.mktemp("store")
    log = EventLog(open_store(folder))
    pieces, seq = [], 0
    for span in spans:
        seq += span
        pieces.append(Batch("g", 1, 1, [(seq, span, record(seq))], []))
    for number in [*order, *again]:
        ((ack, want),) = log.commit([pieces[number]], 5)
        assert ack == pieces[number].records[0][0]
        assert want is None or 1 <= want[0] <= want[1] <= seq
    assert want is None
    log.close()
    reader = open_reader(folder)
    assert [row.seq for row in ledger(reader)] == [piece.records[0][0] for piece in pieces]
    assert progress(reader) == [("g", 1, seq, seq, 5)] and alarms(reader) == []
    reader.close()


def test_what_another_process_changed_in_the_same_file_is_not_overwritten(tmp_path):
    """An operator page asks for ranges again while the head-end serves."""
    one, other = EventLog(open_store(tmp_path)), EventLog(open_store(tmp_path))

    def take(log, *seqs):
        return log.commit([Batch("g", 1, 1, [(seq, 1, record(seq)) for seq in seqs], [])], 5)[0]

    assert take(one, 1, 2, 3) == (3, None) == take(one, 3)
    assert take(other, 6) == (6, (4, 5))
    assert take(one, 4) == (4, (5, 5))
    assert take(other, 5) == (5, None) == take(one, 5)
    other.commit([Batch("g", 2, 1, [], [])], 5)  # a new journal: the old one is not the terminal's any more
    take(one, 7)
    with closing(open_reader(tmp_path)) as reader:
        assert [alarm.kind for alarm in alarms(reader)] == ["two terminals, one name"]
        assert [row.seq for row in ledger(reader)] == list(range(1, 8))
    for log in (one, other):
        log.close()


def test_a_commit_that_failed_leaves_nothing_behind_in_memory(tmp_path):
    log = EventLog(open_store(tmp_path))
    first = Batch("g", 1, 1, [(1, 1, record(1))], [])
    log.commit([first], 5)
    log._db.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON batches BEGIN SELECT raise(ABORT, 'full'); END")
    with pytest.raises(sqlite3.Error, match="full"):
        log.commit([Batch("g", 1, 1, [(2, 1, record(2))], []), Batch("new", 1, 1, [(1, 1, record(1))], [])], 5)
    log._db.execute("DROP TRIGGER full")
    assert log.commit([Batch("g", 1, 1, [(3, 1, record(3))], []), Batch("new", 1, 1, [], [])], 5) == [
        (3, (2, 2)),
        (None, None),
    ]
    log.close()
