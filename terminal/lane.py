"""The lane of a gate: its turns and its modes. One coroutine, one presentation at a time.

The barrier opens only after the record of the admission is on the medium. The fire input opens it at once, from any
state, and no card is written while it is active.
"""

from micropython import const

from terminal import reasons, records
from terminal.modes import EMERGENCY, IN_SERVICE, MAINTENANCE
from terminal.recorder import Recorder
from terminal.tap.attendant import Attendant
from terminal.tap.passage import Passage

_POLL_MS = const(20)
_FIRST_LOOKS = const(2)  # at an empty reader (type A, then B): no card lies there since before the power went
_RESERVE = const(8)  # records one presentation and its passage can need


class Lane:
    """A gate's lane. `board` has reader, scanner, barrier and clock; the rest is what the core decides with.

    card_lists: terminal.lists.Lists; token_key: offline_store.tokens.TokenKey; codes: media.codes.CodeVerifier;
    `status()` gives (online, queued); log(event, **facts) takes every step.
    """

    def __init__(self, board, journal, card_lists, token_key, charger, codes, tariff, settings, face, status, log):
        self._reader = board.reader
        self._scanner = board.scanner
        self._barrier = board.barrier
        self._clock = board.clock
        self._journal = journal
        self._lists = card_lists
        self._charger = charger
        self._codes = codes
        self._face = face
        self._log = log
        self._jam_after = settings["jam_after"]
        self.ordered = IN_SERVICE  # the mode that the head-end or a maintenance card asked for
        self._occupied = False  # a card that was dealt with still lies on the reader
        self._crowded = False  # more than one card lies there, and it was said
        self._looks = _FIRST_LOOKS
        self._ran = False
        self.recorder = Recorder(journal, token_key, board.clock, status, log)
        self._passage = Passage(
            board.barrier, board.clock, settings["passage_ms"], self.recorder, face, log, self._ended
        )
        self._duty = None
        self.make_pages = None  # gives terminal.service_pages.ServicePages for whoever maintains it
        self._parts = board, charger, settings, face, self.recorder, self._passage, log
        self.attendant = Attendant(
            board.clock, card_lists, charger, codes, tariff, settings, face, self.recorder, self._passage, log
        )

    def _ended(self, seq, walked):
        """Tells how many went through on an admission to those who must know whether it was used."""
        self._charger.passage(seq, walked)
        if self.attendant.memory is not None:
            self.attendant.memory.ended(seq, walked)
        if not walked and self.attendant.lockers is not None:
            self.attendant.lockers.void(seq)

    @property
    def mode(self):
        """A number of terminal.modes."""
        return self.recorder.mode

    def at_rest(self):
        """Nobody is attended to and nobody may walk through: a moment for upkeep."""
        return not self._occupied and not self._passage.under_way

    async def run(self):
        """Boots, then serves for ever."""
        self._face.show("boot")
        self.recorder.note(records.BOOT)
        open_pendings = self._charger.recover(self._codes)
        self._log("boot", pending=open_pendings, queued=self._journal.queued)
        await self._charger.start()
        for device in (self._reader, self._scanner):
            # The self-test may have brought it up just now; a lane that fell over does not trust what it left behind.
            if device is not None and (self._ran or device.state != "ready"):
                await device.start()
        self._ran = True
        self._face.show("ready")
        while True:
            await self._turn()
            await self._clock.sleep_ms(_POLL_MS)

    async def _turn(self):
        conditions = self._conditions()
        if conditions or self.ordered != IN_SERVICE or self.mode != IN_SERVICE:
            if not await self._on_duty().attend(conditions, self.ordered):
                if self.attendant.service is not None and self.mode != EMERGENCY:
                    await self._look(True)
                elif self._occupied:  # else what waits for a lane at rest would wait for as long as this mode lasts
                    self._occupied = self._reader.state == "ready" and await self._reader.present()
                return
        self._passage.watch()
        self._face.settle()
        if self.attendant.party is not None:
            self.attendant.party.watch()
        if self._passage.under_way:
            return
        self._charger.expire()
        await self._look(False)

    async def _look(self, staff):
        """Attends to what is presented now, with `staff` to nothing but their cards."""
        if self._occupied:
            self._occupied = await self._reader.present()
            return
        channel = await self._reader.poll()
        self._watch_crowd()
        if channel is not None:
            self._occupied = True
            await self.attendant.card(channel, staff)
            await self._reader.release()
            self._charger.lying = None
            return
        if self._looks and self._reader.state == "ready":
            self._looks -= 1
            if not self._looks:
                self._charger.lying = None
        code = None if self._scanner is None else await self._scanner.poll()
        if code is not None:
            await self.attendant.code(code, self.breathe, staff)

    def _conditions(self):
        """The keys of what stands against serving as usual, see terminal.courses; () when nothing does."""
        found = ()
        if self._barrier.fire():
            found += ("fire",)
        if self.ordered == MAINTENANCE:
            found += ("maintenance",)
        if self._lists is None:
            found += ("list_missing",)
        elif 0 < self._lists.not_after <= self._clock.utc():
            found += ("list_old",)
        if self._passage.failures >= self._jam_after:
            found += ("gate_jam",)
        if self._journal.capacity - self._journal.queued < _RESERVE:
            found += ("journal_full",)
        if self._reader.state != "ready":
            found += ("reader_down",)
        if self.attendant.unfit is not None and self.attendant.unfit.proved:
            found += ("tariff_fault",)
        if not self._charger.ready:
            found += ("psam_down",)
        if not getattr(self._clock, "trusted", True):
            found += ("clock_untrusted",)
        return found

    def _on_duty(self):
        if self._duty is None:
            from terminal.duty import Duty  # a gate in service with nothing wrong keeps it out of its heap

            self._duty = Duty(*self._parts)
            self._duty.make_pages = self.make_pages
        return self._duty

    def _watch_crowd(self):
        """Several cards at once: none of them is read, and whoever holds them is told so once."""
        crowded = self._reader.crowded
        if crowded and not self._crowded:
            self._log("crowded")
            self._face.show("read_again", reason="two_cards", code=reasons.code("two_cards"))
        self._crowded = crowded

    async def breathe(self):
        """Looks at the fire input in the middle of something long."""
        if self._barrier.fire():
            self._on_duty().alarm()
        await self._clock.sleep_ms(0)
