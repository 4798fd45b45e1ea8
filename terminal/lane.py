"""The lane of a gate: present, decide, charge, record, let pass. One coroutine, one presentation at a time.

The barrier opens only after the record of the admission is on the medium. The fire input opens it at once, from any
state, and no card is written while it is active.
"""

from micropython import const

from offline_store.errors import JournalFull
from terminal import lists, reasons, records
from terminal.charge import PAID, TORN
from terminal.decide import decide
from terminal.errors import CardDataMalformed, CardLost, PsamFault, PurseRefused
from terminal.media import apdu
from terminal.media.credential import CLASSES, PROVED_SIGNATURE
from terminal.media.present import read_card
from terminal.modes import EMERGENCY, IN_SERVICE, MODES, OUT_OF_SERVICE

_POLL_MS = const(20)
_RESTART_MS = const(1000)
_READING_MS = const(300)  # a read that takes longer asks the resident to hold still
_RESERVE = const(8)  # records one presentation and its passage can need

_REFUSALS = {
    apdu.AMOUNT_INSUFFICIENT: "low_balance",
    0x9301: "low_balance",
    apdu.LOCKED: "blocked_card",
    apdu.BLOCKED: "blocked_card",
    apdu.KEY_UNKNOWN: "unsupported_card",
}


class _Watched:
    """A channel that says "hold still" once a read takes long."""

    def __init__(self, channel, clock, slow):
        self._transmit = channel.transmit
        self.ats = channel.ats
        self._clock = clock
        self._limit = clock.deadline(_READING_MS)
        self._slow = slow

    async def transmit(self, command):
        if self._slow is not None and self._clock.passed(self._limit):
            self._slow()
            self._slow = None
        return await self._transmit(command)


