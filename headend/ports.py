"""What the head-end asks of its engine. Ports are shapes; each engine passes one contract suite.

event log  parts: how many parts it has; a terminal's records are all in one.
           await append(batch) -> (ack, want): durable on return; Overloaded, NotStored.
           await read(part, start, limit) -> [Entry] of records from position `start` on, in the order of commits;
           [] when there is no more. A terminal's numbers ascend, but for gaps that were filled later. The same key
           may come again, also with other content: the first one counts, and whoever reads knows by the key.
           await ask_again(terminal, journal, first, last): the terminal is asked for these at its next batch, unless
           the log holds them.
           await alarms() -> [Alarm] of what appends brought to light, by last time.
           await terminals() -> how many terminals ever sent it a batch; NotStored.

state      await put(scope, doc, expected) -> revision; RevisionConflict when the revision is not `expected` (0: none
           yet). await get(scope) -> (doc, revision), (None, 0) when there is none; it may lag a moment behind another
           process. A doc is a JSON object. await newest() -> the highest revision of all scopes; await
           changed(since) -> (it, [scopes that changed after that revision]), for one who asks again each `look_s` seconds.

blobs      await put(content) -> SHA-256 in hex, durable on return. await path(digest) -> file, or None. Immutable.

reports    heard(terminal, query): how a terminal says it stands; await flush(): whoever follows has it now.
           await follow(reports): what any head-end of this engine hears comes into these FleetReports too.

nudge      publish(topic): wakes everybody who waits for it, from any thread;
           await wait(topic, seconds) -> True when it was published meanwhile.

back end   what answers the services of kiosks (headend/services.py), see docs/services.md.
           await answer(asked) -> the reply as a dict, None when it has no such operation; OSError: it cannot be
           reached. What was carried out (action "submit", "pay" or "order") under asked.request of asked.terminal is not carried
           out again, the same reply comes back. await verify(code) -> what the paper with this check code says, or None.
           close(). A service that loads purses has action "order" too (headend/load_orders.py). Where it has one,
           routes() -> more routes for the same server.
"""

from collections import namedtuple

Alarm = namedtuple("Alarm", "terminal kind subject first_time last_time times")
"""`kind`: one of "records lost", "two terminals, one name", "same seq, other content"; times in UTC seconds."""

Entry = namedtuple("Entry", "position terminal journal seq span received payload")
"""A record in the log: it used the numbers seq-span+1..seq; `received` in UTC seconds."""

POSITIONS = 4096
"""Positions that a batch takes up in both engines: more than it may hold records."""
