"""Terminals that wait for news, thousands in one process: as little work as an answer takes that is read whole and checked.

python -m benchmarks._waiters NUMBER FOLDER|- PORT [PORT ...] says "waiting" once all questions are out, and at the end
the monotonic second at which the last answer was complete. With a FOLDER that holds ca, crt and key (DER) of the terminal
gate-0 each of the connections is mutual TLS, under that one name.
"""

import pathlib
import select
import socket
import ssl
import sys
import time

from drivers.bus.tls import client_context

_REQUEST = "GET /v1/state?class=gate&terminal=gate-%d&since=0-0-0&wait=240 HTTP/1.1\r\nHost: x\r\n\r\n"
_PATIENCE_S = 60


def asked(number, ports, context=None):
    """{descriptor: socket} of `number` connections whose question is out."""
    waiting = {}
    for at in range(number):
        connection = socket.create_connection(("127.0.0.1", ports[at % len(ports)]))
        if context is not None:
            connection = context.wrap_socket(connection, server_hostname="127.0.0.1")
        connection.sendall((_REQUEST % (0 if context else at)).encode())
        connection.setblocking(False)
        waiting[connection.fileno()] = connection
    return waiting


def is_whole(answer):
    """Whether all of an answer is there. ValueError for one that is none, or no 200."""
    head, blank, body = answer.partition(b"\r\n\r\n")
    if not blank:
        return False
    if not head.startswith(b"HTTP/1.1 200 "):
        raise ValueError("answered %s" % head[:40])
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    if len(body) > length:
        raise ValueError("%d bytes more than an answer" % (len(body) - length))
    return len(body) == length


def read_all(waiting):
    """Reads an answer from each; returns the monotonic second at which the last one was complete."""
    poller = select.epoll()
    for descriptor in waiting:
        poller.register(descriptor, select.EPOLLIN)
    pieces, left, end = {}, len(waiting), time.monotonic() + _PATIENCE_S
    while left:
        for descriptor, _ in poller.poll(end - time.monotonic(), 1024):
            try:
                piece = waiting[descriptor].recv(65536)
            except ssl.SSLWantReadError:  # a session ticket, or half a record
                continue
            if not piece:
                raise ConnectionResetError("a connection was closed before its answer came")
            answer = pieces.pop(descriptor, b"") + piece
            if is_whole(answer):
                left -= 1
            else:
                pieces[descriptor] = answer
        if time.monotonic() > end:
            raise TimeoutError("%d answers are missing after %d s" % (left, _PATIENCE_S))
    return time.monotonic()


def main(number, folder, *ports):
    context = (
        None
        if folder == "-"
        else client_context(*((pathlib.Path(folder) / name).read_bytes() for name in ("ca", "crt", "key")))
    )
    waiting = asked(int(number), [int(port) for port in ports], context)
    print("waiting", flush=True)
    print("%.6f" % read_all(waiting), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
