"""What the head-end asks of its engine. Ports are shapes; each engine passes one contract suite.

event log  await append(batch) -> (ack, want): durable on return; Overloaded, NotStored.
           await read(start, limit) -> [(position, terminal, journal, seq, payload)] in the order of commits.

state      await put(scope, doc, expected) -> revision; RevisionConflict when the revision is not `expected` (0: none
           yet). await get(scope) -> (doc, revision), (None, 0) when there is none. A doc is a JSON object.

blobs      await put(content) -> SHA-256 in hex, durable on return. path(digest) -> file, or None. Immutable.

nudge      publish(topic): wakes everybody who waits for it, from any thread;
           await wait(topic, seconds) -> True when it was published meanwhile.
"""
