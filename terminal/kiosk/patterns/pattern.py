"""What the patterns share: the stages a service goes through, one question to the head-end at a time, print, hand-over.

Wants are those of terminal.kiosk.pages. A stage that a service does not have is skipped.
"""

from micropython import const

from terminal import documents
from terminal.kiosk import forms
from terminal.kiosk.face_check import OTHER, SAME
from terminal.kiosk.forms import Form
from terminal.kiosk.pages import Page, Trouble
from terminal.service_client import NOTHING_SAID, Outcome

SKIP = ("skip",)
_TRIES = const(2)


class Pattern(Page):
    """One service under way. `outcome` is what the head-end said last, `fields` what is sent."""

    private = True
    stages = ("consent", "fields", "face", "ask", "result")
    asks = "look"  # the action that leads to the result
    prints_itself = False

    def __init__(self, service, holder, can=()):
        self.service = service
        self.holder = holder
        self.form = Form(service["fields"], self.reviews(service)) if service.get("fields") else None
        self.outcome = None
        self.fields = {}
        self.printed = False
        self._can = can
        self._stage = -1
        self._want = None  # the question under way, and the one that another try repeats
        self._trouble = None
        self._printing = None  # "printing", "failed"
        self._handing = False
        self._writing = False  # what was paid goes onto the card
        self._seen = None  # what the face check said last, when it was not "same"
        self._others = 0  # how often somebody else stood there

    @staticmethod
    def reviews(service):
        """Whether answers are looked over before they are sent."""
        return True

    def start(self):
        """The first want."""
        return self._go(1)

    def resume(self, action, outcome):
        """The result of what was filed before the plug was pulled; nothing is asked, nothing printed by itself."""
        self._stage = len(self.stages) - 1
        self.outcome = outcome
        if outcome.state == "reply" and outcome.reply["status"] != "ok":
            self._trouble = Trouble(outcome.reply["status"], outcome.reply["message"])

    @property
    def stage(self):
        return self.stages[self._stage]

    @property
    def reply(self):
        """The head-end's reply, {} for a form that waits in the outbox."""
        return self.outcome.reply or {}

    @property
    def is_seen(self):
        """Whether what was filed has come to its end."""
        return self.outcome is not None

    @property
    def waits(self):
        return self._want is not None or self._printing == "printing" or self._writing

    # What is seen

    def view(self):
        """The view state of the stage, or of what came in between."""
        if self._trouble is not None:
            view = self._trouble.view()
        elif self._printing:
            view = {"screen": "kiosk.print", "step": self._printing}
        elif self._want is not None:
            view = {"screen": "kiosk.wait", "step": self._want[0] if self._want[0] == "face" else self._want[2]}
        elif self._handing:
            view = {"screen": "kiosk.handover", "link": self.reply["link"]}
        else:
            view = getattr(self, "_view_" + self.stage)()
        view["service"] = self.service["id"]
        view["title"] = self.service["title"]
        view["department"] = self.service.get("department")
        view["first"] = self.first
        return view

    def _view_consent(self):
        return {"screen": "kiosk.consent", "text": self.service.get("consent"), "any_tap": None}

    def _view_face(self):
        return {"screen": "kiosk.face", "reason": self._seen, "card": self._seen != "other"}

    def _view_fields(self):
        return self.form.view()

    def _view_result(self):
        raise NotImplementedError

    def _result(self, screen, **more):
        """What every result may carry beside its own."""
        reply = self.reply
        view = {
            "screen": screen, "message": reply.get("message") or self.service.get("message"), "rows": rows_of(reply),
            "reference": reply.get("reference") or self.outcome.reference, "kept": self.outcome.state == "queued" or None,
            "print": self._prints() and not self.printed, "printed": self.printed or None,
            "handover": bool(self.service.get("handover") and reply.get("link")), "check": reply.get("check"),
        }  # fmt: skip
        view.update(more)
        return view

    def _prints(self):
        return "print" in self._can and bool(self.service.get("prints"))

    # What is done

    def on(self, action):
        if self._trouble is not None:
            return self._after_trouble(action)
        if self._printing == "failed":
            return self._after_paper(action)
        if self.waits:
            return None
        if self._handing:
            self._handing = action != "back"
            return None if action == "back" else Page.on(self, action)
        return getattr(self, "_on_" + self.stage)(action)

    def _on_consent(self, action):
        if action == "agree":
            self.fields["consent"] = True
            return self._go(1)
        return self._go(-1) if action in ("back", "refuse") else Page.on(self, action)

    def _on_face(self, action):
        """Looking is the consent to it; with the card alone one goes on where nobody else was seen."""
        if action == "look":
            self._want = ("face",)
            return self._want
        if action == "card" and self._seen != "other":
            return self._go(1)
        return self._go(-1) if action == "back" else Page.on(self, action)

    def _on_fields(self, action):
        asked = self.form.field
        led = self.form.press(action)
        if asked is not self.form.field:
            self.first = 0
        if led == forms.PHONE:
            return ("phone", self.form.field["title"])
        if led == forms.BEFORE:
            return self._go(-1)
        return self._onward(led) or (Page.on(self, action) if action in ("out", "home") else None)

    def told(self, text):
        """What was typed at a phone for the field that is asked."""
        return self._onward(self.form.told(text)) if self.stage == "fields" and self.form.field is not None else None

    def _onward(self, led):
        return self._go(1) if led == forms.DONE else self._choices()

    def _on_result(self, action):
        if action == "print" and self._prints() and not self.printed:
            return self._print()
        if action == "handover" and self.reply.get("link"):
            self._handing = True
            return None
        return Page.on(self, action)

    def scanned(self, data):
        if self._trouble is None and not self.waits and self.stage == "fields":
            return self._go(1) if self.form.scanned(data) == forms.DONE else None
        return None

    def _go(self, step):
        """On to the next stage that this service has, or back to the one before; ("end",) before the first."""
        self.first = 0
        while True:
            self._stage += step
            if self._stage < 0:
                return ("end",)
            want = getattr(self, "_enter_" + self.stage)(step)
            if want is not SKIP:
                return want

    def _enter_consent(self, step):
        return None if self.service.get("consent") else SKIP

    def _enter_fields(self, step):
        if self.form is None:
            return SKIP
        self.form.reopen()
        return self._choices()

    def _enter_face(self, step):
        self._seen = None
        return None if step > 0 and self.service.get("face") and "face" in self._can else SKIP

    def _enter_ask(self, step):
        if step < 0:
            return SKIP
        if self.service.get("offline") == "local":
            self.outcome = Outcome("reply", self._local(), None)
            return SKIP
        return self._ask(self.asks)

    def _local(self):
        """The reply of a service that has all its rows itself."""
        rows = [list(row[:3]) + ["text"] for row in self.service["rows"]]
        return dict(NOTHING_SAID, rows=rows, message=self.service.get("message"))

    def _enter_result(self, step):
        return self._print() if self.prints_itself and self._prints() else None

    def _ask(self, action, page=0):
        fields = dict(self.fields)
        if self.form is not None:
            fields.update(self.form.values)
        self._want = ("ask", self.service, action, fields, page)
        return self._want

    def _choices(self):
        asked = self.form.wanted()
        if asked is None:
            return None
        self._want = ("ask", self.service, "choices", asked, 0)
        return self._want

    def _print(self):
        self._printing = "printing"
        return ("print", self.asks, self.outcome, self.form)

    # What came of it

    def answered(self, outcome):
        """The head-end's answer to the question under way."""
        want, self._want = self._want, None
        reply = outcome.reply or {}
        if outcome.state == "unreachable":
            self._trouble = Trouble("unreachable", again=want)
        elif outcome.state == "reply" and reply.get("status") != "ok":
            self._trouble = Trouble(reply.get("status", "refused"), reply.get("message"))
        elif want[2] == "choices":
            self.first = 0
            led = self.form.offered(reply.get("choices"))
            return self._go(1) if led == forms.DONE else self._choices() if led else None
        else:
            self.outcome = outcome
            return self._heard(want)
        return None

    def _heard(self, want):
        """The answer to anything but choices is there."""
        return self._go(1)

    def checked(self, answer):
        """What the outside face check said, see terminal.face_check. Whoever is somebody else twice goes to the desk."""
        self._want = None
        if answer == SAME:
            self.proved = "face"
            return self._go(1)
        self._seen = answer
        self._others += answer == OTHER
        if self._others == _TRIES:
            self._trouble = Trouble("face_differs")
        return None

    def printed_out(self, well):
        """Whether the document was printed and cut."""
        self._printing = None if well else "failed"
        self.printed = self.printed or well

    def _after_trouble(self, action):
        again = self._trouble.press(action)
        if action == "retry" and again is not None:
            self._trouble, self._want = None, again
        elif action == "back":
            self._trouble = None
            # Nothing to go back to but what was asked before; without a form that is the menu.
            if self.form is None or self.stage == "result":
                return ("end",)
            if self.stage != "fields":
                return self._go(-1)
            return ("end",) if self.form.wanted() is not None else None
        return again if action != "back" else None

    def _after_paper(self, action):
        if action == "print":
            return self._print()
        if action == "back":
            self._printing = None
            return None
        return Page.on(self, action)


def rows_of(reply):
    """[(zh, en, text), ...] of a reply's rows; what is masked stays masked on the screen as on paper."""
    return [(row[0], row[1], documents.shown(row[2], row[3])) for row in reply.get("rows", ())]


def day(utc):
    """YYYY-MM-DD in China of a UTC second, None of None."""
    return None if utc is None else documents.date(utc)
