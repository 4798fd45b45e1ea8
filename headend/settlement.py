"""What each operator is owed for a day: sums by line, product and concession, and what has to be looked at instead."""

import asyncio
from collections import namedtuple

from sqlalchemy import and_, bindparam, case, exists, func, literal, or_, select, update

from headend.schema import places, reader_of, records, replace
from terminal.media import purse_proofs
from terminal.media.credential import CLASSES, PURSE, SCHEMES
from terminal.records import DEBITED, FUND, GREY, IN_CASH, LOADED, NOT_PASSED, PASSED, REFUND, TAP, VOID, unpack

# What the key service says of a debit; kept with the record.
PROVED = 1
WRONG = 2  # the TAC is not this card's, or nobody's
UNKNOWN = 3  # no key of this head-end or its key service fits the card: ask its issuer

INSURANCE = "insurance_fund"  # the product of a FUND record: what a fund owes a pharmacy

PROOFS = {None: "not looked at", PROVED: "proved", WRONG: "wrong", UNKNOWN: "unknown"}
_LOOK = 1000

Line = namedtuple("Line", "operator line product concession day rides fen")
"""`day`: since 1970-01-01 in China. An empty operator: nobody said where the terminal stands. `fen`: less what a pad gave
back that day; `rides`: rides and sales, which a refund does not undo."""

Case = namedtuple("Case", "terminal journal seq time fare reason")
"""A record a person has to look at: a grey debit, or one whose TAC does not prove it."""

Settlement = namedtuple("Settlement", "lines grey disputed")


class SoftwarePsam:
    """The key service in software, for tests and pilots: a real one keeps the master key in its own hardware.

    `issuer_of(token)`: the card's 4 issuer bytes by its plain token, or None.
    """

    def __init__(self, tac_master, issuer_of):
        self._master = tac_master
        self._issuer_of = issuer_of

    async def check(self, record, token):
        """PROVED, WRONG or UNKNOWN for a terminal.records.Record of the card with the plain 16-byte `token`."""
        issuer = self._issuer_of(token)
        if issuer is None:
            return UNKNOWN
        proved = await asyncio.to_thread(purse_proofs.is_proved, record, self._master, issuer, token[3:11])
        return PROVED if proved else WRONG


def plain_token(permuted, token_keys):
    """The purse's token behind a permuted one under the first of `token_keys` that fits; None when none does."""
    for key in token_keys:
        token = key.unpermute(permuted)
        if token[0] == PURSE and token[11:] == bytes(5):
            return token
    return None


async def prove(database, psam, token_keys, day=None):
    """Lets the key service look at each debit and load that nobody looked at, of `day` or all; returns how many."""
    looked = 0
    while rows := await asyncio.to_thread(_unlooked, database, day):
        verdicts = [(row, await _verdict(row, psam, token_keys)) for row in rows]
        await asyncio.to_thread(_keep, database, verdicts)
        looked += len(rows)
    return looked


def _unlooked(database, day):
    with reader_of(database).connect() as connection:
        return connection.execute(select(records).where(_waits(day)).limit(_LOOK)).all()


def _waits(day):
    kinds = bindparam("kinds", (DEBITED, LOADED), expanding=True, literal_execute=True)  # spelt out, as its index is
    waits = records.c.proof.is_(None) & records.c.kind.in_(kinds)
    return waits if day is None else waits & (records.c.day == day)


def _keep(database, verdicts):
    mine = and_(*(column == bindparam("of_" + column.name) for column in records.primary_key))
    rows = [
        {"of_terminal": row.terminal, "of_journal": row.journal, "of_seq": row.seq, "verdict": verdict}
        for row, verdict in verdicts
    ]
    with database.begin() as connection:
        connection.execute(update(records).where(mine).values(proof=bindparam("verdict")), rows)


def look_again(database, day):
    """Debits and loads of `day` for which there was no key are to be looked at once more."""
    unknown = (records.c.day == day) & (records.c.proof == UNKNOWN)
    with database.begin() as connection:
        connection.execute(update(records).where(unknown).values(proof=None))


def waiting(database, day):
    """(how many debits and loads of `day` nobody looked at, their fen)."""
    with reader_of(database).connect() as connection:
        question = select(func.count(), func.coalesce(func.sum(records.c.fare), 0)).where(_waits(day))
        return tuple(connection.execute(question).one())


async def _verdict(row, psam, token_keys):
    token = plain_token(bytes(row.token), token_keys)
    return UNKNOWN if token is None else await psam.check(unpack(bytes(row.payload)), token)


async def settle(database, psam, token_keys, day):
    """The Settlement of `day` (since 1970-01-01 in China), as far as its records are in the ledger."""
    await prove(database, psam, token_keys, day)
    return summed(database, day)


def summed(database, day):
    """The Settlement of `day` by what was proved so far."""
    with reader_of(database).connect() as connection:
        return Settlement(_lines(connection, day), _grey(connection, day), _disputed(connection, day))


