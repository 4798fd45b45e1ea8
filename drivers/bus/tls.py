"""TLS as a link: the server is always verified, the terminal shows its own certificate. DER in, on both interpreters.

Certificates are judged by the system's clock: set it from a trusted source before the first connection.
"""

import binascii
import os
import ssl

from micropython import const

from drivers.bus.socket import TcpLink

_WANT_READ = const(2)  # SSL_ERROR_WANT_READ and ..._WRITE, as CPython's error numbers
_WANT_WRITE = const(3)
_PROTOCOL = const(71)  # EPROTO


def client_context(authority, certificate=None, key=None):
    """An SSLContext that believes `authority` and shows `certificate` with its `key` (DER; SEC1 or PKCS #8 key)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=authority)
    context.verify_mode = ssl.CERT_REQUIRED
    if certificate is not None:
        if hasattr(os, "memfd_create"):
            _load_from_memory(context, certificate, key)
        else:
            context.load_cert_chain(certificate, key)
    return context


def _load_from_memory(context, certificate, key):
    """CPython takes its own certificate from a PEM file only: this one never touches a disk."""
    label = "EC PRIVATE KEY" if key[5:7] == b"\x01\x04" or key[4:6] == b"\x01\x04" else "PRIVATE KEY"
    descriptor = os.memfd_create("certificate")
    try:
        os.write(descriptor, (_pem("CERTIFICATE", certificate) + _pem(label, key)).encode())
        context.load_cert_chain("/proc/self/fd/%d" % descriptor)
    finally:
        os.close(descriptor)


def _pem(label, der):
    text = binascii.b2a_base64(der).decode().strip()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n" % (label, "\n".join(lines), label)


class TlsLink(TcpLink):
    """A TcpLink inside TLS. `context` from `client_context`, `server_name` as in the server's certificate.

    A certificate that does not hold is an OSError, as is everything else that keeps the link from working.
    """

    def __init__(self, host, port, clock, context, server_name, pace=None, timeout_ms=10000):
        super().__init__(host, port, clock, pace, timeout_ms)
        self._context = context
        self._server_name = server_name

    async def _connect(self):
        await super()._connect()
        self._socket = wrapped = self._context.wrap_socket(
            self._socket, server_hostname=self._server_name, do_handshake_on_connect=False
        )
        wrapped.setblocking(False)
        if not hasattr(wrapped, "do_handshake"):  # MicroPython shakes hands with the first write
            return
        deadline = self._clock.deadline(self._timeout_ms)
        while True:
            try:
                wrapped.do_handshake()
                return
            except OSError as error:
                writing = self._wanted(error)
            await self._wait(wrapped, writing, deadline)

    def _send(self, current, view):
        try:
            return current.send(view), False
        except OSError as error:
            return None, self._wanted(error)
        except ValueError as error:  # how MicroPython says that a certificate does not hold
            raise OSError(_PROTOCOL, str(error).strip()) from None

    def _receive(self, current, buffer):
        try:
            if hasattr(current, "do_handshake"):
                return current.recv_into(buffer), False
            return current.readinto(buffer), False
        except OSError as error:
            return None, self._wanted(error)
        except ValueError as error:
            raise OSError(_PROTOCOL, str(error).strip()) from None

    def _wanted(self, error):
        """False: wait until there is something to read, True: until something can be written; raises all else."""
        if error.args[0] not in (_WANT_READ, _WANT_WRITE):
            raise error
        return error.args[0] == _WANT_WRITE
