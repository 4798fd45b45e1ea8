"""Asks the head-end for a service: within a time budget, with retries under one request number, or by the outbox.

A request number stands for one intention of a resident. The head-end carries it out once, however often it arrives.
"""

import json
from binascii import hexlify
from collections import namedtuple

from micropython import const

from terminal.errors import LinkError, WireMalformed
from terminal.kiosk.services import offline_rule
from terminal.wire import load_json

LONGEST_REPLY = const(8192)
STATUSES = ("ok", "refused", "unknown")

_PATH = "/v1/service/"
_HEADERS = (("Content-Type", "application/json"),)
NOTHING_SAID = {
    "status": "ok", "title": None, "rows": (), "page": 0, "pages": 1, "amount": None, "reference": None, "check": None,
    "valid_until": None, "choices": {}, "link": None, "ticket": None, "message": None, "next": None, "holder": None,
}  # fmt: skip
_FIRST_PAUSE_MS = const(500)
_LONGEST_PAUSE_MS = const(4000)
_MOST_PAUSED_MS = const(8000)
_LEAST_TRY_MS = const(1000)
_MOST_BRACKETS = const(300)
_OK = const(200)
_BUSY = (429, 503)
_NOT_TAKEN = ["系统未受理，请到人工窗口", "Not accepted, please ask at the desk"]

Outcome = namedtuple("Outcome", "state reply reference")
"""`state`: "reply" (with `reply`, every key of it there), "queued" (with the interim `reference`) or "unreachable"."""


class ServiceClient:
    """`client`: an HttpClient for replies of LONGEST_REPLY bytes; `random(count)`: bytes nobody can foretell.

    `outbox`: an Outbox or None, then nothing is ever queued. `budget_ms`: how long a resident waits for an answer at
    most, but for the last call of the link, which has its own limit. `now()`: UTC seconds. `notes`: an Unfinished
    or None.
    """

    def __init__(self, client, clock, terminal, random, outbox=None, budget_ms=8000, now=None, notes=None):
        self._client = client
        self._clock = clock
        self._terminal = terminal
        self._random = random
        self._outbox = outbox
        self._budget_ms = budget_ms
        self._now = now or clock.utc
        self._notes = notes

    def intention(self):
        """A new request number: 16 hex digits."""
        return hexlify(self._random(8)).decode()

    async def ask(self, service, action, holder, fields=None, page=0, request=None, lang="zh"):
        """The Outcome of one action of `service` (as Services.service gives it).

        `holder`: dict of token (32 hex), class, proved, and identity where the card told it: sent only to services
        that need it. Give the `request` of an earlier try to try the same intention again.
        """
        request = request or self.intention()
        asked = self._asked(service["asks"], action, holder, request, lang)
        if service["needs"] == "identity" and holder.get("identity"):
            asked["identity"] = holder["identity"]
        if fields:
            asked["fields"] = fields
        if page:
            asked["page"] = page
        if self._notes is not None and action in ("submit", "pay"):
            self._notes.note(holder["token"], service["id"], action, request)
        path = _PATH + service["asks"]
        if self._outbox is None or offline_rule(service, action) != "queue":
            return await self._try(path, asked)
        asked["interim"] = reference = self._outbox.next_reference()
        if not self._outbox.put(request, asked):
            return await self._try(path, asked)
        try:
            outcome = await self._try(path, asked)
        finally:
            self._outbox.release(request)
        if outcome.state != "reply":
            return Outcome("queued", None, reference)
        self._outbox.done(request)
        return outcome

    async def unfinished(self, holder, lang="zh"):
        """(service id, action, Outcome) of what `holder` handed in or paid and never saw the end of; None for nothing.

        None too while the head-end cannot be asked, unless it is a form that waits in the outbox.
        """
        note = self._notes and self._notes.of(holder["token"])
        if not note:
            return None
        service, action, request = note
        reference = self._outbox and self._outbox.reference_of(request)
        if reference:
            return service, action, Outcome("queued", None, reference)
        outcome = await self._try(_PATH + service, self._asked(service, "recall", holder, request, lang))
        if outcome.state != "reply":
            return None
        if outcome.reply["status"] == "unknown":  # it never got there, and nobody was told that it did
            self._notes.settle(holder["token"])
            return None
        return service, action, outcome

    def settled(self, token):
        """The holder of `token` has seen the end of what was handed in or paid."""
        if self._notes is not None:
            self._notes.settle(token)

    def _asked(self, operation, action, holder, request, lang):
        return {
            "terminal": self._terminal, "request": request, "service": operation, "action": action,
            "token": holder["token"], "proved": holder.get("proved", "none"), "class": holder.get("class"),
            "lang": lang, "time": self._now(),
        }  # fmt: skip

    async def _try(self, path, asked):
        body = json.dumps(asked, separators=(",", ":")).encode()
        deadline = self._clock.deadline(self._budget_ms)
        started = self._clock.ticks()
        pause_ms, paused_ms = _FIRST_PAUSE_MS, 0
        while True:
            left_ms = max(_LEAST_TRY_MS, self._budget_ms - self._clock.elapsed(started))
            try:
                answer = await self._client.request("POST", path, body, _HEADERS, timeout_ms=left_ms)
                if answer.status == _OK:
                    return Outcome("reply", parse_reply(answer.body), None)
                if answer.status not in _BUSY and answer.status < 500:
                    return Outcome("reply", _refused(), None)
            except (OSError, LinkError):
                self._client.close()
            # Where tries fail at once there is no network: nobody waits out a weak one's budget for that.
            paused_ms += pause_ms
            late = self._budget_ms - self._clock.elapsed(started) <= pause_ms or self._clock.passed(deadline)
            if late or paused_ms > _MOST_PAUSED_MS:
                return Outcome("unreachable", None, None)
            await self._clock.sleep_ms(pause_ms)
            pause_ms = min(2 * pause_ms, _LONGEST_PAUSE_MS)


def parse_reply(body):
    """The reply in JSON `body`, with every key there. WireMalformed when it is none."""
    fields = load_json(body, _MOST_BRACKETS)
    if not isinstance(fields, dict) or fields.get("status") not in STATUSES:
        raise WireMalformed("reply of a service without a status")
    whole = dict(NOTHING_SAID)
    whole.update(fields)
    rows = whole["rows"]
    if not isinstance(rows, (list, tuple)) or any(not isinstance(row, list) or len(row) != 4 for row in rows):
        raise WireMalformed("reply of a service with rows that are none")
    return whole


def _refused():
    """What a resident is told when the head-end does not take a request at all: its log says why."""
    return dict(NOTHING_SAID, status="refused", message=_NOT_TAKEN)
