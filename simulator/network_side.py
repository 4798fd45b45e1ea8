"""Host only: the cable to the head-end and what can be wrong with it: the part of simulator.world.World about networks."""

from drivers.bus.socket import TcpLink
from simulator.chips.fault import Fault
from simulator.faults import NET_SLOW, NET_WRONG
from simulator.few_taps import NoLink
from simulator.link import SelectPace, SwitchedLink
from simulator.weak_link import WeakLink

_SLOW_BITS = 9600
_SLOW_LOSS = 0.2
_FLIPPED = 0x55
_HEAD_ENDS = b"\r\n\r\n"


class TroubledLink:
    """`link`, through a weak network while `slow` strikes, and with a wrong byte in the body of an HTTP answer while `wrong` does.

    `slow`, `wrong`: Faults; each opening, write and read is an occasion of `slow`, each piece of a body one of `wrong`.
    """

    def __init__(self, link, clock, slow, wrong):
        self._link = link
        self._weak = WeakLink(link, clock, _SLOW_BITS, _SLOW_LOSS)
        self._slow = slow
        self._wrong = wrong
        self._in_body = False

    def _way(self):
        return self._weak if self._slow.strikes() else self._link

    async def open(self):
        await self._way().open()

    async def write(self, data):
        self._in_body = False
        await self._way().write(data)

    async def read_into(self, buffer):
        way = self._weak if self._weak.rest else self._way()
        count = await way.read_into(buffer)
        body = 0 if self._in_body else bytes(buffer[:count]).find(_HEAD_ENDS) + len(_HEAD_ENDS)
        self._in_body = body != len(_HEAD_ENDS) - 1
        if self._in_body and body < count and self._wrong.strikes():
            buffer[count - 1] ^= _FLIPPED
        return count

    def close(self):
        self._weak.close()


class NetworkSide:
    """Cable and faults of the network of the World that it is part of."""

    def _lay_cable(self):
        """Anew for each terminal."""
        self._links = []
        self._troubles = {NET_SLOW: Fault(), NET_WRONG: Fault()}

    def network(self, on):
        """The cable to the head-end."""
        self._did("net %s" % ("on" if on else "off"))
        self._network = on
        self._switch_links()
        self._heard("network", {"on": on})

    def _switch_links(self):
        for link in self._links:
            (link.on if self._network else link.off)()

    def _new_link(self):
        if self._server is None:
            return NoLink()
        cable = TcpLink("127.0.0.1", self._server.port, self.clock, SelectPace(self.clock))
        link = SwitchedLink(TroubledLink(cable, self.clock, self._troubles[NET_SLOW], self._troubles[NET_WRONG]))
        self._links.append(link)
        return link
