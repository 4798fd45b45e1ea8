"""The firmware's own start, called by the loader: hardware, stores, self-test, confirmation, then the lane, for ever."""

import json

from boards import description
from boards.terminal_on_board import Terminal
from offline_store.errors import StoreError
from offline_store.journal import Journal
from offline_store.media import FileMedium
from offline_store.table import Table
from offline_store.tokens import key_of
from terminal.boot_state import BootState
from terminal.boot_watch import Watch
from terminal.clock import SystemClock
from terminal.log_ring import LogRing
from terminal.more_errors import SelfTestFailed
from terminal.settings import DEFAULTS

_JOURNAL_KB = 256  # where the board does not offer more
# What the log ring keeps; the lane tells far more, a line for each tap, which is the journal's business.
KEPT = (
    "boot", "self_test", "mode", "task", "journal", "psam", "package", "package_refused", "package_waits", "activated",
    "time_refused", "tariff_unfit",
)  # fmt: skip


def main(root, confirm, watchdog):
    """Serves for ever. `confirm` is None unless this version is on trial: called once the self-test holds.

    SelfTestFailed on trial when something essential is at fault; StoreError when the journal does not open.
    """
    clock = SystemClock()
    ring = LogRing(root, now=clock.utc)

    def log(event, **facts):
        if event in KEPT:
            ring.note(event, **facts)

    watch = Watch(watchdog, clock, ("lane",), settled=lambda: BootState(root).ran_well())
    documents = _documents(root)
    documents.begin()
    board, terminal, examination = put_together(root, clock, log, watch, documents.site(), documents)
    watchdog.feed()

    async def serve():
        # Side by side: each of them waits most of the time.
        await clock.together(board.start(), board.reader.start(), board.scanner.start())
        await _hold(examination, confirm, documents, log)
        await clock.together(watch.run(), *terminal.tasks())

    clock.run(serve())


def examine(root):
    """The Checks of a terminal that does not serve: what `gatepost doctor --board` asks for at the cable."""
    clock = SystemClock()
    documents = _documents(root)
    board, _, examination = put_together(root, clock, _silent, None, documents.site(), documents)

    async def work():
        await board.start()
        return await examination.examine()

    return clock.run(work())


def _documents(root):
    from terminal.site_documents import SiteDocuments  # at a start, when the heap is empty

    return SiteDocuments(root, _read(root, "/site.json"))


def _silent(event, **facts):
    """Nobody listens."""


def put_together(root, clock, log, watch=None, site=None, documents=None):
    """(board, Terminal, SelfTest) of what lies at `root`; the lane's turns are heartbeats for `watch`.

    `site` stands in for site.json. With `documents` (SiteDocuments) a terminal with a network takes packages over it.
    """
    site = site or _read(root, "/site.json")
    from terminal.self_test import SelfTest  # behind the lane: the core needs the heap in one piece first

    new_link = links(root, site, clock)
    name = _read(root, "/identity.json")["class"]
    board = assemble(name, root, clock, site, new_link)
    if watch is not None:
        pulsing(board, watch)
    journal = journal_of(root, site, board)
    config = config_of(site)
    if documents is not None and site.get("host"):
        from boards import air
        from terminal.updates import POLL_TIMEOUT_MS

        whitelist, hotlist, config["packages"] = air.packages(
            root, site, board.description, new_link(POLL_TIMEOUT_MS), documents
        )
    else:
        whitelist, hotlist = lists_of(root, site)
    terminal = Terminal(board, journal, whitelist, hotlist, config, log)
    terminal.examination = SelfTest(board, journal, whitelist, has_keys(root), lambda: terminal.sync.online)
    state = BootState(root)
    terminal.software = state.versions.get(state.active)
    return board, terminal, terminal.examination


def journal_of(root, site, board):
    """The journal of the terminal at `root`."""
    journal_kb = description.option(board.description, "journal_kb") or _JOURNAL_KB
    return Journal(FileMedium(root + "/journal", journal_kb * 1024), journal_id=site["number"])


