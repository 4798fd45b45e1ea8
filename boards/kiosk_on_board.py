"""Host only: the core on a kiosk, a Linux computer: session, services, lists, journal, sync, and the tasks of them all."""

import os
from binascii import unhexlify

from offline_store.journal import Journal
from offline_store.tokens import TokenKey
from terminal import records
from terminal.check_line import Telling
from terminal.health import Supervisor
from terminal.http_client import HttpClient
from terminal.intake import Intake
from terminal.kiosk.face import KioskFace
from terminal.kiosk.face_check import FaceCheck
from terminal.kiosk.identify import Identifier
from terminal.kiosk.outbox import RECORD_LENGTH, Outbox
from terminal.kiosk.services import Services, ServicesStore
from terminal.kiosk.session import Kiosk
from terminal.kiosk.unfinished import Unfinished
from terminal.lists import Lists
from terminal.media.replay import ReplayStore
from terminal.media.social_auth import ThreeDesSam
from terminal.prints import Prints
from terminal.recorder import Recorder
from terminal.service_client import LONGEST_REPLY, ServiceClient
from terminal.settings import complete
from terminal.sync import Sync
from terminal.updates import POLL_TIMEOUT_MS, Updates


class KioskTerminal:
    """One kiosk. `board` as in simulated_kiosk; `whitelist` and `hotlist` are offline_store tables or None.

    `config` as for terminal_on_board.Terminal, and services (the compiled document), media (() -> {"forms", "notes":
    offline_store media}), decode (text of a card's GBK bytes). log(event, **facts) hears everything. With
    config["packages"], a dict of trust, link (one of its own), media {kind: medium}, slots and services (media), the
    services are kept current from the head-end; those of the config hold until the first came. So are lists, tariff
    and settings where hotlist and documents are there, as boards.air lays them.
    """

    def __init__(self, board, journal, whitelist, hotlist, config, log):
        settings = complete(config["settings"])
        clock = board.clock
        self._board = board
        self.journal = journal
        self.supervisor = Supervisor(clock, log)
        wait_ms = 2000 * settings["link_s"]  # of one exchange: there and back
        http = HttpClient(board.link, clock, config["host"], wait_ms)
        self.sync = Sync(journal, http, clock, settings["terminal"], log, config["seed"])
        lists = None if whitelist is None else Lists(whitelist, hotlist)
        recorder = Recorder(journal, TokenKey(config["list_key"]), clock, self._status, log)
        asked = HttpClient(board.service_link, clock, config["host"], wait_ms, max_body=LONGEST_REPLY)
        replay, self._resolver, opaque = ReplayStore(), None, None
        if settings["code_services"] and board.scanner is not None:
            from terminal.media.opaque_code import OpaqueCodes, Resolver

            self._resolver = Resolver(asked, clock)
            opaque = OpaqueCodes(settings["code_services"], self._resolver, replay, clock)
        identifier = Identifier(
            clock, config["tariff"], settings["purses"], lists, recorder.permuted, _verifier(board, config, replay),
            ThreeDesSam(board.psam) if settings["prove_social"] else None, config.get("decode"), opaque,
        )  # fmt: skip
        self.face = KioskFace(board.display, board.signals, clock, settings, self._status, log, board.speech)
        services = Services(config["services"])
        name, media = settings["terminal"], config["media"]()
        forms = Journal(media["forms"], config["seed"], RECORD_LENGTH)
        self.outbox = Outbox(forms, clock, name, os.urandom, lambda: self.kiosk.services.key, log)
        self._form_http = HttpClient(board.form_link, clock, config["host"], wait_ms)
        notes = Unfinished(media["notes"])
        client = ServiceClient(
            asked, clock, name, os.urandom, self.outbox, settings["answer_s"] * 1000, clock.utc, notes
        )  # fmt: skip
        if board.face_link is not None:
            board.face = FaceCheck(HttpClient(board.face_link, clock, "face"))
        if board.printer is not None:
            board.printer = Prints(board.printer, journal, recorder)
        loader = _loader(client, journal, clock, settings, recorder)
        self.kiosk = Kiosk(board, identifier, services, client, settings, self.face, log, loader)
        self.examination = None  # a SelfTest, from whoever put the terminal together
        self._updates = self._subscribe(config, name, lists, log) if "packages" in config else None
        recorder.note(records.BOOT)
        log("boot", queued=journal.queued)

    def tasks(self):
        """The coroutines to run, in order of importance."""
        keep = self.supervisor.keep
        tasks = [
            keep("kiosk", self.kiosk.run), keep("worker", self.kiosk.worker.run), keep("sync", self.sync.run),
            keep("forms", self._send_forms), keep("buzzer", self._board.buzzer.run),
        ]  # fmt: skip
        if self._resolver is not None:
            tasks.append(keep("resolver", self._resolver.run))
        if self._updates is not None:
            tasks.append(keep("updates", self._updates.run))
        return tasks

    def at_rest(self):
        """Nobody is signed in, and nothing that they asked for is under way."""
        return self.kiosk.holder is None and not self.kiosk.worker.busy

    def _subscribe(self, config, name, lists, log):
        """Packages from the head-end: a new menu is there as soon as nobody stands before the old one."""
        parts, clock = config["packages"], self._board.clock
        store = ServicesStore(parts["services"], self.kiosk.renew)
        if store.table is not None:
            self.kiosk.renew(store.table)
        stores = {"services": store}
        if "hotlist" in parts:
            stores.update(whitelist=lists.whitelist, hotlist=parts["hotlist"])
        documents = parts.get("documents")
        if documents is not None:
            documents.at_rest, documents.restart = self.at_rest, parts["reset"]
        telling = Telling(clock)
        intake = Intake(lists, stores, parts["media"], parts["slots"], parts["trust"], documents=documents)

        def status():
            text = "&has=%s&queued=%d" % (intake.versions(), self.journal.queued)
            if self.examination is not None:
                text += telling.field(self.examination.found, self._updates.answers)
            return text + "&bad=" + "-".join(intake.faults(self._updates.refusals))

        http = HttpClient(parts["link"], clock, config["host"], timeout_ms=POLL_TIMEOUT_MS, max_body=LONGEST_REPLY)
        return Updates(
            http, clock, intake.trust, intake.shelf, parts["media"], name, intake.save, intake.accepted, intake.activate,
            log, wait_s=parts.get("wait_s", 55), status=status,
        )  # fmt: skip

    def _send_forms(self):
        return self.outbox.run(self._form_http)

    def _status(self):
        return self.sync.online, self.journal.queued


def _loader(client, journal, clock, settings, recorder):
    """What writes money to purses, where the kiosk has a number under which the head-end orders loads."""
    if not settings["load_terminal"]:
        return None
    from terminal.kiosk.load_orders import LoadOrders
    from terminal.kiosk.loader import PurseLoader
    from terminal.topup import TopUp

    orders = LoadOrders(client)
    top_up = TopUp(orders, journal, clock, unhexlify(settings["load_terminal"]))
    top_up.recover()
    return PurseLoader(top_up, orders, settings["purses"], recorder.permuted, clock)


def _verifier(board, config, replay):
    if board.scanner is None:
        return None
    from terminal.media.codes import CodeVerifier

    return CodeVerifier(config["trust"], replay)
