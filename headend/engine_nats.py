"""The engine of a fleet: NATS JetStream, shared by as many gateways as there are."""

import asyncio
import pathlib
import time

from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError

from headend.errors import EngineAbsent
from headend.nats_log import PARTS, NatsLog
from headend.nats_ports import NatsBlobs, NatsNudge, NatsState
from headend.nats_reports import NatsReports
from headend.nats_servers import check_servers, connect

_ELECTION_S = 30


class NatsEngine:
    """The ports over one connection: log, state, blobs, nudge, reports. Made by `open`."""

    def __init__(self, connection, folder, parts, replicas):
        self._connection = connection
        self.log = NatsLog(connection, parts, replicas)
        self.nudge = NatsNudge(connection)
        self.state = NatsState(connection, replicas, lambda: self.nudge.wake("state"))
        self.blobs = NatsBlobs(connection, pathlib.Path(folder) / "blobs", replicas)
        self.reports = NatsReports(connection)

    @classmethod
    async def open(cls, url, system_url, folder, parts=PARTS, replicas=3):
        """Connects and makes what is missing. `system_url` logs in to the system account. EngineUnsafe, EngineAbsent."""
        await check_servers(system_url, replicas)
        engine = cls(await connect(url), folder, parts, replicas)
        try:
            await engine._start()
        except EngineAbsent:
            await engine._connection.close()
            raise
        return engine

    @classmethod
    async def of(cls, names, folder):
        """`open` by the names of an environment: GATEPOST_NATS, GATEPOST_NATS_SYSTEM, and GATEPOST_PARTS if need be."""
        parts = int(names.get("GATEPOST_PARTS", PARTS))
        return await cls.open(names["GATEPOST_NATS"], names["GATEPOST_NATS_SYSTEM"], folder, parts)

    async def _start(self):
        """Servers that just came up elect a leader first; what asks too early gets no answer and asks again."""
        end = time.monotonic() + _ELECTION_S
        for port in (self.log, self.state, self.blobs, self.nudge):
            while True:
                try:
                    await port.start()
                    break
                except (NatsError, JetStreamError, asyncio.TimeoutError) as error:
                    if time.monotonic() > end:
                        raise EngineAbsent(
                            "the NATS servers agree on nothing (%s): start most of them" % type(error).__name__
                        ) from None
                    await asyncio.sleep(0.2)

    async def close(self):
        """Lets go of the servers."""
        await self.state.stop()
        await self._connection.close()
