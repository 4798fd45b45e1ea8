"""A terminal of its own: `sync_over_tcp.py HOST PORT NAME COUNT JOURNAL SECONDS [CREDENTIALS SERVER]`.

Appends COUNT records and ships them all, over TLS when CREDENTIALS (a path before .ca, .crt and .key) are given. Prints
what it did; exits 1 when the head-end did not take everything within SECONDS. Runs on both interpreters.
"""

import asyncio
import gc
import sys

from drivers.bus.socket import TcpLink
from offline_store.journal import Journal
from offline_store.media import FileMedium
from terminal.clock import SystemClock
from terminal.http_client import HttpClient
from terminal.records import TAP, pack, plain
from terminal.sync import Sync


def link_to(host, port, clock, credentials=None, server=None):
    if credentials is None:
        return TcpLink(host, int(port), clock)
    from drivers.bus.tls import TlsLink, client_context

    parts = []
    for suffix in (".ca", ".crt", ".key"):
        with open(credentials + suffix, "rb") as file:
            parts.append(file.read())
    return TlsLink(host, int(port), clock, client_context(*parts), server)


def hear(name, **facts):
    print(name, facts)


async def main(host, port, name, count, path, seconds, *credentials):
    clock = SystemClock()
    gc.collect()  # what importing left behind: here code lies in the heap, on a board in flash
    journal = Journal(FileMedium(path, 1 << 18), journal_id=7)
    client = HttpClient(link_to(host, port, clock, *credentials), clock, host)
    sync = Sync(journal, client, clock, name, hear, batch_bytes=1024, backoff_ms=50, backoff_max_ms=200)
    task = asyncio.create_task(sync.run())
    gc.collect()
    deadline = clock.deadline(int(seconds) * 1000)
    for _ in range(int(count)):
        seq = journal.last_seq + 1
        journal.append(pack(plain(TAP, clock.utc(), seq.to_bytes(16, "big"))))
        sync.nudge()
        await clock.sleep_ms(1)
    while journal.queued and not clock.passed(deadline):
        await clock.sleep_ms(20)
    task.cancel()
    client.close()
    print("last", journal.last_seq, "queued", journal.queued)
    return 1 if journal.queued else 0


sys.exit(asyncio.run(main(*sys.argv[1:])))
