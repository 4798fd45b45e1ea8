"""Host only: the reader on a staff desk: identity for the software beside it, over a line (drivers/till.py), with consent.

    READ purpose      OK, then CARD code line once the holder put the card down, or TIMEOUT, CANCELLED, FULL
    CANCEL            OK, then CANCELLED          STATUS     STATUS waiting|asking
`purpose` is a number that the operator of the desk gives each kind of business; `code` and `line` are those of
terminal.media.middleware. While it asks, the desk's screen says what for, and putting the card down is the consent: its
record is durable before the line goes out. Of the identity nothing is kept, logged or recorded.
"""

from terminal import records
from terminal.errors import CardDataMalformed, CardLost
from terminal.media import middleware, social_card

_POLL_MS = 50
_WAIT_MS = 60000
_MOST_PURPOSE = 0xFFFF


class Desk:
    """`port`: a drivers.till.LinePort; `reader`: contact or contactless; `recorder`: a terminal.recorder.Recorder.

    `show(screen, purpose)` is the screen: "asking" or "waiting". `back_end` opens third-generation cards.
    """

    def __init__(self, port, reader, clock, recorder, show, log, back_end=None, device=""):
        self._port = port
        self._reader = reader
        self._clock = clock
        self._recorder = recorder
        self._show = show
        self._log = log
        self._back_end = back_end
        self._device = device
        self._purpose = None
        self._until = None
        self._lies = False  # a card lies there from before: it has to go first, lying there is no consent

    async def run(self):
        """Serves for ever."""
        await self._reader.start()
        self._show("waiting", None)
        while True:
            await self.turn()
            await self._clock.sleep_ms(_POLL_MS)

    async def turn(self):
        """One line of the software, one look at the reader."""
        line = self._port.poll()
        if line is not None:
            asking = self._purpose is not None
            self._hear(line.split())
            if self._purpose is not None and not asking:
                self._lies = await self._reader.poll() is not None
        if self._purpose is None:
            return
        if self._lies:
            self._lies = await self._reader.present()
        channel = None if self._lies else await self._reader.poll()
        if channel is not None:
            await self._read(channel)
            await self._reader.release()
        elif self._clock.passed(self._until):
            self._end("TIMEOUT")

    def _hear(self, words):
        verb = words[0] if words else ""
        if verb == "READ" and self._purpose is None and len(words) == 2 and words[1].isdigit():
            purpose = int(words[1])
            if 0 < purpose <= _MOST_PURPOSE:
                self._purpose, self._until = purpose, self._clock.deadline(_WAIT_MS)
                self._port.send("OK")
                self._show("asking", purpose)
                return
        if verb == "CANCEL":
            self._port.send("OK")
            if self._purpose is not None:
                self._end("CANCELLED")
        elif verb == "STATUS":
            self._port.send("STATUS %s" % ("waiting" if self._purpose is None else "asking"))
        else:
            self._port.send("ERROR READ purpose (1 to 65535, one at a time), CANCEL or STATUS")

    async def _read(self, channel):
        """The consent's record first, then who it is."""
        try:
            card = await social_card.read(channel)
            if card is None:
                self._end("CARD %d " % middleware.NOT_A_SOCIAL_CARD)
                return
            credential = social_card.credential_of(card)
            token = self._recorder.permuted(credential.token)
            record = records.plain(
                records.CONSENT, self._clock.utc(), token, credential.scheme, mode=self._recorder.mode, ref=self._purpose
            )  # fmt: skip
            if not self._recorder.write(record):
                self._end("FULL")
                return
            code, line = await middleware.read_channel(channel, self._back_end, "", self._device)
        except (CardLost, CardDataMalformed):
            code, line = middleware.READ_FAILED, ""
        self._log("desk", code=code, purpose=self._purpose)
        self._end("CARD %d %s" % (code, line))

    def _end(self, answer):
        self._port.send(answer)
        self._purpose = None
        self._show("waiting", None)
