"""How far a journal has come: its highest number and what is missing below. Pure; kept inside the log itself.

`gaps`: ((first, last), ...) ascending, apart from each other, all below `highest`. `turn` counts a terminal's journals
as they appeared.
"""

from collections import namedtuple

Progress = namedtuple("Progress", "highest gaps turn")

MOST_GAPS = 64


def first_contact(oldest, turn):
    """Of a journal that nobody heard of: what is older than `oldest` is not missed."""
    return Progress(oldest - 1, (), turn)


def advance(progress, batch):
    """(Progress after `batch`, [(first, last)] that is now known to be lost). batch: terminal.wire.Batch."""
    if _goes_on(progress, batch):
        return Progress(batch.records[-1][0], (), progress.turn), []
    gaps, highest = list(progress.gaps), progress.highest
    covered = [(seq - span + 1, seq) for seq, span, _ in batch.records] + list(batch.lost)
    for first, last in sorted(covered):
        if first > highest + 1:
            gaps.append((highest + 1, first - 1))
        if first <= highest:
            gaps = _without(gaps, first, last)
        highest = max(highest, last)
    gone = [(first, min(last, batch.oldest - 1)) for first, last in gaps if first < batch.oldest]
    if gone:
        gaps = _without(gaps, 0, batch.oldest - 1)
    return Progress(highest, _bounded(gaps), progress.turn), list(batch.lost) + gone


def _goes_on(progress, batch):
    """The usual case: records without a gap, right after the highest."""
    records = batch.records
    if not records or batch.lost or progress.gaps or records[0][0] - records[0][1] != progress.highest:
        return False
    return sum([span for _, span, _ in records]) == records[-1][0] - progress.highest


def missing_again(progress, first, last):
    """Progress that asks for `first`..`last` once more."""
    last = min(last, progress.highest)
    if first > last:
        return progress
    gaps = sorted([*_without(progress.gaps, first, last), (first, last)])
    return progress._replace(gaps=_bounded(gaps))


def want(progress):
    """The first range that is missing, or None."""
    return progress.gaps[0] if progress.gaps else None


def last_number(batch):
    """The last number of a batch, or None when it has no entries."""
    return max([seq for seq, _, _ in batch.records[-1:]] + [last for _, last in batch.lost[-1:]], default=None)


def _without(gaps, first, last):
    left = []
    for low, high in gaps:
        if low < first:
            left.append((low, min(high, first - 1)))
        if high > last:
            left.append((max(low, last + 1), high))
    return [gap for gap in left if gap[0] <= gap[1]]


def _bounded(gaps):
    """At most MOST_GAPS: the newest become one, and some records are asked for that are held already."""
    if len(gaps) > MOST_GAPS:
        gaps = [*gaps[: MOST_GAPS - 1], (gaps[MOST_GAPS - 1][0], gaps[-1][1])]
    return tuple(gaps)
