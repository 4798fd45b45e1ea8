"""The kiosk's own pages: nobody there, how to sign in, help, and what went wrong. Pure, as the patterns are.

A page has `view()` -> view state, `press(action)` -> want. A want is a tuple that says what should happen next:
("ask", service, action, fields, page)  the head-end is asked; the page's `answered(outcome)` hears what came of it
("pin", digits), ("face",)              the card's PIN, an outside face check; `checked(result)`
("load", service, fen)                   money for the card in the slot; `loaded(written)`
("print", action, outcome, fields)      a document; `printed(ok)`
("phone", [zh, en]) a text is typed at a phone, and comes back by ("told", text)
("open", service), ("home",), ("group", id), ("identify",), ("login",), ("enter", phone's holder), ("call",)
("end",) back to the menu, ("out",) the session ends. None: only the view changed, if anything.
"""


class Page:
    """What pages share: `first` is the index of the first thing shown where they do not all fit."""

    first = 0
    private = False  # whether it shows what is nobody else's business: then the time-out warns
    waits = False  # while the head-end, the card or the printer is asked
    proved = None  # what was proved of the holder here, beside card or code: "face"

    def press(self, action):
        """Paging: the target says itself where it leads, "next.6" or "previous.0"."""
        verb, _, number = action.partition(".")
        if verb in ("next", "previous") and number.isdigit():
            self.first = int(number)
            return None
        return self.on(action)

    def on(self, action):
        """What an action that is no paging leads to."""
        return _WANTED.get(action)

    def tick(self):
        """What the page wants by itself, while nothing is asked."""
        return None

    def scanned(self, data):
        """A code was shown to the scanner while this page stands there; what that leads to."""
        return None


_WANTED = {"out": ("out",), "home": ("home",), "back": ("end",), "identify": ("identify",), "login": ("login",)}


class Attract(Page):
    """Nobody there. `left`: a card that its holder left in the slot."""

    def __init__(self, media):
        self._media = media
        self.left = False

    def view(self):
        media = self._media()
        if not media:
            return {"screen": "kiosk.out"}
        return {"screen": "kiosk.attract", "media": media, "left": self.left or None}

    def on(self, action):
        return ("identify",) if action == "start" else None


class Identify(Page):
    """How one can sign in here: what the media that work ask for. `reason`: why the last try did not do."""

    def __init__(self, media, reason=None, code=""):
        self._media = media
        self.reason = reason
        self._code = code

    def view(self):
        return {"screen": "kiosk.identify", "media": self._media(), "reason": self.reason, "code": self._code}

    def on(self, action):
        return ("out",) if action == "back" else Page.on(self, action)


class Reading(Page):
    """Somebody came: what stands open of theirs is looked for."""

    waits = True

    def view(self):
        return {"screen": "kiosk.wait", "step": "look"}


class Help(Page):
    """Help: the number 12333, and somebody to come. `under`: the page it lies over."""

    def __init__(self, under):
        self.under = under
        self.private = under.private
        self.called = False

    def view(self):
        return {"screen": "kiosk.help", "called": self.called}

    def on(self, action):
        if action == "call":
            self.called = True
            return ("call",)
        return ("under",) if action == "back" else Page.on(self, action)


class Trouble(Page):
    """Something did not work: why, and what can be done. `message`: (zh, en) of whoever refused, or None."""

    def __init__(self, reason, message=None, code="", again=None):
        self.reason = reason
        self._message = message
        self._code = code
        self._again = again  # the want of another try

    def view(self):
        return {
            "screen": "kiosk.error", "reason": self.reason, "message": self._message, "code": self._code,
            "again": self._again is not None,
        }  # fmt: skip

    def on(self, action):
        return self._again if action == "retry" else Page.on(self, action)
