"""Commands to terminals: signed lines of their desired state, and the answers that come back as records."""

import time
from collections import namedtuple

from sqlalchemy import select, tuple_

from headend.errors import CommandRefused
from headend.schema import reader_of, records
from headend.state import change
from terminal.commands import ORDERS, OUTCOMES, VERBS, command_text, resend_range
from terminal.errors import WireMalformed
from terminal.names import check_name
from terminal.records import COMMAND

LONGEST_S = 24 * 3600
_MOST_AT_ONCE = 8

Command = namedtuple("Command", "id terminal verb argument issued until by answer")
"""`answer`: one of terminal.commands.OUTCOMES, "waiting", or "silent" once its time is over without a word."""


class CommandDesk:
    """`db`: the operators' store; `state` of the head-end; `database`: the ledger; `signer`: (key, sign(message))."""

    def __init__(self, db, state, database, signer):
        self._db = db
        self._state = state
        self._database = database
        self._signer = signer

    async def issue(self, terminal, verb, argument, by, lasts_s=600):
        """Signs and publishes a command; returns its id. CommandRefused for what no terminal would do."""
        _check(terminal, verb, argument, lasts_s)
        now = int(time.time())
        number = self._db.execute(
            "INSERT INTO commands (terminal, verb, argument, issued, until, by) VALUES (?, ?, ?, ?, ?, ?)",
            (terminal, verb, argument, now, now + lasts_s, by),
        ).lastrowid
        text = command_text(terminal, number, now + lasts_s, verb, argument)
        mine = {"text": text, "signature": self._signer[1](text.encode()).hex(), "until": now + lasts_s}

        def with_mine(doc):
            lines = [line for line in doc.get("commands", []) if line["until"] >= now]
            return {**doc, "commands": [*lines, mine][-_MOST_AT_ONCE:]}

        await change(self._state, "terminal:%s" % terminal, with_mine)
        return number

    def recent(self, most=50):
        """The newest Commands with their answers."""
        now = int(time.time())
        query = "SELECT id, terminal, verb, argument, issued, until, by FROM commands ORDER BY id DESC LIMIT ?"
        rows = self._db.execute(query, (most,)).fetchall()
        answers = self._answers([(row[1], row[0]) for row in rows])
        return [
            Command(*row, answers.get((row[1], row[0])) or ("waiting" if now <= row[5] else "silent")) for row in rows
        ]

    def _answers(self, asked):
        """{(terminal, id): outcome} of those commands that were answered."""
        columns = records.c.terminal, records.c.ref, records.c.holder_class
        wanted = tuple_(records.c.terminal, records.c.ref).in_(asked)
        question = select(*columns).where(records.c.kind == COMMAND, wanted)
        with reader_of(self._database).connect() as connection:
            rows = connection.execute(question).all() if asked else []
        return {(row.terminal, row.ref): OUTCOMES[row.holder_class] for row in rows if row.holder_class < len(OUTCOMES)}


def _check(terminal, verb, argument, lasts_s):
    try:
        check_name(terminal)
    except WireMalformed as error:
        raise CommandRefused(str(error)) from None
    good = {
        "mode": argument in ORDERS,
        "log": argument in ("all", "brief"),
        "resend": resend_range(argument) is not None,
        "reboot": argument == "-",
    }
    if verb not in VERBS or not good[verb]:
        raise CommandRefused("%s %s is no command: expected one of %s" % (verb[:20], argument[:20], ", ".join(VERBS)))
    if not 0 < lasts_s <= LONGEST_S:
        raise CommandRefused("a command lasts up to %d s, not %d" % (LONGEST_S, lasts_s))
