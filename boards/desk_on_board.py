"""Host only: the core on a staff desk: reader, consents in the journal, hotlist, sync, and the tasks of them all."""

from offline_store.tokens import TokenKey
from terminal.desk import Desk
from terminal.desk_line import StaffLine
from terminal.face import Face
from terminal.health import Supervisor
from terminal.http_client import HttpClient
from terminal.intake import Intake
from terminal.lists import Lists
from terminal.media.social_auth import ThreeDesSam
from terminal.recorder import Recorder
from terminal.settings import complete
from terminal.sync import Sync
from terminal.updates import POLL_TIMEOUT_MS, Updates

_LONGEST_STATE = 8192


class DeskTerminal:
    """One desk. `board` as in linux_desk.

    `config`: settings, token (what the software has to say, "" where nobody else reaches the line), list_key, host, seed.
    log(event, **facts) hears everything. With config["packages"], a dict of trust, link (one of its own), media {kind:
    medium}, slots (a medium) and hotlist (an offline_store ListStore), the hotlist is kept current from the head-end.
    """

    def __init__(self, board, journal, config, log):
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
        lists = Lists(None)
        self._updates = self._subscribe(config, name, lists, log) if "packages" in config else None
        self.desk = Desk(
            line, board.readers, clock, recorder, settings["desk"].get("purposes", ()), self.face, self._status, log, lists,
            settings["purses"], ThreeDesSam(board.psam) if settings["prove_social"] else None, name,
        )  # fmt: skip
        log("boot", queued=journal.queued)

    def tasks(self):
        """The coroutines to run, in order of importance."""
        keep = self.supervisor.keep
        tasks = [keep("desk", self.desk.run), keep("sync", self.sync.run)]
        if self._updates is not None:
            tasks.append(keep("updates", self._updates.run))
        return tasks

    def _subscribe(self, config, name, lists, log):
        """The hotlist from the head-end: a card that is reported lost is told from the next read on."""
        parts, clock = config["packages"], self._board.clock
        intake = Intake(lists, {"hotlist": parts["hotlist"]}, parts["media"], parts["slots"], parts["trust"])
        http = HttpClient(parts["link"], clock, config["host"], timeout_ms=POLL_TIMEOUT_MS, max_body=_LONGEST_STATE)

        def status():
            bad = "-".join(intake.faults(self._updates.refusals))
            return "&has=%s&queued=%d&bad=%s" % (intake.versions(), self.journal.queued, bad)

        return Updates(
            http, clock, intake.trust, intake.shelf, parts["media"], name, intake.save, intake.accepted, intake.activate,
            log, wait_s=parts.get("wait_s", 55), pause_ms=parts.get("pause_ms", 200), status=status,
        )  # fmt: skip

    def _status(self):
        return self.sync.online, self.journal.queued
