import shutil

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from headend.schema import open_ledger
from simulator import residents
from tests.engines import NatsCluster, PostgresServer
from tests.host import pcsc_service


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


@pytest.fixture(scope="session")
def pcscd(tmp_path_factory):
    """One PC/SC service for all tests of a worker: a process finds its socket once, and looks nowhere else afterwards."""
    service = pcsc_service.Service(tmp_path_factory.mktemp("pcscd"))
    yield service
    service.stop()


@pytest.fixture(scope="module")
def sam(pcscd):
    """The simulator's PSAM in the second slot of the PC/SC reader."""
    inserted = pcscd.insert(residents.psam(), slot=1)
    yield inserted
    pcscd.remove(inserted, slot=1)


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


@pytest.fixture(scope="module")
def chromium():
    """Debian's own Chromium and driver; a machine without them fails here."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert program and driver, "Chromium is missing: apt-get install chromium chromium-driver"
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--window-size=1280,900",
    ):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=Service(driver))
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def place(tmp_path_factory, compiled_tree):
    """A virtual board that serves, and its head-end: tests.host.air_trials.started."""
    from tests.host import air_trials  # heavy, and two modules use it

    with air_trials.started(tmp_path_factory.mktemp("air"), compiled_tree) as site:
        yield site
