"""The rules of the house, held for every file: who may import whom, sizes, words that do not belong."""

import ast
import configparser
import functools
import os
import pathlib
import re
import subprocess
import sys

import pytest

from simulator.compiled import BOARD_ROOMS, ROOT, is_host_only

# Room: the rooms it may import.
KNOWS = {
    "terminal": {"offline_store"},
    "drivers": set(),
    "screens": set(),
    "offline_store": set(),
    "boards": {"terminal", "drivers", "screens", "offline_store"},
    "simulator": {"terminal", "drivers", "screens", "offline_store", "boards", "headend"},
    "headend": {"terminal", "offline_store"},
    "technician": {"terminal", "drivers", "screens", "offline_store", "boards", "simulator", "headend"},
}
ROOMS = set(KNOWS) | {"tests", "benchmarks"}

# The parts of the core that need neither hardware nor a lane: what the other end of the sync may use.
PURE_TERMINAL = {
    "check_line", "civil_time", "coercion", "commands", "courses", "crypto", "decide", "decision", "errors", "lists", "media", "modes", "more_errors",
    "names", "package", "reasons", "records", "rules", "signed_time", "tariff", "wire",
}  # fmt: skip

# What MicroPython has on a board, beside the three that stubs/ answers for.
BOARD_MODULES = {
    "array", "binascii", "collections", "deflate", "errno", "framebuf", "gc", "hashlib", "io", "json", "math",
    "network", "os", "random", "select", "socket", "ssl", "struct", "sys", "uctypes", "vfs",
    "cryptolib", "machine", "micropython",
}  # fmt: skip
# The only files of portable rooms that may import more, and what: each is where a host's own bus or clock is met.
ALSO = {
    "terminal/clock.py": {"time", "asyncio"},
}

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60

# Where catching everything is the job: it logs, counts and goes on.
SUPERVISORS = {"terminal/boot.py", "terminal/health.py", "simulator/silicon/rom.py", "tests/portable_runner.py"}

_LEFT_OUT = {
    ".git", ".venv", ".ruff_cache", ".fuzz", ".pytest_cache", ".hypothesis", "__pycache__", "build", "dist", "pictures-out",
    "gatepost.egg-info",
}  # fmt: skip
_TEXT = {".py", ".md", ".cfg", ".toml", ".txt", ".json", ".csv", ".sh", ".yml", ""}
# Written in halves, so that this file does not name them.
FOREIGN_WORDS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "/" + "work/",
    "/tmp" + "/v/",
    "../" + "shared",
    "shared" + "/specs",
)


def _files():
    """Paths, relative to the project, of all text files that are ours."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in _LEFT_OUT]
        found += [pathlib.Path(folder, name).relative_to(ROOT) for name in names if pathlib.Path(name).suffix in _TEXT]
    return sorted(path for path in found if path.name not in _LEFT_OUT)


FILES = _files()
MODULES = [path for path in FILES if path.suffix == ".py"]
PORTABLE = [path for path in MODULES if path.parts[0] in BOARD_ROOMS and not is_host_only(ROOT / path)]


@functools.cache
def trees():
    """The syntax tree of each module; made when a test asks, not in each worker that only collects."""
    return {path: ast.parse((ROOT / path).read_text("utf8")) for path in MODULES}


def _imports(tree):
    """(line, dotted name) of each import, those inside functions included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.level == 0:  # a relative import cannot leave its room
            for alias in node.names:
                yield node.lineno, "%s.%s" % (node.module, alias.name)


def import_faults(path, tree):
    """What `tree`, the module at `path`, imports against the table."""
    room = path.parts[0]
    faults = []
    for line, name in _imports(tree):
        other, *rest = name.split(".")
        if other in ROOMS and other != room and other not in KNOWS.get(room, ROOMS):
            faults.append("%s:%d: %s may not know %s" % (path, line, room, name))
        if room == "headend" and other == "terminal" and rest[0] not in PURE_TERMINAL:
            faults.append("%s:%d: %s is not a pure part of the core" % (path, line, name))
    return faults


