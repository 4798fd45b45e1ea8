"""docs/decision.md names every mode, every venue's policy, every field of a tariff and of `here`."""

import inspect
import pathlib
import re

from technician import tariff_schema
from terminal import courses, modes
from terminal.decision import judgement

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "decision.md").read_text("utf8")


def test_every_mode_stands_there_as_the_table_has_it():
    words = ("decides", "open to all", "no fare", "shut", "by policy")
    for number, (key, row) in enumerate(zip(modes.MODES, courses.TABLE)):
        checks = ["yes" if row.checks & bit else "no" for bit in (courses.CHECKS_ORDER, courses.CHECKS_TIME)]
        assert "| %d | `%s` | %s |" % (number, key, " | ".join([words[row.entry], words[row.exit], *checks])) in PAGE


def test_every_policy_stands_there():
    for venue, policies in courses.VENUES.items():
        assert "| %s | %s |" % (venue, " | ".join(policies)) in PAGE


def test_every_field_of_a_tariff_stands_there():
    named = set(re.findall(r"`(\w+)`", PAGE))
    for name, converter in vars(tariff_schema).items():
        if not inspect.isfunction(converter) or name.startswith("_"):
            continue
        fields = inspect.getclosurevars(converter).nonlocals.get("fields", {})
        assert set(fields) <= named, "%s: %s" % (name, set(fields) - named)
    assert set(tariff_schema.TARIFF) <= named


def test_everything_the_core_asks_about_the_place_stands_there():
    asked = set()
    folder = pathlib.Path(judgement.__file__).parent
    for path in folder.glob("*.py"):
        asked |= set(re.findall(r"""here(?:\.get\(|\[)"(\w+)""", path.read_text("utf8")))
    assert asked >= {"direction", "station"}
    assert asked <= set(re.findall(r"`(\w+)`", PAGE))
