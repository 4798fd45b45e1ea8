"""The fields of a services file, table by table: what each may be, and what a service must have beside it."""

import re

from screens import icons
from technician.tariff_fields import boolean, choice, count, either, listing, rule, table, text
from terminal.kiosk.services import FIELD_KINDS, PATTERNS

PLACES = ("hall", "village", "bank", "hospital", "library", "jobs")
PRINTS = ("receipt", "voucher", "ticket", "certificate", "slip")
ROW_KINDS = ("text", "money", "date", "count", "masked")
# What a kiosk's screens have room for, in the letters of their language: Chinese, English.
LONGEST = {"title": (14, 44), "short": (8, 18), "message": (80, 260), "consent": (160, 520), "field": (10, 32)}
_ID = re.compile(r"[a-z][a-z0-9-]{0,31}")


def name(value, place, faults):
    """A name of lower-case letters, digits and hyphens."""
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    return faults.add(place, "is %r, expected a name such as pension-payments (1 to 32 of a-z, 0-9, -)" % (value,))


def words(longest):
    """[Chinese, English] of "中文 | English", neither longer than `LONGEST` says."""
    most = LONGEST[longest]

    def convert(value, place, faults):
        parts = [part.strip() for part in value.split("|")] if isinstance(value, str) else []
        if len(parts) != 2 or not all(parts):
            return faults.add(place, 'is %r, expected "中文 | English"' % (value,))
        if not any("\u4e00" <= letter <= "\u9fff" for letter in parts[0]):
            return faults.add(place, "has no Chinese before the bar")
        for part, room in zip(parts, most):
            if len(part) > room:
                faults.add(place, "has %d letters in %r, a screen has room for %d" % (len(part), part, room))
        return parts

    return convert


def option(value, place, faults):
    """[value, Chinese, English] of "value | 中文 | English"."""
    parts = [part.strip() for part in value.split("|")] if isinstance(value, str) else []
    if len(parts) == 3 and all(parts):
        return parts
    return faults.add(place, 'is %r, expected "value | 中文 | English"' % (value,))


def row(value, place, faults):
    """[Chinese, English, value, kind] of "中文 | English | value", shown without the head-end."""
    parts = [part.strip() for part in value.split("|")] if isinstance(value, str) else []
    if len(parts) == 3 and all(parts):
        return [*parts, "text"]
    return faults.add(place, 'is %r, expected "中文 | English | value"' % (value,))


_FIELD = table(
    {
        "id": ("id", name),
        "title": ("title", words("field")),
        "kind": ("kind", choice(*FIELD_KINDS)),
        "required": ("required", boolean),
        "least": ("least", count(0, 2_000_000_000)),
        "most": ("most", count(0, 2_000_000_000)),
        "choices": ("choices", either(choice("asked"), listing(option), lambda value: isinstance(value, str))),
        "check": ("check", rule),
        "masked": ("masked", boolean),
        "hint": ("hint", words("message")),
    },
    ("id", "title", "kind"),
)
_SERVICE = table(
    {
        "id": ("id", name),
        "title": ("title", words("title")),
        "short": ("short", words("short")),
        "department": ("department", name),
        "icon": ("icon", choice(*icons.names())),
        "pattern": ("pattern", choice(*PATTERNS)),
        "places": ("places", listing(choice(*PLACES))),
        "who": ("who", rule),
        "asks": ("asks", text),
        "needs": ("needs", choice("token", "identity")),
        "pin": ("pin", boolean),
        "face": ("face", boolean),
        "fields": ("fields", listing(_FIELD)),
        "consent": ("consent", words("consent")),
        "message": ("message", words("message")),
        "pay": ("pay", boolean),
        "loads": ("loads", boolean),
        "prints": ("prints", choice(*PRINTS)),
        "handover": ("handover", boolean),
        "offline": ("offline", choice("queue", "refuse", "local")),
        "rows": ("rows", listing(row)),
        "scenarios": ("scenarios", listing(count(1, 248))),
    },
    ("id", "title", "short", "department", "icon", "pattern", "scenarios"),
)
_GROUP = table(
    {
        "id": ("id", name),
        "title": ("title", words("title")),
        "icon": ("icon", choice(*icons.names())),
        "order": ("order", count(1, 99)),
    },
    ("id", "title", "icon", "order"),
)
SERVICE_FILE = table({"group": ("group", _GROUP), "services": ("services", listing(_SERVICE))}, ("group", "services"))


def check_service(service, departments, seen, place, faults):
    """What no single field can tell; the department's key becomes its words. `seen`: {id: place} of all before."""
    if service["id"] in seen:
        faults.add((*place, "id"), "is taken already, by a service before it")
    seen[service["id"]] = place
    key = service["department"]
    if key not in departments:
        faults.add((*place, "department"), "is %r; departments.toml has: %s" % (key, ", ".join(departments)))
    service["department"] = departments.get(key)
    for needed, when, why in _needs(service):
        if when and not service.get(needed):
            faults.add(place, "lacks the field %s: %s" % (needed, why))
    if service.get("pay") and service["pattern"] != "list":
        faults.add((*place, "pay"), "is true, but only a list is looked at before it is paid")
    if service.get("loads") and not (service.get("pay") and service.get("pin")):
        faults.add((*place, "loads"), "is true, but only what is paid with the card in the slot can be written to it")
    _check_fields(service, place, faults)


def _needs(service):
    """(field, whether it is needed, why)."""
    pattern = service["pattern"]
    yield "fields", pattern == "form", "a form asks for something"
    yield "consent", pattern in ("consent", "proof"), "nothing is looked up or filed here without the holder's word"
    yield "prints", pattern == "ticket", "a ticket is printed"
    yield "rows", service.get("offline") == "local", "what is shown without the head-end stands in the service"


def _check_fields(service, place, faults):
    if service.get("offline") == "queue" and not (
        service["pattern"] in ("form", "proof", "signin") or service.get("loads")
    ):
        faults.add(
            (*place, "offline"),
            "is queue, but only a form, a proof, a sign-in or what was loaded can wait for the network",
        )
    names = set()
    for index, field in enumerate(service.get("fields", ())):
        where = (*place, "fields", index)
        if field["id"] in names:
            faults.add((*where, "id"), "is taken already in this service")
        names.add(field["id"])
        if field["kind"] in ("choice", "address") and not field.get("choices"):
            faults.add(where, 'lacks the field choices: a list, or "asked" for those of the back end')
        if field.get("choices") and field["kind"] not in ("choice", "address", "text"):
            faults.add(
                (*where, "choices"), "belong to a field of kind choice, address or text, this is %s" % field["kind"]
            )
        least, most = field.get("least"), field.get("most")
        if least is not None and most is not None and least > most:
            faults.add((*where, "least"), "is %d, above most, %d" % (least, most))