class Lane:
    """A gate's lane. `board` has reader, scanner, barrier and clock; the rest is what the core decides with.

    lists: terminal.lists.Lists; token_key: offline_store.tokens.TokenKey; codes: media.codes.CodeVerifier;
    log(event, **facts) takes every step.
    """

    def __init__(self, board, journal, lists, token_key, charger, codes, tariff, settings, face, status, log):
        self._reader = board.reader
        self._scanner = board.scanner
        self._barrier = board.barrier
        self._clock = board.clock
        self._journal = journal
        self._lists = lists
        self._token_key = token_key
        self._charger = charger
        self._codes = codes
        self._tariff = tariff
        self._settings = settings
        self._face = face
        self._status = status
        self._log = log
        self._restart_at = None
        self._passage = None  # (seq of the admission, deadline) while somebody may walk through
        self._occupied = False  # a card that was dealt with still lies on the reader
        self.mode = IN_SERVICE
        self.back_end = None  # of media.social_auth, where the site proves social security cards

    async def run(self):
        """Boots, then serves for ever."""
        self._face.show("boot")
        self._record(records.plain(records.BOOT, self._clock.utc(), bytes(16)))
        open_pendings = self._charger.recover()
        self._log("boot", pending=open_pendings, queued=self._journal.queued)
        await self._charger.start()
        await self._reader.start()
        await self._scanner.start()
        self._face.show("ready")
        while True:
            await self._turn()
            await self._clock.sleep_ms(_POLL_MS)

    async def _turn(self):
        if self._watch_fire():
            return
        self._watch_passage()
        fault = self._fault()
        if fault:
            await self._out_of_service(fault)
            return
        if self.mode != IN_SERVICE:
            self._enter(IN_SERVICE, "back_in_service")
            self._face.show("ready")
        self._face.settle()
        if self._passage is not None:
            return
        self._charger.expire()
        if self._occupied:
            self._occupied = await self._reader.present()
            return
        channel = await self._reader.poll()
        if channel is not None:
            self._occupied = True
            await self._card(channel)
            await self._reader.release()
            return
        code = await self._scanner.poll()
        if code is not None:
            self._code(code)

    # Modes

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
        self.mode = mode
        self._log("mode", mode=MODES[mode], reason=reason)
        self._record(
            records.plain(records.MODE, self._clock.utc(), bytes(16), reason=reasons.number(reason), mode=mode)
        )

    # Presentations

    async def _card(self, channel):
        started = self._clock.ticks()
        watched = _Watched(channel, self._clock, lambda: self._face.show("reading"))
        try:
            settings = self._settings
            presented = await read_card(
                watched, settings["applications"], settings["purses"], settings["trips"], self.back_end
            )
            if presented is None:
                self._refuse(None, "unsupported_card")
            else:
                await self._serve(watched, presented)
        except CardLost:
            self._face.show("read_again", reason="read_failed", code=reasons.code("read_failed"))
        except CardDataMalformed as error:
            self._log("card", error=error.code, text=str(error))
            self._refuse(None, "unsupported_card")
        except PurseRefused as refusal:
            self._log("card", error=refusal.code, text=str(refusal))
            self._refuse(None, _REFUSALS.get(refusal.sw, "unsupported_card"))
        except PsamFault as error:
            self._log("psam", error=error.code, text=str(error))
            self._face.show("read_again", reason="psam_down", code=reasons.code("psam_down"))
        except JournalFull:
            self._admit(0, None, None)
        self._log("card_done", ms=self._clock.elapsed(started))

    async def _serve(self, channel, presented):
        """Finishes what a torn card left open, or decides and charges."""
        token = self._permuted(presented.credential.token)
        self._log("tap", token=_short(token), region=presented.credential.region)
        outcome = None
        if presented.purse is not None:
            torn = self._charger.pending_of(token)
            outcome = (
                self._charger.paid_before(token)
                if torn is None
                else (await self._charger.finish(channel, presented, torn))
            )
        if outcome is None:
            await self._decide_card(channel, presented, token)
        elif self._lists.look(presented.credential.token).state == lists.BLOCKED:
            # Reported lost between payment and passage: the payment is recorded, nobody passes on it.
            self._passed(outcome.seq, False)
            self._refuse(presented.credential, "hotlisted", token, self._decision(presented.credential))
        else:
            self._admit_recovered(presented, outcome)

    async def _decide_card(self, channel, presented, token):
        credential = presented.credential
        decision = self._decision(credential)
        if not decision.admit:
            self._refuse(credential, decision.reason, token, decision)
            return
        if decision.product != "purse":
            self._admit(self._record(self._tap(credential, token, decision)), decision, credential.balance)
            return
        template = self._tap(credential, token, decision)
        outcome = await self._charger.charge(channel, presented, template, decision.fare)
        if outcome.state == PAID:
            self._admit(outcome.seq, decision, outcome.record.balance)
        elif outcome.state == TORN:
            self._log("torn", seq=outcome.seq)
            self._face.show("read_again", reason="read_failed", code=reasons.code("read_failed"), torn=True)
        else:
            self._refuse(credential, _REFUSALS.get(outcome.sw, "read_failed"), token, decision)

    def _code(self, data):
        result = self._codes.verify(data, self._clock.utc())
        if result.credential is None:
            self._log("scan", reason=result.reason)
            self._refuse(None, result.reason)
            return
        token = self._permuted(result.credential.token)
        self._log("scan", token=_short(token), region=result.credential.region)
        decision = self._decision(result.credential)
        if not decision.admit:
            self._refuse(result.credential, decision.reason, token, decision)
            return
        seq = self._record(self._tap(result.credential, token, decision))
        if seq:
            self._codes.accept(result)
        self._admit(seq, decision, None)

    def _decision(self, credential):
        entry = self._lists.look(credential.token)
        decision = decide(credential, entry, None, self._tariff, self._clock.utc(), self.mode)
        self._log(
            "decision", admit=decision.admit, reason=decision.reason, fare=decision.fare, concession=decision.concession,
            product=decision.product, same_city=decision.same_city,
        )  # fmt: skip
        return decision

    # Outcomes

    def _admit(self, seq, decision, balance):
        """Opens for the admission recorded under `seq`; without a record nothing opens."""
        if not seq:
            self._face.show("out_of_service", reason="journal_full", code=reasons.code("journal_full"))
            return
        self._open(seq)
        name = "admitted"
        if decision.concession:
            name = "admitted_concession"
        elif decision.low_balance:
            name = "admitted_low_balance"
        self._face.show(
            name, fare=decision.fare, balance=balance, concession=decision.concession,
            low_balance=decision.low_balance, same_city=decision.same_city,
        )  # fmt: skip

    def _admit_recovered(self, presented, outcome):
        """The card had paid before it was torn away: it passes on that payment."""
        self._log("recovered", seq=outcome.seq, fare=outcome.record.fare)
        self._open(outcome.seq)
        self._face.show("admitted", fare=outcome.record.fare, balance=presented.purse.balance, recovered=True)

    def _open(self, seq):
        self._barrier.open("entry")
        self._log("gate", state="open", seq=seq)
        self._passage = seq, self._clock.deadline(self._settings["passage_ms"])

    def _refuse(self, credential, reason, token=None, decision=None):
        """Shows why; a credential that could be read leaves a record of its refusal."""
        if token is not None:
            self._record(self._tap(credential, token, decision, reason))
        self._face.show("refused", reason=reason, code=reasons.code(reason))

    def _watch_passage(self):
        if self._passage is None:
            return
        seq, deadline = self._passage
        passed = self._barrier.passed()
        if not passed:
            if not self._clock.passed(deadline):
                return
            self._barrier.lock()
        self._passage = None
        self._passed(seq, passed)

    def _passed(self, seq, passed):
        """What came of the admission recorded under `seq`."""
        kind = records.PASSED if passed else records.NOT_PASSED
        self._log("passage", state=records.KINDS[kind], seq=seq)
        self._record(records.plain(kind, self._clock.utc(), bytes(16), ref=seq))
        self._charger.passage(seq, passed)

    # Records

    def _tap(self, credential, token, decision, reason="ok"):
        flags = 0 if self._status()[0] else records.OFFLINE
        if credential.proved == PROVED_SIGNATURE:
            flags |= records.SIGNATURE_PROVED
        return records.plain(
            records.TAP, self._clock.utc(), token, credential.scheme, reasons.number(reason),
            decision.fare if reason == "ok" else 0, CLASSES.index(decision.holder_class), self.mode, 0, flags,
        )  # fmt: skip

    def _record(self, record):
        """The sequence number under which `record` is durable; 0 when the journal is full."""
        try:
            return self._journal.append(records.pack(record))
        except JournalFull:
            self._log("journal", error="full", lost=records.KINDS[record.kind])
            return 0

    def _permuted(self, token):
        out = bytearray(16)
        self._token_key.permute_into(token, out)
        return bytes(out)


def _short(token):
    return "%02x%02x%02x" % (token[0], token[1], token[2])
