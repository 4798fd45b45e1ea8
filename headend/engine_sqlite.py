"""The embedded engine: one process, one SQLite file and a folder of blobs."""

import pathlib

from headend.blobs import Blobs
from headend.event_log import EventLog
from headend.ledger import open_reader
from headend.operator_fleet import FleetReports
from headend.state import Nudge, State
from headend.store import open_store
from headend.writer import GroupWriter


class SqliteEngine:
    """The ports on `folder`: log, state, blobs, nudge, reports. Made by `open`."""

    def __init__(self, folder):
        self._desired = open_store(folder)
        self.reader = open_reader(folder)
        self.log = GroupWriter(EventLog(open_store(folder)), self.reader)
        self.state = State(self._desired)
        self.blobs = Blobs(pathlib.Path(folder) / "blobs")
        self.nudge = Nudge()
        self.reports = FleetReports(folder)

    @classmethod
    async def open(cls, folder):
        """In the loop that will use it. FolderUnusable, StoreDamaged."""
        return cls(folder)

    async def close(self):
        """Commits what was submitted and lets go of the file."""
        self.log.stop()
        self.reader.close()
        self._desired.close()
        self.reports.close()
