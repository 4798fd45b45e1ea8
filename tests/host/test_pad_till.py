"""A pad and its till over a real TCP connection and a real serial line, with the client of docs/pad.md."""

import contextlib
import os
import pathlib
import pty
import socket
import threading
import time
import tty

import pytest

from drivers.bus.line_server import LineServer
from drivers.bus.uart import UART
from drivers.till import LinePort
from tests.portable.pad_counter import Shop, customer

_MOST_S = 20


def documented_client():
    text = (pathlib.Path(__file__).parents[2] / "docs" / "pad.md").read_text("utf8")
    room = {}
    exec(text.split("```python\n")[1].split("```")[0], room)
    return room["Till"]


class Counter(Shop):
    """A Shop whose till hangs on `bus`, and is a thread of its own."""

    def __init__(self, bus, **options):
        self._bus = bus
        Shop.__init__(self, **options)

    def boot(self, codes=None):
        self.till = LinePort(self._bus)
        Shop.boot(self, codes)

    def until(self, condition):
        """The shop goes on until `condition()` holds."""
        end = time.monotonic() + _MOST_S
        while not condition():
            assert time.monotonic() < end
            self.run(20)
            time.sleep(0.001)


@contextlib.contextmanager
def over_tcp():
    server = LineServer()
    with contextlib.closing(server):
        with contextlib.ExitStack() as used:

            def connect():
                line = used.enter_context(socket.create_connection(server.address))
                return used.enter_context(line.makefile("rwb", buffering=0))

            yield server, connect


@contextlib.contextmanager
def over_serial():
    mine, yours = pty.openpty()
    tty.setraw(mine)
    tty.setraw(yours)
    uart = UART(os.ttyname(yours), 115200)
    with contextlib.closing(uart), open(mine, "r+b", buffering=0) as line:
        yield uart, lambda: line
    os.close(yours)


class Asked(threading.Thread):
    """A till's call in a thread; `answer` once it has one."""

    def __init__(self, work, *given):
        threading.Thread.__init__(self, daemon=True)
        self.answer = None
        self._work, self._given = work, given
        self.start()

    def run(self):
        try:
            self.answer = self._work(*self._given)
        except OSError as error:
            self.answer = error


@pytest.fixture(params=(over_tcp, over_serial), ids=("tcp", "serial"))
def line(request):
    with request.param() as made:
        yield made


def answered(shop, work, *given):
    asked = Asked(work, *given)
    shop.until(lambda: asked.answer is not None)
    if isinstance(asked.answer, OSError):
        raise asked.answer
    return asked.answer


def test_a_till_sells_refunds_and_ends_the_shift(line):
    bus, connect = line
    shop, card = Counter(bus), customer()
    till = documented_client()(connect())
    assert answered(shop, till.say, "STATUS") == ["STATUS", "idle"]
    sale = Asked(till.sale, 650, "K-1", [("大饼", 650)])
    shop.until(lambda: shop.screen == "ask")
    shop.tap(card)
    shop.until(lambda: sale.answer is not None)
    word, seq, *rest = sale.answer
    assert (word, rest) == ("PAID", ["650", "0", "K-1"]) and card.card.purse.balance == 4350
    shop.run(4000)
    assert answered(shop, till.say, "REFUND %s 100 CASH" % seq)[0] == "GIVEN"
    with pytest.raises(OSError, match="ERROR 550 of 650"):
        answered(shop, till.say, "REFUND %s 551 CASH" % seq)
    assert answered(shop, till.say, "LAST") == ["LAST", seq, "650", "100"]
    end = answered(shop, till.say, "SHIFT")
    totals = shop.pad.book.totals()
    assert end[0] == "SHIFT" and end[2:] == ["1", "650"] and totals.count == 0


def test_a_till_that_missed_the_answer_asks_again_and_charges_nobody():
    with over_tcp() as (server, connect):
        shop, card = Counter(server), customer()
        asked = Asked(documented_client()(connect()).sale, 650, "K-1")
        shop.until(lambda: shop.screen == "ask")
        half = connect()
        half.write(b"SALE 999")  # the till's plug goes in the middle of a line
        shop.until(lambda: asked.answer is not None)
        assert isinstance(asked.answer, OSError)
        again = Asked(documented_client()(connect()).sale, 650, "K-1")
        shop.run(200)
        shop.tap(card)
        shop.until(lambda: again.answer is not None)
        assert again.answer[0] == "PAID" and again.answer[2:] == ["650", "0", "K-1"]
        assert card.card.purse.balance == 4350
        later = answered(shop, documented_client()(connect()).sale, 650, "K-1")
        assert later == again.answer and card.card.purse.balance == 4350 and len(shop.pad.book.newest(9)) == 1
