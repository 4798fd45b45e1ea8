"""Forms at a kiosk: one question after another, then all answers to look over. Pure; the keyboard's keys are actions.

A field is {"id", "title" [zh, en], "kind", "required", "least", "most", "choices", "check", "masked"}. `least` and `most`
count characters, for an amount they are fen. `choices` is [[value, zh, en], ...], or "asked": they come from the back
end; those of a text are phrases, beside which it can be typed, here or at a phone. `check` is JsonLogic over {"value", "fields"}. An address is picked level by level until the back end has no more.
"""

from micropython import const

from terminal import rules
from terminal.civil_time import civil_from_days, days_from_civil
from terminal.documents import masked
from terminal.media.social_holder import is_citizen_number

PICKED = ("choice", "address")
# What each kind is typed with, and how many characters it may have.
_KEYS = {"digits": "digits", "phone": "digits", "date": "digits", "barcode": "letters", "amount": "amount",
         "idnumber": "idnumber", "text": "letters"}  # fmt: skip
_LONGEST = {"digits": 20, "phone": 11, "date": 8, "barcode": 40, "amount": 9, "idnumber": 18, "text": 40}
_MOST_FEN = const(99999999)

DONE, BEFORE, SETTLED, PHONE = "done", "before", "settled", "phone"


class Form:
    """The answers to the fields of a service. `values` holds what is sent; `shown` what review and slip say.

    `review`: all answers are looked over before they count; without it the last answer is the end.
    """

    def __init__(self, fields, review=True):
        self._fields = fields
        self._review = review
        self._at = 0
        self._again = False  # one answer is changed after all were given
        self._choices = {}  # what the back end offered
        self.values = {}
        self.shown = {}
        self.problem = None
        self._draft = ""
        self._typing = False  # the keyboard instead of a text's phrases
        self._level = []  # the choices among which the last part of an address was picked

    @property
    def field(self):
        """The field that is asked now, None while all are looked over."""
        return self._fields[self._at] if self._at < len(self._fields) else None

    def wanted(self):
        """{field: value so far} for which the back end has to give choices first, or None."""
        field = self.field
        if field is None or field.get("choices") != "asked" or field["id"] in self._choices:
            return None
        asked = dict(self.values)
        asked[field["id"]] = self.values.get(field["id"], "")
        return asked

    def offered(self, choices):
        """The back end's choices, {field: [[value, zh, en], ...]}. SETTLED or DONE when they end the question."""
        field = self.field
        rows = (choices or {}).get(field["id"], [])
        self._choices[field["id"]] = rows
        # An address is done when nothing lies below what was picked.
        if field["kind"] == "address" and field["id"] in self.values and rows in ([], self._level):
            return self._onward() or SETTLED
        return None

    def reopen(self):
        """Back from what the answers led to: at the last question where they are not looked over."""
        if self.field is None and not self._review:
            self._at = len(self._fields) - 1

    def view(self):
        """The part of the view state that is the form's."""
        field = self.field
        if field is None:
            rows = [(one["title"], self.shown.get(one["id"], ""), "edit." + one["id"]) for one in self._fields]
            return {"screen": "kiosk.review", "rows": rows}
        view = {
            "field": field["id"], "ask": field["title"], "step": self._at + 1, "steps": len(self._fields),
            "problem": self.problem, "hint": field.get("hint"), "optional": not field.get("required", True),
        }  # fmt: skip
        view["texts"] = field["kind"] == "text"
        if field["kind"] in PICKED or self._phrases(field):
            view["screen"] = "kiosk.form"
            view["choices"] = self._rows(field)
            view["chosen"] = self.values.get(field["id"])
        else:
            view["screen"] = "kiosk.keyboard"
            view["keys"] = _KEYS[field["kind"]]
            view["scan"] = field["kind"] == "barcode"
            typed = self._typed(field)
            view["draft"] = masked(typed) if field.get("masked") and typed else typed
        return view

    def press(self, action):
        """DONE when the answers were confirmed, BEFORE when one goes back before the first question, PHONE when a text is
        to be typed at a phone, else None."""
        verb, _, name = action.partition(".")
        self.problem = None
        if action == "back":
            return self._back()
        if self.field is None:
            if verb == "edit" and self._review:
                self._at = [one["id"] for one in self._fields].index(name)
                self._again, self._draft = True, ""
                if self.field["kind"] == "address":
                    self._choices.pop(name, None)
                    self._keep(None, "")
            return DONE if action == "submit" else None
        if action == "skip" and not self.field.get("required", True):
            self._keep(None, "")
            return self._onward()
        if self.field["kind"] == "text" and action in ("type", PHONE):
            self._typing = action == "type" and self._phrases(self.field)
            return PHONE if action == PHONE else None
        if verb == "choice":
            return self._pick(name)
        if verb == "key":
            return self._key(name)
        return None

    def scanned(self, data):
        """A code that the scanner saw fills a field for barcodes: then True, or what `press` gives; else False."""
        field = self.field
        if field is None or field["kind"] != "barcode":
            return False
        self._draft = "".join([chr(byte) for byte in data if 32 < byte < 127])[
            : field.get("most") or _LONGEST["barcode"]
        ]
        return self.press("key.ok") or True

    def told(self, text):
        """A text that was typed at a phone: then what `press` gives."""
        self._draft = " ".join(text.split())[: _longest(self.field)].strip()
        return self._accept(self.field)

    def paper(self, lang):
        """The answers as documents print them: by field id, and what the back end offered in its words."""
        at = 0 if lang == "zh" else 1
        told = dict(self.values)
        for field in self._fields:
            name = field["id"]
            if name in told and field["kind"] in PICKED and field.get("choices") == "asked":
                told[name] = self.shown[name][at]
        return told

    # Inside

    def _phrases(self, field):
        return field["kind"] == "text" and bool(field.get("choices")) and not self._typing

    def _rows(self, field):
        return self._choices.get(field["id"], []) if field.get("choices") == "asked" else field.get("choices") or []

    def _back(self):
        self._draft = ""
        if self._typing:
            self._typing = False
            return None
        if self._again:
            self._again, self._at = False, len(self._fields)
            return None
        if self._at == 0:
            return BEFORE
        self._at -= 1
        return None

    def _onward(self):
        self._draft = ""
        self._typing = False
        self._at = len(self._fields) if self._again else self._at + 1
        self._again = False
        return DONE if self.field is None and not self._review else None

    def _keep(self, value, shown):
        name = self.field["id"]
        if value is None:
            self.values.pop(name, None)
        else:
            self.values[name] = value
        self.shown[name] = shown

    def _pick(self, value):
        field = self.field
        for row in self._rows(field):
            if str(row[0]) == value:
                before = self.shown.get(field["id"], "") if field["kind"] == "address" else ""
                self._keep(row[1] if field["kind"] == "text" else row[0], _joined(before, row))
                if field["kind"] == "address":
                    self._level = self._choices.pop(field["id"])
                    return None
                return self._onward()
        return None

    def _key(self, key):
        field = self.field
        if key == "back":
            self._draft = self._draft[:-1]
        elif key == "ok":
            return self._accept(field)
        else:
            character = {"dot": ".", "space": " ", "dash": "-"}.get(key, key)
            if len(character) == 1 and len(self._draft) < _longest(field) and _may(field, self._draft, character):
                self._draft += character
        return None

    def _accept(self, field):
        value, self.problem = value_of(field, self._draft)
        if self.problem is None and value is not None and field.get("check") is not None:
            known = dict(self.values)
            known[field["id"]] = value
            if not rules.is_true(rules.evaluate(field["check"], {"value": value, "fields": known})):
                self.problem = "rule"
        if self.problem is None:
            typed = self._typed(field)
            self._keep(value, masked(typed) if field.get("masked") else typed)
            return self._onward()
        return None

    def _typed(self, field):
        draft = self._draft
        if field["kind"] == "date" and len(draft) > 4:
            return "-".join([part for part in (draft[:4], draft[4:6], draft[6:]) if part])
        return ("¥" + draft) if field["kind"] == "amount" and draft else draft


