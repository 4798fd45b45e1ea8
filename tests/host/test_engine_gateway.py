"""What a gateway of a fleet does beside its ports: refuses unsafe servers, says when it cannot."""

import asyncio

from starlette.requests import Request

from headend import nats_gateway, nats_servers
from headend.app import HeadendApp
from headend.errors import NotStored
from headend.store import memory_store
from tests.engines import NatsCluster, await_port


def test_a_gateway_does_not_start_on_an_unsafe_server(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(nats_servers, "_ANSWER_S", 0.3)
    monkeypatch.setattr(nats_servers, "_FORMING_S", 0)
    with NatsCluster(tmp_path, size=1, change=lambda text: text.replace("sync_interval: always", "")) as cluster:
        await_port(cluster.servers[0].client_port)
        monkeypatch.setenv("GATEPOST_NATS", cluster.url)
        monkeypatch.setenv("GATEPOST_NATS_SYSTEM", cluster.system_url)
        assert nats_gateway.main([str(tmp_path / "gateway"), "127.0.0.1", "0"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("HEADEND-20: ") and "sync_interval: always" in said.err


class AwayLog:
    """A log whose servers went away after they were asked once."""

    def __init__(self):
        self.asked = 0

    async def terminals(self):
        self.asked += 1
        if self.asked > 1:
            raise NotStored("terminals cannot be counted")
        return 4321


def test_metrics_name_the_last_known_fleet_while_servers_are_away():
    log, store = AwayLog(), memory_store()
    app = HeadendApp(log, None, None, store)
    for _ in range(2):
        assert b"gatepost_terminals 4321.0" in asyncio.run(app.give_metrics(None)).body
    assert log.asked == 2
    store.close()


class AwayBlobs:
    """A blob store whose servers cannot be reached."""

    async def path(self, _digest):
        raise NotStored("blob cannot be reached")


def test_a_package_that_cannot_be_fetched_now_is_to_be_asked_for_later():
    store = memory_store()
    scope = {"type": "http", "method": "GET", "headers": [], "query_string": b"", "path_params": {"digest": "0" * 64}}
    app = HeadendApp(None, None, AwayBlobs(), store)
    answer = asyncio.run(app.give_blob(Request({**scope, "state": {"peer": None}})))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    store.close()
