from offline_store.errors import ForeignMedium, JournalFull, MediumError, StoreError
from offline_store.journal import PAGE, SECTOR, Journal
from tests.portable.checks import raises
from tests.portable.sparse_medium import SparseMedium

SMALL = 65536


def payload(number):
    return b"%064d" % number


def filled(count, medium=None, **options):
    journal = Journal(medium or SparseMedium(SMALL), **options)
    for number in range(1, count + 1):
        assert journal.append(payload(number)) == number
    return journal


def test_records_come_back_in_order_until_acknowledged():
    journal = filled(10)
    assert list(journal.unacknowledged()) == [(n, payload(n)) for n in range(1, 11)]
    journal.acknowledge(7)
    assert [seq for seq, _ in journal.unacknowledged()] == [8, 9, 10]
    journal.acknowledge(3)
    assert journal.acknowledged == 7 and journal.queued == 3
    assert journal.read(2) == payload(2)
    assert journal.read(11) is None and journal.read(0) is None


def test_everything_is_there_after_reopening():
    medium = SparseMedium(SMALL)
    journal = filled(20, medium)
    journal.acknowledge(4)
    again = Journal(medium)
    assert again.journal_id == journal.journal_id
    assert (again.last_seq, again.acknowledged, again.epoch) == (20, 4, 2)
    assert list(again.unacknowledged()) == [(n, payload(n)) for n in range(5, 21)]
    assert again.append(payload(21)) == 21


def test_short_payloads_keep_their_length_and_long_ones_span_records():
    medium = SparseMedium(SMALL)
    journal = Journal(medium)
    assert journal.append(b"short") == 1
    assert journal.append(b"") == 2
    form = bytes(range(200)) * 2
    assert journal.append(form) == 9
    assert journal.append(payload(1)) == 10
    expected = [(1, b"short"), (2, b""), (9, form), (10, payload(1))]
    assert list(journal.unacknowledged()) == expected
    again = Journal(medium)
    assert list(again.unacknowledged()) == expected
    again.acknowledge(6)
    assert list(again.unacknowledged()) == expected[2:]
    assert again.read(9) == form and again.read(8) is None and again.read(1) == b"short"


def test_a_long_payload_that_was_cut_does_not_count():
    medium = SparseMedium(SMALL)
    journal = Journal(medium)
    journal.append(payload(1))
    write = medium.write
    written = []

    def cut(offset, data):
        if len(written) == 2:
            raise OSError(5)
        written.append(offset)
        write(offset, data)

    medium.write = cut
    raises(OSError, journal.append, bytes(300))
    assert len(written) == 2
    again = Journal(medium.copy())
    assert again.last_seq == 3
    assert again.append(payload(4)) == 4
    assert list(again.unacknowledged()) == [(1, payload(1)), (4, payload(4))]


def test_a_full_journal_refuses_and_loses_nothing():
    journal = Journal(SparseMedium(SMALL))
    assert journal.capacity == 48
    alarms = []
    for number in range(1, 49):
        journal.append(payload(number))
        alarms.append(journal.alarm)
    assert [alarms.index(level) for level in (0, 70, 90, 100)] == [0, 33, 43, 47]
    assert journal.fill == 100
    raises(JournalFull, journal.append, payload(49))
    raises(JournalFull, journal.append, bytes(100))
    assert [seq for seq, _ in journal.unacknowledged()] == list(range(1, 49))
    journal.acknowledge(1)
    assert journal.append(payload(49)) == 49
    error = raises(StoreError, journal.append, bytes(64 * 49))
    assert "49 records" in str(error)


def test_the_ring_turns_many_times():
    medium = SparseMedium(SMALL)
    journal = Journal(medium)
    for number in range(1, 401):
        journal.append(payload(number))
        if number % 20 == 0:
            journal.acknowledge(number - 5)
        if number % 37 == 0:
            journal = Journal(medium)
            assert journal.last_seq == number
    assert [seq for seq, _ in journal.unacknowledged()] == [396, 397, 398, 399, 400]
    assert journal.read(345) == payload(345)
    assert journal.read(300) is None


def test_taps_go_on_while_records_are_shipped():
    journal = filled(30)
    for seq, data in journal.unacknowledged():
        assert data == payload(seq)
        journal.acknowledge(seq)
        if journal.last_seq < 200:
            journal.append(payload(journal.last_seq + 1))
    assert (seq, journal.queued) == (200, 0)


