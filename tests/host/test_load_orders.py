"""Purses loaded over the services port: real client, HTTP, head-end and accounts, a card that checks each MAC."""

import json

import pytest

from headend.server import BackgroundServer
from headend.services import ServiceDesk
from offline_store.journal import Journal
from offline_store.media import RamMedium
from simulator import demo_services
from simulator.cards.demonstration import make_card
from terminal import topup
from terminal.kiosk.load_orders import LoadOrders
from terminal.kiosk.loader import PurseLoader
from tests.host.kiosk_client import Kiosk, holder, serving
from tests.host.test_services import http, request
from tests.portable.direct import DirectChannel

ADULT = 1
AMOUNT = 5000


@pytest.fixture
def headend(tmp_path):
    with serving(tmp_path) as server:
        yield server


class Loads(Kiosk):
    """A kiosk that loads the purses of one resident."""

    def pay(self, amount=AMOUNT):
        """Fen that are held then."""
        return self.reply("wallet-topup", "pay", ADULT, {"amount": amount})["amount"]

    def write(self, card, amount, told=True):
        return self.load(DirectChannel(card), amount, ADULT, told)

    def held(self):
        rows = self.reply("wallet-topup", "look", ADULT, {"amount": 1000})["rows"]
        return sum(row[2] for row in rows if row[0] == "之前待写入")


@pytest.fixture
def kiosk(headend):
    made = Loads(headend)
    yield made
    made.power_off()


@pytest.fixture(params=[0, 4], ids=["3DES", "SM4"])
def card(request):
    return make_card("03104830100000000042", balance=300, social=False, algorithm=request.param)


def test_what_was_paid_comes_onto_the_card_once(kiosk, card):
    assert kiosk.held() == 0 and kiosk.pay() == AMOUNT and kiosk.held() == AMOUNT
    written = kiosk.write(card, AMOUNT)
    assert (written.state, written.fen, written.balance) == (topup.LOADED, AMOUNT, 300 + AMOUNT)
    assert card.purse.balance == 300 + AMOUNT and kiosk.held() == 0
    again = kiosk.write(card, AMOUNT)  # as if somebody could ask for it once more
    assert (again.state, again.fen, card.purse.balance) == (topup.LOADED, 0, 300 + AMOUNT)


def test_more_than_is_held_is_never_ordered(kiosk, card):
    kiosk.pay(1000)
    written = kiosk.write(card, 50000)
    assert (written.state, written.fen) == (topup.LOADED, 1000) and card.purse.balance == 1300 and kiosk.held() == 0


