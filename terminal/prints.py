"""A printer that is told everything once: the `printer` port with a record before and after each document.

A document that was under way when the power went is never printed again by itself: after the next start its record is
closed as not known, what hangs in the printer is cut off, and whoever wants the paper asks for it.
"""

from micropython import const

from terminal import records

_LOOK_BACK = const(64)  # records
_WHY = {"paper_out": "paper_out", "cover_open": "printer_down", "jam": "printer_down", "absent": "printer_down"}


class Prints:
    """`printer` as in terminal/ports.py; `journal`; `recorder`: a terminal.recorder.Recorder."""

    def __init__(self, printer, journal, recorder):
        self._printer = printer
        self._recorder = recorder
        self._open = _left_open(journal)

    @property
    def state(self):
        return self._printer.state

    async def start(self, unfinished=False):
        """True when it can print; closes what the last power cut left open."""
        left, self._open = self._open, 0
        if left:
            self._recorder.note(records.PRINTED, "print_unknown", left)
        return await self._printer.start(unfinished or bool(left))

    async def check(self):
        return await self._printer.check()

    async def print(self, document):
        """True when printed and cut off. A full journal keeps nobody from their paper."""
        seq = self._recorder.note(records.PRINTING)
        printed = await self._printer.print(document)
        if seq:
            why = "ok" if printed else _WHY.get(self._printer.state, "print_unknown")
            self._recorder.note(records.PRINTED, why, seq)
        return printed


def _left_open(journal):
    """The number of a PRINTING record without its PRINTED; 0 when there is none."""
    closed = 0
    newest = journal.last_seq
    for seq in range(newest, max(0, newest - _LOOK_BACK), -1):
        payload = journal.read(seq)
        if payload is None or len(payload) != records.SIZE:
            continue
        if payload[0] == records.PRINTED:
            closed = records.unpack(payload).ref
        elif payload[0] == records.PRINTING:
            return 0 if closed == seq else seq
    return 0
