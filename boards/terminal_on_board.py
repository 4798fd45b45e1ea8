"""The core on a board: stores, lists, keys and settings put together, and the tasks that make it live."""

from micropython import const

import offline_store.journal  # noqa: F401  loaded while the heap is in one piece
from offline_store.tokens import TokenKey
from terminal.face import Face
from terminal.health import Supervisor
from terminal.lane import Lane
from terminal.lists import Lists
from terminal.media.psam import Psam
from terminal.settings import complete
from terminal.tap.charge import Charger
from terminal.upkeep import Upkeep

_LONGEST_STATE = const(8192)


class Terminal:
    """One gate. `board` as in simulated_gate, `config` a dict: settings, tariff, trust, list_key, host.

    `whitelist` and `hotlist` are offline_store tables or None; `log(event, **facts)` hears everything. With
    config["packages"], a dict of trust, link (one of its own), media {kind: medium} and slots (a medium), packages are
    taken from the head-end: lists, when they are ListStores and "hotlist" is there, firmware, when "root", "room" (bytes
    of a slot) and "reset" are, tariff and settings, when "documents" (SiteDocuments) and "reset" are.
    """

    def __init__(self, board, journal, whitelist, hotlist, config, log):
        settings = complete(config["settings"])
        if "packages" in config:
            from terminal.commands import LogLevel

            log = LogLevel(log)
            if "clock" in config["packages"]:
                from terminal.signed_time import TrustedClock

                board.clock = TrustedClock(board.clock, config["packages"]["clock"])
        self._board = board
        self.journal = journal
        self.supervisor = Supervisor(board.clock, log)
        self._client = client = _client(board, config)
        self.sync = _sync(board, journal, settings["terminal"], client, config["seed"], log)
        charger = Charger(Psam(board.psam), journal, board.clock, settings["grey_after_s"], settings["second_try_s"])
        lists = None if whitelist is None else Lists(whitelist, hotlist)
        self.face = Face(board.display, board.signals, board.clock, settings, self._status, log)
        self.face.standing = settings["screen"]
        self.neighbours = None
        card_lists = self._meet(config, settings["terminal"], lists) if lists and "neighbours" in config else lists
        replay = _replay(board)
        self.lane = _lane_kind(settings)(
            board, journal, card_lists, TokenKey(config["list_key"]), charger, _verifier(replay, config),
            config["tariff"], settings, self.face, self._status, log,
        )  # fmt: skip
        self.at_rest = self.lane.at_rest  # nobody is attended to
        self.examination = None  # a SelfTest that knows of keys, from whoever put the terminal together
        self.software = config.get("software")
        self._documents = config.get("packages", {}).get("documents")
        if settings["pad"]:
            self._equip(config, settings, journal)
        else:
            self.lane.make_pages = lambda: self._pages(lists)
        if settings["remembers"] or settings["here"]:
            # Only a tariff that asks about visits or places pays for a memory.
            self._remember(settings, config["tariff"], journal, card_lists)
        if settings["lane"] == "wide" and hasattr(board.barrier, "widen"):
            board.barrier.widen()
        if settings["most_persons"] > 1 and hasattr(board, "group_button"):
            from terminal.tap.party import Party

            button = board.group_button()
            self.lane.attendant.party = Party(button, board.clock, settings["most_persons"], self.face, log)
        if settings["service_cards"] and lists is not None and not settings["pad"]:  # no staff orders a shop's modes
            from terminal.tap import service_cards

            service_cards.serve(self.lane, journal, card_lists, board.clock, settings["service_cards"], log)
            if self.lane.attendant.memory is not None:
                self.lane.attendant.service.depart = self.lane.attendant.memory.depart
        self._read_more(settings, config["tariff"])
        self._resolver = None
        if settings["outside_check"] or (settings["code_services"] and replay is not None):
            self._resolve(settings, client, replay)
        store = lists.whitelist if lists is not None and hasattr(lists.whitelist, "scrub") else None
        self._upkeep = Upkeep(journal, store, board.clock, self.lane.at_rest, log)
        self.updates = self.signed_time = None
        if "packages" in config:
            self._subscribe(config, settings, lists, log)

    def _read_more(self, settings, tariff):
        """What cards tell beyond a purse: journeys, and the proof that a social security card is one."""
        if settings["place"] and settings["trips"]:
            from terminal.tap.card_trips import CardTrips

            most = tariff.get("network", {}).get("most", 0)
            self.lane.attendant.trips = CardTrips(settings["place"], settings["trips"][0], most)
        if settings["prove_social"]:
            from terminal.media.social_auth import ThreeDesSam

            self.lane.attendant.back_end = ThreeDesSam(self._board.psam)

    def _pages(self, lists):
        """What the screen shows in maintenance. Imported here: a gate in service does not carry it."""
        from terminal.self_test import SelfTest
        from terminal.service_pages import ServicePages, standing

        table = None if lists is None else lists.whitelist
        clock = self._board.clock
        if self.examination is None:
            self.examination = SelfTest(self._board, self.journal, table, None, lambda: self.sync.online)

        def facts():
            unfit = self.lane.attendant.unfit
            return standing(
                self.sync.online, self.software, lists, self.updates, clock.utc(), self._documents, bool(unfit and unfit.proved)
            )  # fmt: skip

        return ServicePages(self.examination, facts, self.face, clock)

    def _equip(self, config, settings, journal):
        """What a pad has beside a lane: a fund to ask, over a link of its own, and a load service for refunds."""
        board, pad = self._board, self.lane
        if settings["pad"]["insured"]:
            import os

            from terminal.http_client import HttpClient
            from terminal.pad.fund import Fund
            from terminal.service_client import LONGEST_REPLY, ServiceClient

            client = HttpClient(board.service_link, board.clock, config["host"], max_body=LONGEST_REPLY)
            asked = ServiceClient(client, board.clock, settings["terminal"], os.urandom)
            pad.fund = Fund(asked, settings["pad"]["insured"], settings["pad"]["offline"])
        if "load_service" in config:
            from terminal.topup import TopUp

            pad.topup = TopUp(config["load_service"], journal, board.clock, config["load_terminal"])

    def _subscribe(self, config, settings, lists, log):
        """Packages from the head-end. Imported here: a gate without them does not carry the code in its heap."""
        from terminal.check_line import Telling
        from terminal.http_client import HttpClient
        from terminal.intake import Intake
        from terminal.updates import POLL_TIMEOUT_MS, Updates

        parts = config["packages"]
        clock = self._board.clock
        stores = {"whitelist": lists.whitelist, "hotlist": parts["hotlist"]} if "hotlist" in parts else {}
        firmware = self._firmware(parts) if "root" in parts else None
        documents = self._documents
        if documents is not None:
            documents.at_rest, documents.restart = self.lane.at_rest, parts["reset"]
            self._upkeep.replace_tariff = lambda: self._replace_tariff(documents)
        self._telling = Telling(clock)
        intake = Intake(lists, stores, parts["media"], parts["slots"], parts["trust"], firmware, documents)
        client = HttpClient(parts["link"], clock, config["host"], timeout_ms=POLL_TIMEOUT_MS, max_body=_LONGEST_STATE)
        commands = self._commands(parts, settings, log) if "commands" in parts else None
        self.updates = Updates(
            client, clock, intake.trust, intake.shelf, parts["media"], settings["terminal"], intake.save,
            intake.accepted, intake.activate, log, wait_s=parts.get("wait_s", 55),
            now=getattr(clock, "now", None), status=lambda: self._report(intake, firmware), others=None if commands is None else commands.take,
        )  # fmt: skip

        if "clock" in parts:
            self._keep_time(parts, config["host"], log)

    def _replace_tariff(self, documents):
        """A tariff under which nobody can be served gives way to the one before it, if there is one.

        Nobody is attended to any more, so only who walks through is waited for: a card may lie there for ever.
        """
        attendant = self.lane.attendant
        if attendant.unfit is not None and attendant.unfit.proved and not attendant.awaits_passage:
            self._upkeep.replace_tariff = None
            documents.fall_back()

    def _firmware(self, parts):
        """Firmware over the air into the resting slot; also the medium of its packages."""
        from terminal.firmware import Firmware, SlotMedium

        medium = parts["media"]["firmware"] = SlotMedium(parts["root"], parts["room"])
        return Firmware(parts["root"], medium, self.lane.at_rest, parts["reset"])

    def _resolve(self, settings, client, replay):
        """Codes that their platform reads, people that another system knows. The question goes over the line of the records: there is no room for two."""
        from terminal.media.opaque_code import OpaqueCodes, Resolver

        self._resolver = Resolver(client, self._board.clock)
        if settings["code_services"] and replay is not None:
            self.lane.attendant.opaque = OpaqueCodes(
                settings["code_services"], self._resolver, replay, self._board.clock
            )
        if settings["outside_check"]:
            from terminal.tap.outside_check import OutsideCheck

            self.lane.attendant.outside = OutsideCheck(self._resolver, settings["outside_check"], self.lane.breathe)

    def _meet(self, config, name, lists):
        """The lists with what neighbours refuse; config["neighbours"] is a dict of link (bus.datagrams) and key."""
        from terminal.neighbours import Neighbours, SiteLists

        parts, clock = config["neighbours"], self._board.clock

        def visited(token, time, text, heads):
            memory = self.lane.attendant.memory
            if memory is not None:
                memory.told(token, time, text, heads)
                if self.lane.attendant.lockers is not None and text.startswith("exit") and heads != 0:
                    self.lane.attendant.lockers.release(token)

        self.neighbours = Neighbours(
            parts["link"], clock, name, parts["key"], clock.utc(), visited, lambda *facts: site_lists.note(*facts)
        )
        site_lists = SiteLists(lists, clock, TokenKey(config["list_key"]).permute, self.neighbours.tell_block)
        return site_lists

    def _remember(self, settings, tariff, journal, lists):
        if self.neighbours is None:
            from terminal.memory import Memory as Kind
        else:
            from terminal.site_memory import SiteMemory as Kind
        memory = Kind(settings["remembers"], tariff, settings["here"])
        memory.recall(journal)
        if self.neighbours is not None:
            memory.tell = self.neighbours
            memory.keep = self.lane.recorder.write
        if lists is not None:
            memory.list_made = lambda: lists.whitelist.not_before
        if hasattr(self._board.barrier, "docked"):
            memory.docked = self._board.barrier.docked
        most = tariff.get("entry", {}).get("most_inside")
        if most is not None:
            self.face.crowd = lambda: (memory.inside(), most)
        if settings["lockers"]:
            from terminal.tap.lockers import Lockers

            self.lane.attendant.lockers = Lockers(settings["lockers"])
            self.lane.attendant.lockers.recall(journal, 4 * settings["remembers"])
        self.lane.attendant.memory = memory

    def _keep_time(self, parts, host, log):
        """Signed time over parts["time_link"], its floor on parts["clock"]; `parts["random"](count)` makes nonces."""
        from terminal import records
        from terminal.http_client import HttpClient
        from terminal.signed_time import SignedTime

        clock = self._board.clock

        def jumped(before, after):
            log("clock", before=before, after=after)
            self.journal.append(records.pack(records.plain(records.CLOCK, after, bytes(16), ref=before)))

        clock.on_jump = jumped
        # A connection costs too much to keep one for a question an hour.
        client = HttpClient(parts["time_link"], clock, host) if "time_link" in parts else self._client
        self.signed_time = SignedTime(client, clock, lambda: self.updates.trust, parts["random"], log)

    def _commands(self, parts, settings, log):
        """Remote commands, when parts["commands"] is a medium for what was done; parts["reset"] starts the board again."""
        from terminal import records
        from terminal.commands import ORDERS, Commands, resend_range

        def order(name):
            self.lane.ordered = ORDERS[name]
            return True

        def resend(argument):
            wanted = resend_range(argument)
            if wanted is not None:
                self.sync.resend(*wanted)
            return wanted is not None

        actions = {"mode": order, "resend": resend, "log": log.set}
        if "reset" in parts:
            actions["reboot"] = lambda _: parts["reset"]() or True
        clock = self._board.clock

        def answer(number, outcome):
            record = records.plain(records.COMMAND, clock.utc(), bytes(16), holder_class=outcome, ref=number)
            self.journal.append(records.pack(record))

        return Commands(
            settings["terminal"],
            parts["commands"],
            lambda: self.updates.trust,
            getattr(clock, "now", clock.utc),
            actions,
            answer,
            log,
        )

    def _report(self, intake, firmware):
        """How this terminal stands, as part of its question for the desired state."""
        text = "&has=%s&queued=%d&mode=%d" % (intake.versions(), self.journal.queued, self.lane.mode)
        if firmware is not None:
            text += firmware.words()
        if self.examination is not None:
            text += self._telling.field(self.examination.found, self.updates.answers)
        return text + "&bad=" + "-".join(intake.faults(self.updates.refusals))

    def tasks(self):
        """The coroutines to run, in order of importance."""
        keep = self.supervisor.keep
        tasks = [keep("lane", self.lane.run), keep("sync", self.sync.run), keep("buzzer", self._board.buzzer.run)]
        tasks.append(keep("upkeep", self._upkeep.run))
        if self._resolver is not None:
            tasks.append(keep("codes", self._resolver.run))
        if hasattr(self._board.barrier, "run"):
            tasks.append(keep("sensors", self._board.barrier.run))
        if self.updates is not None:
            tasks.append(keep("updates", self.updates.run))
        if self.neighbours is not None:
            tasks.append(keep("neighbours", self.neighbours.run))
        if self.signed_time is not None:
            tasks.append(keep("time", self.signed_time.run))
        return tasks

    def _status(self):
        return self.sync.online, self.journal.queued


# Imported where they are needed: what a board has no part for stays out of its heap.


def _lane_kind(settings):
    """Lane, or Pad where the settings say that it is one."""
    if settings["pad"]:
        from terminal.pad.counter import Pad

        return Pad
    return Lane


def _replay(board):
    """What remembers used codes on a board with a scanner, None without one."""
    if board.scanner is None:
        return None
    from terminal.media.replay import ReplayStore

    return ReplayStore()


def _verifier(replay, config):
    if replay is None:
        return None
    from terminal.media.codes import CodeVerifier

    return CodeVerifier(config["trust"], replay)


def _client(board, config):
    from terminal.http_client import HttpClient

    return HttpClient(board.link, board.clock, config["host"])


def _sync(board, journal, name, client, seed, log):
    from terminal.sync import Sync

    return Sync(journal, client, board.clock, name, log, seed)
