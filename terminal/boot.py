"""The loader: chooses a slot, checks what is on trial, starts it under the watchdog, and goes back when it fails.

It lies in /base, outside both slots, and is replaced only by provisioning. It never touches the barrier: boot.py has
put that to rest before, and in recovery nothing that could open it is loaded.
"""

import gc
import json
import os
import sys

from micropython import const

from terminal import rom_slots
from terminal.boot_state import MOST_STARTS, BootState
from terminal.log_ring import LogRing
from terminal.more_errors import PackageError

WATCHDOG_MS = const(8000)  # RP2350's longest is 8388
MARK = "gatepost: "
_CRASH = "/crash.json"
_FIRMWARE = "boards.start"


def choose(root, log, powered=False):
    """The slot to start, or None: stay in the REPL (a technician, or recovery). `log(event, **facts)` is told.

    `powered`: the power came back just now, so it was no fault of the firmware that the start before ended.
    """
    state = BootState(root)
    if powered or state.cable:
        state.spare()
    if state.cable:
        state.cable = False
        state.save()
        return None
    if state.pending:
        slot = _on_trial(root, state, log)
        if slot:
            return slot
    if state.active is None:
        log("recovery", why="no firmware was ever confirmed")
        return None
    if state.starts >= MOST_STARTS:
        return _boot_loop(root, state, log)
    state.starts += 1
    state.save()
    return state.active


def _on_trial(root, state, log):
    """The pending slot while it may be tried, None once it is given up."""
    why = None
    if state.tries <= 0:
        why = _last_words(root) or "it was started and did not confirm: it hung, or lost power each time"
    elif not state.checked:
        why = _fault(root, state)
        state.checked = True
    if why:
        version = state.versions.get(state.pending)
        state.give_up(why)  # durable before it is told: who listens may interrupt at once
        log("rolled_back", version=version, why=why)
        return None
    state.tries -= 1
    state.starts += 1
    state.save()
    log("trial", slot=state.pending, version=state.versions.get(state.pending), tries=state.tries)
    return state.pending


def _fault(root, state):
    """Why the image on trial may not be started, None when it may."""
    from terminal import boot_image

    try:
        header = boot_image.verify(root, state.pending, boot_image.load_trust(root), state.floor)
    except PackageError as error:
        return "%s: %s" % (error.code, error)
    state.next_floor = header.floor
    return None


def _boot_loop(root, state, log):
    """The active slot started again and again without running well: the other one, if it ever did; else recovery."""
    other = state.other()
    log("boot_loop", slot=state.active, starts=state.starts, why=_last_words(root))
    if other not in state.good or state.versions.get(other, 0) < state.floor:
        return None
    state.failed = {"version": state.versions.get(state.active), "why": "boot loop: " + (_last_words(root) or "reset")}
    state.good.remove(state.active)
    state.active, state.starts = other, 1
    state.save()
    return other


def _last_words(root):
    """What the last crash left, then forgotten; None when there is nothing."""
    try:
        with open(root + _CRASH) as file:
            crash = json.load(file)
        os.remove(root + _CRASH)
    except (OSError, ValueError):
        return None
    return "%s: %s" % (crash["error"], crash["text"])


def _forget_own_modules():
    """So that `terminal` is the slot's from here on, and the loader's memory is free again."""
    for name in list(sys.modules):
        if name.split(".")[0] in ("terminal", "boards"):
            del sys.modules[name]
    gc.collect()


def run(root, machine):
    """Starts the terminal; returns to the REPL for technicians and in recovery. Called by main.py at every start.

    The slot's `boards.start` has main(root, confirm, watchdog): it calls confirm() once its self-test holds, feeds the
    watchdog, and never returns.
    """
    log = LogRing(root).note

    def tell(event, **facts):
        log(event, **facts)
        facts["event"] = event
        print(MARK + json.dumps(facts))  # for who listens at the cable

    slot = choose(root, tell, machine.reset_cause() == machine.PWRON_RESET)
    if slot is None:
        return

    # Not for the log: who waits at the cable for an answer hears that none will come.
    print(MARK + json.dumps({"event": "start", "slot": slot}))

    def confirm():
        confirmed(root, tell)

    watchdog = machine.WDT(timeout=WATCHDOG_MS)
    base, place = sys.path[0], rom_slots.mount(root, slot)
    _forget_own_modules()
    sys.path[0] = place
    try:
        # By name: it is the slot's own, another version than the loader that calls it.
        firmware = __import__(_FIRMWARE, None, None, ("main",))
        firmware.main(root, confirm, watchdog)
    except Exception as error:  # whatever the firmware did: note it, start again, and the counters decide
        with open(root + _CRASH, "w") as file:
            json.dump({"error": type(error).__name__, "text": str(error)}, file)
        tell("crash", slot=slot, error=type(error).__name__, text=str(error))
    finally:
        sys.path[0] = base
    machine.reset()


def confirmed(root, log):
    """The self-test of the slot on trial holds: from now on it is the active one."""
    state = BootState(root)
    if state.confirm():
        log("confirmed", slot=state.active, version=state.versions.get(state.active))
