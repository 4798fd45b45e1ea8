"""Where one lives, picked and never typed: province, city, district, street, out of a table that an operator replaces.

Codes of six digits are those of GB/T 2260, streets have the nine digits of the statistics bureau: their district's six and
three more. What lies here are the pilot cities of the source documents, with the streets of three districts of Nanjing; it was compared
with published tables. `divisions.csv` in the head-end's folder stands in for it.
"""

import csv
import pathlib

_SHIPPED = pathlib.Path(__file__).parent / "data" / "divisions.csv"
_CITY, _DISTRICT, _STREET = 2, 3, 4
# How deep each field goes; a residence goes all the way.
_DEPTHS = {"area": _STREET}


class Divisions:
    """The table of `folder`, or the shipped one: columns code, zh, en; every code once, in the order in which it is shown."""

    def __init__(self, folder):
        own = pathlib.Path(folder) / "divisions.csv"
        with open(own if own.exists() else _SHIPPED, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        known = {row["code"] for row in rows}
        self._below = {}
        for row in rows:
            self._below.setdefault(_parent(row["code"], known), []).append([row["code"], row["zh"], row["en"]])

    def below(self, field, chosen):
        """[[code, zh, en]] of what lies below `chosen`, the provinces below ""; [] where this field goes no deeper."""
        depth = (
            _STREET if len(chosen) > 6 else _DISTRICT if chosen[4:] != "00" else _CITY if chosen[2:] != "0000" else 1
        )
        if chosen and depth >= _DEPTHS.get(field, _CITY):
            return []
        return self._below.get(chosen, [])


def _parent(code, known):
    """The code that a division lies under, "" for a province. Districts of the four cities under the State lie under those."""
    if len(code) > 6:
        return code[:6]
    if code[2:] == "0000":
        return ""
    city = code[:4] + "00"
    return city if city != code and city in known else code[:2] + "0000"