def _lines(connection, day):
    mine = records.alias("mine")
    paid = and_(mine.c.kind == DEBITED, mine.c.proof == PROVED, ~_said_before(mine))
    owed = and_(mine.c.kind == TAP, mine.c.reason == 0, ~_void(mine))
    known = places.alias("known")
    since = select(func.max(known.c.since)).where(known.c.terminal == mine.c.terminal, known.c.since <= mine.c.time)
    here = (places.c.terminal == mine.c.terminal) & (places.c.since == since.correlate(mine).scalar_subquery())
    operator, line = func.coalesce(places.c.operator, ""), func.coalesce(places.c.line, "")
    # What a seller gave back in cash is between them and the customer.
    back = and_(mine.c.kind.in_((VOID, REFUND)), mine.c.flags.op("&")(IN_CASH) == 0, ~_said_again(mine))
    fund = and_(mine.c.kind == FUND, ~_undone(mine))
    fen = case((paid | owed | fund, mine.c.fare), (back, -mine.c.fare), else_=literal(0))
    sales = case((paid | owed | fund, 1), else_=literal(0))
    grouping = operator, line, mine.c.scheme, mine.c.holder_class
    question = (
        select(*grouping, func.sum(sales), func.sum(fen))
        .select_from(mine.outerjoin(places, here))
        .where(mine.c.day == day, or_(paid, owed, back, fund))
        .group_by(*grouping)
        .order_by(*grouping)
    )
    return [
        Line(row[0], row[1], _product(row[2]), _concession(row[3]), day, int(row[4]), int(row[5]))
        for row in connection.execute(question)
    ]


def _product(scheme):
    """A FUND record has no scheme of its own."""
    return SCHEMES.get(scheme, "scheme %d" % scheme) if scheme else INSURANCE


def _concession(number):
    return CLASSES[number] if number < len(CLASSES) else "class %d" % number


def _same_journal(one, other):
    return (one.c.terminal == other.c.terminal) & (one.c.journal == other.c.journal)


def _said_before(mine):
    """A debit is one debit, also when its pending record was closed twice."""
    first = records.alias("first")
    return exists().where(
        _same_journal(first, mine),
        first.c.kind == DEBITED,
        first.c.ref == mine.c.ref,
        mine.c.ref != 0,
        first.c.seq < mine.c.seq,
    )


def _said_again(mine):
    """A sale is voided once, however many records say so."""
    first = records.alias("first_void")
    return and_(
        mine.c.kind == VOID,
        exists().where(
            _same_journal(first, mine), first.c.kind == VOID, first.c.ref == mine.c.ref, first.c.seq < mine.c.seq
        ),
    )


def _undone(mine):
    """The sale of which a fund owes a share was voided."""
    void = records.alias("sale_void")
    return exists().where(_same_journal(void, mine), void.c.kind == VOID, void.c.ref == mine.c.ref)


def _void(mine):
    """An admission nobody used."""
    passage, later = records.alias("passage"), records.alias("later")
    passed = exists().where(_same_journal(later, mine), later.c.kind == PASSED, later.c.ref == mine.c.seq)
    unused = exists().where(_same_journal(passage, mine), passage.c.kind == NOT_PASSED, passage.c.ref == mine.c.seq)
    return unused & ~passed


def _cases(connection, condition):
    columns = [records.c[name] for name in ("terminal", "journal", "seq", "time", "fare")]
    question = select(*columns, records.c.proof, records.c.kind).where(condition).order_by(*records.primary_key)
    for *fields, proof, kind in connection.execute(question):
        yield Case(*fields, "grey" if kind == GREY else PROOFS[proof])


def places_now(database):
    """[(terminal, since, operator, line)]: where each terminal stands by its newest place, by operator and line."""
    newest = select(places.c.terminal, func.max(places.c.since).label("since")).group_by(places.c.terminal).subquery()
    joined = places.join(newest, (places.c.terminal == newest.c.terminal) & (places.c.since == newest.c.since))
    question = select(places).select_from(joined).order_by(places.c.operator, places.c.line, places.c.terminal)
    with reader_of(database).connect() as connection:
        return [tuple(row) for row in connection.execute(question)]


def move(database, terminals, since, operator, line):
    """The terminals stand with this operator on this line from `since` (UTC seconds) on."""
    rows = [{"terminal": terminal, "since": since, "operator": operator, "line": line} for terminal in terminals]
    with database.begin() as connection:
        replace(connection, places, rows)


def _grey(connection, day):
    return list(_cases(connection, (records.c.day == day) & (records.c.kind == GREY)))


def _disputed(connection, day):
    doubtful = records.c.kind.in_((DEBITED, LOADED)) & (records.c.proof != PROVED)
    return list(_cases(connection, (records.c.day == day) & doubtful))
