"""NATS servers that may hold records: reached, new enough, several, and syncing to disk before they acknowledge."""

import asyncio
import json
import re
import time

import nats
from nats.errors import Error as NatsError

from headend.errors import EngineAbsent, EngineUnsafe

LEAST_VERSION = (2, 12)
_ANSWER_S = 3
_QUIET_S = 0.2
_FORMING_S = 15  # servers that start together find each other within this


async def connect(url):
    """A connection that comes back by itself. EngineAbsent when no server of `url` (comma-separated) lets us in."""
    try:
        connection = await nats.connect(
            url.split(","), max_reconnect_attempts=2, reconnect_time_wait=0.2, connect_timeout=5,
            error_cb=_ignore, ping_interval=10,
        )  # fmt: skip
    except (NatsError, OSError, asyncio.TimeoutError) as error:
        raise EngineAbsent(
            "no NATS server at %s (%s): start it, or check address and password"
            % (without_password(url), type(error).__name__)
        ) from None
    connection.options["max_reconnect_attempts"] = -1  # from the start it would try for ever on a wrong address too
    return connection


async def _ignore(_error):
    """Lost connections are counted where a call fails; nats-py would print each of them."""


def without_password(url):
    return re.sub(r"//[^@,]*@", "//", url)


async def check_servers(system_url, replicas):
    """Names of the servers with JetStream. EngineUnsafe unless most of `replicas` answer and each that does is safe."""
    connection = await connect(system_url)
    least = replicas // 2 + 1  # with one away the others still store, and a gateway may start
    end = time.monotonic() + _FORMING_S
    try:
        while True:
            answers = await _ask_all(connection, replicas)
            faults = [fault for answer in answers for fault in _faults(answer)]
            if faults or len(answers) >= least or time.monotonic() > end:
                break
    finally:
        await connection.close()
    if len(answers) < least:
        faults.append(
            "%d servers answer, expected %d: start the others, and check the system account" % (len(answers), least)
        )
    if faults:
        raise EngineUnsafe("; ".join(faults))
    return sorted(answer["server"]["name"] for answer in answers)


async def _ask_all(connection, replicas):
    inbox = connection.new_inbox()
    replies = await connection.subscribe(inbox)
    await connection.publish("$SYS.REQ.SERVER.PING.JSZ", b'{"config":true}', reply=inbox)
    answers = []
    try:
        while True:
            wait = _QUIET_S if len(answers) >= replicas else _ANSWER_S
            answers.append(json.loads((await replies.next_msg(timeout=wait)).data))
    except NatsError:  # quiet: everybody who is there has answered
        return [answer for answer in answers if not answer.get("data", {}).get("disabled")]


def _faults(answer):
    server, settings = answer["server"], answer.get("data", {}).get("config", {})
    version = tuple(int(part) for part in re.findall(r"\d+", server["ver"])[:2])
    if version < LEAST_VERSION:
        yield "server %s is version %s, expected 2.12 or newer: upgrade it" % (server["name"], server["ver"])
    if not settings.get("sync_always"):
        yield "server %s may lose acknowledged records when power goes: set sync_interval: always" % server["name"]
