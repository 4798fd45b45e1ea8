"""Where the packages of a board lie on its flash: lists, tariff, settings and firmware that come over the air."""

import os

import machine
from micropython import const

from boards.description import option
from offline_store.errors import StoreError
from offline_store.lists import ListStore
from offline_store.media import FileMedium
from offline_store.media_growing import GrowingFile
from offline_store.tokens import key_of
from terminal.boot_image import load_trust

_LIST_KB = const(256)  # of one list, where the site names no other size: some 11,000 cards
_OVERLAY_BYTES = const(65536)
_DOCUMENT_BYTES = const(32768)
_SLOT_BYTES = const(8192)
_SMALL_BYTES = const(1024)
_BITMAP_BYTES = const(1024)


def packages(root, site, board, link, documents):
    """(whitelist, hotlist, config["packages"] of terminal_on_board.Terminal) at `root`; `board`: its description.

    `link` is for the packages alone. A list that was brought by cable is taken over once.
    """
    room, medium = _room(root, site, board)
    whitelist, hotlist = [_store(root, kind, room, site) for kind in ("whitelist", "hotlist")]
    media = {kind: medium(kind, room) for kind in ("whitelist", "hotlist")}
    media["delta"] = medium("delta", _OVERLAY_BYTES)
    for kind in ("keys", "tariff", "settings"):
        media[kind] = medium(kind, _DOCUMENT_BYTES)
    parts = {
        "trust": load_trust(root),
        "link": link,
        "media": media,
        "slots": medium("shelf", _SLOT_BYTES),
        "commands": medium("commands", _SMALL_BYTES),
        "clock": medium("clock", _SMALL_BYTES),
        "random": os.urandom,
        "hotlist": hotlist,
        "documents": documents,
        "reset": machine.reset,
    }  # fmt: skip
    if board.architecture != "host":  # the updater of a Linux computer brings its software
        parts["root"], parts["room"] = root, 1024 * board.budget_kb
    return whitelist, hotlist, parts


def hotlist(root, site, board, link):
    """config["packages"] of a terminal that takes the hotlist and nothing else: boards.desk_on_board.DeskTerminal."""
    room, medium = _room(root, site, board)
    return {
        "trust": load_trust(root),
        "link": link,
        "media": {"keys": medium("keys", _DOCUMENT_BYTES), "hotlist": medium("hotlist", room)},
        "slots": medium("shelf", _SLOT_BYTES),
        "hotlist": _store(root, "hotlist", room, site),
    }


def _room(root, site, board):
    """(bytes for one list, what makes a medium in the folder of the packages), which is there from now on."""
    try:
        os.mkdir(root + "/air")
    except OSError:
        pass  # it is there

    def medium(kind, size):
        return GrowingFile("%s/air/%s" % (root, kind), size)

    return 1024 * (option(board, "list_kb") or site.get("list_kb", _LIST_KB)), medium


def _store(root, kind, room, site):
    """The ListStore of one list."""
    parts = [GrowingFile("%s/air/%s.%d" % (root, kind, number), size) for number, size in enumerate(
        (_SLOT_BYTES, room, room, _OVERLAY_BYTES, _OVERLAY_BYTES)
    )]  # fmt: skip
    key = key_of(site["list_key"])
    store = ListStore(parts[0], parts[1:3], parts[3:], key, bitmap_bytes=_BITMAP_BYTES)
    if store.table is None:
        try:
            for _ in store.install(FileMedium("%s/%s" % (root, kind), readonly=True)):
                pass
        except StoreError:
            pass  # nothing was brought, or nothing that can be used: the head-end will
    return store
