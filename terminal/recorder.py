"""Writes the lane's records: stamps time and mode, and says with 0 when there is no room for one."""

from offline_store.errors import JournalFull
from terminal import reasons, records
from terminal.media.credential import CLASSES, PROVED_SIGNATURE
from terminal.modes import IN_SERVICE


class Recorder:
    """The journal with the terminal's clock. `mode` goes into every record; `status()` gives (online, queued)."""

    def __init__(self, journal, token_key, clock, status, log):
        self._journal = journal
        self._token_key = token_key
        self._clock = clock
        self._status = status
        self._log = log
        self.mode = IN_SERVICE

    def write(self, record):
        """The sequence number under which `record` is durable; 0 when the journal is full."""
        try:
            return self._journal.append(records.pack(record))
        except JournalFull:
            self._log("journal", error="full", lost=records.KINDS[record.kind])
            return 0

    def note(self, kind, reason="ok", ref=0, count=0):
        """Writes a record that is about the terminal or an earlier record, not about a credential."""
        number = reasons.number(reason)
        return self.write(
            records.plain(kind, self._clock.utc(), bytes(16), reason=number, mode=self.mode, ref=ref, counter=count)
        )

    def tap(self, credential, token, decision, reason="ok", leaving=False):
        """The record of a decision, not yet written; refused for `reason` unless that is "ok"."""
        flags = 0 if self._status()[0] else records.OFFLINE
        if credential.proved == PROVED_SIGNATURE:
            flags |= records.SIGNATURE_PROVED
        if leaving:
            flags |= records.LEAVING
        if decision.knows == "terminal":
            flags |= records.ALONE
        return records.plain(
            records.TAP, self._clock.utc(), token, credential.scheme, reasons.number(reason),
            decision.fare if reason == "ok" else 0, CLASSES.index(decision.holder_class), self.mode, 0, flags,
        )  # fmt: skip

    def permuted(self, token):
        """A 16-byte token as lists and records hold it."""
        out = bytearray(16)
        self._token_key.permute_into(token, out)
        return bytes(out)
