"""Blobs by their SHA-256, as files: packages that terminals fetch in pieces and proxies may keep for ever."""

import asyncio
import hashlib
import os
import pathlib
import re
import tempfile

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """Files in `folder`, each whole or not there at all."""

    def __init__(self, folder):
        self._folder = pathlib.Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)

    async def put(self, content):
        """Stores `content` and returns its SHA-256 in hex; on the disk when it returns."""
        return await asyncio.to_thread(self.put_now, content)

    def put_now(self, content):
        """`put` for programs without an event loop."""
        digest = hashlib.sha256(content).hexdigest()
        target = self._folder / digest
        if target.exists():
            return digest
        descriptor, draft = tempfile.mkstemp(dir=self._folder, prefix=".draft")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return digest

    async def path(self, digest):
        """The file of a blob, or None."""
        return self.path_now(digest)

    def path_now(self, digest):
        """`path` for programs without an event loop."""
        if not _DIGEST.fullmatch(digest):
            return None
        path = self._folder / digest
        return path if path.exists() else None