def board_faults(path, tree):
    """What the portable module imports that a board does not have."""
    allowed = BOARD_MODULES | ROOMS | ALSO.get(path.as_posix(), set())
    return ["%s:%d: %s" % (path, line, name) for line, name in _imports(tree) if name.split(".")[0] not in allowed]


def broad_handlers(path, tree):
    """Handlers that catch everything and do not raise it again."""
    faults = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = ast.walk(node.type) if node.type else ()
        broad = node.type is None or any(
            isinstance(name, ast.Name) and name.id in ("Exception", "BaseException") for name in caught
        )
        last = node.body[-1]
        if broad and not (isinstance(last, ast.Raise) and last.exc is None):
            faults.append("%s:%d" % (path, node.lineno))
    return faults


def test_no_room_knows_more_than_the_table_says():
    assert [fault for path, tree in trees().items() for fault in import_faults(path, tree)] == []


@pytest.mark.parametrize(
    "path, source",
    [
        ("drivers/x.py", "import terminal.clock"),
        ("screens/x.py", "def f():\n    from terminal import records"),
        ("terminal/x.py", "from boards import desk"),
        ("headend/x.py", "from terminal.lane import Lane"),
        ("simulator/x.py", "import technician"),
        ("headend/x.py", "import tests.conftest"),
    ],
)
def test_a_breach_of_the_table_is_seen(path, source):
    assert import_faults(pathlib.PurePosixPath(path), ast.parse(source))


def test_portable_rooms_import_only_what_a_board_has():
    assert [fault for path in PORTABLE for fault in board_faults(path, trees()[path])] == []


def test_the_exceptions_to_the_board_list_are_in_use():
    for name, extra in ALSO.items():
        path = ROOT / name
        seen = {imported.split(".")[0] for _, imported in _imports(ast.parse(path.read_text("utf8")))}
        assert extra <= seen, "%s no longer imports %s" % (name, extra - seen)


def test_modules_and_functions_keep_their_size():
    faults = []
    for path, tree in trees().items():
        lines = len((ROOT / path).read_text("utf8").splitlines())
        if lines > LONGEST_MODULE:
            faults.append("%s: %d lines" % (path, lines))
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = node.end_lineno - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    faults.append("%s:%d: %s has %d lines" % (path, node.lineno, node.name, length))
    assert faults == []


def test_nothing_is_caught_that_nobody_named():
    faults = [
        fault
        for path, tree in trees().items()
        if path.as_posix() not in SUPERVISORS
        for fault in broad_handlers(path, tree)
    ]
    assert faults == []


def test_a_broad_handler_is_seen():
    for source in ("try: f()\nexcept: pass", "try: f()\nexcept (OSError, Exception): g()"):
        assert broad_handlers("x.py", ast.parse(source))
    assert not broad_handlers("x.py", ast.parse("try: f()\nexcept BaseException:\n    g()\n    raise"))


@pytest.mark.parametrize("word", FOREIGN_WORDS)
def test_no_file_names_a_host_or_a_machine(word):
    assert [str(path) for path in FILES if word in (ROOT / path).read_text("utf8")] == []


def test_every_page_that_is_mentioned_exists():
    pages = {path.name for path in FILES if path.suffix == ".md"}
    missing = [
        "%s mentions %s" % (path, name)
        for path in FILES
        for name in re.findall(r"\b[A-Za-z_-]+\.md\b", (ROOT / path).read_text("utf8"))
        if name not in pages
    ]
    assert missing == []


def test_every_package_is_installed():
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf8")
    named = set(settings["options"]["packages"].split())
    folders = {path.parent for path in MODULES if path.name == "__init__.py"}
    found = {
        ".".join(folder.parts[1:] if folder.parts[0] == "stubs" else folder.parts)
        for folder in folders
        if folder.parts[0] not in ("tests", "benchmarks")
    }
    assert named == found


def test_nothing_touches_hardware_or_time_when_imported():
    modules = sorted(
        {path.with_suffix("").as_posix().replace("/", ".") for path in PORTABLE if path.name != "__init__.py"}
    )
    script = "import sys\nfor name in %r: __import__(name)\nprint(sorted({'pygame', 'smartcard', 'asyncio'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script % modules], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
