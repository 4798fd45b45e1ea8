"""One tap, from the card on the field to the barrier's release: time on both interpreters, heap on MicroPython."""

import io
import pathlib
import statistics
import tempfile
from contextlib import redirect_stdout

from benchmarks import on_tap
from simulator import demo_list
from simulator.bare_desk import BareDesk
from simulator.errors import RuntimeDied
from tests import board_interpreter

_TAPS = 25
_BUDGET_MS = {"CPython": 10, "MicroPython": 60}
_HEAP = "768k"
_HEAPS_KB = range(128, 260, 4)


def taps():
    """Prints the first tap and the median of the others: 10 ms on CPython and 60 ms on an RP2350-class board are asked."""
    print("\nOne tap, card on the field to barrier, without the card's own air time")
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
        folder = pathlib.Path(folder)
        whitelist = str(demo_list.ensure(folder, seed=1))
        tree = board_interpreter.compile_tree(
            folder / "mpy", ("benchmarks/__init__.py", "benchmarks/on_stopwatch.py", "benchmarks/on_tap.py")
        )
        _print("CPython", _here(whitelist, folder))
        _print("MicroPython", _there(whitelist, folder, tree))
        print(
            "  Smallest heap that takes a tap (64-bit port, chips in another process): %d KB"
            % _least(whitelist, tree, folder)
        )


def _print(name, lines):
    rows = [[int(field) for field in line.split()] for line in lines]
    cold = (rows[0][0] - rows[0][1]) / 1000
    rows = rows[2:]
    terminal = statistics.median(row[0] - row[1] for row in rows) / 1000
    emulation = statistics.median(row[1] for row in rows) / 1000
    print(
        "  %-12s first %6.2f ms, then %6.2f ms (%.2f of the budget of %d ms), emulated chip, card and PSAM %6.2f ms, %d taps"
        % (name, cold, terminal, terminal / _BUDGET_MS[name], _BUDGET_MS[name], emulation, len(rows))
    )
    if rows[0][2]:
        print(
            "  %-12s %d bytes allocated on the way, emulation included"
            % ("", statistics.median(row[2] for row in rows))
        )


def _here(whitelist, folder):
    output = io.StringIO()
    with redirect_stdout(output):
        on_tap.run(whitelist, str(folder / "here"), _TAPS)
    return output.getvalue().splitlines()


def _there(whitelist, folder, tree):
    call = "from benchmarks import on_tap\non_tap.run(%r, %r, %d)" % (whitelist, str(folder / "there"), _TAPS)
    done = board_interpreter.run(["-c", board_interpreter.BOOT + call], tree, _HEAP)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout.splitlines()


def _least(whitelist, tree, folder):
    """The smallest heap, in KB, with which the bare gate admits a card."""
    for kilobytes in _HEAPS_KB:
        scratch = folder / str(kilobytes)
        scratch.mkdir()
        desk = BareDesk(whitelist, scratch)
        if _admits(desk, tree, "%dk" % kilobytes):
            return kilobytes
    raise SystemExit("no heap up to %d KB takes a tap" % _HEAPS_KB[-1])


def _admits(desk, tree, heap):
    try:
        desk.tap_there(
            lambda script: board_interpreter.command(["-c", board_interpreter.BOOT + script], heap),
            board_interpreter.environment(tree),
        )
    except RuntimeDied:
        return False
    return any(name == "passage" for _, name, _ in desk.events)
