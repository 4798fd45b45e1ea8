"""What a terminal does with the lists and services that Updates brings: installs them in their stores, keeps shelf and trust durable.

The version of a list package is the epoch of its table. Whatever a store refuses is a refused package: the old list
stays in force.
"""

import json
from binascii import hexlify, unhexlify

from offline_store.errors import StoreError
from offline_store.slots import TwoSlots
from terminal.more_errors import PackageMalformed
from terminal.package import Shelf, Trust

_MAGIC = b"PKS1"
DOCUMENTS = ("tariff", "settings")


class Intake:
    """`lists`: terminal.lists.Lists, whose tables are ListStores; `media`: {kind: medium} as for Updates;
    `slots`: a medium for what must outlive the plug; `trust`: what this terminal was provisioned with; `firmware`:
    terminal.firmware.Firmware on a board with slots; `documents`: terminal.site_documents.SiteDocuments there."""

    def __init__(self, lists, stores, media, slots, trust, firmware=None, documents=None):
        self._lists = lists
        self._firmware = firmware
        self._documents = documents
        self._stores = stores
        self._media = media
        self._slots = TwoSlots(slots, _MAGIC, b"")
        self.trust = trust
        self.shelf = Shelf()
        for _, payload in self._slots.candidates[:1]:
            self._restore(payload)
        self._show_hotlist()

    def _restore(self, payload):
        if not payload:
            return
        try:
            kept = json.loads(payload)
            self.shelf = Shelf.unpack(json.dumps(kept["shelf"]))
            roles = {kind: unhexlify(key) for kind, key in kept["roles"].items()}
            roots = [unhexlify(key) for key in kept["roots"]]
            self.trust = Trust(self.trust.target, roots, kept["threshold"], roles)
        except (ValueError, KeyError, TypeError):
            raise PackageMalformed("kept packages are not readable: wipe them and let them be fetched again") from None

    def save(self, trust, shelf):
        """Makes both durable; the `save` of Updates."""
        self.trust = trust
        self._slots.put(
            json.dumps(
                {
                    "shelf": json.loads(shelf.pack()),
                    "threshold": trust.threshold,
                    "roots": [hexlify(key).decode() for key in trust.roots],
                    "roles": {kind: hexlify(key).decode() for kind, key in trust.roles.items()},
                }
            ).encode()
        )
        for part in (self._firmware, self._documents):
            if part is not None:
                part.saved()

    def accepted(self, header, at_once):
        """The `accepted` of Updates: steps of the installation, None when it has to wait for its day."""
        if header.kind == "firmware":
            self._firmware.accepted(header)
        if self._documents is not None and header.kind in DOCUMENTS:
            return self._take(header, at_once)
        if header.kind == "services" and not at_once:
            return self._stores["services"].examine(self._media["services"])
        return self._install(header.kind, header.version) if at_once else None

    def activate(self, kind):
        """The `activate` of Updates: steps of the installation of what was staged."""
        version = self.shelf.in_force(kind).version
        if kind == "firmware":
            return self._firmware.activate(version)
        if self._documents is not None and kind in DOCUMENTS:
            return self._documents.activate(kind, version)
        return self._install(kind, version)

    def _take(self, header, at_once):
        yield from self._documents.stage(header, self._media[header.kind])
        if at_once:
            yield from self._documents.activate(header.kind, header.version)

    def versions(self):
        """What is in force, as the head-end reads it: "whitelist.9-hotlist.3", "" for nothing."""
        parts = []
        for kind, store in (("whitelist", self._stores.get("whitelist")), ("hotlist", self._stores.get("hotlist"))):
            if store is not None and store.epoch:
                parts.append("%s.%d" % (kind, store.epoch))
        held = self.shelf.versions()
        if self._firmware is not None:
            held["firmware"] = self._firmware.medium.running
        for kind in DOCUMENTS if self._documents is not None else ():
            held[kind] = self._documents.version(kind)
        for kind in sorted(held):
            if kind not in ("whitelist", "hotlist") and held[kind]:
                parts.append("%s.%d" % (kind, held[kind]))
        return "-".join(parts)

    def faults(self, refusals):
        """["tariff.BOOT-1.7"]: what went back, then the `refusals` of Updates: the fleet view keeps the last of a kind."""
        found = self._firmware.faults() if self._firmware is not None else []
        if self._documents is not None:
            found = found + self._documents.faults()
        return found + ["%s.%s" % (kind, refusals[kind]) for kind in sorted(refusals)]

    def _install(self, kind, version):
        store = self._stores.get("whitelist" if kind == "delta" else kind)
        if store is None or (store.table is not None and store.epoch == version):
            return
        try:
            if kind == "delta":
                store.apply(self._media[kind])
                yield
            else:
                # A list says its epoch itself, services do not.
                known = (version,) if kind == "services" else ()
                for _ in store.install(self._media[kind], *known):
                    yield
        except StoreError as error:
            raise PackageMalformed("%s %d was not taken: %s" % (kind, version, error)) from None
        self._show_hotlist()

    def _show_hotlist(self):
        """A hotlist that never came must not make every card unreadable."""
        hotlist = self._stores.get("hotlist")
        if hotlist is not None:
            self._lists.hotlist = hotlist if hotlist.table is not None else None
