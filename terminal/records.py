"""The journal's records: 64 bytes each, one layout, read by the terminal, the head-end and the tools.

Big-endian: kind 1, flags 1, time 4, token 16, scheme 1, reason 1, fare 3, class 1, mode 1, ref 4, then the purse
part: type 1, counter 2, balance after 4 (signed), terminal 6, PSAM transaction 4, MAC1 4, TAC 4, MAC2 4, key
version 1, algorithm 1. Amounts in fen, time in UTC seconds, `ref` is the sequence number of the record this one
completes (0: none). The token is permuted under the list key before it gets here.
"""

import struct
from collections import namedtuple

from micropython import const

TAP = const(1)  # a decision without a purse debit: admitted or refused
PENDING = const(2)  # a DEBIT is about to go out; with `ref`, the pending record of that number said again
DEBITED = const(3)  # the DEBIT is proved by MAC2 and TAC
PASSED = const(4)
NOT_PASSED = const(5)  # the void of an admission nobody used; the reason says what the sensors saw
MODE = const(6)
BOOT = const(7)
GREY = const(8)  # a pending debit whose truth this terminal cannot know
DISCARDED = const(9)  # a pending debit that the card proved never happened
LOADING = const(10)  # money was taken for a top-up and CREDIT is about to go out to the card
LOADED = const(11)  # the card's TAC proves that it took a top-up
COMMAND = const(
    12
)  # the answer to the head-end's command `ref`; `holder_class` holds the outcome, of commands.OUTCOMES
CLOCK = const(13)  # the clock was set to `time`; `ref` is the second it showed before
VOID = const(14)  # the sale `ref` was undone at a pad in the same shift; `fare` goes back to the customer
REFUND = const(15)  # `fare` of the sale `ref` goes back to the customer
FUND = const(16)  # an insurance fund owes `fare` of the sale `ref`; mac1 and tac hold the request in which it agreed
SHIFT = const(17)  # a shift ends at a pad: it began behind record `ref`, `counter` sales came to `balance` fen in all
PRINTING = const(18)  # a document is about to be printed
PRINTED = const(19)  # what came of the document of PRINTING record `ref`: `reason` "ok", or why not
CONSENT = const(20)  # the holder let a desk read who they are, for the purpose numbered `ref`
HEARD = const(31)  # a neighbour admitted this holder; kept where stays are paid for, so that a power cut forgets none
LOCKER = const(32)  # the locker `counter` went to the holder of the admission `ref`
DEPARTED = const(33)  # a boat left: the head count begins anew
USED = const(34)  # right behind the pending record `ref`: what else that admission is, see `used`
INTRUDED = const(30)  # somebody went through without an admission, or behind that of `ref`, or against the lane

KINDS = {
    TAP: "tap",
    PENDING: "pending",
    DEBITED: "debited",
    PASSED: "passed",
    NOT_PASSED: "not_passed",
    MODE: "mode",
    BOOT: "boot",
    GREY: "grey",
    DISCARDED: "discarded",
    LOADING: "loading",
    LOADED: "loaded",
    COMMAND: "command",
    CLOCK: "clock",
    VOID: "void",
    REFUND: "refund",
    FUND: "fund",
    SHIFT: "shift",
    PRINTING: "printing",
    PRINTED: "printed",
    CONSENT: "consent",
    INTRUDED: "intruded",
    HEARD: "heard",
    LOCKER: "locker",
    DEPARTED: "departed",
    USED: "used",
}

OFFLINE = const(1)
PSAM_PROVED = const(2)
SIGNATURE_PROVED = const(4)
CLOCK_UNTRUSTED = const(8)
RECOVERED = const(16)  # finished after a tear
LEAVING = const(64)  # on the way out
ALONE = const(128)  # order was checked against what this terminal alone knew
MAC2_WRONG = const(32)  # the card took the debit, but the PSAM calls its MAC2 wrong
IN_CASH = const(64)  # VOID, REFUND: the seller gave it back in cash, nobody else owes it

SIZE = const(64)
_LAYOUT = const(">BBI16sBBHBBBIBHi6s4s4s4s4sBB")

Record = namedtuple(
    "Record",
    "kind flags time token scheme reason fare holder_class mode ref "
    "type counter balance terminal transaction mac1 tac mac2 key_version algorithm",
)

# A debit that waits for its card: number and pending Record, the number under which it was last said again, and the
# UTC second from which its card is missing.
Open = namedtuple("Open", "seq record copy since")

_ZERO4 = bytes(4)
NO_PURSE = (0, 0, 0, bytes(6), _ZERO4, _ZERO4, _ZERO4, _ZERO4, 0, 0)


class RecordError(ValueError):
    """A payload that is not one of ours. Code RECORD-1."""

    code = "RECORD-1"


def pack(record):
    """64 bytes of `record`."""
    r = record
    return struct.pack(
        _LAYOUT, r.kind, r.flags, r.time, r.token, r.scheme, r.reason, r.fare >> 8, r.fare & 255, r.holder_class,
        r.mode, r.ref, r.type, r.counter, r.balance, r.terminal, r.transaction, r.mac1, r.tac, r.mac2,
        r.key_version, r.algorithm,
    )  # fmt: skip


def unpack(payload):
    """The Record in `payload`; RecordError when length or kind is foreign."""
    if len(payload) != SIZE:
        raise RecordError("record of %d bytes, expected %d" % (len(payload), SIZE))
    f = struct.unpack(_LAYOUT, payload)
    if f[0] not in KINDS:
        raise RecordError("record kind %d is not known" % f[0])
    return Record(*(f[:6] + (f[6] << 8 | f[7],) + f[8:]))


def at(journal, seq):
    """The Record of that number, None where there is none or something else. RecordError as for `unpack`."""
    payload = journal.read(seq)
    return None if payload is None or len(payload) != SIZE else unpack(payload)


def admits(record):
    """Whether somebody was let in on it: without a debit, on a proved one, or on a grey one finished after a tear."""
    if record.kind == TAP:
        return record.reason == 0
    return record.kind == DEBITED or (record.kind == GREY and bool(record.flags & RECOVERED))


def used(record, contract, persons, surcharge, concession, transfer, again):
    """A TAP with what terminal.uses knows beside its fare, in the fields of the purse part: type holds the contract's
    place in the tariff's order, counter the persons, balance and transaction the fen of surcharge and of transfer,
    key_version the concession, algorithm whether it is an earlier admission again; each 0 for the usual.
    """
    return Record(
        *record[:10], contract, persons if persons > 1 else 0, surcharge, record.terminal, struct.pack(">I", transfer),
        *record[15:18], concession, again,
    )  # fmt: skip


def plain(kind, time, token, scheme=0, reason=0, fare=0, holder_class=0, mode=0, ref=0, flags=0, counter=0):
    """A record without a purse part but for a number, such as a locker's, or how many of a group went through."""
    return Record(kind, flags, time, token, scheme, reason, fare, holder_class, mode, ref, 0, counter, *NO_PURSE[2:])
