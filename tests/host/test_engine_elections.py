"""Streams that elect a new leader while they are asked: what a caller sees is a little later, never an error."""

import asyncio
import contextlib
import itertools

import pytest
from nats.errors import NoRespondersError
from nats.js.errors import APIError, KeyWrongLastSequenceError, ServiceUnavailableError

from headend import nats_answers, nats_log, nats_ports
from headend.engine_nats import NatsEngine
from headend.errors import RevisionConflict
from headend.nats_answers import answered
from terminal.wire import Batch

_ROUNDS = 30


async def resign(engine, stream):
    """The leader of `stream` steps down; what comes before the next one is there is refused, or lost without a word."""
    await engine._connection.publish("$JS.API.STREAM.LEADER.STEPDOWN." + stream)


class Counted:
    """Calls of one method of an object, which goes on as before."""

    def __init__(self, owner, name):
        self.calls = 0
        self._ask = getattr(owner, name)
        setattr(owner, name, self._asked)

    async def _asked(self, *arguments, **options):
        self.calls += 1
        return await self._ask(*arguments, **options)


def test_blobs_documents_and_records_are_taken_while_leaders_change(cluster, tmp_path, monkeypatch):
    for module in (nats_log, nats_ports):
        monkeypatch.setattr(module, "TRY_S", 0.3)  # how long a question that nobody heard costs

    async def play():
        engine = await NatsEngine.open(cluster.url, cluster.system_url, tmp_path / "one", 2)
        asked = [Counted(engine.blobs._store, "get_info"), Counted(engine.state._bucket, "update")]
        revision, digests = 0, []
        for number in range(_ROUNDS):
            for stream in ("OBJ_gatepost_blobs", "KV_gatepost_state", "LOG_00", "LOG_01"):
                await resign(engine, stream)
            batch = Batch("elected", 1, 1, [(number + 1, 1, b"x" * 64)], [])
            digest, revision, outcome = await asyncio.gather(
                engine.blobs.put(b"%d" % number * 1000),
                engine.state.put("class:elected", {"round": number}, revision),
                engine.log.append(batch),
            )
            digests.append(digest)
            assert outcome == (number + 1, None)
            if all(counted.calls > number + 1 for counted in asked):
                break
        assert all(counted.calls > number + 1 for counted in asked), "no leader was missed in %d rounds" % _ROUNDS
        await engine.close()
        other = await NatsEngine.open(cluster.url, cluster.system_url, tmp_path / "two", 2)
        for number, digest in enumerate(digests):
            assert (await other.blobs.path(digest)).read_bytes() == b"%d" % number * 1000
        assert (await other.state.get("class:elected"))[0] == {"round": number}
        seen = {
            entry.seq
            for part in range(2)
            for entry in await other.log.read(part, 0, 10**5)
            if entry.terminal == "elected"
        }
        assert seen == set(range(1, number + 2))
        await other.close()

    asyncio.run(play())


@pytest.mark.parametrize("failure", [asyncio.TimeoutError, ServiceUnavailableError, NoRespondersError])
def test_a_question_is_asked_again_until_it_is_answered_or_patience_ends(failure, monkeypatch):
    monkeypatch.setattr(nats_answers, "_PAUSE_S", 0)
    answers = iter([failure(), failure(), "there"])

    async def ask(word):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return word + answer

    assert asyncio.run(answered(ask, "not ")) == "not there"
    monkeypatch.setattr(nats_answers, "PATIENCE_S", 0)
    answers = itertools.repeat(failure())
    with pytest.raises(failure):
        asyncio.run(answered(ask, ""))


def test_an_error_that_is_an_answer_is_not_asked_for_again():
    asked = []

    async def ask():
        asked.append(1)
        raise APIError(code=400, err_code=10071)

    with pytest.raises(APIError):
        asyncio.run(answered(ask))
    assert asked == [1]


class ForgetfulBucket:
    """A bucket that takes the first update and loses its answer; `taken`: whose update it took."""

    def __init__(self, bucket, taken):
        self._bucket, self._taken = bucket, taken
        self.tries = 0

    async def update(self, key, value, last):
        self.tries += 1
        if self.tries > 1:
            raise KeyWrongLastSequenceError
        await self._bucket.put(key, self._taken or value)
        raise asyncio.TimeoutError

    async def get(self, key):
        return await self._bucket.get(key)


def test_a_document_that_was_taken_without_an_answer_is_not_a_conflict_with_itself(cluster, tmp_path):
    @contextlib.asynccontextmanager
    async def forgetful(taken):
        engine = await NatsEngine.open(cluster.url, cluster.system_url, tmp_path, 2)
        bucket = engine.state._bucket
        engine.state._bucket = ForgetfulBucket(bucket, taken)
        yield engine.state
        assert engine.state._bucket.tries == 2
        engine.state._bucket = bucket
        await engine.close()

    async def play():
        async with forgetful(None) as state:
            revision = await state.put("class:forgetful", {"a": 1}, 0)
            assert await state.get("class:forgetful") == ({"a": 1}, revision)
        async with forgetful(b'{"b": 2}') as state:
            with pytest.raises(RevisionConflict):
                await state.put("class:forgetful", {"a": 2}, revision)

    asyncio.run(play())
