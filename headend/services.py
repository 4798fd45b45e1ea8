"""The services port: `POST /v1/service/<operation>`, sealed forms, check codes. Behind it stands a Back end.

What a terminal submits or pays is carried out once for its request number: the reply is kept, and given again to
whoever asks again. Nothing of a request or reply is ever logged.
"""

import asyncio
import html
import json
import re
import time
from collections import namedtuple

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from headend import load_orders
from headend.errors import Impersonation, ServiceMalformed, ServiceReused
from headend.peer import check_peer
from headend.services_key import ServicesKey
from headend.services_store import ServicesStore

LONGEST_REQUEST = 8192
LONGEST_REPLY = 8192
PAGE_ROWS = 12
BACK_END_S = 6
ACTIONS = ("look", "submit", "pay", "choices", "recall", "order")
_NUMBER = re.compile(r"[0-9a-f]{16}")
_TOKEN = re.compile(r"[0-9a-f]{32}")
_TERMINAL = re.compile(r"[A-Za-z0-9._-]{1,32}")
_DEFAULTS = {"page": 0, "pages": 1}

Asked = namedtuple(
    "Asked",
    "terminal request operation action token identity proved holder_class lang fields page time interim base",
)
"""One request to a Back end: headend/ports.py says what each field holds."""


class BackEndAway(Exception):
    """What stands behind the services does not answer."""


class ServiceDesk:
    """The services of `back_end`; replies are kept in `folder`, and the `key` to which terminals seal their forms.

    `base`: how telephones reach this head-end, such as "https://card.example"; as terminals address it when None.
    `loads`: who makes MAC2 for purses (headend.key_service.SoftwareLoadKey is one), None: nothing is ordered.
    """

    def __init__(self, folder, back_end, base=None, limit_s=BACK_END_S, loads=None):
        self.key = ServicesKey(folder)
        self._store = ServicesStore(folder)
        self._back_end = back_end
        self._base = base
        self._limit_s = limit_s
        self._loads = loads
        self._under_way = {}  # (terminal, request): [lock, how many wait]
        self._revoked = None

    def routes(self, revoked):
        """The Routes; `revoked`: serial numbers of certificates that are no longer taken."""
        self._revoked = revoked
        more = getattr(self._back_end, "routes", None)
        return [
            Route("/v1/service/{operation}", self.serve, methods=["POST"]),
            Route("/v1/forms", self.take_form, methods=["POST"]),
            Route("/v1/check/{code}", self.check, methods=["GET"]),
            *(more() if more else ()),
        ]

    def close(self):
        self._store.close()
        self._back_end.close()

    async def serve(self, request):
        """One action of one service."""
        try:
            asked = parse(await _body(request), request.path_params["operation"], self._base or _base(request))
            check_peer(request.scope["state"], self._revoked, asked.terminal)
            reply = await self._answer(asked)
        except Impersonation as error:
            return _refusal(403, error)
        except ServiceMalformed as error:
            return _refusal(400, error)
        except ServiceReused as error:
            return _refusal(409, error)
        except BackEndAway:
            return Response(status_code=503, headers={"Retry-After": "2"})
        if reply is None:
            return Response(status_code=404)
        return Response(pack(reply, asked), media_type="application/json")

    async def take_form(self, request):
        """A form out of a terminal's outbox. What cannot be opened or read is parked, so that it blocks no other."""
        terminal, number = request.query_params.get("terminal", ""), request.query_params.get("request", "")
        if not _TERMINAL.fullmatch(terminal) or not _NUMBER.fullmatch(number):
            return Response(status_code=400)
        try:
            check_peer(request.scope["state"], self._revoked, terminal)
            sealed = await _body(request)
            asked = self._opened(sealed, terminal, number, self._base or _base(request))
            reply = await self._answer(asked)
        except Impersonation as error:
            return _refusal(403, error)
        except (ServiceMalformed, ServiceReused) as error:
            self._store.park(terminal, number, sealed, error.code)
            return JSONResponse({"status": "parked"})
        except BackEndAway:
            return Response(status_code=503, headers={"Retry-After": "5"})
        status = reply["status"] if reply else "unknown"
        return JSONResponse({"status": status, "reference": (reply or {}).get("reference")})

    async def check(self, request):
        """Whether a check code is one of ours, and what the paper with it should say: a page, or JSON for who asks so."""
        found = await self._back_end.verify(request.path_params["code"])
        if "json" in request.headers.get("accept", ""):
            return JSONResponse(found or {"error": "unknown"}, 200 if found else 404)
        return HTMLResponse(_check_page(found), 200 if found else 404)

    def _opened(self, sealed, terminal, number, base):
        text = self.key.unseal(sealed, bytes.fromhex(number))
        if text is None:
            raise ServiceMalformed("an envelope that does not open: sealed to another key, or changed")
        fields = _json(text)
        asked = parse(text, str(fields.get("service")), base)
        if (asked.terminal, asked.request) != (terminal, number):
            raise ServiceMalformed("an envelope under another name or number than the form in it")
        return asked

    async def _answer(self, asked):
        if asked.action in ("look", "choices"):
            return await self._ask_back_end(asked)
        key = asked.terminal, asked.request
        if asked.action == "recall":
            return self._store.recall(key, asked.token)
        waiting = self._under_way.setdefault(key, [asyncio.Lock(), 0])
        waiting[1] += 1
        try:
            async with waiting[0]:
                return await self._once(key, asked)
        finally:
            waiting[1] -= 1
            if not waiting[1]:
                self._under_way.pop(key, None)

    async def _once(self, key, asked):
        digest = self._digest(asked)
        known = self._store.find(key)
        if known is not None:
            if known[0] != digest:
                raise ServiceReused("request %s of %s came with other content before" % (asked.request, asked.terminal))
            return known[1]
        if asked.action == "order":
            reply = await self._order(asked)
        else:
            reply = await self._ask_back_end(asked)
        if reply is not None:
            self._store.keep(key, digest, asked.token, reply)
        return reply

    def _digest(self, asked):
        said = [asked.operation, asked.action, asked.token, asked.identity, asked.fields]
        return self._store.digest(json.dumps(said, sort_keys=True).encode())

    async def _order(self, asked):
        try:
            return await asyncio.wait_for(load_orders.ordered(asked, self._loads, self._ask_back_end), self._limit_s)
        except (asyncio.TimeoutError, OSError):
            raise BackEndAway() from None

    async def _ask_back_end(self, asked):
        try:
            return await asyncio.wait_for(self._back_end.answer(asked), self._limit_s)
        except (asyncio.TimeoutError, OSError):
            raise BackEndAway() from None


