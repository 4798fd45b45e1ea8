"""A kiosk's client with everything below it against a real head-end, under virtual time."""

import random

from drivers.bus.socket import TcpLink
from headend.demonstration.people import RESIDENTS
from headend.server import BackgroundServer
from offline_store.journal import Journal
from offline_store.media import RamMedium
from simulator import demo_services, demo_site
from simulator.link import SelectPace, SwitchedLink
from simulator.virtual_time import Scheduler, VirtualClock
from terminal.http_client import HttpClient
from terminal.kiosk.load_orders import LoadOrders
from terminal.kiosk.loader import PurseLoader
from terminal.kiosk.outbox import RECORD_LENGTH, Outbox
from terminal.kiosk.services import Services
from terminal.kiosk.unfinished import Unfinished
from terminal.service_client import LONGEST_REPLY, ServiceClient
from terminal.topup import TopUp


def serving(folder, hooks=None):
    """The head-end with the demonstration back end, as a context manager."""
    tokens = {_token(index): index for index in range(len(RESIDENTS))}
    desk = demo_services.desk(folder, hooks, tokens)
    server = BackgroundServer(folder, desk=desk)
    server.key = desk.key.public
    return server


def _token(index):
    return "%032x" % (index + 1)


def holder(index, **more):
    """What a kiosk knows of resident `index` after the contact card."""
    resident = RESIDENTS[index]
    facts = {"token": _token(index), "identity": resident.number, "proved": "pin"}
    return dict(facts, **{"class": resident.holder_class}, **more)


class Kiosk:
    """`wrap(link, clock)` may put something between client and network."""

    def __init__(self, headend, media=None, wrap=None, budget_ms=8000, seed=1, name="kiosk-1", wait_ms=20000):
        self.clock = VirtualClock(utc0=demo_site.START)
        self.scheduler = Scheduler(self.clock)
        self.media = media or (RamMedium(1 << 17), RamMedium(1 << 14))
        self.events = []
        self.link = SwitchedLink(TcpLink(headend.host, headend.port, self.clock, SelectPace(self.clock)))
        self.weak = wrap(self.link, self.clock) if wrap else self.link
        self.http = HttpClient(self.weak, self.clock, headend.host, wait_ms, max_body=LONGEST_REPLY)
        self.services = Services(demo_services.document(headend.key))
        source = random.Random(seed)
        self.journal = Journal(self.media[0], 5, RECORD_LENGTH)
        self.outbox = Outbox(
            self.journal, self.clock, name, source.randbytes, lambda: self.services.key, self._heard
        )  # fmt: skip
        self.client = ServiceClient(
            self.http, self.clock, name, source.randbytes, self.outbox, budget_ms, notes=Unfinished(self.media[1])
        )
        self.purse_journal = Journal(RamMedium(1 << 16), 1)
        self.begin_loads()

    def _heard(self, name, **facts):
        self.events.append((name, facts))

    def start_outbox(self):
        own = SwitchedLink(self.link._link)
        self.scheduler.spawn(self.outbox.run(HttpClient(own, self.clock, "headend")))

    def run(self, coroutine, limit_ms=600_000):
        out = []

        async def task():
            out.append(await coroutine)

        self.scheduler.spawn(task())
        assert self.scheduler.run_until(lambda: out, limit_ms)
        return out[0]

    def ask(self, name, action, who, fields=None, **more):
        """The Outcome of an action of the service `name`, for a resident's index or a holder."""
        who = holder(who) if isinstance(who, int) else who
        service = self.services.service(name) or dict(
            id=name, asks=name, needs="identity", offline="refuse"
        )  # login, pads: not on the menu
        return self.run(self.client.ask(service, action, who, fields, **more))

    def reply(self, *arguments, **more):
        outcome = self.ask(*arguments, **more)
        assert outcome.state == "reply", outcome
        return outcome.reply

    def begin_loads(self):
        """Makes what writes to purses, as each boot does; what outlives the plug is `purse_journal`."""
        orders = LoadOrders(self.client)
        top_up = TopUp(orders, self.purse_journal, self.clock, b"\0\0\x30\x10\x30\x01")
        top_up.recover()
        self.loader = PurseLoader(top_up, orders, ("national",), bytes, self.clock)

    def load(self, channel, amount, who, told=True, name="wallet-topup"):
        """Written of `amount` fen for the card of a channel; the head-end is told, unless the kiosk dies before that."""
        payer = self.services.service(name), holder(who) if isinstance(who, int) else who
        written = self.run(self.loader.load(channel, amount, payer))
        if told:
            self.run(self.loader.tell(payer, written))
        return written

    def power_off(self):
        self.scheduler.stop()
        self.http.close()
