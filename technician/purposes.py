"""What a staff desk may ask a card for: from the TOML of people to the settings of a desk."""

from pathlib import Path

from technician.errors import ServicesFaulty
from technician.services_file import line_of, parsed
from technician.services_schema import name, words
from technician.tariff_fields import Faults, boolean, choice, count, listing, table
from technician.tariff_file import line_numbers
from technician.text_file import read_text
from terminal.media.middleware import FIELDS

SHIPPED = Path(__file__).parent / "data" / "purposes.toml"

_PURPOSE = table(
    {
        "number": ("number", count(1, 65535)),
        "id": ("id", name),
        "title": ("title", words("title")),
        "tells": ("tells", listing(choice(*FIELDS))),
        "genuine": ("genuine", boolean),
        "person": ("person", boolean),
        "scenarios": ("scenarios", listing(count(1, 248))),
    },
    ("number", "id", "title", "tells"),
)
_FILE = table({"purpose": ("purposes", listing(_PURPOSE))}, ("purpose",))


def load(path=SHIPPED):
    """[dict of each purpose] for the settings of a desk. ServicesFaulty names every fault with file, line and field."""
    text = read_text(path)
    raw = parsed(path, text)
    faults, lines = Faults(), line_numbers(text)
    purposes = _FILE(raw, (), faults).get("purposes") or []
    for key in ("number", "id"):
        _told_apart(purposes, key, faults)
    if faults.found:
        raise ServicesFaulty(
            [
                "%s:%d: %s %s" % (path, line_of(lines, at), ".".join(str(key) for key in at) or "the file", what)
                for at, what in faults.found
            ]
        )
    return purposes


def _told_apart(purposes, key, faults):
    seen = set()
    for index, purpose in enumerate(purposes):
        if purpose and purpose.get(key) in seen:
            faults.add(("purpose", index, key), "is taken already, by a purpose before it")
        seen.add(purpose and purpose.get(key))
