"""Cards and codes of the staff: one tap orders a mode of the lane, the next tap of such a card ends it.

The list names them: `orders` {number of a product in the list: mode}. Whoever opens something has to be proved; to
shut a lane for maintenance a listed card is enough.
"""

from micropython import const

from terminal import reasons, records
from terminal.lists import VALID
from terminal.media.credential import PROVED_NOTHING
from terminal.modes import IN_SERVICE, MODES

DEPARTURE = "departure"  # not a mode: the head count of a boat begins anew
_SHUTTING = (DEPARTURE, "maintenance", "closed", "out_of_service")
_LOOK_BACK = const(256)


def recall(journal):
    """The mode that was ordered when the journal was last written to: a power cut ends no train fault."""
    for seq in range(journal.last_seq, max(0, journal.last_seq - _LOOK_BACK), -1):
        record = records.at(journal, seq)
        if record is not None and record.kind == records.MODE and record.token != bytes(16):
            name = reasons.key(record.reason)
            return MODES.index(name) if name in MODES else IN_SERVICE
    return IN_SERVICE


def serve(lane, journal, lists, clock, orders, log):
    """Staff orders modes of `lane` by card from now on; what they ordered before a power cut still holds."""

    def order(mode):
        lane.ordered = mode

    lane.ordered = recall(journal)
    lane.attendant.service = ServiceCards(orders, lists, clock, lane.recorder, order, lambda: lane.ordered, log)


class ServiceCards:
    """`order(mode)` is told to the lane; `ordered()` gives what is ordered now."""

    depart = None  # terminal.memory.Memory.depart where people aboard are counted

    def __init__(self, orders, lists, clock, recorder, order, ordered, log):
        self._orders = orders
        self._lists = lists
        self._clock = clock
        self._recorder = recorder
        self._order = order
        self._ordered = ordered
        self._log = log

    def _leave(self, token):
        if self.depart is None or not self._recorder.write(records.plain(records.DEPARTED, self._clock.utc(), token)):
            return "not_eligible" if self.depart is None else "journal_full"
        self.depart()
        self._log("departed")
        return "ok"

    def take(self, credential, token):
        """None for a resident's card; else why the order is refused, or "ok". `token` is the permuted one."""
        entry = self._lists.look(credential.token)
        name = self._orders.get(str(entry.product)) if entry.state == VALID else None
        if name is None:
            return None
        if name not in _SHUTTING and credential.proved == PROVED_NOTHING:
            self._log("ordered", mode=name, done=False)
            return "not_eligible"
        if name == DEPARTURE:
            return self._leave(token)
        mode = MODES.index(name)
        if self._ordered() == mode:
            mode, name = IN_SERVICE, "back_in_service"
        # Whose order it was stays in the record; without one nothing changes.
        order = records.plain(
            records.MODE, self._clock.utc(), token, credential.scheme, reasons.number(name), mode=self._recorder.mode
        )
        if not self._recorder.write(order):
            return "journal_full"
        self._log("ordered", mode=name, done=True)
        self._order(mode)
        return "ok"
