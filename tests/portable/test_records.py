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


class _Journal:
    """Number 1 is a record, 2 something else, 3 is lost."""

    def read(self, seq):
        return {1: records.pack(records.plain(records.BOOT, 1767225600, bytes(16))), 2: b"form"}.get(seq)


def test_what_is_no_record_of_a_journal_is_none():
    assert records.at(_Journal(), 1).kind == records.BOOT
    assert records.at(_Journal(), 2) is None and records.at(_Journal(), 3) is None


def test_only_what_let_somebody_in_admits():
    def said(kind, reason=0, flags=0):
        return records.admits(records.plain(kind, 1767225600, bytes(16), reason=reason, flags=flags))

    assert said(records.TAP) and not said(records.TAP, reason=3)
    assert said(records.DEBITED) and not said(records.PENDING)
    assert said(records.GREY, flags=records.RECOVERED) and not said(records.GREY)
