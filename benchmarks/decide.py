"""One decision under the largest shipped tariff: time on both interpreters, bytes allocated on MicroPython."""

import io
import json
import pathlib
import tempfile
from contextlib import redirect_stdout

from benchmarks import on_decide
from technician import tariff_file
from technician.tariff import EXAMPLES
from tests import board_interpreter
from tests.portable.decision_cases import moment

_ROUNDS = 200
_GOALS_US = {"CPython": 1000, "MicroPython": 15000}
_GOAL_BYTES = 4096


def main(options):
    """Prints each situation beside its goal; exit code 1 when a goal is missed."""
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
        folder = pathlib.Path(folder)
        path = folder / "load.json"
        name, size = _write(path)
        print("tariff %s, %d bytes for a terminal" % (name, size))
        tree = board_interpreter.compile_tree(
            folder / "mpy", ("benchmarks/__init__.py", "benchmarks/on_stopwatch.py", "benchmarks/on_decide.py")
        )
        missed = _print("CPython", _here(path)) + _print("MicroPython", _there(path, tree))
    if missed:
        raise SystemExit(1)


def _write(path):
    """Writes the largest shipped tariff with a few situations; its name and size."""
    packed = {file.stem: tariff_file.pack(tariff_file.load(file)) for file in EXAMPLES.glob("*.toml")}
    name = max(packed, key=lambda stem: len(packed[stem]))
    now = moment("2026-03-16T19:30")
    visits = {
        "known": "card",
        "open": {"station": "gulou", "line": "1", "operator": "metro", "time": now - 2400},
        "ride": {"operator": "bus", "line": "31", "time": now - 4000, "fare": 160, "legs": 1},
        "spent": {"day": [(now + 28800) // 86400, 2900], "month": [24314, 12000]},
        "contracts": [{"product": "pack", "left": 0}],
    }
    exit_ = {"station": "lukou", "line": "S1", "operator": "metro", "direction": "exit"}
    load = [
        ["entry", "adult", {}, now, {"station": "gulou", "line": "1", "operator": "metro"}],
        ["exit", "adult", {"open": visits["open"]}, now, exit_],
        ["exit_everything", "student", visits, now, exit_],
    ]
    path.write_text(json.dumps({"tariff": json.loads(packed[name]), "situations": load}))
    return name, len(packed[name])


def _print(interpreter, lines):
    missed = 0
    for line in lines:
        name, spent, allocated, fare = line.split()
        goal = _GOALS_US[interpreter]
        text = "%-12s %-16s %8.1f us (goal %d us)" % (interpreter, name, float(spent), goal)
        if interpreter == "MicroPython":
            text += ", %5d bytes allocated (goal %d)" % (int(allocated), _GOAL_BYTES)
        missed += float(spent) > goal or int(allocated) > _GOAL_BYTES
        print("%s, fare %.2f" % (text, int(fare) / 100))
    return missed


def _here(path):
    output = io.StringIO()
    with redirect_stdout(output):
        on_decide.run(str(path), _ROUNDS)
    return output.getvalue().splitlines()


def _there(path, tree):
    call = "from benchmarks import on_decide\non_decide.run(%r, %d)" % (str(path), _ROUNDS)
    done = board_interpreter.run(["-c", board_interpreter.BOOT + call], tree)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout.splitlines()
