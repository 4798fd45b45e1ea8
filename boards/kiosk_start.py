"""Host only: puts a kiosk together from what lies in its home, as boards.start does for lanes and pads."""

from boards import start
from boards.kiosk_on_board import KioskTerminal
from offline_store.media import FileMedium
from terminal.media.middleware import text
from terminal.self_test import SelfTest

_FORMS_SIZE = 1 << 20
_NOTES_SIZE = 1 << 14


def put_together(root, clock, log, watch, site):
    """(board, KioskTerminal, SelfTest); site["services"] is the compiled document of its services."""
    board = start.assemble("linux-kiosk", root, clock, site, start.links(root, site, clock))
    start.pulsing(board, watch)
    journal = start.journal_of(root, site, board)
    whitelist, hotlist = start.lists_of(root, site)

    def media():
        return {
            "forms": FileMedium(root + "/forms", _FORMS_SIZE),
            "notes": FileMedium(root + "/notes", _NOTES_SIZE),
        }

    config = dict(start.config_of(site), services=site["services"], media=media, decode=text)
    terminal = KioskTerminal(board, journal, whitelist, hotlist, config, log)
    examination = SelfTest(board, journal, whitelist, start.has_keys(root), lambda: terminal.sync.online)
    return board, terminal, examination
