"""The services of a kiosk, as the compiled document says them: groups, the menu for a holder, what happens offline.

The document is one line of JSON, see docs/services.md. What a service leaves out has the value in `DEFAULTS`.
"""

import json
from binascii import unhexlify

from offline_store.errors import StoreError
from offline_store.slots import TwoSlots
from terminal.coercion import is_true
from terminal.more_errors import PackageMalformed, RuleMalformed, RuleTooCostly
from terminal.rules import evaluate

VERSION = 1
PATTERNS = ("signin", "list", "form", "proof", "ticket", "consent")
FIELD_KINDS = ("digits", "amount", "date", "choice", "address", "text", "phone", "idnumber", "barcode")
DEFAULTS = {
    "who": None, "needs": "token", "pin": False, "face": False, "fields": (), "consent": None, "pay": False,
    "loads": False, "prints": None, "handover": False, "offline": "refuse", "rows": (), "asks": None, "message": None,
}  # fmt: skip
FIELD_DEFAULTS = {
    "required": True, "least": None, "most": None, "choices": None, "check": None, "masked": False, "hint": None,
}  # fmt: skip
FACTS = ("class", "age", "same_city", "generation", "proved", "scheme")

_MAGIC = b"SVC1"
_PIECE = 512


class Services:
    """The services of a document (a dict). A holder is a dict of FACTS; what is not known of it is None or left out.

    `key`: the head-end's public key to which forms are sealed (terminal/kiosk/outbox.py), None: nothing can wait.
    """

    def __init__(self, document):
        if not isinstance(document, dict) or document.get("version") != VERSION:
            raise PackageMalformed("services of another version than %d" % VERSION)
        try:
            self.key = unhexlify(document["key"]) if "key" in document else None
            self._groups = [dict(group) for group in document["groups"]]
            self._services = {service["id"]: service for service in document["services"]}
            self._order = [service["id"] for service in document["services"]]
            groups = [group["id"] for group in self._groups]
            for name in self._order:
                _check(self._services[name], groups)
        except (KeyError, TypeError, ValueError):
            raise PackageMalformed("services without the expected fields") from None

    def service(self, name):
        """The service with everything it leaves out filled in, fields too; None when there is none of that name."""
        found = self._services.get(name)
        if found is None:
            return None
        whole = _filled(found, DEFAULTS)
        whole["asks"] = whole["asks"] or name
        whole["fields"] = [_filled(field, FIELD_DEFAULTS) for field in whole["fields"]]
        return whole

    def menu(self, holder, group=None):
        """Ids of the services that `holder` may use, in the document's order, of one group or of all."""
        return [
            name
            for name in self._order
            if group in (None, self._services[name]["group"]) and _may_use(self._services[name], holder)
        ]

    def groups(self, holder):
        """[{"id", "title", "icon", "services": [ids]}] of the groups in which there is something for `holder`."""
        found = []
        for group in self._groups:
            names = self.menu(holder, group["id"])
            if names:
                found.append(dict(group, services=names))
        return found

    def serving(self, scenario):
        """Ids of the services that serve a scenario of the source documents, by its number."""
        return [name for name in self._order if scenario in self._services[name].get("scenarios", ())]


def _check(service, groups):
    """What would end a session if it were otherwise; PackageMalformed names the service."""
    if service["pattern"] not in PATTERNS:
        raise PackageMalformed("service %s has a pattern that is not known" % service["id"])
    if service["group"] not in groups or len(service["title"]) != 2:
        raise PackageMalformed("service %s stands in no group, or has no title in two languages" % service["id"])
    for field in service.get("fields", ()):
        if field["kind"] not in FIELD_KINDS or len(field["title"]) != 2:
            raise PackageMalformed("service %s asks for what no kiosk can take" % service["id"])


def offline_rule(service, action):
    """What happens to an action while nobody can be reached: "queue", "refuse" or "local" (a whole service)."""
    rule = service["offline"]
    if rule == "queue":
        return "queue" if action == "submit" else "refuse"
    return rule if action == "look" else "refuse"


def _filled(found, defaults):
    whole = dict(defaults)
    whole.update(found)
    return whole


def _may_use(service, holder):
    condition = service.get("who")
    if condition is None:
        return True
    try:
        return is_true(evaluate(condition, holder))
    except (RuleMalformed, RuleTooCostly):  # checked when it was compiled; what still fails is not on the menu
        return False


class ServicesStore:
    """The services in force on a medium of their own: two slots, so that a cut while new ones come leaves the old.

    `table` is the Services or None; `epoch` the package version; `taken(services)` hears of new ones. Shaped like the
    list stores of terminal.intake.
    """

    def __init__(self, medium, taken=None):
        self._slots = TwoSlots(medium, _MAGIC, b"")
        self._taken = taken
        self.table = None
        self.epoch = 0
        for _, kept in self._slots.candidates[:1]:
            if kept:
                self.epoch = int.from_bytes(kept[:4], "big")
                self.table = read(kept[4:])

    def install(self, medium, version=0):
        """Steps of taking over what lies on `medium`; PackageMalformed, StoreError: the old services stay."""
        line = bytearray()
        yield from self._read(medium, line)
        services = read(line)
        yield
        self._slots.put(version.to_bytes(4, "big") + bytes(line))
        self.table, self.epoch = services, version
        if self._taken is not None:
            self._taken(services)

    def examine(self, medium):
        """Steps of looking at what has to wait for its day; PackageMalformed when that day would only bring a refusal."""
        line = bytearray()
        try:
            yield from self._read(medium, line)
        except StoreError as error:
            raise PackageMalformed(str(error)) from None
        read(line)

    def _read(self, medium, line):
        piece = bytearray(_PIECE)
        for start in range(0, medium.size, _PIECE):
            view = memoryview(piece)[: min(_PIECE, medium.size - start)]
            medium.read_into(start, view)
            end = bytes(view).find(b"\n")
            line.extend(view if end < 0 else view[:end])
            if end >= 0:
                break
            if len(line) > self._slots.room:
                raise StoreError("services do not fit the %d bytes that are kept for them" % self._slots.room)
            yield


def read(line):
    """The Services in the bytes of a document; PackageMalformed."""
    try:
        return Services(json.loads(bytes(line)))
    except (ValueError, RuntimeError):  # RuntimeError: nested too deep
        raise PackageMalformed("services are not JSON") from None
