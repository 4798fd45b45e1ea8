"""Text and JSON files that a technician names: what is wrong with one is said, not traced."""

import json

from technician.errors import InputMalformed


def read_text(path):
    """The text in the file. InputMalformed when it is none."""
    try:
        return path.read_text("utf8")
    except UnicodeDecodeError as error:
        raise InputMalformed("%s is no UTF-8 text: byte %d" % (path, error.start + 1)) from None


def read_json(path, *names):
    """The object in the file. InputMalformed says that it is none, or which of `names` it lacks."""
    return _object(path.read_bytes(), str(path), names)


def read_json_lines(path, *names):
    """The objects in the file, one a line."""
    lines = path.read_bytes().splitlines()
    return [_object(line, "%s line %d" % (path, number), names) for number, line in enumerate(lines, 1)]


def _object(data, place, names):
    try:
        found = json.loads(data)
    except ValueError as error:
        raise InputMalformed("%s is not JSON: %s" % (place, error)) from None
    if not isinstance(found, dict):
        raise InputMalformed("%s is no JSON object" % place)
    lacking = [name for name in names if name not in found]
    if lacking:
        raise InputMalformed("%s lacks %s" % (place, ", ".join(lacking)))
    return found
