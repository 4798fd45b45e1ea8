"""Host only: card readers and SAM slots behind PC/SC (pcscd on a Linux gate), by pyscard. Imported when started.

pcscd answers a transmit when the card has answered: such a call holds up the other tasks for the card's own time.
"""

from drivers.errors import PortAbsent, PortBusy, ReaderError

ABSENT = "absent"
STARTING = "starting"
READY = "ready"

_GET_UID = b"\xff\xca\x00\x00\x00"  # PC/SC part 3: answered by contactless readers themselves


class PcscSlot:
    """One slot, a `channel` of the core: a PSAM's, or the slot under a reader. `name` is part of the reader's name."""

    def __init__(self, name):
        self.reader = None  # its whole name, once found
        self.atr = b""
        self._name = name
        self._scard = None
        self._context = None
        self._card = None
        self._protocol = None

    def open(self):
        """Finds the reader. ReaderError when there is no pyscard, no service or no such reader."""
        self.close()
        try:
            from smartcard import scard
        except ImportError as error:
            raise PortAbsent("pyscard is not installed: install the extra 'pcsc'") from error
        self._scard = scard
        result, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        if result != scard.SCARD_S_SUCCESS:
            self._context = None
            raise PortAbsent("the PC/SC service does not answer (%s): start pcscd" % self._text(result))
        result, readers = scard.SCardListReaders(self._context, [])
        found = [reader for reader in readers or () if self._name in reader]
        if not found:
            self.close()
            raise PortAbsent(
                "no PC/SC reader has %r in its name, there are: %s" % (self._name, ", ".join(readers or ()) or "none")
            )
        self.reader = found[0]

    def close(self):
        self.disconnect()
        if self._context is not None:
            self._scard.SCardReleaseContext(self._context)
            self._context = None

    def insertion(self):
        """A number that differs for each card put into the slot, None while it is empty. ReaderError on a fault."""
        scard = self._scard
        result, states = scard.SCardGetStatusChange(self._context, 0, [(self.reader, scard.SCARD_STATE_UNAWARE)])
        if result != scard.SCARD_S_SUCCESS:
            raise PortAbsent("reader %s is gone (%s): plug it in" % (self.reader, self._text(result)))
        state = states[0][1]
        if state & (scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_UNKNOWN):
            raise PortAbsent("reader %s is gone: plug it in" % self.reader)
        return state >> 16 if state & scard.SCARD_STATE_PRESENT else None

    def connect(self):
        """Powers the card; its ATR is in `atr`. ReaderError when it does not answer the reset or is in use."""
        scard = self._scard
        self.disconnect()
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, card, protocol = scard.SCardConnect(self._context, self.reader, scard.SCARD_SHARE_EXCLUSIVE, protocols)
        if result == scard.SCARD_E_SHARING_VIOLATION:
            raise PortBusy("another program uses the card in %s: stop that program" % self.reader)
        if result != scard.SCARD_S_SUCCESS:
            raise ReaderError(
                "card in %s does not answer the reset (%s): turn it over" % (self.reader, self._text(result))
            )
        self._card, self._protocol = card, protocol
        self.atr = bytes(scard.SCardStatus(card)[4])

    def disconnect(self):
        if self._card is not None:
            self._scard.SCardDisconnect(self._card, self._scard.SCARD_UNPOWER_CARD)
            self._card = None

    async def transmit(self, apdu):
        """(data, sw); (b"", 0) when no card answers. A slot that is not connected is connected first."""
        try:
            if self._context is None:
                self.open()
            if self._card is None:
                self.connect()
        except ReaderError:
            return b"", 0
        return self.exchange(apdu)

    def exchange(self, apdu):
        """What `transmit` promises, for a slot that is connected."""
        if self._card is None:
            return b"", 0
        result, answer = self._scard.SCardTransmit(self._card, self._protocol, list(apdu))
        if result != self._scard.SCARD_S_SUCCESS or len(answer) < 2:
            self.disconnect()
            return b"", 0
        return bytes(answer[:-2]), answer[-2] << 8 | answer[-1]

    def _text(self, result):
        return "%s, %08X" % (self._scard.SCardGetErrorMessage(result).rstrip("."), result & 0xFFFFFFFF)


class PcscChannel:
    """One card in the reader. `uid` is empty for a contact card, `ats` holds the ATR."""

    def __init__(self, slot, uid):
        self._slot = slot
        self.uid = uid
        self.atr = self.ats = slot.atr

    async def transmit(self, apdu):
        return self._slot.exchange(apdu)


class PcscReader:
    """The reader port on a PC/SC reader, contact or contactless."""

    def __init__(self, name, clock):
        self.state = ABSENT
        self.crowded = False  # PC/SC never says that two cards lie there
        self.fault = None  # the ReaderError that put it out of service last
        self.restarts = 0
        self._slot = PcscSlot(name)
        self._clock = clock
        self._offered = None

    async def start(self):
        """Finds service and reader; True when in service."""
        self.state = STARTING
        self.restarts += 1
        self._offered = None
        try:
            self._slot.open()
        except ReaderError as error:
            self._lost(error)
            return False
        self.state = READY
        return True

    async def poll(self):
        """The channel of a card that was newly put in, or None."""
        if self.state != READY and not await self.start():
            return None
        try:
            insertion = self._slot.insertion()
        except ReaderError as error:
            self._lost(error)
            return None
        if insertion is None:
            self._taken_out()
        if insertion is None or insertion == self._offered:
            return None
        try:
            self._slot.connect()
        except PortBusy as error:
            self.fault = error
            return None
        except ReaderError as error:
            self.fault = error
            self._offered = insertion
            return None
        self._offered = insertion
        uid, sw = self._slot.exchange(_GET_UID)
        return PcscChannel(self._slot, uid if sw == 0x9000 else b"")

    async def present(self):
        """True while the card that `poll` offered last is still in the reader."""
        if self.state != READY or self._offered is None:
            return False
        try:
            there = self._slot.insertion() == self._offered
        except ReaderError as error:
            self._lost(error)
            return False
        if not there:
            self._taken_out()
        return there

    async def release(self):
        """Takes the power from the card; it is not offered again before it was taken out."""
        self._slot.disconnect()

    def _taken_out(self):
        self._offered = None
        self._slot.disconnect()  # a handle of a card that is gone would keep others from the next one

    def _lost(self, error):
        self.fault = error
        self._slot.close()
        self.state = ABSENT


class PcscCardSlot(PcscReader):
    """The slot port: a contact slot of a PC/SC reader. What is in at the start waits to be taken out first."""

    async def start(self):
        if not await PcscReader.start(self):
            return False
        try:
            self._offered = self._slot.insertion()
        except ReaderError as error:
            self._lost(error)
            return False
        return True
