"""Host only: what people do to a kiosk, and what of it they see: the part of simulator.world.World that gates do without."""

from offline_store.media import FileMedium
from simulator import demo_services, fingers, kiosk_phone
from terminal.media.middleware import text

_FORMS_SIZE = 1 << 17
_NOTES_SIZE = 1 << 14


class KioskSide:
    """Slot, screen, phone and paper of the World that it is part of."""

    def insert(self, name):
        """Puts the named card into the contact slot; it stays until `pull`."""
        self.pull()
        self.inserted = name
        self._did("insert %s" % name)
        self._bench.insert(self._people.card(name, None))
        self._heard("insert", {"card": name})

    def pull(self):
        if self.inserted is not None:
            self._did("pull")
            self._bench.pull()
            self.inserted = None

    @property
    def has_touch(self):
        """The terminal's screen feels fingers."""
        return hasattr(self._bench.hardware, "touch_events")

    def touch(self, x, y):
        """A finger comes down at this pixel of the screen; returns the action of the target it met, or None."""
        action = fingers.target_at(self.display_list, x, y)
        if action is not None:
            self._did("press %s" % action)
        self._run(lambda _: self._bench.touch(x, y), 2 * fingers.TOUCH_MS)
        return action

    def press(self, action):
        """Presses the target of that name, paging to it as people do; TargetMissing names what there is."""
        fingers.press(self, action)

    def confirm(self, name):
        """The phone of the named card's holder scans the code on the kiosk's screen and confirms."""
        self._did("confirm %s" % name)
        taken = kiosk_phone.confirm(self, self._server.url, demo_services.holder(name).number)
        self._heard("confirm", {"card": name, "taken": taken})

    def write(self, text):
        """Somebody scans the code of a form's text with a phone and types it there."""
        self._did("write %s" % text)
        taken = kiosk_phone.write(self, self._server.url, text)
        self._heard("write", {"taken": taken})

    @property
    def speech(self):
        """The simulator.loudspeaker of a terminal that speaks, None of others."""
        return getattr(self._bench.hardware, "speech", None)

    @property
    def sheets(self):
        """What the printer printed and cut off, oldest first (simulator.paper); none without a printer."""
        printer = getattr(self._bench.hardware, "printer_chip", None)
        return [] if printer is None else printer.sheets

    # Inside

    def _kiosk_parts(self):
        """What a kiosk's configuration has beyond a gate's."""
        links = self._new_link(), self._new_link()
        return {
            "services": self._menu(), "links": links, "media": self._forms, "decode": text,
        }  # fmt: skip

    def _menu(self):
        """The kiosk's services, with the key to which it seals forms."""
        document = self._menus(self.place) if self._menus else demo_services.document()
        return document if self._desk is None else dict(document, key=self._desk.key.public.hex())

    def _forms(self):
        """The media of a kiosk's own: forms that wait, and what was filed and not seen to its end."""
        media = {"forms": FileMedium(str(self._media_folder / "forms.txj"), _FORMS_SIZE),
                 "notes": FileMedium(str(self._media_folder / "notes.slots"), _NOTES_SIZE)}  # fmt: skip
        self._media += list(media.values())
        return media
