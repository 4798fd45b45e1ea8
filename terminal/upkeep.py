"""What a terminal does while nobody stands before it: the journal's second copy, the list's health, the fill alarms."""

from micropython import const

_SECOND_MS = const(1000)


class Upkeep:
    """`store` is an offline_store.lists.ListStore, or None where the list is a plain table that nobody updates.

    `at_rest()` says whether the lane can spare a moment; `log` hears "journal_alarm" and "list_damaged".
    """

    def __init__(self, journal, store, clock, at_rest, log):
        self._journal = journal
        self._store = store
        self._clock = clock
        self._at_rest = at_rest
        self._log = log
        self._seen = journal.last_seq
        self._alarm = 0
        self.replace_tariff = None  # called each second, where there may be a tariff before this one

    async def run(self):
        """For ever, once a second."""
        while True:
            await self._clock.sleep_ms(_SECOND_MS)
            self._mind_alarm()
            if self.replace_tariff is not None:
                self.replace_tariff()
            if self._journal.last_seq != self._seen:
                self._seen = self._journal.last_seq  # somebody came by: not yet quiet
            elif self._at_rest():
                self._journal.idle()
                self._scrub()

    def _mind_alarm(self):
        alarm = self._journal.alarm
        if alarm != self._alarm:
            self._alarm = alarm
            self._log("journal_alarm", percent=alarm)

    def _scrub(self):
        if self._store is None:
            return
        damaged = self._store.scrub()
        if damaged is not None:
            self._log("list_damaged", block=damaged)
