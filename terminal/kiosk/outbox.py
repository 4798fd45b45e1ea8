"""Forms that wait for the network: sealed to the head-end, on a journal of their own, sent until they are taken.

At rest there is a request number and an envelope that the terminal itself cannot open (terminal/crypto/envelope.py).
A form is put here before its first try, so that a cut in the middle loses nothing; the head-end knows it by its
request number, so that nothing is filed twice.
"""

import json
from binascii import hexlify, unhexlify

from micropython import const

from offline_store.errors import JournalFull
from terminal.crypto import envelope
from terminal.errors import LinkError

PATH = "/v1/forms"
RECORD_LENGTH = const(230)  # what the outbox's journal is best made with: a form is three or four records
_NUMBER = const(8)
_REFERENCE = "%s-%06d"
_LOOK_MS = const(500)
_FIRST_PAUSE_MS = const(2000)
_LONGEST_PAUSE_MS = const(120000)
_HEADERS = (("Content-Type", "application/octet-stream"),)
_OK = const(200)


class Outbox:
    """`journal`: an offline_store journal that holds nothing else; `key()`: the head-end's SM2 public key (SEC1), None
    while it is not known; `random(count)`: bytes nobody can foretell. `on_event(name, **facts)` hears "form_queued",
    "form_sent" and "forms_wait", with numbers of forms in them and nothing of what they say.
    """

    def __init__(self, journal, clock, terminal, random, key, on_event=None):
        self._journal = journal
        self._clock = clock
        self._terminal = terminal
        self._random = random
        self._key = key
        self._on_event = on_event
        self._held = set()  # tried live at this moment
        self._done = set()  # taken by the head-end, but an older one still waits

    @property
    def waiting(self):
        """How many forms the head-end has not taken."""
        return sum(1 for _, number, _ in self._forms() if number not in self._done)

    def next_reference(self):
        """The interim reference of the form that is put next: no other form of this terminal ever has it."""
        return _REFERENCE % (self._terminal, self._journal.last_seq + 1)

    def put(self, request, asked):
        """Keeps `asked` (a dict), durable on return, and leaves it to the caller until `release`.

        False when there is no room or no key to seal it with: nothing is kept then.
        """
        key = self._key()
        if key is None:
            return False
        number = unhexlify(request)
        sealed = envelope.seal(key, self._random, json.dumps(asked, separators=(",", ":")).encode(), number)
        try:
            self._journal.append(number + sealed)
        except JournalFull:
            self._tell("forms_wait", waiting=self.waiting)
            return False
        self._held.add(number)
        return True

    def reference_of(self, request):
        """The interim reference of a form that still waits, else None."""
        wanted = unhexlify(request)
        for seq, number, sealed in self._forms():
            if number == wanted and number not in self._done:
                parts = -(-(_NUMBER + len(sealed)) // self._journal.record_length)
                return _REFERENCE % (self._terminal, seq - parts + 1)
        return None

    def release(self, request):
        """The live try is over: from now on `run` may send the form."""
        self._held.discard(unhexlify(request))

    def done(self, request):
        """The head-end has answered: the form need not be sent again."""
        self._done.add(unhexlify(request))
        self._settle()

    async def run(self, client):
        """The task: sends what waits, oldest first, over `client`, an HttpClient of its own; backs off while it fails."""
        pause_ms = _FIRST_PAUSE_MS
        while True:
            form = self._next()
            if form is None:
                pause_ms = _FIRST_PAUSE_MS
                await self._clock.sleep_ms(_LOOK_MS)
            elif await self._send(client, form):
                pause_ms = _FIRST_PAUSE_MS
            else:
                await self._clock.sleep_ms(pause_ms)
                pause_ms = min(2 * pause_ms, _LONGEST_PAUSE_MS)

    async def _send(self, client, form):
        seq, number, sealed = form
        path = "%s?terminal=%s&request=%s" % (PATH, self._terminal, hexlify(number).decode())
        try:
            answer = await client.request("POST", path, sealed, _HEADERS)
        except (OSError, LinkError):
            client.close()
            return False
        if answer.status != _OK:
            return False
        self._done.add(number)
        self._settle()
        self._tell("form_sent", form=seq)
        return True

    def _next(self):
        for seq, number, sealed in self._forms():
            if number not in self._done and number not in self._held:
                return seq, number, sealed
        return None

    def _forms(self):
        for seq, payload in self._journal.unacknowledged():
            yield seq, payload[:_NUMBER], payload[_NUMBER:]

    def _settle(self):
        """Acknowledges everything before the oldest form that still waits."""
        settled = 0
        for seq, number, _ in self._forms():
            if number not in self._done:
                break
            self._done.discard(number)
            settled = seq
        if settled:
            self._journal.acknowledge(settled)

    def _tell(self, name, **facts):
        if self._on_event is not None:
            self._on_event(name, **facts)
