"""Memory of visits over all gates of a site: what neighbours tell counts as seen here."""

from terminal.memory import Memory


class SiteMemory(Memory):
    """terminal.memory.Memory with `tell(token, text)` for own admissions, None until the journal was read back, and
    `hears()` of Neighbours. Where nobody is heard it is the memory of one gate again, and says so.
    """

    tell = None
    hears = None

    def note(self, token, decision, now, seq):
        """As Memory, and the neighbours hear of it: "direction station"."""
        super().note(token, decision, now, seq)
        if self.tell is not None:
            station = self._here.get("station")
            self.tell(token, "%s %s" % (self._here.get("direction", "entry"), "-" if station is None else station))

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
        known["known"] = "site"
        self._table.note(token, known)

    def visits(self, token, presented):
        """As Memory; "site" in `known` while neighbours are heard."""
        known = super().visits(token, presented)
        if self.hears is not None and self.hears() and known.get("known", "terminal") == "terminal":
            known = dict(known)
            known["known"] = "site"
        return known
