"""Lists as people keep them: CSV lines (headend/registry_csv.py reads them) become the rows of a table."""

import itertools

from headend.registry_csv import COLUMNS, STATUSES, cards_in
from technician.errors import ListMalformed
from terminal.media.credential import CLASSES

RECORD_SIZE = 3
_HEADS = (COLUMNS,)


def profiles():
    """The profile dictionary: 4 bytes a row (status, class, product, flags), statuses x classes."""
    return b"".join(bytes((status, index, 0, 0)) for status in STATUSES.values() for index in range(len(CLASSES)))


def rows(lines, most=20):
    """Yields (token, record) of each line of CSV. ListMalformed at the end names up to `most` bad lines."""
    faults = []
    for place, card, fault in cards_in(lines, _HEADS):
        if fault is None:
            profile = list(STATUSES.values()).index(card.status) * len(CLASSES) + card.holder_class
            yield card.token, bytes((profile,)) + card.expiry_day.to_bytes(2, "little")
            continue
        faults.append("%s: %s" % (place, fault))
        if len(faults) > most:
            break
    if faults:
        more = "\nand more: put these right first" if len(faults) > most else ""
        raise ListMalformed("\n".join(faults[:most]) + more)


def duplicates(lines, most=20):
    """Texts "line N: the same holder as line M"; takes memory for the whole list."""
    seen = {}
    found = (
        "%s: the same holder as %s" % (place, seen[card.token])
        for place, card, _ in cards_in(lines, _HEADS)
        if card is not None and seen.setdefault(card.token, place) != place
    )
    return list(itertools.islice(found, most))
