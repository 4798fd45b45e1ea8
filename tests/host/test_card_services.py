"""Loss and replacement from a kiosk's request to a gate that refuses the card and takes the slip, through a head-end process."""

import asyncio
import time
import types
import urllib.request

import pytest

from headend import card_services
from headend.demonstration.people import RESIDENTS
from headend.operator_keys import signing_key
from headend.registry import KEY_FILE
from headend.services_key import ServicesKey
from simulator import demo_services, demo_site
from simulator.residents import card_facts
from terminal.media.credential import PURSE, token_of
from tests.host import headend_process
from tests.host.kiosk_client import Kiosk
from tests.host.list_gate import LISTS, OPERATION, ListGate, csv_of, publish_keys, publisher
from tests.host.service_player import ServicePlayer


@pytest.fixture(scope="module")
def headend(tmp_path_factory):
    """`gatepost headend --back-end demonstration` over an operator's folder, as clients address it."""
    folder = tmp_path_factory.mktemp("headend")
    operators_folder(folder)
    with headend_process.serving(folder, "--back-end", "demonstration") as port:
        yield types.SimpleNamespace(host="127.0.0.1", port=port, folder=folder, key=ServicesKey(folder).public)


def test_a_lost_card_is_refused_at_once_and_the_slip_opens(headend):
    now, folder = int(time.time()), headend.folder
    registry, lists, connection = publisher(folder)
    registry.import_csv(csv_of(None))
    publish_keys(folder, now)
    slips = signing_key(folder / "keys" / "slips.sm2")[0]
    issuers = [{"index": card_services.SLIP_KEY, "key": slips.hex(), "issuer": "", "region": "320100"}]
    gate = ListGate(headend, now, issuers=issuers)
    try:
        white = publish_and_wait(gate, lists)
        assert gate.tap("adult") == ("admitted", None) and gate.tap("elder") == ("admitted_concession", None)
        kiosk = Kiosk(headend)
        kiosk.clock.jump(now - demo_site.START)
        lost = submit(kiosk, "card-loss", person(registry, "elder"), {"reason": "stolen"})
        assert lost["status"] == "ok"
        assert gate.until(lambda: is_blocked(white, "elder"))
        assert gate.tap("elder") == ("refused", "hotlisted") and gate.tap("adult") == ("admitted", None)
        adult = person(registry, "adult")
        filed = submit(kiosk, "card-replace", adult, {"reason": "lost", "collect": "here"})
        assert filed["status"] == "ok" and filed["valid_until"] > now
        started = time.monotonic()
        assert gate.until(lambda: is_blocked(white, "adult"))
        assert gate.tap("adult") == ("refused", "hotlisted")
        assert time.monotonic() - started < 60  # a hang, not a speed
        for _ in range(2):  # it is shown again and again
            assert scan(gate, filed["link"]) == "admitted"
        gate.links[0].off()
        gate.links[1].off()
        assert scan(gate, filed["link"]) == "admitted"  # nobody is asked: the issuer's signature is enough
        gate.links[0].on()
        gate.links[1].on()
        early = submit(kiosk, "card-collect", adult, {"works": "yes"})
        assert early["status"] == "refused"  # it takes ten minutes to make
        for clock in (kiosk.clock, gate.clock):
            clock.jump(601)
        epoch = white.hotlist.epoch
        assert submit(kiosk, "card-collect", adult, {"works": "no"})["status"] == "refused"
        assert submit(kiosk, "card-collect", adult, {"works": "yes"})["status"] == "ok"
        assert gate.until(lambda: white.hotlist.epoch > epoch)
        assert scan(gate, filed["link"]) == "refused"
        assert gate.named("show")[-2]["reason"] == "hotlisted", gate.named("show")[-3:]
        assert not gate.named("task"), gate.named("task")
        kiosk.power_off()
    finally:
        gate.close()
    assert registry.standing(plain("adult")).hot_reason == "replaced"
    connection.close()
    registry.close()


def test_a_newborns_card_and_the_branches_near_by(headend):
    kiosk = Kiosk(headend, name="kiosk-2")  # whose request numbers are its own
    parent = demo_services.HOLDERS["adult"]
    born = ServicePlayer(kiosk, "newborn", parent, {"certificate": "P99000001"})
    assert born.play()["screen"] == "kiosk.done", born.asked[-1][1]["message"]
    assert [action for action, _ in born.asked][-1] == "submit"
    reply = born.asked[-1][1]
    assert reply["status"] == "ok" and reply["reference"]
    near = ServicePlayer(kiosk, "branches", parent)
    assert near.play()["screen"] == "kiosk.list"
    reply = near.asked[-1][1]
    assert len(reply["rows"]) == 6
    with urllib.request.urlopen(reply["link"], timeout=10) as page:
        told = page.read().decode()
    at = [told.index("<li>" + row[0]) for row in reply["rows"]]
    assert at == sorted(at) and told.count("tel:") == told.count('r="11"') == 6
    kiosk.power_off()


def operators_folder(folder):
    """The list key of the demonstration's cards, and the keys of lists and operation that its gates believe."""
    (folder / KEY_FILE).write_bytes(demo_site.LIST_KEY)
    (folder / "keys").mkdir()
    for name, key in (("lists", LISTS), ("operation", OPERATION)):
        numbers = key._secret, *key.public_key.point
        (folder / "keys" / (name + ".sm2")).write_bytes(b"".join(number.to_bytes(32, "big") for number in numbers))


def test_without_an_operators_keys_nothing_is_blocked_and_nothing_made(tmp_path):
    assert card_services.over(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def publish_and_wait(gate, lists):
    asyncio.run(lists.publish_whitelist())
    white = gate.bench.terminal.lane._lists
    assert gate.until(lambda: white.whitelist.epoch == 1)
    return white


def is_blocked(lists, name):
    return lists.hotlist is not None and bool(lists.hotlist.look(plain(name)))


def plain(name):
    return token_of(PURSE, bytes.fromhex(card_facts(name)[0]))


def person(registry, name):
    """The holder of the named card, as a kiosk knows them."""
    number = RESIDENTS[demo_services.HOLDERS[name]].number
    return {"token": registry.permuted(plain(name)).hex(), "class": "adult", "proved": "pin", "identity": number}


def submit(kiosk, service, person, fields):
    outcome = kiosk.ask(service, "submit", person, fields)
    assert outcome.state == "reply", outcome
    return outcome.reply


def scan(gate, text):
    before = len(gate.events)
    gate.bench.scan(text.encode())
    gate.bench.run_for(1500)
    shown = [facts["state"] for name, facts in gate.events[before:] if name == "show"]
    if shown and shown[0].startswith("admitted"):
        gate.bench.walk()
    gate.bench.run_for(8000)
    assert shown, gate.events[before:]
    return shown[0]
