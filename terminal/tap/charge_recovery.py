"""What the newest records say about cards, payments and codes that were under way when the power went (docs/torn-cards.md).

Needed once at boot, then forgotten: a small heap has better use for the room.
"""

from micropython import const

from terminal import records
from terminal.media.credential import RIDE_CODE  # the schemes from here on are those of codes
from terminal.records import Open

_LOOK_BACK = const(64)  # records; open debits are said again before they fall out of them


def find(journal, now):
    """(open debits, unused payments, tokens of flagged cards), each oldest first; see terminal.tap.charge.Charger. Then the
    token of who was admitted last and went through, or None; and the UTC second before which every used code was made.

    A payment without a word about its passage gets NOT_PASSED: nobody was seen passing.
    """
    opened, unused, flagged = [], [], []
    closed = set()
    passages = {}
    newest_known, lying, coded, oldest = False, None, None, 0
    for seq, record in _newest(journal):
        oldest = record.time
        if not newest_known and (records.admits(record) or record.kind == records.PENDING):
            newest_known = True
            if seq in passages and passages[seq].kind == records.PASSED:
                lying = record.token
        if coded is None and records.admits(record) and record.scheme >= RIDE_CODE:
            coded = record.time + 1
        if record.kind in (records.PASSED, records.NOT_PASSED):
            if record.ref not in passages:
                passages[record.ref] = record
        elif record.kind == records.PENDING:
            first = record.ref or seq
            if first not in closed:
                closed.add(first)  # its older copies say nothing new
                opened.insert(0, Open(first, record, seq, record.time))
        elif record.kind in (records.DEBITED, records.GREY, records.DISCARDED):
            closed.add(record.ref)
            if record.flags & records.MAC2_WRONG and record.token not in flagged:
                flagged.insert(0, record.token)
            if record.kind == records.DEBITED or record.flags & records.RECOVERED:
                passage = passages.get(seq) or _nobody_seen(journal, seq, now)
                if passage.kind == records.NOT_PASSED:
                    unused.insert(0, (seq, record, passage.time))
    if coded is None:
        coded = oldest if journal.last_seq > _LOOK_BACK else 0
    return opened, unused, flagged, lying, coded


def _newest(journal):
    """(number, Record) of the newest records, newest first."""
    newest = journal.last_seq
    for seq in range(newest, max(0, newest - _LOOK_BACK), -1):
        record = records.at(journal, seq)
        if record is not None:
            yield seq, record


def _nobody_seen(journal, seq, now):
    passage = records.plain(records.NOT_PASSED, now, bytes(16), ref=seq, flags=records.RECOVERED)
    if journal.queued < journal.capacity:
        journal.append(records.pack(passage))
    return passage
