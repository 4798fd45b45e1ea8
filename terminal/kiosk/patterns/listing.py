"""A list or an amount, with print; where something is due it can be paid. Consent and look is the same after a yes."""

from terminal import documents
from terminal.kiosk.patterns.pattern import Pattern
from terminal.service_client import Outcome
from terminal.topup import LOADED, OUT_OF_REACH, TORN

_ON_CARD = "卡内余额", "On the card"
_WRITTEN = "已写入卡内。", "Written to the card."
_COMES = (
    "还没有写入卡内，钱已保留，再次插卡时写入。",
    "Not on the card yet. It is kept, and written when you insert the card again.",
)
_KEPT = "没有写入卡内，钱已保留，下次充值时一并写入。", "Not on the card. It is kept and written with your next top-up."


class Listing(Pattern):
    """`pay` in the service: what the reply says is due can be paid, after one more look at it."""

    def __init__(self, service, holder, can=()):
        Pattern.__init__(self, service, holder, can)
        self._paying = False  # the amount stands to be confirmed
        self._paid = False
        self._held = False  # paid, and not on the card
        self.open = False  # what was paid is not on the card yet, and may be with the next visit

    @staticmethod
    def reviews(service):
        return False

    def resume(self, action, outcome):
        self._paid = action in ("pay", "submit")
        Pattern.resume(self, action, outcome)
        # Whether it came onto the card before the cut, the card's counter says.
        return self._load() if action == "pay" else None

    @property
    def is_seen(self):
        return self.outcome is not None and not self.open

    def _view_result(self):
        reply = self.reply
        if self._writing:
            return {"screen": "kiosk.wait", "step": "load"}
        if self._paid:
            return self._result("kiosk.done", amount=_money(reply), held=self._held or None)
        if self._paying:
            due = [(self.service["title"], _money(reply), None)]
            return {"screen": "kiosk.review", "rows": due, "pay": True}
        return self._result(
            "kiosk.list", page=reply.get("page", 0), pages=reply.get("pages", 1), amount=_money(reply),
            pay=self._payable(), heading=reply.get("title"),
        )  # fmt: skip

    def _payable(self):
        return bool(self.service.get("pay") and self.reply.get("amount"))

    def _on_result(self, action):
        if self._paying:
            self._paying = action not in ("back", "submit")
            return self._ask("pay") if action == "submit" else None
        if action == "pay" and self._payable() and not self._paid:
            self._paying = True
            return None
        verb, _, number = action.partition(".")
        if verb == "page" and number.isdigit() and not self._paid:
            return self._ask("look", int(number))
        return Pattern._on_result(self, action)

    def _heard(self, want):
        self.first = 0
        if self.stage == "result":
            self._paid = want[2] == "pay"
            self.printed = False
            return self._load() if self._paid else None
        return self._go(1)

    def _load(self):
        if not self.service.get("loads") or self._trouble is not None or not self.reply.get("amount"):
            return None
        self._writing = self.open = True
        return ("load", self.service, self.reply["amount"])

    def loaded(self, written):
        """What came of writing it to the card (terminal.kiosk.loader.Written, None where nobody could)."""
        self._writing = False
        rows = list(self.reply["rows"])
        if written is not None and written.balance is not None:
            rows.append(_ON_CARD + (written.balance, "money"))
        state = None if written is None else written.state
        self._held = state != LOADED
        self.open = state in (TORN, OUT_OF_REACH)
        message = _WRITTEN if state == LOADED else _COMES if self.open else _KEPT
        reply = dict(self.reply, rows=rows, message=message)
        self.outcome = Outcome(self.outcome.state, reply, self.outcome.reference)


class ConsentAndLook(Listing):
    """Nothing is asked before the holder has agreed, also where the service has no text of its own."""

    def _enter_consent(self, step):
        return None


def _money(reply):
    """The reply's amount as text, None without one."""
    return None if reply.get("amount") is None else documents.money(reply["amount"])
