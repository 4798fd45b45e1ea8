"""What a technician reads at a lane in maintenance: its self-test with remedies, and how it stands. Pages turn by themselves.

Rows are those of screens/maintenance.py. A gate that was never in maintenance does not load this.
"""

from micropython import const

from terminal.civil_time import civil

_TURN_MS = const(5000)
_ROWS = const(6)  # a remedy stays on the page of its check
_WIDE = const(40)  # letters of a remedy in one row


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
            self._pages, self._at = laid_out([_rows(found) for found in checks] + [[row] for row in self._facts()]), 0
        rows = self._pages[self._at]
        self._at += 1
        self._face.show("maintenance", rows=rows, leaf=self._at, leaves=len(self._pages))
        self._next = self._clock.deadline(_TURN_MS)


def laid_out(groups):
    """Pages (lists of rows) of groups of rows; no group is torn apart."""
    pages = [[]]
    for group in groups:
        if pages[-1] and len(pages[-1]) + len(group) > _ROWS:
            pages.append([])
        pages[-1].extend(group)
    return pages


def moment(utc):
    """YYYY-MM-DD hh:mm in China."""
    return "%04d-%02d-%02d %02d:%02d" % civil(utc)[:5]


def standing(online, software, lists, updates, now):
    """The rows that no check has: link, software, until when the list holds, what was refused and why.

    `software` is a version or None, `lists` a terminal.lists.Lists or None, `updates` a terminal.updates.Updates or None.
    """
    rows = [("link", "online" if online else "offline", True if online else None)]
    if software is not None:
        rows.append(("version", str(software), None))
    if lists is not None and lists.not_after:
        rows.append(("until", moment(lists.not_after), now < lists.not_after))
    if updates is not None:
        held = updates.shelf.versions()
        rows += [("package", "%s %d" % (kind, held[kind]), None) for kind in sorted(held)]
        refused = updates.refusals
        rows += [("refused", "%s %s" % (kind, refused[kind]), False) for kind in sorted(refused)]
    return rows


def _rows(found):
    """A Check as a row, and what to do about it as rows without a name."""
    good = {"good": True, "bad": False}.get(found.state)
    rows = [(found.code.lower(), moment(int(found.seen)) if found.code == "CLOCK" else found.seen, good)]
    if found.remedy:
        rows += [("", line, None) for line in _lines("%s: %s" % (found.code, found.remedy))]
    return rows


def _lines(text):
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _WIDE:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines
