import pytest

from headend.schema import open_ledger
from tests.engines import NatsCluster, PostgresServer


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """Three NATS servers for all tests: each uses terminal names of its own."""
    with NatsCluster(tmp_path_factory.mktemp("nats")) as servers:
        yield servers


@pytest.fixture(scope="session")
def postgres():
    """One PostgreSQL for all tests: each makes a database of its own."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    if request.param == "sqlite":
        return "sqlite:///%s/ledger.sqlite" % tmp_path
    return request.getfixturevalue("postgres").database()


@pytest.fixture
def database(database_url):
    """An empty ledger, on either database."""
    database = open_ledger(database_url)
    yield database
    database.dispose()
