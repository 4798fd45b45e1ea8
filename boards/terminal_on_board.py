"""The core on a board: stores, lists, keys and settings put together, and the tasks that make it live."""

from offline_store.tokens import TokenKey
from terminal.charge import Charger
from terminal.face import Face
from terminal.health import Supervisor
from terminal.http_client import HttpClient
from terminal.lane import Lane
from terminal.lists import Lists
from terminal.media.codes import CodeVerifier
from terminal.media.psam import Psam
from terminal.media.replay import ReplayStore
from terminal.settings import complete
from terminal.sync import Sync


class Terminal:
    """One gate. `board` as in simulated_gate, `config` a dict: settings, tariff, trust, list_key, host.

    `whitelist` and `hotlist` are offline_store tables or None; `log(event, **facts)` hears everything.
    """

    def __init__(self, board, journal, whitelist, hotlist, config, log):
        settings = complete(config["settings"])
        self._board = board
        self.journal = journal
        self.supervisor = Supervisor(board.clock, log)
        client = HttpClient(board.link, board.clock, config["host"])
        self.sync = Sync(journal, client, board.clock, settings["terminal"], log, config["seed"])
        charger = Charger(Psam(board.psam), journal, board.clock, settings["grey_after_s"], settings["second_try_s"])
        lists = None if whitelist is None else Lists(whitelist, hotlist)
        self.face = Face(board.display, board.signals, board.clock, settings, self._status, log)
        self.lane = Lane(
            board, journal, lists, TokenKey(config["list_key"]), charger, CodeVerifier(config["trust"], ReplayStore()),
            config["tariff"], settings, self.face, self._status, log,
        )  # fmt: skip
        if settings["remembers"] or settings["here"]:
            # Only a tariff that asks about visits or places pays for a memory.
            from terminal.memory import Memory

            self.lane.attendant.memory = Memory(settings["remembers"], config["tariff"], settings["here"])
        if settings["prove_social"]:
            from terminal.media.social_auth import ThreeDesSam

            self.lane.attendant.back_end = ThreeDesSam(board.psam)

    def tasks(self):
        """The coroutines to run, in order of importance."""
        keep = self.supervisor.keep
        return [keep("lane", self.lane.run), keep("sync", self.sync.run), keep("buzzer", self._board.buzzer.run)]

    def _status(self):
        return self.sync.online, self.journal.queued