def parse(body, operation, base):
    """The Asked in a JSON request; ServiceMalformed names the field, never its value."""
    fields = _json(body)
    taken = {}
    for name, pattern in (("terminal", _TERMINAL), ("request", _NUMBER), ("token", _TOKEN)):
        taken[name] = fields.get(name)
        if not isinstance(taken[name], str) or not pattern.fullmatch(taken[name]):
            raise ServiceMalformed("a request whose %s is none" % name)
    if fields.get("action") not in ACTIONS:
        raise ServiceMalformed("a request whose action is none of %s" % ", ".join(ACTIONS))
    form = fields.get("fields", {})
    page, now = fields.get("page", 0), fields.get("time", 0)
    if not isinstance(form, dict) or len(form) > 32:
        raise ServiceMalformed("a request whose fields are none")
    if not isinstance(page, int) or not 0 <= page < 1000 or not isinstance(now, int) or not 0 <= now < 1 << 33:
        raise ServiceMalformed("a request whose page or time is none")
    identity = fields.get("identity")
    if identity is not None and not isinstance(identity, str):
        raise ServiceMalformed("a request whose identity is none")
    return Asked(
        taken["terminal"], taken["request"], operation, fields["action"], taken["token"], identity,
        str(fields.get("proved", "none")), fields.get("class"), "en" if fields.get("lang") == "en" else "zh", form, page,
        now or int(time.time()), str(fields.get("interim", ""))[:40], base,
    )  # fmt: skip


def pack(reply, asked):
    """The bytes of a reply: one page of its rows, without what a terminal fills in itself, at most LONGEST_REPLY."""
    rows = reply.get("rows", ())
    count = PAGE_ROWS
    while True:
        pages = max(1, -(-len(rows) // count)) if "pages" not in reply else reply["pages"]
        page = min(asked.page, pages - 1)
        shown = rows[page * count : (page + 1) * count] if "pages" not in reply else rows
        whole = dict(reply, rows=shown, page=page, pages=pages)
        short = {name: value for name, value in whole.items() if value not in (None, [], (), {}, _DEFAULTS.get(name))}
        raw = json.dumps(short, ensure_ascii=False, separators=(",", ":")).encode()
        if len(raw) <= LONGEST_REPLY or count == 1:
            return raw
        count = max(1, count // 2)


async def _body(request):
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST_REQUEST:
            raise ServiceMalformed("a request of more than %d bytes" % LONGEST_REQUEST)
    return body


def _json(body):
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise ServiceMalformed("a request that is not JSON") from None
    if not isinstance(fields, dict):
        raise ServiceMalformed("a request that is no JSON object")
    return fields


def _base(request):
    """As the terminal addressed us; terminals leave out the port."""
    host = request.headers.get("host", "")
    port = request.scope["server"][1]
    if ":" not in host.rpartition("]")[2] and port not in (80, 443):
        host = "%s:%d" % (host, port)
    return "%s://%s" % (request.url.scheme, host)


def _refusal(status, error):
    return JSONResponse({"error": error.code, "message": str(error)}, status)


def _check_page(found):
    """What a phone shows after scanning a voucher."""
    if not found:
        return "<!doctype html><html lang=zh><title>查无此证</title><h1>查无此凭证 Not genuine</h1></html>"
    day = time.strftime("%Y-%m-%d", time.gmtime(found["time"] + 8 * 3600))
    until = time.strftime("%Y-%m-%d", time.gmtime(found["until"] + 8 * 3600))
    lines = [" / ".join(found["title"]), found["holder"], day + " - " + until, found.get("reference") or ""]
    if found.get("amount") is not None:
        lines.append("¥%d.%02d" % divmod(found["amount"], 100))
    body = "".join("<p>%s</p>" % html.escape(line) for line in lines if line)
    return "<!doctype html><html lang=zh><title>凭证真实</title><h1>凭证真实 Genuine</h1>%s</html>" % body
