"""Asks JetStream until it answers: while a stream elects its leader, a question is refused, or not answered at all."""

import asyncio

from nats.errors import NoRespondersError
from nats.js.errors import NoStreamResponseError, ServiceUnavailableError

TRY_S = 2
PATIENCE_S = 8  # an election takes milliseconds after a resignation, and up to six seconds after a crash
_PAUSE_S = 0.05
_ASK_AGAIN = (NoStreamResponseError, ServiceUnavailableError, NoRespondersError, asyncio.TimeoutError)


async def answered(ask, *arguments, **options):
    """What `ask(...)` gives, which must be safe to ask twice: a lost answer looks like a lost question.

    `ask` itself gives up after TRY_S; after PATIENCE_S its last error is raised.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE_S
    while True:
        try:
            return await ask(*arguments, **options)
        except _ASK_AGAIN:
            if loop.time() >= end:
                raise
        await asyncio.sleep(_PAUSE_S)
