"""Host only: the reader on a staff desk: identity for the software beside it, with the holder's consent on record.

The software names a purpose (terminal.desk_line has its words). The desk's screen says what for and what is read, and
putting the card down is the consent: its record is durable before a word goes out. Only the fields of that purpose go
out. Of the identity nothing is kept, logged or recorded.
"""

from collections import namedtuple

from offline_store.table import LISTED, NOT_LISTED
from terminal import desk_line, reasons, records
from terminal.errors import CardDataMalformed, CardLost, PurseRefused
from terminal.media import middleware, purse, social_card, social_holder
from terminal.media.credential import PROVED_NOTHING

_POLL_MS = 50
_WAIT_MS = 60000
_TOLD_MS = 5000
_LONGEST_REFERENCE = 16
_READY = "ready"

BLOCKED = -4  # the card stands on the hotlist: reported lost, or replaced
UNPROVED = -5  # the purpose wants a card that proves itself, and this one did not
NO_ROOM = -6  # the journal has no room for a consent
# What the screen says of a code; any other: the card proved too little, "partial" or "unproved".
_WHY = {
    middleware.OK: "ok", middleware.READ_FAILED: "lost", middleware.NOT_A_SOCIAL_CARD: "other", BLOCKED: "blocked",
    UNPROVED: "unproved", NO_ROOM: "full",
}  # fmt: skip

Purpose = namedtuple("Purpose", "number title tells genuine person")
"""`number` 1 to 65535, as it stands in records; `title` (Chinese, English); `tells`: names of middleware.FIELDS that the
software gets; `genuine`: only from a card that was proved; `person`: the software says whether it is the holder."""


