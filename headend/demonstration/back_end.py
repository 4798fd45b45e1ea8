"""The back end itself: finds the resident, calls the operation, makes vouchers checkable. One SQLite file."""

import hashlib
import json
import secrets

from headend.demonstration import cards, forms, money, records, trips, visits, wallet  # noqa: F401  they register their operations
from headend.demonstration.case import CHOICES, OPERATIONS, Case, refused
from headend.demonstration.divisions import Divisions
from headend.demonstration.facts import Facts
from headend.demonstration.people import BY_NUMBER, RESIDENTS, masked_name
from headend.demonstration.phone import routes
from terminal.civil_time import DAY

_CHECKED = ("voucher", "certificate", "receipt", "slip")
_CHECK_DAYS = 90
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_UNKNOWN = {
    "status": "unknown",
    "message": ["本系统没有您的信息，请到人工窗口。", "Not known here; please ask at the desk."],
}


class Hooks:
    """What reaches beyond the back end. A head-end that publishes lists replaces all of it."""

    def lost(self, token, reason):
        """The card with this permuted token (32 hex) must not open anything any more."""

    def interim(self, token, until):
        """The text of a code that stands for the card until then, or None."""
        return None

    def collected(self, token):
        """The new card is in its holder's hands: the code that stood for the card with this token opens nothing any more."""

    def close(self):
        pass


class DemonstrationBackEnd:
    """A Back end (headend/ports.py) in `folder` for the services of a compiled `document`.

    `tokens`: {permuted token as 32 hex: index into people.RESIDENTS}; a card that shows its number is found by that,
    and its token is known from then on.
    """

    def __init__(self, folder, document=None, tokens=None, hooks=None):
        self.facts = Facts(folder)
        self._divisions = Divisions(folder)
        self.hooks = hooks or Hooks()
        services = (document or {}).get("services", ())
        self._services = {service.get("asks", service["id"]): service for service in services}
        with self.facts.transaction():
            for token, index in (tokens or {}).items():
                self._adopt(token, RESIDENTS[index].number)

    def close(self):
        self.facts.close()
        self.hooks.close()

    def routes(self):
        """The telephone's side of signing in, for demonstrations."""
        return routes(self.facts)

    async def answer(self, asked):
        """The reply to headend.services.Asked; what was carried out under a request number is not carried out again."""
        if asked.operation not in OPERATIONS:
            return None
        resident = self._resident(asked)
        service = self._services.get(asked.operation, {})
        case = Case(asked, resident, service, self.facts, self.hooks, self._holder)
        if asked.action == "choices":
            return self._choices(case)
        with self.facts.transaction():
            key = "%s %s" % (asked.terminal, asked.request)
            if asked.action != "look":
                done = self.facts.get("carried out", "", key)
                if done is not None:
                    return done
            reply = self._carry_out(case)
            if asked.action != "look":
                self.facts.put("carried out", "", key, reply, asked.time)
        return reply

    def _carry_out(self, case):
        answer, anonymous = OPERATIONS[case.asked.operation]
        if case.resident is None and not anonymous:
            return _UNKNOWN
        reply = answer(case)
        printed = case.service.get("prints")
        final = case.asked.action != "look" or not case.service.get("pay")
        if reply["status"] == "ok" and printed in _CHECKED and final and reply.get("rows"):
            self._make_checkable(case, reply)
        return reply

    def _make_checkable(self, case, reply):
        """A check code: whoever reads it off the paper is told by `verify` what the paper should say."""
        text = json.dumps([case.service["id"], reply["rows"], reply.get("reference")], ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).hexdigest()
        code = case.recall("voucher", digest)
        until = case.now + _CHECK_DAYS * DAY
        if code is None:
            code = "".join(secrets.choice(_ALPHABET) for _ in range(16))
            case.remember("voucher", digest, code)
            value = {
                "title": case.service["title"], "holder": masked_name(case.resident.name) if case.resident else "",
                "time": case.now, "until": until, "amount": reply.get("amount"), "reference": reply.get("reference"),
            }  # fmt: skip
            self.facts.put("check", "", code, value, case.now)
        reply["check"] = "%s/v1/check/%s" % (case.asked.base, code)
        reply.setdefault("valid_until", until)

    async def verify(self, code):
        """What the paper with this check code should say: title, holder (masked), time, until, amount, reference."""
        return self.facts.get("check", "", code.upper())

    def _choices(self, case):
        fields = case.service.get("fields", ())
        wanted = [field for field in fields if field.get("choices") == "asked"]
        asked = [field for field in wanted if field["id"] in case.fields] or wanted
        given = {}
        for field in asked:
            levels = field["kind"] == "address"
            give = CHOICES.get(field["id"])
            if levels:
                given[field["id"]] = self._divisions.below(field["id"], str(case.fields.get(field["id"]) or ""))
            elif give is not None:
                given[field["id"]] = give(case)
                if not given[field["id"]]:
                    return refused("现在没有可选的项目。", "There is nothing to choose from now.")
        return {"status": "ok", "choices": given}

    def _resident(self, asked):
        if asked.identity:
            resident = BY_NUMBER.get(asked.identity)
            if resident is not None and asked.token:
                self._adopt(asked.token, resident.number)
            return resident
        number = self.facts.get("token", "", asked.token)
        return BY_NUMBER.get(number)

    def _adopt(self, token, number):
        if self.facts.get("token", "", token) != number:
            self.facts.put("token", "", token, number, 0)

    def _holder(self, number, now):
        """The holder's facts for somebody who signed in by phone."""
        resident = BY_NUMBER[number]
        token = hashlib.sha256(("phone " + number).encode()).hexdigest()[:32]
        self._adopt(token, number)
        return cards.holder_facts(resident, token, now)
