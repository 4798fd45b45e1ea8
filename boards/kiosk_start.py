"""Host only: puts a kiosk together from what lies in its home, as boards.start does for lanes and pads."""

from boards import air, start
from boards.kiosk_on_board import KioskTerminal
from offline_store.media import FileMedium
from offline_store.media_growing import GrowingFile
from terminal.media.middleware import text
from terminal.self_test import SelfTest
from terminal.updates import POLL_TIMEOUT_MS

_FORMS_SIZE = 1 << 20
_NOTES_SIZE = 1 << 14
_SERVICES_SIZE = 1 << 18  # of one package of services


def put_together(root, clock, log, watch, site, documents):
    """(board, KioskTerminal, SelfTest); site["services"] is the compiled document of its services until a package of them
    comes; `documents`: its SiteDocuments."""
    new_link = start.links(root, site, clock)
    board = start.assemble("linux-kiosk", root, clock, site, new_link)
    start.pulsing(board, watch)
    journal = start.journal_of(root, site, board)

    def media():
        return {
            "forms": FileMedium(root + "/forms", _FORMS_SIZE),
            "notes": FileMedium(root + "/notes", _NOTES_SIZE),
        }

    config = dict(start.config_of(site), services=site["services"], media=media, decode=text)
    if site.get("host"):
        whitelist, hotlist, packages = air.packages(root, site, board.description, new_link(POLL_TIMEOUT_MS), documents)
        packages["media"]["services"] = GrowingFile(root + "/air/services", _SERVICES_SIZE)
        packages["services"] = GrowingFile(root + "/air/services.kept", 2 * _SERVICES_SIZE)
        config["packages"] = packages
    else:
        whitelist, hotlist = start.lists_of(root, site)
    terminal = KioskTerminal(board, journal, whitelist, hotlist, config, log)
    examination = SelfTest(board, journal, whitelist, start.has_keys(root), lambda: terminal.sync.online)
    terminal.examination = examination
    return board, terminal, examination
