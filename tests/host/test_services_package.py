"""A signed services package from the head-end's shelf onto a kiosk's menu, and across the plug."""

import pytest

from headend.packages import build_package, keys_payload
from offline_store.media import RamMedium
from simulator import demo_site
from simulator.sm2_signing import DemonstrationKey
from technician.play import open_world
from technician.services import SHIPPED
from technician.services_file import load, pack
from terminal.package import Trust
from tests.host.test_sync_updates import ROOTS, publish_all

SERVICES_KEY = DemonstrationKey.named("services")


@pytest.fixture
def world(tmp_path):
    world = open_world(tmp_path, 1, "kiosk1080")
    yield world
    world.close()
    for link in world._links:
        link.close()


def signed(kind, version, payload, *keys):
    now = demo_site.START
    signers = [(key.public, key.sign) for key in keys]
    return build_package(kind, "kiosk", version, payload, signers, valid=(now - 10, now + 100_000))


def menu(world):
    return world._bench.terminal.kiosk.services.menu({})


def subscribe(world, store):
    """Gives the kiosk a subscription, as provisioning does, and its plug a pull."""
    world._bench.config["packages"] = {
        "trust": Trust("kiosk", [key.public for key in ROOTS], 2),
        "link": world._new_link(),
        "media": {"keys": RamMedium(2048), "services": RamMedium(1 << 16)},
        "slots": RamMedium(1 << 14),
        "services": store,
        "wait_s": 0,
    }
    world.power(False)
    world.power(True)


def test_a_package_changes_the_menu_and_outlives_the_plug(world):
    store = RamMedium(1 << 17)
    subscribe(world, store)
    world.advance(2000)
    assert "pension-payments" in menu(world)
    keys = keys_payload([key.public for key in ROOTS], 2, {"services": SERVICES_KEY.public})
    library = load(SHIPPED, "library")
    publish_all(
        world.server_folder, signed("keys", 1, keys, *ROOTS[:2]), signed("services", 4, pack(library), SERVICES_KEY)
    )
    for _ in range(60):
        world.advance(500)
        if "pension-payments" not in menu(world):
            break
    assert "library-loans" in menu(world) and "pension-payments" not in menu(world)
    world._bench.config["packages"]["link"] = world._new_link()
    world.network(False)
    world.power(False)
    world.power(True)
    assert "library-loans" in menu(world) and "pension-payments" not in menu(world)


def test_services_that_a_stranger_signed_change_nothing(world):
    subscribe(world, RamMedium(1 << 17))
    keys = keys_payload([key.public for key in ROOTS], 2, {"services": SERVICES_KEY.public})
    stranger = DemonstrationKey.named("stranger")
    publish_all(
        world.server_folder, signed("keys", 1, keys, *ROOTS[:2]),
        signed("services", 4, pack(load(SHIPPED, "library")), stranger),
    )  # fmt: skip
    for _ in range(20):
        world.advance(500)
    refused = [event for event in world.events if event["event"] == "package_refused"]
    assert [(event["kind"], event["code"]) for event in refused][:1] == [("services", "PACKAGE-2")]
    assert "pension-payments" in menu(world)
