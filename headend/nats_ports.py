"""Desired state, blobs and nudges on NATS: a key-value bucket, an object store, core subjects."""

import asyncio
import hashlib
import json

from nats.errors import Error as NatsError
from nats.js.api import KeyValueConfig, ObjectStoreConfig, StorageType
from nats.js.errors import BucketNotFoundError, KeyWrongLastSequenceError, NotFoundError
from nats.js.errors import Error as JetStreamError

from headend.blobs import Blobs
from headend.errors import NotStored, RevisionConflict
from headend.nats_answers import TRY_S, answered
from headend.state import Nudge

_STATE = "gatepost_state"
_BLOBS = "gatepost_blobs"
_NUDGE = "gatepost.nudge."
_CATCH_UP_S = 1
_FETCHED_S = 1_000_000  # bytes a second: whoever is slower begins again
_FAILURES = (NatsError, JetStreamError, asyncio.TimeoutError, OSError)


class NatsState:
    """Documents by scope in a bucket, with a copy here that follows it and calls `on_news`. `start` once before use."""

    look_s = 0.25  # should `on_news` ever stay away

    def __init__(self, connection, replicas=3, on_news=lambda: None):
        self._js = connection.jetstream(timeout=TRY_S)
        self._replicas = replicas
        self._docs = {}
        self._revision = 0
        self._on_news = on_news
        self._moved = asyncio.Event()
        self._following = None

    async def start(self):
        """Makes the bucket when there is none, and reads it."""
        try:
            self._bucket = await self._js.key_value(_STATE)
        except BucketNotFoundError:
            settings = KeyValueConfig(bucket=_STATE, replicas=self._replicas, storage=StorageType.FILE, direct=False)
            self._bucket = await self._js.create_key_value(settings)
        await self._follow()

    async def stop(self):
        """Ends following."""
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)

    async def _follow(self):
        if self._following:
            await self.stop()
        watcher = await self._bucket.watchall()
        read = asyncio.Event()
        self._following = asyncio.create_task(self._take(watcher, read))
        await asyncio.wait_for(read.wait(), 10)

    async def _take(self, watcher, read):
        try:
            async for entry in watcher:
                if entry is None:
                    read.set()
                else:
                    self._hold(entry.key, entry.value, entry.revision)
        finally:
            await watcher.stop()

    def _hold(self, key, value, revision):
        if revision > self._docs.get(key, (None, 0))[1]:
            self._docs[key] = json.loads(value), revision
        self._revision = max(self._revision, revision)
        self._moved.set()
        self._on_news()

    async def put(self, scope, doc, expected):
        """Replaces the document whose revision is `expected`; returns the new one."""
        key, value = _key(scope), json.dumps(doc, sort_keys=True).encode()
        try:
            revision = await self._update(key, value, expected)
        except KeyWrongLastSequenceError:
            raise RevisionConflict("%s is no longer at revision %d: read it again" % (scope, expected)) from None
        except _FAILURES as error:
            raise _not_stored("desired state", error) from None
        self._hold(key, value, revision)
        return revision

    async def _update(self, key, value, expected):
        tries = 0

        async def update():
            nonlocal tries
            tries += 1
            return await self._bucket.update(key, value, last=expected)

        try:
            return await answered(update)
        except KeyWrongLastSequenceError:
            newest = await answered(self._bucket.get, key) if tries > 1 else None
            if newest is None or newest.value != value:
                raise
            return newest.revision  # the first try was taken, and only its answer was lost

    async def get(self, scope):
        """(document, revision); (None, 0) when there is none."""
        doc, revision = self._docs.get(_key(scope), (None, 0))
        return (dict(doc) if doc is not None else None), revision

    async def newest(self):
        """The highest revision of all scopes; what `get` gives afterwards is at least that new."""
        try:
            newest = (await answered(self._bucket.status)).stream_info.state.last_seq
            if not await self._caught_up(newest):
                await self._follow()  # the server that fed the copy went away
        except _FAILURES as error:
            raise _not_stored("desired state", error) from None
        return newest

    async def changed(self, since):
        """(highest revision, [scopes that changed after the revision `since`])."""
        await self.newest()
        held = {} if self._revision == since else self._docs
        return self._revision, [_scope(key) for key, (_, revision) in held.items() if revision > since]

    async def _caught_up(self, newest):
        end = asyncio.get_running_loop().time() + _CATCH_UP_S
        while self._revision < newest:
            self._moved.clear()
            try:
                await asyncio.wait_for(self._moved.wait(), max(0, end - asyncio.get_running_loop().time()))
            except asyncio.TimeoutError:
                return False
        return True


class NatsBlobs:
    """Blobs in an object store, each kept in `folder` too once it was asked for. `start` once before use."""

    def __init__(self, connection, folder, replicas=3):
        self._js = connection.jetstream(timeout=TRY_S)
        self._replicas = replicas
        self._near = Blobs(folder)

    async def start(self):
        """Makes the store when there is none."""
        try:
            self._store = await self._js.object_store(_BLOBS)
        except (BucketNotFoundError, NotFoundError):
            settings = ObjectStoreConfig(replicas=self._replicas, storage=StorageType.FILE)
            self._store = await self._js.create_object_store(_BLOBS, config=settings)

    async def put(self, content):
        """Stores `content` and returns its SHA-256 in hex; on the servers' disks when it returns."""
        digest = hashlib.sha256(content).hexdigest()
        try:
            if not await answered(self._holds, digest):
                await answered(self._store.put, digest, content)
        except _FAILURES as error:
            raise _not_stored("blob", error) from None
        return await self._near.put(content)

    async def _holds(self, digest):
        try:
            await self._store.get_info(digest)
        except NotFoundError:
            return False
        return True

    async def path(self, digest):
        """The file of a blob, or None."""
        near = await self._near.path(digest)
        if near or len(digest) != 64:
            return near
        try:
            found = await answered(self._fetch, digest)
        except NotFoundError:
            return None
        except _FAILURES as error:
            raise _not_stored("blob", error) from None
        return await self._near.path(await self._near.put(found.data))

    async def _fetch(self, digest):
        """nats-py itself would wait for ever for the rest of a blob whose server went away."""
        info = await self._store.get_info(digest)
        return await asyncio.wait_for(self._store.get(digest), TRY_S + info.size / _FETCHED_S)


class NatsNudge:
    """Wakes waiting coroutines of this loop, and of every other head-end on these servers."""

    def __init__(self, connection):
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self._here = Nudge()

    async def start(self):
        """Listens to the others."""
        await self._connection.subscribe(_NUDGE + "*", cb=self._heard)
        await self._connection.flush()

    async def _heard(self, message):
        self.wake(message.subject[len(_NUDGE) :])

    def wake(self, topic):
        """`publish` for this process alone, in its loop."""
        self._here.wake(topic)

    def publish(self, topic):
        """From any thread."""
        asyncio.run_coroutine_threadsafe(self._connection.publish(_NUDGE + topic, b""), self._loop)

    async def wait(self, topic, seconds):
        """True when `topic` was published, False when `seconds` went by first."""
        return await self._here.wait(topic, seconds)


def _key(scope):
    return "%s/" % scope.replace(":", "/")


def _scope(key):
    return key[:-1].replace("/", ":")


def _not_stored(what, error):
    return NotStored("%s cannot be reached (%s): check the NATS servers" % (what, type(error).__name__))
