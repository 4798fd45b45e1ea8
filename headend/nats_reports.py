"""What gateways tell the operators besides records: how terminals stand, and alarms."""

import hashlib
import json
import time

from nats.js.api import KeyValueConfig, StorageType
from nats.js.errors import BucketNotFoundError, KeyNotFoundError, NoKeysError

from headend.nats_answers import TRY_S, answered
from headend.operator_fleet import Heard
from headend.ports import Alarm

_FLEET = "gatepost.fleet"
_ALARMS = "gatepost_alarms"
_MOST_ROWS = 400  # of at most two kilobytes, and a message may have a megabyte
_AGAIN_S = 10
_KNOWN_ALARMS = 10_000


class NatsReports(Heard):
    """Reports over a core subject: whoever misses one hears the terminal's next, a minute later."""

    def __init__(self, connection):
        super().__init__()
        self._connection = connection

    async def flush(self):
        """Tells whoever follows."""
        news = self.taken()
        for start in range(0, len(news), _MOST_ROWS):
            await self._connection.publish(_FLEET, json.dumps(news[start : start + _MOST_ROWS]).encode())

    async def follow(self, reports):
        """What any gateway hears from now on comes into `reports` (operator_fleet.FleetReports) too."""

        async def take(message):
            reports.take(json.loads(message.data))

        await self._connection.subscribe(_FLEET, cb=take)
        await self._connection.flush()


class NatsAlarms:
    """Alarms in a bucket, one entry each. `start` once before use.

    One that comes again within ten seconds is not counted again: a clone that talks all day costs little.
    """

    def __init__(self, connection, replicas=3):
        self._js = connection.jetstream(timeout=TRY_S)
        self._replicas = replicas
        self._noted = {}

    async def start(self):
        """Makes the bucket when there is none."""
        try:
            self._bucket = await self._js.key_value(_ALARMS)
        except BucketNotFoundError:
            settings = KeyValueConfig(bucket=_ALARMS, replicas=self._replicas, storage=StorageType.FILE, direct=False)
            self._bucket = await self._js.create_key_value(settings)

    async def note(self, terminal, kind, subject):
        """Durable when it returns."""
        now = int(time.time())
        key = hashlib.sha256(("%s %s %s" % (terminal, kind, subject)).encode()).hexdigest()[:32]
        if now - self._noted.get(key, 0) < _AGAIN_S:
            return
        try:
            before = Alarm(*json.loads((await answered(self._bucket.get, key)).value))
        except KeyNotFoundError:
            before = Alarm(terminal, kind, subject, now, now, 0)
        after = before._replace(last_time=now, times=before.times + 1)
        await answered(self._bucket.put, key, json.dumps(after).encode())
        if len(self._noted) >= _KNOWN_ALARMS:
            self._noted.clear()
        self._noted[key] = now

    async def all(self):
        """[Alarm], by last time."""
        try:
            keys = await answered(self._bucket.keys)
        except NoKeysError:
            return []
        found = [Alarm(*json.loads((await answered(self._bucket.get, key)).value)) for key in keys]
        return sorted(found, key=lambda alarm: alarm.last_time)
