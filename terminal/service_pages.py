"""What a technician reads at a lane in maintenance: its self-test with remedies, and how it stands. Pages turn by themselves.

Rows are those of screens/maintenance.py. A gate that was never in maintenance does not load this.
"""

from micropython import const

from terminal.civil_time import civil
from terminal.more_errors import PackageUnfit

_TURN_MS = const(5000)
_ROWS = const(6)  # a remedy stays on the page of its check
_DOCUMENTS = const(("tariff", "settings"))
_WORDY = const(("remedy", "refusal"))  # rows that the screen turns into words, as long as two others


class ServicePages:
    """`examination` is a SelfTest; `facts()` gives the rows of how the terminal stands now."""

    def __init__(self, examination, facts, face, clock):
        self._examination = examination
        self._facts = facts
        self._face = face
        self._clock = clock
        self._pages = ()
        self._at = 0
        self._next = None

    def enter(self):
        """Maintenance begins: the first page comes at the next turn, with everything examined again."""
        self._at, self._pages, self._next = 0, (), None

    async def turn(self):
        """Shows the next page when it is time; after the last one everything is examined anew."""
        if self._next is not None and not self._clock.passed(self._next):
            return
        if self._at == len(self._pages):
            # The link is left alone: records may be under way on it.
            checks = await self._examination.examine(network=False)
            self._pages = laid_out([_rows(found) for found in checks] + [_together(row) for row in self._facts()])
            self._at = 0
        rows = self._pages[self._at]
        self._at += 1
        self._face.show("maintenance", rows=rows, leaf=self._at, leaves=len(self._pages))
        self._next = self._clock.deadline(_TURN_MS)


def laid_out(groups):
    """Pages (lists of rows) of groups of rows; no group is torn apart."""
    pages = [[]]
    for group in groups:
        if pages[-1] and _height(pages[-1]) + _height(group) > _ROWS:
            pages.append([])
        pages[-1].extend(group)
    return pages


def _height(rows):
    return len(rows) + len([row for row in rows if row[0] in _WORDY])


def moment(utc):
    """YYYY-MM-DD hh:mm in China."""
    return "%04d-%02d-%02d %02d:%02d" % civil(utc)[:5]


def standing(online, software, lists, updates, now, documents=None, unfit=False):
    """The rows that no check has: link, software, until when the list holds, what was refused or went back and why. Rows
    that belong together are in a list of their own.

    `software` is a version or None, `lists` a terminal.lists.Lists or None, `updates` a terminal.updates.Updates or None,
    `documents` a terminal.site_documents.SiteDocuments or None; `unfit`: taps fail under the tariff in force.
    """
    rows = [("link", "online" if online else "offline", True if online else None)]
    if software is not None:
        rows.append(("version", str(software), None))
    if lists is not None and lists.not_after:
        rows.append(("until", moment(lists.not_after), now < lists.not_after))
    if updates is not None:
        held = updates.shelf.versions()
        for kind in _DOCUMENTS if documents is not None else ():
            if kind in held:
                held[kind] = documents.version(kind)  # what went back lies on the shelf all the same
        rows += [("package", "%s %d" % (kind, held[kind]), None) for kind in sorted(held) if held[kind]]
        refused = updates.refusals
        rows += [_refused(kind, *refused[kind].split(".")) for kind in sorted(refused)]
    if documents is not None:
        rows += [_refused(*fault.split(".")) for fault in documents.faults()]
    if unfit:
        rows.append(_refused("tariff", PackageUnfit.code, 0 if documents is None else documents.version("tariff")))
    return rows


def _refused(kind, code, version):
    return [("refused", "%s %s" % (kind, version), False), ("refusal", code, None)]


def _together(row):
    return row if isinstance(row, list) else [row]


def _rows(found):
    """A Check as a row, and what to do about it."""
    good = {"good": True, "bad": False}.get(found.state)
    rows = [(found.code.lower(), moment(int(found.seen)) if found.code == "CLOCK" else found.seen, good)]
    return rows + [("remedy", found.remedy, None)] if found.remedy else rows
