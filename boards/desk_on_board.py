"""Host only: the core on a staff desk: reader, consents in the journal, hotlist, sync, and the tasks of them all."""

from offline_store.tokens import TokenKey
from terminal.desk import Desk
from terminal.desk_line import StaffLine
from terminal.face import Face
from terminal.health import Supervisor
from terminal.http_client import HttpClient
from terminal.media.social_auth import ThreeDesSam
from terminal.recorder import Recorder
from terminal.settings import complete
from terminal.sync import Sync


class DeskTerminal:
    """One desk. `board` as in linux_desk; `hotlist`: an offline_store table or None.

    `config`: settings, token (what the software has to say), list_key, host, seed. log(event, **facts) hears everything.
    """

    def __init__(self, board, journal, hotlist, config, log):
        settings = complete(config["settings"])
        clock = board.clock
        self._board = board
        self.journal = journal
        self.supervisor = Supervisor(clock, log)
        name = settings["terminal"]
        self.sync = Sync(journal, HttpClient(board.link, clock, config["host"]), clock, name, log, config["seed"])
        recorder = Recorder(journal, TokenKey(config["list_key"]), clock, self._status, log)
        self.face = Face(board.display, board.signals, clock, settings, self._status, log)
        line = StaffLine(board.software, clock, config["token"], name, log)
        self.desk = Desk(
            line, board.readers, clock, recorder, settings["desk"].get("purposes", ()), self.face, self._status, log, hotlist,
            ThreeDesSam(board.psam) if settings["prove_social"] else None, name,
        )  # fmt: skip

    def tasks(self):
        """The coroutines to run, in order of importance."""
        keep = self.supervisor.keep
        return [keep("desk", self.desk.run), keep("sync", self.sync.run)]

    def _status(self):
        return self.sync.online, self.journal.queued