@pytest.mark.parametrize("percent", [0, 30, 60, 95])
def test_an_order_whose_answer_was_lost_is_given_once(headend, kiosk, percent):
    card = make_card("03104830100000000042", balance=300, social=False)
    before = kiosk.link.carried
    kiosk.pay()
    kiosk.write(card, AMOUNT, told=False)
    whole = kiosk.link.carried - before
    kiosk.pay()
    kiosk.link.cut_after(1 + (whole // 2) * percent // 100)
    assert kiosk.write(card, AMOUNT).state == topup.LOADED
    assert kiosk.link.faults == 1
    assert card.purse.balance == 300 + 2 * AMOUNT and kiosk.held() == 0


def test_a_kiosk_that_died_without_a_word_is_not_believed_to_have_kept_the_money(headend, kiosk, card):
    kiosk.pay()
    assert kiosk.write(card, AMOUNT, told=False).state == topup.LOADED
    assert kiosk.held() == AMOUNT  # nobody said otherwise yet
    other = Loads(headend, name="kiosk-2", seed=2)
    due = other.pay(2000)
    written = other.write(card, due)
    assert due == AMOUNT + 2000 and (written.state, written.fen) == (topup.LOADED, 2000)
    assert card.purse.balance == 300 + AMOUNT + 2000 and other.held() == 0
    other.power_off()


def torn(kiosk, card, amount, exchange, before):
    """Written of a load whose numbered exchange is lost, `before` the card worked on it or after."""
    channel = DirectChannel(card)
    channel.cut(exchange, before)
    written = kiosk.load(channel, amount, ADULT, told=False)
    assert channel.torn.fired == 1
    channel.back()
    return written


def exchanges(kiosk, card):
    """How many a whole load has."""
    kiosk.pay()
    channel = DirectChannel(card)
    kiosk.load(channel, AMOUNT, ADULT, told=False)
    return len(channel.sent)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_card_torn_away_gets_the_rest_at_another_kiosk(headend, kiosk, card, before):
    """The kiosk that it was torn out of is never heard of again."""
    count = exchanges(kiosk, card)
    other = Loads(headend, name="kiosk-2", seed=2)
    for exchange in range(count):
        kiosk.purse_journal = Journal(RamMedium(1 << 16), 1)
        kiosk.begin_loads()
        kiosk.pay(1000)
        had = card.purse.balance
        assert torn(kiosk, card, 1000, exchange, before).state == topup.TORN
        assert card.purse.balance - had == (1000 if exchange == count - 1 and not before else 0)
        other.write(card, kiosk.held())
        assert card.purse.balance == had + 1000 and kiosk.held() == 0, exchange
    other.power_off()


def test_money_that_is_ordered_for_one_card_is_not_given_to_another(headend, kiosk):
    first, second = [make_card("0310483010000000004%d" % n, balance=0, social=False) for n in (2, 3)]
    last = exchanges(kiosk, first) - 1
    kiosk.pay()
    assert torn(kiosk, first, AMOUNT, last, True).state == topup.TORN
    written = kiosk.write(second, AMOUNT)
    assert (written.state, second.purse.balance, kiosk.held()) == (topup.REFUSED, 0, AMOUNT)
    kiosk.write(first, AMOUNT)
    assert first.purse.balance == 2 * AMOUNT and kiosk.held() == 0


def order(card, **changes):
    """The JSON of an order as a kiosk sends it, and the request number that goes with it."""
    kept = []

    class Nobody:
        async def ask(self, service, action, asker, fields, page, number):
            kept.extend((fields, number))
            raise OSError

    top_up = topup.TopUp(LoadOrders(Nobody()), Journal(RamMedium(1 << 16), 1), Clock(), b"\0\0\x30\x10\x30\x01")
    loader = PurseLoader(top_up, top_up._service, ("national",), bytes, Clock())
    try:
        loader.load(DirectChannel(card), 1000, (None, None)).send(None)
    except StopIteration:
        pass
    fields, number = kept
    who = dict(holder(ADULT), **{"class": "adult"})
    return request(action="order", request=number, fields=dict(fields, **changes), terminal="kiosk-1", **who)


class Clock:
    def utc(self):
        return 1773619200


def test_an_order_is_one_under_its_number(headend, kiosk):
    card = make_card("03104830100000000042", balance=300, social=False)
    kiosk.pay()
    asked = order(card)
    replies = [http(headend, "POST", "/v1/service/wallet-topup", asked) for _ in range(3)]
    assert replies[0] == replies[1] == replies[2] and replies[0][0] == 200
    assert len(json.loads(replies[0][1])["mac2"]) == 8
    other = json.dumps(
        dict(json.loads(asked), fields=dict(json.loads(asked)["fields"], when="20300101000000"))
    ).encode()
    assert http(headend, "POST", "/v1/service/wallet-topup", other)[0] == 409


WRONG = [{"answer": "00" * 16}, {"terminal": "00" * 6}, {"amount": 1001}, {"serial": "00" * 8}]
BROKEN = [{"answer": "00"}, {"issuer": "x"}, {"when": None}, {"amount": 0}, {"amount": "1"}, {"amount": 1 << 24}]


def test_a_card_that_proves_nothing_gets_no_order(headend, kiosk):
    kiosk.pay()
    card = make_card("03104830100000000042", balance=300, social=False)
    for change in WRONG:
        status, body = http(headend, "POST", "/v1/service/wallet-topup", order(card, **change))
        reply = json.loads(body)
        assert status == 200 and reply["status"] == "refused" and "mac2" not in reply, change
    assert kiosk.write(card, AMOUNT).state == topup.LOADED  # nothing was reserved for it


def test_an_order_that_is_none_is_refused(headend, kiosk):
    card = make_card("03104830100000000042", balance=300, social=False)
    for change in BROKEN:
        assert http(headend, "POST", "/v1/service/wallet-topup", order(card, **change))[0] == 400, change


def test_without_a_load_key_the_money_is_held(tmp_path):
    desk = ServiceDesk(tmp_path, demo_services.back_end(tmp_path, None, {"%032x" % 2: ADULT}))
    with BackgroundServer(tmp_path, desk=desk) as server:
        server.key = desk.key.public
        kiosk = Loads(server)
        card = make_card("03104830100000000042", balance=300, social=False)
        kiosk.pay()
        assert kiosk.write(card, AMOUNT).state == topup.REFUSED
        assert card.purse.balance == 300 and kiosk.held() == AMOUNT
        kiosk.link.off()
        assert kiosk.write(card, AMOUNT).state == topup.OUT_OF_REACH
        kiosk.power_off()
