"""From the registry to the gates: builds whitelist epochs, deltas and hotlists, signs them and publishes them."""

import asyncio
import os
import pathlib
import time
from contextlib import closing

from headend.errors import NothingToPublish
from headend.packages import build_package
from headend.publish import publish
from headend.state import EVERYBODY, change
from offline_store.errors import MergeError
from offline_store.media import FileMedium
from offline_store.table import Table
from offline_store.table_build import build
from offline_store.table_diff import diff

_VALID_BEFORE_S = 3600  # a terminal whose clock is a little behind takes the list all the same


class ListPublisher:
    """`registry` and its `folder` for tables; `state` and `blobs` of the head-end; `signer`: (key, sign(message)).

    Deltas are cumulative against the last whole whitelist; beyond `most_changes` a whole one goes out instead.
    `valid_days`: how long terminals believe a list that nothing replaces; `now()`: the clock of that, UTC seconds.
    """

    def __init__(self, registry, folder, state, blobs, signer, target="*", valid_days=30, most_changes=4096, now=None):
        self._registry = registry
        self._folder = pathlib.Path(folder) / "lists"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._state = state
        self._blobs = blobs
        self._signer = signer
        self._target = target
        self._valid_s = valid_days * 86400
        self._most_changes = most_changes
        self._now = now or time.time

    async def publish_whitelist(self, effective_from=None):
        """Publishes what changed: a delta where one serves, else the whole list. Returns (kind, epoch)."""
        if self._registry.counts()[0] == 0:
            raise NothingToPublish("the registry holds no cards: import some first")
        base = self._registry.issued("whitelist")
        path = self._path("whitelist", base[0]) if base else None
        if path is not None and path.exists() and effective_from is None:
            delta = await asyncio.to_thread(self._delta, path)
            if delta is not None:
                epoch, payload, changes = delta
                await self._send("delta", epoch, payload)
                self._registry.note_issue("delta", epoch, changes, base[0])
                return "delta", epoch
        epoch = self._registry.next_epoch()
        path = await asyncio.to_thread(self._build, "whitelist", epoch, self._registry.whitelist())
        await self._withdraw("delta")
        await self._send("whitelist", epoch, path.read_bytes(), effective_from)
        self._registry.note_issue("whitelist", epoch, self._registry.counts()[0])
        return "whitelist", epoch

    async def publish_hotlist(self):
        """Publishes everybody who is blocked; returns the epoch."""
        epoch = self._registry.next_epoch()
        path = await asyncio.to_thread(self._build, "hotlist", epoch, self._registry.hotlist())
        await self._send("hotlist", epoch, path.read_bytes())
        self._registry.note_issue("hotlist", epoch, self._registry.counts()[1])
        path.unlink()
        return epoch

    def _build(self, kind, epoch, rows, base=None):
        path = self._path(kind, epoch)
        build(
            rows, str(path), self._registry.list_key, epoch=epoch, hotlist=kind == "hotlist",
            profiles=b"" if kind == "hotlist" else self._registry.profiles(), base=base,
            not_before=int(self._now()), not_after=int(self._now()) + self._valid_s,
        )  # fmt: skip
        return path

    def _delta(self, base_path):
        """(epoch, bytes, changes), or None when the changes are too many for one."""
        epoch = self._registry.next_epoch()
        draft = self._folder / "delta"
        with closing(FileMedium(str(base_path), readonly=True)) as old_medium:
            before = Table(old_medium, self._registry.list_key)
            try:
                path = self._build("draft", epoch, self._registry.whitelist(), before)
            except MergeError:  # the base has no room for so many more cards
                return None
            with closing(FileMedium(str(path), readonly=True)) as new_medium:
                changes = diff(before, Table(new_medium, self._registry.list_key), str(draft))
        path.unlink()
        payload = draft.read_bytes()
        os.unlink(draft)
        return (epoch, payload, changes) if changes <= self._most_changes else None

    async def _send(self, kind, epoch, payload, effective_from=None):
        now = int(self._now())
        valid = now - _VALID_BEFORE_S, now + self._valid_s
        package = build_package(
            kind, self._target, epoch, payload, [self._signer], valid=valid, effective_from=effective_from
        )
        return await publish(self._state, self._blobs, package)

    async def _withdraw(self, kind):
        """A delta that belongs to an older whitelist would only be refused."""
        scope = EVERYBODY if self._target == "*" else "class:%s" % self._target
        await change(self._state, scope, lambda doc: {name: line for name, line in doc.items() if name != kind})

    def _path(self, kind, epoch):
        return self._folder / ("%s-%d.wlt" % (kind, epoch))