class Desk:
    """`line`: a StaffLine; `readers`: reader ports, the first is asked first; `purposes`: dicts of the settings.

    `face`: a terminal.face.Face on the screen that the holder sees; `lists`: terminal.lists.Lists, of which the desk asks
    the hotlist, or None; `purses`: the kinds that a card may carry beside the identity, which the hotlist may name;
    `back_end` opens cards of the third generation (terminal.media.social_auth); `device`: the desk's number in the line.
    """

    def __init__(
        self,
        line,
        readers,
        clock,
        recorder,
        purposes,
        face,
        status,
        log,
        lists=None,
        purses=(),
        back_end=None,
        device="",
    ):
        self._line = line
        self._readers = readers
        self._clock = clock
        self._recorder = recorder
        self._purposes = {entry["number"]: purpose_of(entry) for entry in purposes}
        self._face = face
        self._status = status
        self._log = log
        self._lists = lists
        self._purses = purses
        self._back_end = back_end
        self._device = device
        self._asked = None  # the Purpose that a card is waited for
        self._facts = {}
        self._until = None  # when waiting for a card, or showing how it went, is over
        self._lies = False  # a card lies there from before: it has to go first, lying there is no consent
        self._open = 0  # the record of a consent whose person is still to be confirmed

    async def run(self):
        """Serves for ever."""
        self._face.show("boot")
        self._recorder.note(records.BOOT)
        for reader in self._readers:
            await reader.start()
        self._show("desk.waiting")
        while True:
            await self.turn()
            await self._clock.sleep_ms(_POLL_MS)

    async def turn(self):
        """One line of the software, one look at the readers."""
        words = self._line.hear()
        if self._line.changed and self._asked is not None:
            self._log("desk", dropped=self._asked.number)  # who asked is gone; nobody else gets the answer
            self._leave()
        if words is not None:
            await self._do(words)
        if self._asked is not None:
            await self._look()
        elif self._until is not None and self._clock.passed(self._until):
            self._until = None
            self._show("desk.waiting")
        self._face.settle()

    # The software's words

    async def _do(self, words):
        verb = words[0]
        if verb == "READ" and 2 <= len(words) <= 3 and words[1].isdigit():
            await self._ask(int(words[1]), words[2] if len(words) == 3 else "")
        elif verb == "CANCEL" and len(words) == 1:
            self._line.send("OK")
            if self._asked is not None:
                self._end("CANCELLED")
        elif verb == "PERSON" and len(words) == 3 and words[1].isdigit() and words[2] in ("yes", "no"):
            self._confirm(int(words[1]), words[2] == "yes")
        elif verb == "PURPOSES" and len(words) == 1:
            for number in sorted(self._purposes):
                purpose = self._purposes[number]
                self._line.send(
                    "PURPOSE %d %s %s" % (number, ",".join(purpose.tells) or "-", " | ".join(purpose.title))
                )
            self._line.send("END")
        elif verb == "STATUS" and len(words) == 1:
            online, queued = self._status()
            doing = "waiting" if self._asked is None else "asking"
            states = ",".join(reader.state for reader in self._readers)
            self._line.send("STATUS %s %s %s %d" % (doing, states, "online" if online else "offline", queued))
        else:
            self._line.error()

    async def _ask(self, number, reference):
        purpose = self._purposes.get(number)
        if self._asked is not None:
            self._line.error(desk_line.BUSY)
        elif purpose is None or len(reference) > _LONGEST_REFERENCE:
            self._line.error(desk_line.NO_PURPOSE if purpose is None else desk_line.NO_REFERENCE)
        elif not await self._ready():
            self._line.error(desk_line.NO_READER)
        else:
            self._asked, self._open = purpose, 0
            self._until = self._clock.deadline(_WAIT_MS)
            self._line.send("OK")
            # Looked at twice: a reader that nobody asked for a while still believes in the card before.
            self._lies = await self._covered() and await self._still_there()
            self._facts = {"title": purpose.title, "tells": purpose.tells, "reference": reference}
            self._show("desk.asking", lies=self._lies, **self._facts)

    async def _ready(self):
        """One reader at least is in service; those that are not are started again."""
        ready = False
        for reader in self._readers:
            ready |= reader.state == _READY or bool(await reader.start())
        return ready

    async def _covered(self):
        """Whether a card lies on a reader."""
        for reader in self._readers:
            if await reader.present() or await reader.poll() is not None:
                return True
        return False

    def _confirm(self, record, is_holder):
        if not record or record != self._open:
            self._line.error(desk_line.NO_RECORD)
            return
        kind = records.PASSED if is_holder else records.NOT_PASSED
        seq = self._recorder.note(kind, "ok" if is_holder else "another_card", record)
        if seq:
            self._open = 0
            self._line.send("OK %d" % seq)
        else:
            self._line.error(desk_line.NO_ROOM)

    # The card

    async def _look(self):
        if self._lies:
            self._lies = await self._still_there()
            if not self._lies:
                self._show("desk.asking", lies=False, **self._facts)
        for reader in () if self._lies else self._readers:
            channel = await reader.poll()
            if channel is not None:
                await self._read(channel)
                await reader.release()
                return
        if self._clock.passed(self._until):
            self._end("TIMEOUT")

    async def _still_there(self):
        for reader in self._readers:
            if await reader.present():
                return True
        return False

    async def _read(self, channel):
        """Who it is; it goes out when the consent is on the medium."""
        self._face.page("desk.reading")
        code, seq, proof, line = middleware.READ_FAILED, 0, "-", ""
        try:
            details = await social_holder.read(channel, self._back_end)
            listed = NOT_LISTED if details is None else await self._listed(details, channel)
        except (CardLost, CardDataMalformed):
            pass
        else:
            code = middleware.NOT_A_SOCIAL_CARD
            if details is not None:
                code, seq, proof, line = self._tell(details, channel.ats, listed)
        self._log("desk", code=code, purpose=self._asked.number, record=seq)
        self._open = seq if self._asked.person and code == middleware.OK else 0
        why = _WHY.get(code) or ("partial" if line else "unproved")
        self._end(("CARD %d %d %s %s" % (code, seq, proof, line)).rstrip(), why)

    @property
    def _hotlist(self):
        """The newest one, None before the first came."""
        return None if self._lists is None else self._lists.hotlist

    async def _listed(self, details, channel):
        """What the hotlist says: one card, two applications, and reported lost under either it is lost. CardLost."""
        if self._hotlist is None:
            return NOT_LISTED
        state = self._hotlist.look(social_card.credential_of(details.card).token).state
        if state == NOT_LISTED:
            try:
                money = await purse.read(channel, self._purses)
            except (CardDataMalformed, PurseRefused):
                money = None  # a purse that is out of order is no matter of identity
            if money is not None:
                state = self._hotlist.look(purse.credential_of(money).token).state
        return state

    def _tell(self, details, ats, listed):
        """(code, number of the consent's record, "card" or "none" for what was proved, line)."""
        credential = social_card.credential_of(details.card)
        proved = credential.proved != PROVED_NOTHING
        reason = "ok" if listed == NOT_LISTED else "hotlisted" if listed == LISTED else "list_damaged"
        seq = self._consent(credential, reason)
        code, line = NO_ROOM, ""
        if seq and reason != "ok":
            code = BLOCKED
        elif seq:
            code, line = middleware.answer(details, ats, "", self._device, self._asked.tells)
            if self._asked.genuine and not proved:
                code, line = code or UNPROVED, ""
        return code, seq, "card" if proved else "none", line

    def _consent(self, credential, reason):
        """Number of the record, 0 without room for it; `reason`: why the card is refused, or "ok"."""
        token = self._recorder.permuted(credential.token)
        flags = 0 if self._status()[0] else records.OFFLINE
        if credential.proved != PROVED_NOTHING:
            flags |= records.PSAM_PROVED
        record = records.plain(
            records.CONSENT, self._clock.utc(), token, credential.scheme, reasons.number(reason), mode=self._recorder.mode,
            ref=self._asked.number, flags=flags,
        )  # fmt: skip
        return self._recorder.write(record)

    # Screens

    def _show(self, page, **facts):
        self._face.page(page, **facts)

    def _end(self, answer, why=None):
        self._line.send(answer)
        self._leave(why)

    def _leave(self, why=None):
        """Nobody is asked any more; `why`: how the card went, a value of _WHY, None where there was none."""
        self._asked, self._facts, self._until = None, {}, None
        if why is None:
            self._show("desk.waiting")
        else:
            self._until = self._clock.deadline(_TOLD_MS)
            self._show("desk.told" if why == "ok" else "desk.failed", why=why)


def purpose_of(entry):
    """The Purpose of a dict of the settings, see technician/data/purposes.toml."""
    return Purpose(
        entry["number"], tuple(entry["title"]), tuple(entry["tells"]), entry.get("genuine", False),
        entry.get("person", False),
    )  # fmt: skip
