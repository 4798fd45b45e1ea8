"""Host only: the line between a desk and the software beside it: its words, its version, who may speak. See docs/desk.md.

    HELLO version token       HELLO version terminal
    READ purpose [reference]  OK, then CARD code record proof line | TIMEOUT | CANCELLED
    PERSON record yes|no      OK record          CANCEL   OK, then CANCELLED where something was asked
    PURPOSES                  PURPOSE number fields title, one line each, then END
    STATUS                    STATUS waiting|asking reader online|offline queued
What cannot be done: ERROR word, and words for a person. Until the right HELLO nothing else is heard: whoever says
anything else, such as a web page that tries ports, is hung up on.
"""

import hmac

VERSION = 1
_GREETING_MS = 5000

BUSY = "busy: one card at a time"
NO_PURPOSE = "purpose: no such number here, see PURPOSES"
NO_REFERENCE = "reference: 16 characters at most"
NO_READER = "reader: no card reader answers"
NO_ROOM = "full: consents are waiting for the upload and there is no room for one more"
NO_RECORD = "record: only the card read last, where its purpose asks for the person"
_WORDS = "words: READ purpose, PERSON record yes|no, CANCEL, PURPOSES or STATUS"


class StaffLine:
    """`port`: a drivers.till.LinePort; `token`: what HELLO has to carry, "" on a line that nobody else can reach."""

    def __init__(self, port, clock, token, name, log):
        self._port = port
        self._clock = clock
        self._token = token
        self._name = name
        self._log = log
        self._peer = port.connection
        self._greeted = not token
        self._until = clock.deadline(_GREETING_MS)
        self.changed = False  # another peer than a turn before

    def hear(self):
        """The words of a line that the desk has to do something about, or None. Never waits."""
        line = self._port.poll()
        self.changed = self._port.connection != self._peer
        if self.changed:
            self._peer = self._port.connection
            self._greeted = not self._token
            self._until = self._clock.deadline(_GREETING_MS)
        words = [] if line is None else line.split()
        if not self._greeted:
            self._greet(line, words)
        elif words and words[0] == "HELLO":
            self._answer_hello(words)
        elif line is not None:
            return words or [""]
        return None

    def send(self, line):
        self._port.send(line)

    def error(self, text=_WORDS):
        """`text` begins with one word for the software; the rest is for whoever writes it."""
        self._port.send("ERROR " + text)

    def _greet(self, line, words):
        if line is None:
            if self._peer and self._clock.passed(self._until):
                self._hang_up("silence")
        elif (
            words[:1] != ["HELLO"]
            or len(words) != 3
            or not hmac.compare_digest(words[2].encode(), self._token.encode())
        ):
            self.error("hello: HELLO %d and the token of this desk come first" % VERSION)
            self._hang_up("token")
        else:
            self._greeted = self._answer_hello(words)

    def _answer_hello(self, words):
        if len(words) < 2 or words[1] != "%d" % VERSION:
            self.error("version: this desk speaks %d" % VERSION)
            return False
        self._port.send("HELLO %d %s" % (VERSION, self._name))
        return True

    def _hang_up(self, why):
        self._log("desk", hung_up=why)
        self._port.hang_up()
