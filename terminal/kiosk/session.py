"""The session of a kiosk: nobody there, sign in, menu, one of six patterns, and everything wiped again.

One coroutine that looks at touch, card and clock in turns; what takes long is done by the Worker beside it. A session on
a card in the slot ends with the card, one on a reader that died ends with the reader; a lost network ends nothing.
"""

import gc
import os

from micropython import const

from terminal import documents
from terminal.kiosk import holder as holders
from terminal.kiosk import patterns
from terminal.kiosk.entry import NOBODY, PhoneLogin, PhoneText, PinPad
from terminal.kiosk.identify import PIN_WANTED, verify
from terminal.kiosk.menu import Menu
from terminal.kiosk.pages import Attract, Help, Identify, Reading, Trouble
from terminal.kiosk.timeout import TimeOut
from terminal.kiosk.worker import Worker

_POLL_MS = const(20)
_LEFT_MS = const(5000)  # between two reminders that a card was left
_WISHES = ("language", "elder", "contrast")
_SWEEP = const(5)  # turns between two looks for a card nobody asked for
_DURABLE = ("submit", "pay")  # actions that are filed: another try is the same request


class Kiosk:
    """`board` has touch, reader, slot, scanner (each may be None but touch), printer, face, clock; see terminal.ports.

    `identifier` knows cards and codes, `services` is the menu, `client` asks the head-end (terminal.service_client),
    `loader`: a terminal.kiosk.loader.PurseLoader where purses are loaded.
    """

    def __init__(self, board, identifier, services, client, settings, face, log, loader=None):
        self._board = board
        self._clock = board.clock
        self._identifier = identifier
        self.services = services
        self._renewed = None  # services that wait until nobody is there
        self._client = client
        self._loader = loader
        self._settings = settings
        self.face = face
        self._log = log
        self.worker = Worker(board.clock)
        self._time = TimeOut(board.clock, settings)
        self._turns = 0
        self._last_ask = None, None
        self._locked = False  # the card waits for its PIN before it says whose it is
        self._leaving = False  # the card of the last session may still be in the slot
        self._left_at = None
        self.page = None
        self.holder = None
        self._end(None)

    # The session's life

    async def run(self):
        """Starts what can sign people in, then serves for ever."""
        self.face.show({"screen": "boot"})
        for port in (self._board.reader, self._board.slot, self._board.scanner, self._board.printer):
            if port is not None:
                await port.start()
        self._leaving = self._board.slot is not None and await self._board.slot.present()
        while True:
            await self._turn()
            await self._clock.sleep_ms(_POLL_MS)

    async def _turn(self):
        self._turns += 1
        action = self._board.touch.poll()
        if action is not None:
            self._time.touched()
            self._pressed(action)
        found = self.worker.result()
        if found is not None:
            self._time.touched()
            self._do(found[0](found[1]))
        elif not self.worker.busy:
            self._do(self.page.tick())
        if self.holder is None:
            await self._look_for_somebody()
        else:
            await self._look_after_card()
        self._watch_time()
        self._show()

    def _end(self, why):
        """Wipes the session: nobody's page, nothing asked, nobody's wishes. `why` is logged."""
        if self.holder is not None:
            self._log("session", step="end", why=why, medium=self.holder.medium)
            self._leaving = self._leaving or self.holder.medium == "slot"
        self.worker.drop()
        self.holder = None
        self._locked = False
        self._channel = None
        self._last_ask = None, None
        self._board.touch.forget()
        self.face.reset()
        self.page = Attract(self._media)
        self._time.over()
        if self._renewed is not None:
            self.services, self._renewed = self._renewed, None
        gc.collect()

    def renew(self, services):
        """Another menu: at once while nobody is there, else behind this session, which ends with what it began with."""
        if isinstance(self.page, Attract):
            self.services = services
        else:
            self._renewed = services

    def _media(self):
        """The names of what one can sign in with here and now."""
        board = self._board
        working = [name for name in ("slot", "reader", "scanner") if _ready(getattr(board, name))]
        return tuple(working) + (("phone",) if self.face.online else ())

    def _begin(self, holder, locked=False):
        self.holder = holder
        self._locked = locked
        if holder.medium == "slot":
            self._leaving, self._left_at = False, None
        self._log("session", step="begin", medium=holder.medium, proved=holder.proved)
        self.face.elder = self.face.elder or holders.is_senior(holder)
        self._time.begin(self.face.elder)
        if locked:
            self.page = PinPad(None, unlocks=True)
        else:
            self._look_up()

    def _look_up(self):
        self.page = Reading()
        self.worker.begin(self._begun, self._client.unfinished, holders.asking(self.holder), self.face.lang)

    def _begun(self, left):
        """The menu, or what this holder filed before the plug was pulled: shown once more, filed never again."""
        service = None if left is None else self.services.service(left[0])
        # Money that may not be on the card yet waits for a card that can be written to.
        if service is None or (service["loads"] and left[1] == "pay" and self.holder.medium != "slot"):
            self._home()
            return
        self._log("session", step="resume", service=left[0])
        self.page = patterns.begin(service, self.holder, self._can())
        return self.page.resume(left[1], left[2])

    def _home(self):
        facts = {} if self.holder is None else holders.facts(self.holder)
        self.page = Menu(self.services, facts, "" if self.holder is None else self.holder.name)

    def _can(self):
        board = self._board
        can = ("face",) if board.face is not None else ()
        return can + (("print",) if board.printer is not None and board.printer.state != "absent" else ())

    # What people do

    def _pressed(self, action):
        if self._time.warning:
            self._time.extended()
            if action == "out":
                self._want_out()
            return
        verb, _, number = action.partition(".")
        self.face.tools = int(number) if verb == "tools" and number.isdigit() else 0
        if action in _WISHES:
            self.face.wish(action)
            self._time.begin(self.face.elder)
        elif action == "voice":
            self.face.wish("voice")
            (self.face.speak if self.face.voice else self.face.hush)()
        elif action == "help":
            self.page = Help(self.page)
        elif verb != "tools":
            self._do(self.page.press(action))

    def _do(self, want):
        """Does what a page wants next; a page that wants nothing stays."""
        while want is not None:
            want = getattr(self, "_want_" + want[0])(*want[1:])

    def _want_out(self):
        self._settle()
        self._end("out")

    def _settle(self):
        """What was filed has been seen to its end by whoever filed it."""
        if self.holder is not None and getattr(self.page, "is_seen", False):
            self._client.settled(self.holder.token)

    def _want_end(self):
        self._settle()
        if self._locked or (self.holder is None and not isinstance(self.page, Attract)):
            self._end("locked" if self._locked else None)
        else:
            self._home()

    _want_home = _want_end

    def _want_under(self):
        self.page = self.page.under

    def _want_show(self, page):
        self.page = page

    def _want_identify(self):
        self.page = Identify(self._media)
        self._time.touched()

    def _want_login(self):
        self.page = PhoneLogin(self._clock.utc)
        return self.page.start()

    def _want_phone(self, ask):
        self.page = PhoneText(self._clock.utc, self.page, ask)
        return self.page.start()

    def _want_told(self, text):
        self.page = self.page.under
        return self.page.told(text)

    def _want_enter(self, told):
        self._begin(self._identifier.phone(told))

    def _want_group(self, name):
        self.page = self.page.opened(name)

    def _want_open(self, name):
        service = self.services.service(name)
        if service.get("pin") and self.holder is not None and self.holder.proved != "pin":
            if self.holder.medium != "slot":
                self.page = Trouble("pin_needs_slot")
                return None
            self.page = PinPad(("begin", service))
            return None
        return "begin", service

    def _want_begin(self, service):
        self.page = patterns.begin(service, self.holder, self._can())
        return self.page.start()

    def _want_ask(self, service, action, fields, page):
        want = service, action, fields, page
        request = None
        if action in _DURABLE:
            if self._last_ask[0] != want:
                self._last_ask = want, "".join(["%02x" % byte for byte in os.urandom(8)])
            request = self._last_ask[1]
        asker = NOBODY if self.holder is None else holders.asking(self.holder)
        if self.page.proved:
            asker = dict(asker, proved=self.page.proved)
        self.worker.begin(
            self.page.answered, self._client.ask, service, action, asker, fields, page, request, self.face.lang
        )

    def _want_pin(self, digits):
        self.worker.begin(self._pin_checked, verify, self._channel, digits)

    def _pin_checked(self, tries):
        if tries is None:
            self.holder = holders.proved_by_pin(self.holder)
        return self.page.checked(tries)

    def _want_unlock(self, digits):
        self.worker.begin(self._unlocked, self._identifier.unlock, self._channel, digits)

    def _unlocked(self, found):
        holder, tries = found
        if holder is None:
            return self.page.checked(tries)
        self.holder, self._locked = holder, False
        self.face.elder = self.face.elder or holders.is_senior(holder)
        self._time.begin(self.face.elder)
        self._look_up()
        return None

    def _want_load(self, service, amount):
        self.worker.begin(self.page.loaded, self._load, self._channel, service, amount, holders.asking(self.holder))

    async def _load(self, channel, service, amount, asker):
        """Writes and says so, also when nobody waits for it any more; None without a loader."""
        if self._loader is None or channel is None:
            return None
        written = await self._loader.load(channel, amount, (service, asker))
        self._log("load", state=written.state, fen=written.fen)
        await self._loader.tell((service, asker), written)
        return written

    def _want_face(self):
        self.worker.begin(self.page.checked, self._board.face.check, self.holder)

    def _want_print(self, action, outcome, form):
        page, holder, lang = self.page, self.holder, self.face.lang
        facts = {
            "holder": holder.name if holder else "", "site": self._settings["site"], "lang": lang,
            "terminal": self._settings["terminal"], "time": self._clock.utc(),
        }  # fmt: skip
        fields = {} if form is None else form.paper(lang)
        document = documents.make(page.service, action, outcome, fields, facts)
        self.worker.begin(page.printed_out, self._board.printer.print, document)

    def _want_call(self):
        self._log("call", medium=None if self.holder is None else self.holder.medium)
        self.face.lamp("amber")

    # Who is there

    async def _look_for_somebody(self):
        """A card, a code or a phone's confirmation begins a session."""
        board = self._board
        for name in ("slot", "reader"):
            port = getattr(board, name)
            channel = None if port is None else await port.poll()
            if channel is not None:
                await self._card(name, port, channel)
                return
        code = None if board.scanner is None else await board.scanner.poll()
        if code is not None:
            self.face.show({"screen": "kiosk.wait", "step": "code"})
            self._welcome(*await self._identifier.code(code, self._breathe))
        await self._mind_left_card()

    async def _card(self, name, port, channel):
        self.face.show({"screen": "kiosk.wait", "step": "reading"})
        holder, reason = await self._identifier.card(channel, name)
        if holder is not None and name == "slot":
            self._channel = channel
        else:
            await port.release()
        self._welcome(holder, reason)

    def _welcome(self, holder, reason):
        if holder is None:
            self._log("refused", reason=reason)
            self.face.sound("refused")
            self.page = Identify(self._media, reason)
            self._time.touched()
        else:
            self.face.sound("accepted")
            self._begin(holder, reason == PIN_WANTED and holder.medium == "slot")

    async def _breathe(self):
        await self._clock.sleep_ms(0)

    async def _look_after_card(self):
        """The card's session ends with the card, or with the reader that held it."""
        board, medium = self._board, self.holder.medium
        if medium == "slot":
            if not await board.slot.present():
                self._settle()
                self._end("card_taken" if _ready(board.slot) else "reader_lost")
        elif medium == "reader" and self._turns % _SWEEP == 0:
            if await board.reader.poll() is not None:
                await board.reader.release()  # a second tap changes nothing: one session, one holder
            if not _ready(board.reader):
                self._end("reader_lost")
        if self.holder is not None and board.scanner is not None:
            code = await board.scanner.poll()
            if code is not None:
                self._time.touched()
                self._do(self.page.scanned(code))

    async def _mind_left_card(self):
        """A card that nobody took out of the slot after its session: said and sounded until somebody does."""
        if not self._leaving:
            return
        self._leaving = await self._board.slot.present()
        if self._leaving and (self._left_at is None or self._clock.passed(self._left_at)):
            if self._left_at is None:
                self._log("card_left", medium="slot")
                await self._board.slot.release()
            self._left_at = self._clock.deadline(_LEFT_MS)
            self.face.sound("read_again")
        if not self._leaving:
            self._left_at = None
        if isinstance(self.page, Attract):
            self.page.left = self._leaving

    # Time

    def _watch_time(self):
        if self.worker.busy:
            self._time.touched()
        if self.holder is None and isinstance(self.page, Attract):
            return
        if self._time.is_over(self.page.private):
            self._end("time_out")

    def _show(self):
        if self._time.warning:
            self.face.show({"screen": "kiosk.warning", "seconds": self._time.left_s})
        else:
            self.face.show(self.page.view())


def _ready(port):
    return port is not None and port.state == "ready"
