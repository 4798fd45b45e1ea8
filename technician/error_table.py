"""Writes docs/errors.md from the error classes themselves: python -m technician.error_table."""

import ast
import pathlib
import re
from collections import namedtuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROOMS = ("terminal", "drivers", "offline_store", "screens", "boards", "simulator", "headend", "technician")
PAGE = ROOT / "docs" / "errors.md"

_HEAD = """# Error codes

Written by `python -m technician.error_table` from the classes' own words. A code never changes its meaning.
"""
_CODE = re.compile(r"[A-Z]+-[0-9]+")

Error = namedtuple("Error", "code name room meaning")


def errors():
    """Every Error class of the project that has a code of its own, in the order of rooms and files."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.parse(path.read_text("utf8")).body:
                code = _code(node)
                if code:
                    meaning = ast.get_docstring(node) or ""
                    yield Error(code, node.name, room, " ".join(meaning.split()))


def page():
    """The text of docs/errors.md. Families (code ...-0) are never raised themselves and have no row."""
    rows = [error for error in errors() if not error.code.endswith("-0")]
    parts = [_HEAD]
    for family in sorted({_family(error) for error in rows}):
        parts.append("\n## %s\n\n| Code | Name | Room | What it says |\n|---|---|---|---|\n" % family)
        for error in sorted(rows, key=lambda error: int(error.code.rpartition("-")[2])):
            if _family(error) == family:
                parts.append("| %s | `%s` | %s | %s |\n" % (error.code, error.name, error.room, error.meaning))
    return "".join(parts)


def _family(error):
    return error.code.rpartition("-")[0]


def _code(node):
    if not isinstance(node, ast.ClassDef):
        return None
    for statement in node.body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", None) == "code":
            value = getattr(statement.value, "value", None)
            if isinstance(value, str) and _CODE.fullmatch(value):
                return value
    return None


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), "utf8")