def lists_of(root, site):
    """(whitelist, hotlist) of the terminal at `root`; one that is not there is None."""
    return _table(root + "/whitelist", site), _table(root + "/hotlist", site)


def has_keys(root):
    """Whether its own key and the keys to believe are there."""
    return _is_there(root + "/device.key") and _is_there(root + "/trust.json")


def assemble(name, root, clock, site, new_link):
    """The board of class `name`; what it shows lies in the slot that runs. `new_link()` makes its lines."""
    board = __import__(description.module_of(name), None, None, ("BOARD",)).BOARD
    if site.get("board"):
        board = description.configured(board, site["board"])
    module = __import__(description.assembly_of(board), None, None, ("assemble",))
    glyphs = __file__.rsplit("/", 2)[0] + "/screens/fonts/glyphs"
    ports = module.assemble(board, clock, glyphs, new_link())
    if "touch" in board.can:
        # What asks for services or for a fund's share, and forms that waited, do not wait for the exchange of records.
        ports.service_link, ports.form_link = new_link(), new_link()
    return ports


async def _hold(examination, confirm, documents, log):
    """The self-test; what is on trial is confirmed by it. SelfTestFailed."""
    checks = await examination.examine(network=False)
    bad = [found for found in checks if found.state == "bad"]
    log("self_test", bad=[[found.code, found.seen] for found in bad])
    if confirm is not None or documents.on_trial:
        from terminal.self_test import faults  # only on trial

        if faults(checks):
            raise SelfTestFailed(", ".join(["%s: %s" % (found.code, found.seen) for found in bad]))
        documents.confirm()
        if confirm is not None:
            confirm()


def pulsing(board, watch):
    """Makes what the session asks in each of its turns its heartbeat: a lane's fire input, a pad's or kiosk's glass."""
    if getattr(board, "barrier", None) is not None:
        board.barrier = Pulse(board.barrier, "fire", watch)
    else:
        board.touch = Pulse(board.touch, "poll", watch)


class Pulse:
    """A port whose method `turn` is the lane's heartbeat."""

    def __init__(self, port, turn, watch):
        self._port = port
        self._watch = watch
        self._ask = getattr(port, turn)
        setattr(self, turn, self._turn)

    def __getattr__(self, name):
        """Whatever else is asked of the port."""
        return getattr(self._port, name)

    def _turn(self):
        self._watch.beat("lane")
        return self._ask()


def _read(root, name):
    with open(root + name) as file:
        return json.load(file)


def _table(path, site):
    """The list at `path`, or None: without a list the lane is out of service and says so."""
    try:
        return Table(FileMedium(path, readonly=True), key_of(site["list_key"]))
    except StoreError:
        return None


def links(root, site, clock):
    """What makes one more line to the network that the site names, inside TLS once the terminal has a certificate.

    It is given how long the other end may say nothing, in ms; without it the setting `link_s` decides.
    """
    patience_ms = 1000 * site.get("settings", {}).get("link_s", DEFAULTS["link_s"])
    if not site.get("host"):
        from boards.no_link import NoLink

        return NoLink
    if not (_is_there(root + "/device.crt") and _is_there(root + "/authority.crt")):
        from drivers.bus.socket import TcpLink

        return lambda silent_ms=patience_ms: TcpLink(site["host"], site["port"], clock, timeout_ms=silent_ms)
    from drivers.bus.tls import TlsLink, client_context

    context = client_context(*[_bytes(root + name) for name in ("/authority.crt", "/device.crt", "/device.key")])
    return lambda silent_ms=patience_ms: TlsLink(
        site["host"], site["port"], clock, context, site["host"], timeout_ms=silent_ms
    )


def _bytes(path):
    with open(path, "rb") as file:
        return file.read()


def config_of(site):
    """What the core takes from the site."""
    return {
        "settings": site["settings"],
        "tariff": site["tariff"],
        "trust": site["codes"],
        "list_key": key_of(site["list_key"]),
        "host": site.get("host") or "",
        "seed": site["number"],
    }


def _is_there(path):
    try:
        with open(path, "rb"):
            return True
    except OSError:
        return False
