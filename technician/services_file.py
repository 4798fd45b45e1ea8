"""Kiosk services from the TOML of people to the JSON of terminals: read, checked, compiled.

A folder holds one file a group and departments.toml. What is wrong is told with file, line and field.
"""

import json

from technician.errors import ServicesFaulty
from technician.services_schema import SERVICE_FILE, check_service
from technician.tariff_fields import Faults
from technician.tariff_file import line_numbers, tomllib
from technician.text_file import read_text
from terminal.kiosk.services import VERSION

DEPARTMENTS = "departments.toml"


def load(folder, place=None):
    """The compiled document of the TOML files in `folder`; only what stands at `place` when it is given.

    ServicesFaulty names every fault with file, line and field.
    """
    told, departments = [], _departments(folder)
    groups, services, seen = [], [], {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == DEPARTMENTS:
            continue
        faults = Faults()
        text = read_text(path)
        raw = parsed(path, text)
        compiled = SERVICE_FILE(raw, (), faults)
        if not faults.found:
            groups.append((compiled["group"].pop("order"), compiled["group"]))
            for index, service in enumerate(compiled["services"]):
                where = ("services", index)
                check_service(service, departments, seen, where, faults)
                service["group"] = compiled["group"]["id"]
                services.append((len(groups), service))
        lines = line_numbers(text)
        told += ["%s:%d: %s %s" % (path, line_of(lines, at), _name(at, raw), what) for at, what in faults.found]
    if told:
        raise ServicesFaulty(told)
    return _document(groups, [service for _, service in services], place)


def pack(document):
    """The payload of a services package: one line of canonical JSON, UTF-8."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def parsed(path, text):
    """The tables of a TOML text; ServicesFaulty names `path`."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ServicesFaulty(["%s: %s" % (path, fault)]) from None


def _departments(folder):
    """{key: [Chinese, English]}."""
    path = folder / DEPARTMENTS
    if not path.is_file():
        raise ServicesFaulty(['%s: is missing; it names the departments, each as "中文 | English"' % path])
    found = {}
    for key, words in parsed(path, read_text(path)).items():
        found[key] = [part.strip() for part in str(words).split("|")]
    return found


def _document(groups, services, place):
    chosen = []
    for service in services:
        places = service.pop("places", ["hall"])
        if place is None or place in places:
            chosen.append(service)
    kept = {service["group"] for service in chosen}
    groups = [group for _, group in sorted(groups, key=lambda pair: pair[0]) if group["id"] in kept]
    rank = {group["id"]: number for number, group in enumerate(groups)}
    chosen.sort(key=lambda service: rank[service["group"]])
    return {"version": VERSION, "groups": groups, "services": chosen}


def line_of(lines, place):
    """The line of the longest beginning of `place` that has one."""
    return next((lines[place[:at]] for at in range(len(place), -1, -1) if place[:at] in lines), 1)


def _name(place, raw):
    """The place in words: a service by its id where it has one."""
    parts = []
    for key in place:
        raw = raw[key] if isinstance(raw, (dict, list)) and (isinstance(key, int) or key in raw) else None
        if isinstance(key, int):
            parts.append(str(raw.get("id", key + 1)) if isinstance(raw, dict) else "%d" % (key + 1))
        else:
            parts.append(key)
    return ".".join(parts) or "the file"
