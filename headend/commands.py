"""Commands to terminals: signed lines of their desired state, and the answers that come back as records."""

import time
from collections import namedtuple

from headend.errors import CommandRefused
from terminal.commands import ORDERS, OUTCOMES, VERBS, command_text, resend_range
from terminal.errors import WireMalformed
from terminal.names import check_name
from terminal.records import COMMAND, RecordError, unpack

LONGEST_S = 24 * 3600

Command = namedtuple("Command", "id terminal verb argument issued until by answer")
"""`answer`: one of terminal.commands.OUTCOMES, "waiting", or "silent" once its time is over without a word."""


class CommandDesk:
    """`db`: the operators' store; `state` of the head-end; `reader` of its log; `signer`: (key, sign(message))."""

    def __init__(self, db, state, reader, signer):
        self._db = db
        self._state = state
        self._reader = reader
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
        scope = "terminal:%s" % terminal
        doc, revision = await self._state.get(scope)
        doc = doc or {}
        lines = [line for line in doc.get("commands", []) if line["until"] >= now]
        lines.append({"text": text, "signature": self._signer[1](text.encode()).hex(), "until": now + lasts_s})
        doc["commands"] = lines[-8:]
        await self._state.put(scope, doc, revision)
        return number

    def recent(self, most=50):
        """The newest Commands with their answers."""
        now = int(time.time())
        query = "SELECT id, terminal, verb, argument, issued, until, by FROM commands ORDER BY id DESC LIMIT ?"
        return [Command(*row, self._answer(row[0], row[1], row[5], now)) for row in self._db.execute(query, (most,))]

    def _answer(self, number, terminal, until, now):
        query = (
            "SELECT payload FROM records WHERE terminal=? AND substr(payload, 1, 1)=? ORDER BY position DESC LIMIT 500"
        )
        for (payload,) in self._reader.execute(query, (terminal, bytes((COMMAND,)))):
            try:
                record = unpack(payload)
            except RecordError:
                continue
            if record.ref == number and record.holder_class < len(OUTCOMES):
                return OUTCOMES[record.holder_class]
        return "waiting" if now <= until else "silent"


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
