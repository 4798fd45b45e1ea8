"""What the core asks of hardware. A port is a shape, not a base class: whatever has the methods will do.

clock      ticks() -> ms wrapping at 2**30; deadline(ms); passed(deadline) -> bool; elapsed(since) -> ms;
           utc() -> Unix seconds; await sleep_ms(ms). The only way in which portable code waits.

reader     state: "absent" | "resetting" | "starting" | "ready" | "stuck" (a str, never raises);
           crowded: True while more than one card lies on the field, none of them is offered then;
           await start() -> bool in service; await poll() -> channel, or None when no card is on the field;
           await release(): the card may go; await present() -> bool: is the polled card still on the field.

channel    uid, ats: bytes; await transmit(apdu: bytes) -> (data: bytes, sw: int). sw 0 (NO_ANSWER): the card is gone or
           mute; this is an outcome, not an exception. PSAM slots are channels too.

scanner    None where a board has none; else state as for readers; await start() -> bool; await poll() -> bytes of one decoded code, or None.

barrier    open(direction): releases it; lock(): withdraws the release; fire() -> bool: the fire input is active;
           sensed() -> what happened, oldest first: "passed", "turned_back", "reverse", "stuck" (the leaves do not
           follow), "moved" (they do again), or None; occupied: somebody stands in the lane; run(), where it has one,
           is a task that watches the sensors; docked, where it has one: whether a vehicle is in its dock.

group_button  absent where a board has none; else group_button() makes it: poll() -> "pressed", "held" (for a second)
           or None: one more person goes on the next tap, or one again.

signals    show(lamp): one of "green", "red", "amber", "green_yellow", "off"; play(notes): ((hertz, ms), ...) without
           waiting for the end.

display    show(state: dict): the view state that `screens` turns into a display list.

printer    None where a board has none; else state: "ready" | "near_end" | "paper_out" | "cover_open" | "jam" | "absent";
           await start(unfinished) -> bool it can print; await check() -> state; await print(document) -> bool printed
           and cut off. False: not, or not wholly; never sent again by itself. Parts of a document: drivers/escpos.py.

slot       None where a board has none; else a contact card slot, shaped like `reader`; its card stays powered until it leaves.

touch      poll() -> the action of the target that a finger came down on since the last call, or None; forget(): what was
           touched and not asked for yet is nobody's.

face       None, or await check(holder) -> "same", "other", "refused" (whoever stood there turned away), "late" or "away":
           an outside face check, see terminal.face_check. No picture comes back, none is kept.

speech     None, or say(lang, texts): reads the texts out, instead of what it was reading; stop().

link       await open(); await write(data); await read_into(buffer) -> bytes read, 0 when the peer closed; close().
           Raises OSError when the network is away; every call has a deadline of its own.
"""

from micropython import const

NO_ANSWER = const(0)
