"""The lane of a gate: its turns and its modes. One coroutine, one presentation at a time.

The barrier opens only after the record of the admission is on the medium. The fire input opens it at once, from any
state, and no card is written while it is active.
"""

from micropython import const

from terminal import reasons, records
from terminal.attendant import Attendant
from terminal.modes import EMERGENCY, IN_SERVICE, MODES, OUT_OF_SERVICE
from terminal.passage import Passage
from terminal.recorder import Recorder

_POLL_MS = const(20)
_RESTART_MS = const(1000)
_FREE_PASSAGE = const(2)  # as in terminal.courses
_RELEASE_MS = const(4000)
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
        self._face = face
        self._log = log
        self._restart_at = None
        self._open_until = None  # when the release of free passage is given again
        self.ordered = IN_SERVICE  # in service, free passage or closed, as the head-end commands
        self._crowded = False  # several cards lie on the reader
        self._occupied = False  # a card that was dealt with still lies on the reader
        self._crowded = False  # more than one card lies there, and it was said
        self._recorder = Recorder(journal, token_key, board.clock, status, log)
        self._passage = Passage(board.barrier, board.clock, settings["passage_ms"], self._recorder, log, self._ended)
        self.attendant = Attendant(
            board.clock, card_lists, charger, codes, tariff, settings, face, self._recorder, self._passage, log
        )

    def _ended(self, seq, walked):
        """Tells what came of an admission to those who must know whether it was used."""
        self._charger.passage(seq, walked)
        if self.attendant.memory is not None:
            self.attendant.memory.ended(seq, walked)

    @property
    def mode(self):
        """A number of terminal.modes."""
        return self._recorder.mode

    def at_rest(self):
        """Nobody is attended to and nobody may walk through: a moment for upkeep."""
        return not self._occupied and not self._passage.under_way

    async def run(self):
        """Boots, then serves for ever."""
        self._face.show("boot")
        self._recorder.note(records.BOOT)
        open_pendings = self._charger.recover()
        self._log("boot", pending=open_pendings, queued=self._journal.queued)
        await self._charger.start()
        await self._reader.start()
        if self._scanner is not None:
            await self._scanner.start()
        self._face.show("ready")
        while True:
            await self._turn()
            await self._clock.sleep_ms(_POLL_MS)

    async def _turn(self):
        if self._watch_fire():
            return
        self._passage.watch()
        fault = self._fault()
        if fault:
            await self._out_of_service(fault)
            return
        if self.mode != self.ordered:
            self._obey()
        self._face.settle()
        if self.ordered != IN_SERVICE:
            self._hold_open()
            return
        if self._passage.under_way:
            return
        self._charger.expire()
        if self._occupied:
            self._occupied = await self._reader.present()
            return
        channel = await self._reader.poll()
        self._watch_crowd()
        if channel is not None:
            self._occupied = True
            await self.attendant.card(channel)
            await self._reader.release()
            return
        code = None if self._scanner is None else await self._scanner.poll()
        if code is not None:
            await self.attendant.code(code, self._breathe)

    def _obey(self):
        """Goes to the mode that was ordered, once nothing else stands in its way."""
        self._barrier.lock()
        self._open_until = None
        if self.ordered == IN_SERVICE:
            self._enter(IN_SERVICE, "back_in_service")
            self._face.show("ready")
        else:
            reason = MODES[self.ordered]  # free_passage and closed name reason and state alike
            self._enter(self.ordered, reason)
            self._face.show(reason, reason=reason, code=reasons.code(reason))

    def _hold_open(self):
        """Free passage: a turnstile's release lasts for one person or a few seconds, so it is given again and again."""
        if self.ordered != _FREE_PASSAGE or self._passage.under_way:
            return
        if self._barrier.passed() or self._open_until is None or self._clock.passed(self._open_until):
            self._barrier.open("both")
            self._open_until = self._clock.deadline(_RELEASE_MS)

    def _watch_crowd(self):
        """Several cards at once: none of them is read, and whoever holds them is told so once."""
        crowded = self._reader.crowded
        if crowded and not self._crowded:
            self._log("crowded")
            self._face.show("read_again", reason="another_card", code=reasons.code("another_card"))
        self._crowded = crowded

    def _watch_crowd(self):
        """Two cards at once: neither is read, and it is said once."""
        crowded = self._reader.crowded
        if crowded and not self._crowded:
            self._log("crowded")
            self._face.show("read_again", reason="two_cards", code=reasons.code("two_cards"))
        self._crowded = crowded

    async def _breathe(self):
        self._watch_fire()
        await self._clock.sleep_ms(0)

    def _watch_fire(self):
        if self._barrier.fire():
            if self.mode != EMERGENCY:
                self._barrier.open("both")
                self._enter(EMERGENCY, "fire")
                self._face.show("emergency")
            return True
        if self.mode == EMERGENCY:
            self._enter(IN_SERVICE, "back_in_service")
            self._face.show("ready")
        return False

    def _fault(self):
        """The reason key of what keeps the lane out of service, or None."""
        if self._lists is None:
            return "list_missing"
        if self._journal.capacity - self._journal.queued < _RESERVE:
            return "journal_full"
        if self._reader.state != "ready":
            return "reader_down"
        if not self._charger.ready:
            return "psam_down"
        return None

    async def _out_of_service(self, reason):
        if self.mode != OUT_OF_SERVICE:
            self._enter(OUT_OF_SERVICE, reason)
            self._face.show("out_of_service", reason=reason, code=reasons.code(reason))
            self._restart_at = None
        self._face.settle()
        if self._restart_at is None or self._clock.passed(self._restart_at):
            if reason == "reader_down":
                await self._reader.start()
            elif reason == "psam_down":
                await self._charger.start()
            self._restart_at = self._clock.deadline(_RESTART_MS)

    def _enter(self, mode, reason):
        self._recorder.mode = mode
        self._log("mode", mode=MODES[mode], reason=reason)
        self._recorder.note(records.MODE, reason)
