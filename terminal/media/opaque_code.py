"""Codes that only their platform can read: the electronic social card, the medical voucher. Resolved online.

The terminal carries the text to the head-end and waits two seconds; without an answer it asks for the card. Nothing
about these codes is proved here, nothing of their text is kept or logged.
"""

import binascii
import json

from micropython import const

from terminal.crypto import sm3
from terminal.errors import WireMalformed
from terminal.media.codes import CodeResult
from terminal.media.credential import ACCOUNT_CODE, ADULT, CLASSES, PROVED_NOTHING, Credential, token_of
from terminal.more_errors import AnswerMalformed
from terminal.wire import MAX_SEQ, load_json

_LONGEST = const(512)
_PATIENCE_MS = const(2000)
_LOOK_MS = const(20)
_LIFE = const(120)  # seconds for which a used code is remembered; wallets refresh theirs sooner
_REFUSED = const(16)  # refused codes remembered, so that a code held to the glass asks once
_REFUSED_MS = const(5000)
_LONGEST_REGION = const(12)


class Resolver:
    """Asks the head-end over `client` (HttpClient). `run` is a task, so that the lane waits no longer than it wants.

    POST `path` {"service", "code"} is answered 200 {"account": hex, "region", "class", "valid_to"} or 404.
    """

    def __init__(self, client, clock, path="/v1/codes/resolve"):
        self._client = client
        self._clock = clock
        self._path = path
        self._number = 0
        self._question = None
        self._answer = None

    async def resolve(self, service, text, limit_ms, breathe):
        """The answer as a dict, {} when the platform does not know the code, None when nobody answered in time.

        `await breathe()` at each look, so that a fire input is seen meanwhile.
        """
        self._number += 1
        number = self._number
        self._question = number, service, text
        deadline = self._clock.deadline(limit_ms)
        while not self._clock.passed(deadline):
            if self._answer and self._answer[0] == number:
                answer, self._answer = self._answer[1], None
                return answer
            await breathe()
            await self._clock.sleep_ms(_LOOK_MS)
        self._question = None
        return None

    async def run(self):
        """Answers questions for ever."""
        while True:
            if self._question:
                number, service, text = self._question
                self._question = None
                self._answer = number, await self._ask(service, text)
            await self._clock.sleep_ms(_LOOK_MS)

    async def _ask(self, service, text):
        body = json.dumps({"service": service, "code": text}).encode()
        try:
            answer = await self._client.request("POST", self._path, body, (("Content-Type", "application/json"),))
            if answer.status == 404:
                return {}
            told = load_json(answer.body) if answer.status == 200 else None
        except (OSError, AnswerMalformed, WireMalformed):
            return None
        return told if isinstance(told, dict) else None


class OpaqueCodes:
    """Routes texts by prefix to services: `routes` is ((prefix, service), ...), first match wins.

    `replay` is the lane's ReplayStore, `resolver` has resolve(service, text, limit_ms, breathe).
    """

    def __init__(self, routes, resolver, replay, clock):
        self._routes = routes
        self._resolver = resolver
        self._replay = replay
        self._clock = clock
        self._refused = []  # (key, deadline)

    def service(self, data):
        """The service that reads this code, None when it is not an opaque one."""
        if not data or len(data) > _LONGEST or not all(32 < byte < 127 for byte in data):
            return None
        for prefix, service in self._routes:
            if data.startswith(prefix.encode()):
                return service
        return None

    async def read(self, data, now, breathe):
        """The CodeResult of an opaque code; its `fields` are None, its mark goes to CodeVerifier.accept as usual."""
        key = sm3.sm3(data)[:16]
        if self._replay.used(key, now):
            return _result("code_replayed")
        self._refused = [entry for entry in self._refused if not self._clock.passed(entry[1])]
        if any(entry[0] == key for entry in self._refused):
            return _result("code_unknown")
        text = bytes(data).decode()
        answer = await self._resolver.resolve(self.service(data), text, _PATIENCE_MS, breathe)
        if answer is None:
            return _result("code_offline")
        credential = _credential(answer)
        if credential is None:
            self._refused = self._refused[1 - _REFUSED :] + [(key, self._clock.deadline(_REFUSED_MS))]
            return _result("code_unknown")
        return CodeResult(credential, None, None, {}, (key, now + _LIFE, now))


def _result(reason):
    return CodeResult(None, reason, None, {}, None)


def _credential(answer):
    """The Credential in a platform's answer; None when it names no account of ours."""
    try:
        account = binascii.unhexlify(answer["account"])
        token = token_of(ACCOUNT_CODE, account)
        holder_class, region = answer.get("class", ADULT), answer.get("region", "")
        valid_to = answer.get("valid_to", 0)
    except (KeyError, ValueError, TypeError):
        return None
    if not account or holder_class not in CLASSES or not isinstance(region, str) or len(region) > _LONGEST_REGION:
        return None
    if not isinstance(valid_to, int) or not 0 <= valid_to <= MAX_SEQ:
        return None
    return Credential(ACCOUNT_CODE, token, "", region, holder_class, 0, valid_to, PROVED_NOTHING, None)
