"""Ways in that need the screen: the card's PIN, and the kiosk's own one-time code that a phone scans."""

from micropython import const

from terminal.kiosk.pages import Page, Trouble

_PIN_DIGITS = const(6)
_ASK_EACH_S = const(2)

# Who asks before anybody signed in, and what is asked then.
NOBODY = {"token": "0" * 32, "class": None, "proved": "none", "identity": None}
_START = {"id": "login", "asks": "login.start", "needs": "token", "offline": "refuse"}
_STATE = {"id": "login", "asks": "login.state", "needs": "token", "offline": "refuse"}
_TEXT_START = {"id": "text", "asks": "text.start", "needs": "token", "offline": "refuse"}
_TEXT_STATE = {"id": "text", "asks": "text.state", "needs": "token", "offline": "refuse"}


class PinPad(Page):
    """The card's PIN: six digits, shown as dots and never spoken. `then`: the want of whoever asked for it.

    `unlocks`: the card itself asked, before it says who its holder is.
    """

    private = True

    def __init__(self, then, unlocks=False):
        self._then = then
        self._verb = "unlock" if unlocks else "pin"
        self._digits = ""
        self._left = None  # tries, once one was wrong
        self.waits = False

    def view(self):
        return {
            "screen": "kiosk.pin", "entered": len(self._digits), "digits": _PIN_DIGITS, "tries": self._left,
            "first": self.first, "waits": self.waits,
        }  # fmt: skip

    def on(self, action):
        if self.waits:
            return None
        verb, _, key = action.partition(".")
        if verb == "key" and key.isdigit() and len(self._digits) < _PIN_DIGITS:
            self._digits += key
            self.first = self.first if len(self._digits) % _PIN_DIGITS else 0
        elif action == "key.back":
            self._digits = self._digits[:-1]
        elif action == "key.ok" and len(self._digits) == _PIN_DIGITS:
            digits, self._digits = self._digits, ""
            self.waits = True
            return (self._verb, digits)
        elif verb != "key":
            return Page.on(self, action)
        return None

    def checked(self, tries):
        """None: the PIN was right; else the tries that are left, -1 when the card is gone."""
        self.waits = False
        if tries is None:
            return self._then
        self._left = tries
        if tries <= 0:
            return ("show", Trouble("pin_blocked" if tries == 0 else "read_failed"))
        return None


class PhoneCode(Page):
    """A one-time code on the screen that a phone scans: asked for at the head-end, which tells what the phone said.

    `start`, `state`: the services that are asked; `done(reply)` gives the want once the phone has answered, else None.
    """

    starting = {}  # what is sent with the first question

    def __init__(self, now):
        self._now = now  # () -> UTC seconds
        self._link = None
        self._login = None
        self._match = None  # two digits that the phone has to name, so that nobody confirms somebody else's code
        self._until = 0
        self._next = 0
        self.failed = None

    def start(self):
        return ("ask", self.services[0], "look", self.starting, 0)

    def view(self):
        left = max(0, self._until - self._now()) if self._link else None
        return {
            "screen": "kiosk.login_qr", "link": self._link, "match": self._match, "left_s": left, "reason": self.failed,
        }  # fmt: skip

    def answered(self, outcome):
        """What either question came to."""
        reply = outcome.reply or {}
        if outcome.state != "reply" or reply.get("status") != "ok":
            self._link = None
            self.failed = "unreachable" if outcome.state != "reply" else "login_expired"
            return None
        if self._login is None:
            self._login, self._link = reply["reference"], reply["link"]
            self._until = reply["valid_until"]
            self._match = reply["rows"][0][2] if reply["rows"] else None
        else:
            want = self.done(reply)
            if want is not None:
                return want
        self._next = self._now() + _ASK_EACH_S
        return None

    def tick(self):
        """Asks again every two seconds while the code is valid."""
        if self.failed or self._login is None or self._now() < self._next:
            return None
        if self._now() >= self._until:
            self._link, self.failed = None, "login_expired"
            return None
        self._next = self._until
        return ("ask", self.services[1], "look", {"login": self._login}, 0)

    def on(self, action):
        if action == "retry" and self.failed:
            self._login, self.failed = None, None
            return self.start()
        return self.before if action == "back" else Page.on(self, action)


class PhoneLogin(PhoneCode):
    """Signing in: the phone confirms, the head-end tells who it was."""

    services = (_START, _STATE)
    before = ("identify",)

    def done(self, reply):
        return ("enter", reply["holder"]) if reply.get("holder") else None


class PhoneText(PhoneCode):
    """A text typed at a phone for a form: this kiosk has no keyboard for Chinese. It lies over the form, `under`."""

    private = True
    services = (_TEXT_START, _TEXT_STATE)
    before = ("under",)

    def __init__(self, now, under, ask):
        PhoneCode.__init__(self, now)
        self.under = under
        self.starting = {"ask": ask}

    def view(self):
        view = PhoneCode.view(self)
        view["writes"] = True
        return view

    def done(self, reply):
        return ("told", reply["rows"][0][2]) if reply.get("rows") else None