def test_zeros_and_ff_are_formatted_but_nothing_else_is():
    for blank in (0, 255):
        assert Journal(SparseMedium(SMALL, blank), journal_id=5).journal_id == 5
    garbage = bytes((i * 7919 >> 3) & 255 for i in range(SECTOR))
    medium = SparseMedium(SMALL)
    for offset in range(0, SMALL, SECTOR):
        medium.write(offset, garbage)
    error = raises(ForeignMedium, Journal, medium)
    assert "Journal.format" in str(error)
    for offset in range(0, SMALL, SECTOR):
        assert medium.sector(offset) == garbage
    assert Journal.format(medium).append(payload(1)) == 1
    late = SparseMedium(SMALL)
    late.write(SMALL - 1, b"x")
    raises(ForeignMedium, Journal, late)


def test_another_journal_is_not_taken_over():
    medium = SparseMedium(SMALL)
    filled(3, medium, journal_id=1)
    raises(ForeignMedium, Journal, medium, 2)
    raises(ForeignMedium, Journal, medium, 1, 32)
    assert Journal(medium, journal_id=1).last_seq == 3


def test_too_small_a_medium_names_the_minimum():
    assert "65536" in str(raises(MediumError, Journal, SparseMedium(SMALL - 1)))
    raises(MediumError, Journal, SparseMedium(SMALL), 1, 400)


def test_a_lost_page_costs_nothing():
    medium = SparseMedium(SMALL)
    journal = filled(40, medium)
    for page in range(4):
        damaged = medium.copy()
        damaged.fill(page * PAGE, PAGE, 0xA5)
        # The newest record has one copy: page 2 is its lane.
        expected = 39 if page == 2 else 40
        assert [seq for seq, _ in Journal(damaged).unacknowledged()] == list(range(1, expected + 1))
    assert journal.echo() and not journal.echo()
    medium.fill(2 * PAGE, PAGE, 0)
    assert [seq for seq, _ in Journal(medium).unacknowledged()] == list(range(1, 41))


def test_both_superblocks_lost():
    medium = SparseMedium(SMALL)
    journal = filled(30, medium)
    journal.acknowledge(10)
    journal.append(payload(31))
    medium.fill(0, 2 * PAGE, 0)
    again = Journal(medium)
    assert again.journal_id == journal.journal_id
    assert [seq for seq, _ in again.unacknowledged()] == list(range(11, 32))


def test_a_format_that_was_cut_is_begun_again():
    medium = SparseMedium(SMALL)
    Journal(medium, journal_id=9)
    for cut in range(1, 28):
        torn = medium.copy()
        torn.fill(PAGE + cut, SECTOR - cut, 0)
        assert Journal(torn, journal_id=9).append(payload(1)) == 1


def test_an_acknowledged_number_is_never_given_out_again():
    medium = SparseMedium(SMALL)
    journal = filled(9, medium)
    journal.acknowledge(9)
    medium.write(journal._offset(9), bytes(SECTOR))
    again = Journal(medium)
    assert (again.last_seq, again.queued) == (9, 0)
    assert again.append(payload(10)) == 10


def test_the_mac_chain_goes_on_after_reopening():
    key = bytes(range(16))
    medium = SparseMedium(SMALL)
    filled(3, medium, mac_key=key)
    again = Journal(medium, mac_key=key)
    again.append(payload(4))
    plain = SparseMedium(SMALL)
    filled(3, plain, journal_id=again.journal_id)
    one, other = bytearray(SECTOR), bytearray(SECTOR)
    medium.read_into(again._offset(3), one)
    plain.read_into(again._offset(3), other)
    assert one[:16] == other[:16] and one[500:508] != other[500:508] == bytes(8)


def test_the_audit_finds_what_was_rewritten():
    key = bytes(range(16))
    medium = SparseMedium(SMALL)
    journal = filled(20, medium, mac_key=key)
    journal.echo()
    journal.append(payload(21))
    assert journal.chain_breaks() == []
    other = filled(21, SparseMedium(SMALL), journal_id=journal.journal_id, mac_key=bytes(16))
    forged = bytearray(SECTOR)
    other._medium.read_into(other._offset(9), forged)  # a sound sector, but made without the key
    medium.write(journal._offset(9), forged)
    assert Journal(medium, mac_key=key).chain_breaks() == [9, 10]
    assert len(Journal(medium, mac_key=bytes(16)).chain_breaks()) >= 19
