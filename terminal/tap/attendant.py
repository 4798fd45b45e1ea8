"""Attends to one presented card or code: reads it, decides, charges, records, and lets pass or says why not."""

from micropython import const

from offline_store.errors import JournalFull
from terminal import lists, reasons
from terminal.decide import FAILURES, decide
from terminal.errors import CardDataMalformed, CardLost, PsamFault, PurseRefused
from terminal.media import apdu
from terminal.media.present import read_card
from terminal.tap.charge import PAID, TORN

_READING_MS = const(300)  # a read that takes longer asks the resident to hold still

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


class Attendant:
    """The lane's dealings with residents.

    `passage` lets them through, `recorder` writes; `back_end` proves social security cards where the site does;
    `opaque` (media.opaque_code.OpaqueCodes) resolves codes online where the site has a platform for them.
    """

    def __init__(self, clock, card_lists, charger, codes, tariff, settings, face, recorder, passage, log):
        self._clock = clock
        self._lists = card_lists
        self._charger = charger
        self._codes = codes
        self._tariff = tariff
        self._settings = settings
        self._face = face
        self._recorder = recorder
        self._passage = passage
        self._log = log
        self.back_end = None
        self.opaque = None
        self.trips = None  # terminal.tap.card_trips.CardTrips where journeys are written to the card
        self.service = None  # terminal.tap.service_cards.ServiceCards where staff orders modes by card
        self.memory = None  # terminal.memory.Memory where the tariff asks about visits
        self.outside = None  # terminal.tap.outside_check.OutsideCheck where another system is asked about people
        self._eligible = None  # what it said
        self.party = None  # terminal.tap.party.Party where several may go on one tap
        self.unfit = None  # terminal.tap.unfit.Unfit once a tap could not be decided
        self.lockers = None  # terminal.tap.lockers.Lockers where a stay comes with one

    @property
    def awaits_passage(self):
        """Whether somebody who was let in may still walk through."""
        return self._passage.under_way

    async def card(self, channel, staff=False):
        """Attends to the card on `channel`, whatever it does; with `staff` to nothing but a card of the staff."""
        started = self._clock.ticks()
        watched = _Watched(channel, self._clock, lambda: self._face.show("reading"))
        settings = self._settings
        try:
            presented = await read_card(
                watched, settings["applications"], settings["purses"], settings["trips"], self.back_end
            )
            if presented is not None and self._is_order(presented.credential):
                pass
            elif staff:
                self._log("card", error="not_now")
            elif presented is None:
                self._refuse(None, "unsupported_card")
            else:
                await self._serve(watched, presented)
        except CardLost:
            self._again("read_failed")
        except CardDataMalformed as error:
            self._log("card", error=error.code, text=str(error))
            self._refuse(None, "unsupported_card")
        except PurseRefused as refusal:
            self._log("card", error=refusal.code, text=str(refusal))
            self._refuse(None, _REFUSALS.get(refusal.sw, "unsupported_card"))
        except PsamFault as error:
            self._log("psam", error=error.code, text=str(error))
            self._again("psam_down")
        except JournalFull:
            self._admit(0, None, None)
        self._log("card_done", ms=self._clock.elapsed(started))

    def _is_order(self, credential):
        """True for a card or code of the staff, which is dealt with then."""
        if self.service is None:
            return False
        outcome = self.service.take(credential, self._recorder.permuted(credential.token))
        if outcome not in (None, "ok"):
            self._refuse(None, outcome)
        return outcome is not None

    async def code(self, data, breathe, staff=False):
        """Attends to a scanned code; `await breathe()` lets the lane look at its fire input between signatures."""
        now = self._clock.utc()
        if self.opaque is not None and self.opaque.service(data) is not None:
            self._face.show("reading")
            result = await self.opaque.read(data, now, breathe)
        else:
            result = await self._codes.verify_between(data, now, breathe)
        if result.credential is None:
            self._log("scan", reason=result.reason)
            self._refuse(None, result.reason)
            return
        if self._is_order(result.credential):
            self._codes.accept(result)
            return
        if staff:
            return
        token = self._recorder.permuted(result.credential.token)
        self._log("scan", token=_short(token), region=result.credential.region)
        await self._ask_outside(token)
        self._bill(result, token)

    async def _ask_outside(self, token):
        if self.outside is not None:
            self._face.show("reading")
            self._eligible = await self.outside.ask(token)

    def _bill(self, result, token):
        """Decides about a code that holds, and records it."""
        credential = result.credential
        decision = self._decision(credential, token)
        if not decision.admit:
            self._refuse(credential, decision.reason, token, decision)
            return
        seq = self._recorder.write(self._tap(credential, token, decision))
        if seq:
            self._codes.accept(result)
        self._admit(seq, decision, None, token)

    async def _serve(self, channel, presented):
        """Finishes what a torn card left open, or decides and charges."""
        token = self._recorder.permuted(presented.credential.token)
        self._log("tap", token=_short(token), region=presented.credential.region)
        outcome = None
        if presented.purse is not None:
            torn = self._charger.pending_of(token)
            if torn is None:
                outcome = self._charger.paid_before(token)
            else:
                outcome = await self._charger.finish(channel, presented, torn)
        if outcome is None and token == self._charger.lying:
            self._log("lying", token=_short(token))
            self._again("read_failed")
        elif outcome is None:
            await self._ask_outside(token)
            await self._decide(channel, presented, token)
        elif self._lists.look(presented.credential.token).state == lists.BLOCKED:
            # Reported lost between payment and passage: the payment is recorded, nobody passes on it.
            self._passage.close(outcome.seq, False)
            decision = self._decision(presented.credential, token, presented)
            self._refuse(presented.credential, "hotlisted", token, decision)
        else:
            self._log("recovered", seq=outcome.seq, fare=outcome.record.fare)
            facts = {}
            if self.party is not None:
                self.party.taken()
            if self.memory is None:
                self._passage.open(outcome.seq)
            else:
                decision = self.memory.resume(outcome.record, outcome.seq, torn is not None)
                facts = self._more(outcome.seq, decision, token)
                self._passage.open(outcome.seq, decision.persons, "exit" if self.memory.leaving else "entry")
            self._face.show(
                "admitted", fare=outcome.record.fare, balance=presented.purse.balance, recovered=True, **facts
            )

    async def _decide(self, channel, presented, token):
        credential = presented.credential
        decision = self._decision(credential, token, presented)
        if not decision.admit:
            self._refuse(credential, decision.reason, token, decision)
            return
        template = self._tap(credential, token, decision)
        trip = () if self.trips is None else self.trips.of(presented.purse, decision, template.time)
        if decision.product != "purse" and not trip:
            self._admit(self._recorder.write(template), decision, credential.balance, token)
            return
        outcome = await self._charger.charge(channel, presented, template, decision.fare, trip)
        if outcome.state == PAID:
            self._admit(outcome.seq, decision, outcome.record.balance, token)
        elif outcome.state == TORN:
            self._log("torn", seq=outcome.seq)
            self._again("read_failed", torn=True)
        else:
            self._refuse(credential, _REFUSALS.get(outcome.sw, "read_failed"), token, decision)

    def _decision(self, credential, token, presented=None):
        now = self._clock.utc()
        try:
            decision = self._decided(credential, token, presented, now)
        except FAILURES as error:
            if self.unfit is None:
                from terminal.tap.unfit import Unfit  # most lanes never need it

                self.unfit = Unfit(self._tariff, self._settings["here"], self._log)
            decision = self.unfit.refuse(credential, token, now, error)
        self._log(
            "decision", admit=decision.admit, reason=decision.reason, fare=decision.fare, concession=decision.concession,
            product=decision.product, same_city=decision.same_city, trip=decision.trip, charge=decision.charge,
            tell=decision.tell, knows=decision.knows,
        )  # fmt: skip
        return decision

    def _decided(self, credential, token, presented, now):
        """The Decision; whatever a tariff raises that is not sound."""
        entry = self._lists.look(credential.token)
        known = here = None
        if self.memory is not None:
            known = self.memory.visits(token, presented)
            here = self.memory.here(presented, known, now)
        if self.outside is not None:
            here = dict(here or {})
            here["eligible"] = self._eligible
        if self.party is not None and self.party.persons > 1:
            here = dict(here or {})
            here["persons"] = self.party.persons
        return decide(credential, entry, known, self._tariff, now, self._recorder.mode, here)

    def _tap(self, credential, token, decision, reason="ok"):
        """The record of a decision, with its direction and what paid."""
        leaving = self.memory is not None and self.memory.leaving
        record = self._recorder.tap(credential, token, decision, reason, leaving)
        if self.memory is None and not decision.contract and decision.persons == 1:
            return record
        from terminal.decision import pricing
        from terminal.tap import uses  # a flat fare has nothing to tell beside its amount

        return uses.noted(record, decision, pricing.in_force(self._tariff, record.time))

    def _admit(self, seq, decision, balance, token=None):
        """Opens for the admission recorded under `seq`; without a record nothing opens."""
        if not seq:
            self._face.show("out_of_service", reason="journal_full", code=reasons.code("journal_full"))
            return
        facts = self._more(seq, decision, token)
        if decision.days_left is not None:
            facts["days_left"] = decision.days_left
        if self.memory is None:
            self._passage.open(seq, decision.persons)
        else:
            self._passage.open(seq, decision.persons, "exit" if self.memory.leaving else "entry")
            self.memory.note(token, decision, self._clock.utc(), seq)
        if self.party is not None:
            self.party.taken()
        name = "admitted"
        if decision.concession:
            name = "admitted_concession"
        elif decision.low_balance:
            name = "admitted_low_balance"
        self._face.show(
            name, fare=None if decision.product in ("trip", "contract") else decision.fare, balance=balance,
            concession=decision.concession, low_balance=decision.low_balance, same_city=decision.same_city, **facts
        )  # fmt: skip

    def _more(self, seq, decision, token):
        """What the screen says beside the fare; a stay gets its locker."""
        if not (decision.contract or decision.trip or decision.tell or decision.persons > 1):
            return {}
        from terminal.tap import told  # stays, passes, groups and lockers: a plain fare gate says none of it

        now = self._clock.utc()
        return told.more(self._tariff, self.memory, self.lockers, self._recorder, seq, decision, token, now)

    def _again(self, reason, **facts):
        self._face.show("read_again", reason=reason, code=reasons.code(reason), **facts)

    def _refuse(self, credential, reason, token=None, decision=None):
        """Shows why; a credential that could be read leaves a record of its refusal."""
        if token is not None:
            self._recorder.write(self._tap(credential, token, decision, reason))
        self._face.show("refused", reason=reason, code=reasons.code(reason))


def _short(token):
    return "%02x%02x%02x" % (token[0], token[1], token[2])
