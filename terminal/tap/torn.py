"""What became of a debit whose answer was lost: the evidence of the card that came back (docs/torn-cards.md).

Nothing is charged and nothing is recorded here.
"""

from micropython import const

from terminal import records
from terminal.errors import PurseRefused
from terminal.media import purse
from terminal.media.purse_files import COMPOSITE, PURCHASE

# What the card showed.
PAID = const(1)
NOT_PAID = const(2)
UNKNOWN = const(3)  # it may have paid: nothing on it tells any more
SUSPECT = const(4)  # it contradicts itself or the PSAM, as no genuine card does

_LOG_RECORDS = const(10)
_NONE = bytes(4)
_COUNTED = (0x05, PURCHASE, COMPOSITE)  # log types numbered by the offline counter; loads have a counter of their own


async def examine(channel, card, pending, psam):
    """(what the card showed, TAC, MAC2, record flags) of `pending`. CardLost when its card is torn away again.

    card: the Purse, selected; psam: the media.psam.Psam of the terminal.
    """
    after = (pending.counter + 1) & 0xFFFF
    counter, entry = await _trace(channel, card, pending, after, psam.terminal)
    if counter == pending.counter:
        return NOT_PAID, _NONE, _NONE, 0
    if counter is not None and counter < pending.counter:
        return SUSPECT, _NONE, _NONE, 0
    if entry is not None and not _is_ours(entry, pending):
        return NOT_PAID, _NONE, _NONE, 0
    if counter is not None and counter != after:
        return UNKNOWN if entry is None else PAID, _NONE, _NONE, records.RECOVERED
    return await _last_one(channel, card, pending, after, psam, counter, entry)


async def _last_one(channel, card, pending, after, psam, counter, entry):
    """The debit, if it was one, is the card's newest transaction: only then GET TRANSACTION PROVE answers for it."""
    proof = await purse.prove(channel, pending.type, after)
    tac, mac2 = proof or (_NONE, _NONE)
    flags = records.RECOVERED
    # A PSAM that still waits for this MAC2 knows the truth; any other transaction number would only confuse it.
    accepted = await psam.credit(mac2) if proof and psam.open == pending.transaction else None
    if accepted:
        return PAID, tac, mac2, flags | records.PSAM_PROVED
    if accepted is False:
        return SUSPECT if entry is None else PAID, tac, mac2, flags | records.MAC2_WRONG
    moved = card.balance == pending.balance
    if entry is not None or (moved and (counter == after or proof)):
        return PAID, tac, mac2, flags
    if counter is None and pending.fare and card.balance == pending.balance + pending.fare:
        return NOT_PAID, _NONE, _NONE, 0
    return UNKNOWN, tac, mac2, flags


async def _trace(channel, card, pending, after, terminal):
    """(offline counter or None, the log entry numbered `after` or None).

    A card that refuses even an INIT over nothing tells its counter by its newest log entry.
    """
    try:
        counter = (await purse.initialise(channel, 0, terminal, pending.type)).counter
    except PurseRefused:
        counter = None
    if counter is not None and counter <= pending.counter:
        return counter, None
    entry = card.last
    for number in range(2, _LOG_RECORDS + 2):
        if entry is None:
            break
        if entry.type in _COUNTED:
            if counter is None:
                counter = entry.counter
            if entry.counter <= after:
                return counter, entry if entry.counter == after else None
        entry = await purse.log_entry(channel, number)
    return counter, None


def _is_ours(entry, pending):
    """The log entry is this very debit: its terminal, amount and type."""
    terminal = "".join("%02X" % byte for byte in pending.terminal)
    return entry.terminal == terminal and entry.amount == pending.fare and entry.type == pending.type
