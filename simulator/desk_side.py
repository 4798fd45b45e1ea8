"""Host only: the software beside a staff desk: the part of simulator.world.World that other terminals do without."""

import json
import pathlib
from collections import namedtuple

from offline_store.lists import ListStore
from offline_store.media import FileMedium
from simulator import demo_site
from simulator.card_hooks import lists_trust
from terminal.media.middleware import FIELDS

_PURPOSES = pathlib.Path(__file__).parent / "data" / "purposes.json"
_ROOM = 1 << 17
_SMALL = 8192
_ASK_MS = 5000
_LAST = "last"

Told = namedtuple("Told", "answer code record proof fields purpose")
"""What the software heard last: its first word; of a card `code`, number of the consent, proof, {field: text}, and the
number of the purpose it was read for, as text."""

Purpose = namedtuple("Purpose", "number title person")


def purposes():
    """The shipped ones, as in the settings of a desk."""
    return json.loads(_PURPOSES.read_text("utf8"))


class DeskSide:
    """What somebody behind the counter does, in the World that it is part of."""

    def staff(self, line):
        """The software says a line of the desk's protocol (docs/desk.md); `last` is the number of the newest consent.

        What it hears comes as events "staff": of a card its code, record and proof, and which fields came, not what they say.
        """
        self._did("staff %s" % line)
        words = [str(self.told.record if self.told else 0) if word == _LAST else word for word in line.split()]
        if words[0] in ("READ", "CANCEL"):
            self.told = None
            self._read_for = words[1] if len(words) > 1 else ""
        self._bench.hardware.software_line.say(" ".join(words))
        self._heard("staff", {"says": " ".join(words)})

    @property
    def purposes(self):
        """The Purposes that this desk may ask for; none of other terminals."""
        if not hasattr(self._bench.hardware, "software_line"):
            return ()
        return [
            Purpose(entry["number"], entry["title"], entry.get("person", False))
            for entry in self._bench.config["settings"]["desk"]["purposes"]
        ]

    # Inside

    def _desk_parts(self):
        """What a desk's configuration has beyond a gate's."""
        parts = {"token": ""}  # nobody else reaches its line
        if self._server is not None:
            parts["packages"] = self._hotlist_parts()
        return parts

    def _hotlist_parts(self):
        def medium(name, size):
            return FileMedium(str(self._media_folder / name), size)

        kept = [
            medium("hotlist-%d" % number, size) for number, size in enumerate((_SMALL, _ROOM, _ROOM, _SMALL, _SMALL))
        ]
        return {
            "trust": lists_trust(self.server_folder, "linux-desk"),
            "link": self._new_link(),
            "media": {"keys": medium("keys.air", _SMALL), "hotlist": medium("hotlist.air", _ROOM)},
            "slots": medium("shelf", _SMALL),
            "hotlist": ListStore(kept[0], kept[1:3], kept[3:], demo_site.LIST_KEY, bitmap_bytes=1024),
            "wait_s": 0,
            "pause_ms": _ASK_MS,
        }

    def _listen_to_desk(self):
        """Tells what the software heard."""
        line = getattr(self._bench.hardware, "software_line", None)
        if line is None:
            return
        for heard in line.heard[self._staff_lines :]:
            self._take(heard)
        self._staff_lines = len(line.heard)

    def _take(self, heard):
        words = heard.split(" ", 4)
        facts = {"answer": words[0]}
        if words[0] == "CARD":
            values = words[4].split("|") if len(words) > 4 else []
            fields = {name: value for name, value in zip(FIELDS, values, strict=False) if value}
            self.told = Told("CARD", int(words[1]), int(words[2]), words[3], fields, self._read_for)
            facts.update(code=self.told.code, record=self.told.record, proof=self.told.proof, tells=",".join(fields))
        elif words[0] != "OK":
            self.told = Told(heard, None, 0, "", {}, "")
            facts["hears"] = heard
        self._heard("staff", facts)
