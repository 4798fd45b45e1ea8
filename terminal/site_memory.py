"""Memory of visits over all gates of a site: what neighbours tell counts as seen here."""

from terminal import records
from terminal.memory import Memory


class SiteMemory(Memory):
    """terminal.memory.Memory with `tell` (a Neighbours) for own admissions, None until the journal was read back;
    `keep(record)` likewise. Where nobody is heard it is the memory of one gate again, and says so.
    """

    tell = None
    keep = None  # writes a record
    _told = None  # (seq, token, text, time, persons) of the last admission that the neighbours heard of

    def note(self, token, decision, now, seq):
        """As Memory, and the neighbours hear of it: "direction station"."""
        super().note(token, decision, now, seq)
        if self.tell is None:
            return
        place = self._place()
        station = place.get("station")
        text = "%s %s" % (place.get("direction", "entry"), "-" if station is None else station)
        time = self.tell.tell_visit(token, text)
        if decision.persons > 1 and not self.leaving:
            self.tell.tell_heads(token, text, time, decision.persons)
        self._told = seq, token, text, time, decision.persons

    def ended(self, seq, walked):
        """As Memory; where fewer went through than were admitted, the neighbours hear how many."""
        super().ended(seq, walked)
        if self._told is not None and self._told[0] == seq:
            _, token, text, time, persons = self._told
            self._told = None
            if walked < persons:
                self.tell.tell_heads(token, text, time, walked)

    def told(self, token, time, text, heads=None):
        """A neighbour admitted this holder, with others where it says `heads`, and 0 where nobody walked; the `on_visit`
        of Neighbours. An older word than what is known is dropped, and so is one that says less of the same visit.
        """
        direction, _, station = text.partition(" ")
        known = dict(self._table.look(token))
        last = known.get("last")
        if direction not in ("entry", "exit") or (last is not None and last["time"] > time):
            return
        if heads is None and last is not None and (last["time"], last["direction"]) == (time, direction):
            return
        station = None if station == "-" else station
        known["last"] = {"station": station, "time": time, "direction": direction, "passed": None}
        known["inside"] = direction == "entry"
        known.pop("persons", None)
        if heads == 0:
            known["last"]["passed"] = False
        elif heads is not None and heads > 1 and known["inside"]:
            known["persons"] = heads
        if "session" in self._tariff:
            self._stay(token, known, time, station, heads)
        known["known"] = "site"
        self._table.note(token, known)

    def _stay(self, token, known, time, station, heads):
        """A stay that began or ended at a neighbour; written down, for its price hangs on it."""
        if known["inside"]:
            known["open"] = {"station": station, "time": time, "line": None, "operator": None}
        else:
            known.pop("open", None)
        if self.keep is not None:
            # Nobody walked in: after a power cut they are outside, whatever came before.
            flags = 0 if known["inside"] and heads != 0 else records.LEAVING
            self.keep(records.plain(records.HEARD, time, token, flags=flags, counter=heads or 0))

    def _heard(self, record):
        direction = "exit -" if record.flags & records.LEAVING else "entry -"
        self.told(record.token, record.time, direction, record.counter or None)

    def visits(self, token, presented):
        """As Memory; "site" in `known` while neighbours are heard."""
        known = super().visits(token, presented)
        if self.tell is not None and self.tell.hears() and known.get("known", "terminal") == "terminal":
            known = dict(known)
            known["known"] = "site"
        return known
