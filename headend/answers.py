"""Answers of the bare ASGI applications, for what thousands of terminals ask: a framework's would cost as much again."""

import json
import logging

from headend import metrics
from headend.errors import BodyTooLong, Impersonation, NotStored, Overloaded
from terminal.errors import WireMalformed

_STATUS = {WireMalformed: 400, Impersonation: 403, BodyTooLong: 413, Overloaded: 429, NotStored: 503}
_RETRY_AFTER = {429: b"1", 503: b"5"}
_log = logging.getLogger("gatepost.headend")


async def send_answer(send, status, body, headers=()):
    """Sends a whole answer."""
    for message in messages(status, body, headers):
        await send(message)


def messages(status, body, headers=()):
    """The two ASGI messages of an answer; they may be sent again and again."""
    fixed = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    yield {"type": "http.response.start", "status": status, "headers": [*fixed, *headers]}
    yield {"type": "http.response.body", "body": body}


async def refuse(send, error):
    """Answers with the code of a named error, which is logged and counted."""
    status = _STATUS[type(error)]
    _log.warning("answered %d: %s", status, error)
    metrics.REFUSED.labels(error.code).inc()
    headers = [(b"retry-after", _RETRY_AFTER[status])] if status in _RETRY_AFTER else []
    if status == 403:
        headers = [(b"connection", b"close")]  # nobody keeps a line open for a certificate that is not taken
    await send_answer(send, status, json.dumps({"error": error.code, "message": str(error)}).encode(), headers)
