"""Plays a service as a resident would, through the kiosk's pattern, against a real head-end; nothing is invented here."""

from headend.demonstration.people import RESIDENTS
from simulator.cards.demonstration import make_card
from terminal.kiosk import patterns
from tests.host.kiosk_client import holder
from tests.portable.direct import DirectChannel

_TYPED = {
    "digits": "1234567890",
    "phone": "13800000000",
    "text": "A1",
    "barcode": "9787000000011",
    "idnumber": RESIDENTS[10].number,
}
_DATES = ("20260401", "20270401", "20280401")
_MOST_STEPS = 80
_MOST_TRIES = 3


class ServicePlayer:
    """One session with one service. `typed`: {field: what is keyed in}, `picked`: {field: which choice, 0 is the first}."""

    def __init__(self, kiosk, name, who, typed=None, picked=None):
        self.kiosk = kiosk
        self.who = holder(who)
        self.service = kiosk.services.service(name)
        self.pattern = patterns.begin(self.service, self.who, ("print", "face"))
        self.screens = []
        self.asked = []  # (action, reply or None)
        self.printed = 0
        self.tries = 0  # how often another one was needed
        self._typed = typed or {}
        self._picked = picked or {}
        self._dates = list(_DATES)

    def play(self):
        """Goes on until a result is shown and, where there is something to pay, paid; returns the last view."""
        want = self.pattern.start()
        for _ in range(_MOST_STEPS):
            while want is not None:
                want = self._mind(want)
            view = self.pattern.view()
            self.screens.append(view["screen"])
            action = self._next(view)
            if action is None:
                return view
            for key in action:
                want = self.pattern.press(key)
        raise AssertionError("%s does not end: %s" % (self.service["id"], self.screens[-6:]))

    def _mind(self, want):
        if want[0] == "ask":
            _, service, action, fields, page = want
            who = dict(self.who, proved="face") if self.pattern.proved else self.who
            outcome = self.kiosk.ask(service["id"], action, who, fields, page=page)
            self.asked.append((action, outcome.reply))
            return self.pattern.answered(outcome)
        if want[0] == "face":
            return self.pattern.checked("same")
        if want[0] == "load":
            card = DirectChannel(make_card("03104830100000000042", social=False))
            return self.pattern.loaded(self.kiosk.load(card, want[2], self.who))
        assert want[0] == "print", want
        self.printed += 1
        return self.pattern.printed_out(True)

    def _next(self, view):
        """The targets to press on this view, None at the end."""
        screen = view["screen"]
        if screen == "kiosk.error" and view["reason"] == "unreachable" and self.tries < _MOST_TRIES:
            self.tries += 1
            return ["retry"]
        if screen == "kiosk.consent":
            return ["agree"]
        if screen == "kiosk.face":
            return ["look"]
        if screen == "kiosk.form":
            rows = view["choices"]
            assert rows, "%s offers nothing for %s" % (self.service["id"], view["field"])
            return ["choice.%s" % rows[self._picked.get(view["field"], 0)][0]]
        if screen == "kiosk.keyboard":
            assert not view["problem"], "%s: %s is %s" % (self.service["id"], view["field"], view["problem"])
            return ["key." + key for key in self._text(view)] + ["key.ok"]
        if screen == "kiosk.review":
            return ["submit"]
        if view.get("pay"):
            return ["pay"]
        return ["print"] if view.get("print") and not view.get("printed") else None

    def _text(self, view):
        name = view["field"]
        (field,) = [one for one in self.service["fields"] if one["id"] == name]
        if name in self._typed:
            return self._typed[name]
        if field["kind"] == "date":
            return self._dates.pop(0)
        if field["kind"] == "amount":
            return "%d" % ((field.get("least") or 100) // 100)
        return _TYPED[field["kind"]][: field.get("most") or 40]
