"""Memory of visits over all gates of a site: what neighbours tell counts as seen here."""

from terminal import records
from terminal.memory import Memory


class SiteMemory(Memory):
    """terminal.memory.Memory with `tell(token, text)` for own admissions, None until the journal was read back, and
    `hears()` of Neighbours; `keep(record)` likewise. Where nobody is heard it is the memory of one gate again, and says so.
    """

    tell = None
    hears = None
    keep = None  # writes a record

    def note(self, token, decision, now, seq):
        """As Memory, and the neighbours hear of it: "direction station"."""
        super().note(token, decision, now, seq)
        if self.tell is not None:
            place = self._place()
            station = place.get("station")
            self.tell(token, "%s %s" % (place.get("direction", "entry"), "-" if station is None else station))

    def told(self, token, time, text):
        """A neighbour admitted this holder; the `on_visit` of Neighbours. An older word than what is known is dropped."""
        direction, _, station = text.partition(" ")
        known = dict(self._table.look(token))
        last = known.get("last")
        if direction not in ("entry", "exit") or (last is not None and last["time"] > time):
            return
        station = None if station == "-" else station
        known["last"] = {"station": station, "time": time, "direction": direction, "passed": None}
        known["inside"] = direction == "entry"
        if "session" in self._tariff:
            self._stay(token, known, time, station)
        known["known"] = "site"
        self._table.note(token, known)

    def _stay(self, token, known, time, station):
        """A stay that began or ended at a neighbour; written down, for its price hangs on it."""
        if known["inside"]:
            known["open"] = {"station": station, "time": time, "line": None, "operator": None}
        else:
            known.pop("open", None)
        if self.keep is not None:
            self.keep(records.plain(records.HEARD, time, token, flags=0 if known["inside"] else records.LEAVING))

    def _heard(self, record):
        self.told(record.token, record.time, "exit -" if record.flags & records.LEAVING else "entry -")

    def visits(self, token, presented):
        """As Memory; "site" in `known` while neighbours are heard."""
        known = super().visits(token, presented)
        if self.hears is not None and self.hears() and known.get("known", "terminal") == "terminal":
            known = dict(known)
            known["known"] = "site"
        return known