def value_of(field, draft):
    """(value, None) of what was typed, or (None, why not). An empty answer is None where none is required."""
    kind = field["kind"]
    if not draft:
        return None, ("required" if field.get("required", True) else None)
    if kind == "amount":
        return _amount(draft, field.get("least") or 1, field.get("most") or _MOST_FEN)
    if kind == "date":
        return _date(draft)
    if kind == "phone" and not (len(draft) == 11 and draft[0] == "1"):
        return None, "phone"
    if kind == "idnumber" and not is_citizen_number(draft):
        return None, "idnumber"
    if len(draft) < (field.get("least") or 1):
        return None, "short"
    return draft, None


def _amount(draft, least, most):
    yuan, _, part = draft.partition(".")
    fen = int(yuan or "0") * 100 + int((part + "00")[:2])
    if fen < least:
        return None, "small"
    return (fen, None) if fen <= most else (None, "large")


def _date(draft):
    if len(draft) != 8:
        return None, "date"
    date = int(draft[:4]), int(draft[4:6]), int(draft[6:])
    if not (1900 <= date[0] and 1 <= date[1] <= 12 and 1 <= date[2] <= 31):
        return None, "date"
    if civil_from_days(days_from_civil(*date)) != date:
        return None, "date"
    return "%s-%s-%s" % (draft[:4], draft[4:6], draft[6:]), None


def _longest(field):
    longest = _LONGEST[field["kind"]]
    return longest if field["kind"] == "amount" else min(longest, field.get("most") or longest)


def _may(field, draft, character):
    """Whether the character may follow: digits where digits are asked, one point and two places in an amount."""
    kind = field["kind"]
    if kind in ("text", "barcode"):
        return True
    if kind == "idnumber":
        return character.isdigit() or (character == "X" and len(draft) == 17)
    if kind == "amount":
        if character == ".":
            return bool(draft) and "." not in draft
        return character.isdigit() and ("." not in draft or len(draft) - draft.find(".") < 3)
    return character.isdigit()


def _joined(before, row):
    """What was picked, as [zh, en]; levels of an address one after the other."""
    zh, en = row[1], row[2]
    return [before[0] + zh, en + ", " + before[1]] if before else [zh, en]
