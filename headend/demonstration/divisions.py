"""Where one lives, picked and never typed: province, city, district, street, out of data/divisions.csv.

Names and codes of provinces, cities and districts are those of GB/T 2260 (the pilot cities of the source documents); some
districts of Nanjing have streets, numbered behind the district's code. An operator's platform gives the whole of it.
"""

from headend.demonstration.case import table

_CITY, _DISTRICT, _STREET = 2, 3, 4
# How deep each field goes; a residence goes all the way.
_DEPTHS = {"area": _STREET}
_CHILDREN = {}


def _parent(code, known):
    """The code that a division lies under, "" for a province. Districts of the four cities under the State lie under those."""
    if "-" in code:
        return code.partition("-")[0]
    if code[2:] == "0000":
        return ""
    city = code[:4] + "00"
    return city if city != code and city in known else code[:2] + "0000"


def _load():
    rows = table("divisions")
    known = {row["code"] for row in rows}
    for row in rows:
        _CHILDREN.setdefault(_parent(row["code"], known), []).append([row["code"], row["zh"], row["en"]])


_load()


def below(field, chosen):
    """[[code, zh, en]] of what lies below `chosen`, the provinces below ""; [] where this field goes no deeper."""
    depth = _STREET if "-" in chosen else _DISTRICT if chosen[4:] != "00" else _CITY if chosen[2:] != "0000" else 1
    if chosen and depth >= _DEPTHS.get(field, _CITY):
        return []
    return _CHILDREN.get(chosen, [])
