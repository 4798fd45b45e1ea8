"""Puts a virtual card into the virtual reader of vsmartcard (vpcd), and so into any PC/SC program."""

import socket
import struct
import threading

from simulator.cards.card_os import CONTACT

DEFAULT_PORT = 35963

_OFF, _ON, _RESET, _ATR = 0, 1, 2, 4


class InsertedCard:
    """A card in slot `port` of the virtual reader on `host`, served by a thread until `remove`."""

    def __init__(self, card, host="localhost", port=DEFAULT_PORT):
        self.apdus = 0
        self._card = card
        self._socket = socket.create_connection((host, port), timeout=5)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def remove(self):
        """Takes the card out."""
        self.pull()
        self._thread.join()

    def pull(self):
        """The same, also out of the card's own answer: in the middle of what the reader does."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the reader has gone first

    def wait(self):
        """Serves until the reader goes away."""
        self._thread.join()

    def _serve(self):
        with self._socket:
            while True:
                head = self._read(2)
                message = self._read(struct.unpack(">H", head)[0]) if head else None
                if message is None:
                    return
                answer = self._answer(message)
                if answer is not None:
                    try:
                        self._socket.sendall(struct.pack(">H", len(answer)) + answer)
                    except OSError:
                        return

    def _answer(self, message):
        if len(message) > 1:
            self.apdus += 1
            return self._card.transmit(message)
        if message[0] in (_ON, _RESET):
            self._card.power_on(CONTACT)
        elif message[0] == _ATR:
            return self._card.atr
        return None

    def _read(self, count):
        """`count` bytes, None when the reader has closed the line."""
        data = b""
        while len(data) < count:
            try:
                part = self._socket.recv(count - len(data))
            except OSError:
                return None
            if not part:
                return None
            data += part
        return data
