"""The fleet as its terminals report it with each question for the desired state."""

import re
import time
from collections import namedtuple

from headend.operator_store import open_operator_store
from headend.sqlite_file import transaction
from terminal.check_line import parsed
from terminal.errors import WireMalformed
from terminal.names import check_name

_LIST = re.compile(r"[A-Za-z0-9.-]*")
_TEST = re.compile(r"[A-Za-z0-9.,_~-]*")
_MOST = 400
_MOST_TEST = 640

Standing = namedtuple("Standing", "terminal contact has bad queued mode terminal_class why checks")
"""`has`: {kind: version in force}; `bad`: {kind: (code, version or None)} of refusals; `queued`: records that wait at
the terminal; `why`: in words, why its last firmware went back; `checks`: [terminal.self_test.Check] of its last self-test."""


class Heard:
    """The newest report of each terminal since somebody took them."""

    def __init__(self):
        self._news = {}

    def heard(self, terminal, query):
        """A terminal asked with these query parameters. What is not as a terminal writes it is left out."""
        row = report_row(terminal, query)
        if row:
            before = self._news.get(terminal)
            self._news[terminal] = row if row[-1] or before is None else (*row[:-1], before[-1])

    def taken(self):
        """Rows of `report_row`; they are no news any more."""
        news, self._news = self._news, {}
        return list(news.values())


class FleetReports(Heard):
    """Takes reports in memory; `flush()` writes them in one transaction, for thousands of terminals a second."""

    def __init__(self, folder):
        super().__init__()
        self._db = open_operator_store(folder)

    async def flush(self):
        """Makes what was heard visible to the operators."""
        self.take(self.taken())

    async def follow(self, _reports):
        """Nothing to do: all processes of an embedded head-end write into one store."""

    def take(self, rows):
        """Writes rows of `report_row`; an older one than what is there changes nothing. A self-test is told now and then."""
        if rows:
            with transaction(self._db):
                self._db.executemany(
                    "INSERT INTO fleet VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                    "contact=excluded.contact, has=excluded.has, bad=excluded.bad, queued=excluded.queued, "
                    "mode=excluded.mode, class=excluded.class, why=excluded.why, "
                    "test=CASE excluded.test WHEN '' THEN test ELSE excluded.test END WHERE excluded.contact>=contact",
                    [(*row, "")[:9] for row in rows],  # a gateway of before has no self-test to tell
                )

    def close(self):
        self._db.close()


def report_row(terminal, query):
    """The row of the table `fleet` for what a terminal reported in `query`; None when its name is none."""
    try:
        check_name(terminal)
    except WireMalformed:
        return None
    return (
        terminal, int(time.time()), _listing(query.get("has", "")), _listing(query.get("bad", "")),
        _number(query.get("queued")), _number(query.get("mode")), query.get("class", "")[:16],
        _listing(query.get("why", "")).replace("-", " ").strip(), _listing(query.get("test", ""), _TEST, _MOST_TEST),
    )  # fmt: skip


def standings(db):
    """[Standing] of all terminals that ever reported, by name."""
    rows = db.execute("SELECT terminal, contact, has, bad, queued, mode, class, why, test FROM fleet ORDER BY terminal")
    return [Standing(row[0], row[1], _versions(row[2]), _codes(row[3]), *row[4:8], parsed(row[8])) for row in rows]


def _listing(text, letters=_LIST, most=_MOST):
    return text if len(text) <= most and letters.fullmatch(text) else ""


def _number(text):
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _versions(text):
    pairs = (part.partition(".") for part in text.split("-") if part)
    return {kind: int(version) for kind, dot, version in pairs if dot and version.isdigit()}


def _codes(text):
    """ "hotlist.PACKAGE-1.7-delta.PACKAGE-3" as a dict."""
    found = re.findall(r"([a-z]+)\.([A-Z]+-[0-9]+)(?:\.([0-9]+))?", text)
    return {kind: (code, int(version) if version else None) for kind, code, version in found}
