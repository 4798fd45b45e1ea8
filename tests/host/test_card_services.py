"""Loss and replacement from a kiosk's request to a gate that refuses the card and takes the slip, over real sockets."""

import asyncio
import time

from headend import card_services
from headend.demonstration.people import RESIDENTS
from headend.operator_keys import signing_key
from headend.registry import KEY_FILE
from headend.server import BackgroundServer
from simulator import demo_services, demo_site
from simulator.residents import card_facts
from technician import services
from terminal.media.credential import PURSE, token_of
from tests.host.kiosk_client import Kiosk
from tests.host.list_gate import LISTS, OPERATION, ListGate, csv_of, publish_keys, publisher


def test_a_lost_card_is_refused_at_once_and_the_slip_opens(tmp_path):
    """All as `gatepost headend --back-end demonstration` puts it together over an operator's folder."""
    now = int(time.time())
    operators_folder(tmp_path)
    registry, lists, connection = publisher(tmp_path)
    registry.import_csv(csv_of(None))
    publish_keys(tmp_path, now)
    desk = services.desk(tmp_path, "demonstration")
    slips = signing_key(tmp_path / "keys" / "slips.sm2")[0]
    with BackgroundServer(tmp_path, sign=OPERATION.sign, desk=desk) as headend:
        headend.key = desk.key.public
        issuers = [{"index": card_services.SLIP_KEY, "key": slips.hex(), "issuer": "", "region": "320100"}]
        gate = ListGate(headend, now, issuers=issuers)
        try:
            white = publish_and_wait(gate, lists)
            assert gate.tap("adult") == ("admitted", None)
            kiosk = Kiosk(headend)
            kiosk.clock.jump(now - demo_site.START)
            number = RESIDENTS[demo_services.HOLDERS["adult"]].number
            person = {"token": token(registry), "class": "adult", "proved": "pin", "identity": number}
            filed = submit(kiosk, "card-replace", person, {"reason": "lost", "collect": "here"})
            assert filed["status"] == "ok" and filed["valid_until"] > now
            started = time.monotonic()
            assert gate.until(lambda: white.hotlist is not None)
            assert gate.tap("adult") == ("refused", "hotlisted")
            assert time.monotonic() - started < 60  # a hang, not a speed
            for _ in range(2):  # it is shown again and again
                assert scan(gate, filed["link"]) == "admitted"
            gate.links[0].off()
            gate.links[1].off()
            assert scan(gate, filed["link"]) == "admitted"  # nobody is asked: the issuer's signature is enough
            gate.links[0].on()
            gate.links[1].on()
            early = submit(kiosk, "card-collect", person, {"works": "yes"})
            assert early["status"] == "refused"  # it takes ten minutes to make
            for clock in (kiosk.clock, gate.clock):
                clock.jump(601)
            epoch = white.hotlist.epoch
            assert submit(kiosk, "card-collect", person, {"works": "no"})["status"] == "refused"
            assert submit(kiosk, "card-collect", person, {"works": "yes"})["status"] == "ok"
            assert gate.until(lambda: white.hotlist.epoch > epoch)
            assert scan(gate, filed["link"]) == "refused"
            assert gate.named("show")[-2]["reason"] == "hotlisted", gate.named("show")[-3:]
            assert not gate.named("task"), gate.named("task")
            kiosk.power_off()
        finally:
            gate.close()
    assert registry.standing(plain()).hot_reason == "replaced"
    connection.close()
    registry.close()


def operators_folder(folder):
    """The list key of the demonstration's cards, and the key of lists that its gates believe."""
    (folder / KEY_FILE).write_bytes(demo_site.LIST_KEY)
    (folder / "keys").mkdir()
    x, y = LISTS.public_key.point
    private = LISTS._secret.to_bytes(32, "big")
    (folder / "keys" / "lists.sm2").write_bytes(private + x.to_bytes(32, "big") + y.to_bytes(32, "big"))


def test_without_an_operators_keys_nothing_is_blocked_and_nothing_made(tmp_path):
    assert card_services.over(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def publish_and_wait(gate, lists):
    asyncio.run(lists.publish_whitelist())
    white = gate.bench.terminal.lane._lists
    assert gate.until(lambda: white.whitelist.epoch == 1)
    return white


def plain():
    return token_of(PURSE, bytes.fromhex(card_facts("adult")[0]))


def token(registry):
    return registry.permuted(plain()).hex()


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
