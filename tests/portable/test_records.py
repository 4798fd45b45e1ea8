from terminal import records
from tests.portable.checks import raises


def test_record_fills_its_slot_and_comes_back():
    record = records.Record(
        records.DEBITED, records.OFFLINE, 1767225600, bytes(range(16)), 2, 3, 0x012345, 4, 5, 77,
        9, 0xBEEF, -250, b"TERMNO", b"\0\0\0\1", b"mac1", b"tac!", b"mac2", 1, 4,
    )  # fmt: skip
    payload = records.pack(record)
    assert len(payload) == records.SIZE
    assert records.unpack(payload) == record


def test_foreign_payloads_are_refused():
    raises(records.RecordError, records.unpack, b"short")
    raises(records.RecordError, records.unpack, bytes(64))
