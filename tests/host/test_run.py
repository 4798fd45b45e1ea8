"""`./run` itself, with stand-ins for Python's installers: what it makes, repeats, passes on and exits with."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.board_interpreter import ROOT

PYTEST = "python -m pytest -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder"
# `uv venv DIR` and `uv pip install`: makes an environment whose programs say how they were called.
UV = """#!/bin/sh
echo "uv $*" >>"$LOG"
if [ "$1" = venv ]; then
    for last; do :; done
    mkdir -p "$last/bin"
    for name in python ruff gatepost; do
        printf '#!/bin/sh\\n[ "$1" = -V ] && { echo Python 3.11.0; exit; }\\n[ "$1" = -c ] && exit\\n' >"$last/bin/$name"
        printf 'echo %s "$@" >>"$LOG"\\n[ "$FAILING" != %s ]\\n' "$name" "$name" >>"$last/bin/$name"
        chmod +x "$last/bin/$name"
    done
else
    [ "$FAILING" != install ]
fi
"""
PYTHON = (
    """#!/bin/sh
exec "%s" "$@"
"""
    % sys.executable
)
NO_VENV = (
    """#!/bin/sh
case "$2" in *ensurepip*) exit 1 ;; esac
exec "%s" "$@"
"""
    % sys.executable
)


class Desk:
    """A copy of ./run in a folder with a space in its name, and a PATH with little more than a shell's tools."""

    def __init__(self, folder):
        self.project = folder / "gate post"
        self.tools = folder / "tools"
        self.log = folder / "log"
        for path in (self.project, self.tools):
            path.mkdir()
        for name in ("run", "setup.cfg", "pyproject.toml"):
            shutil.copy(ROOT / name, self.project)
        for name in ("sh", "dirname", "cat", "cksum", "rm", "mkdir", "chmod"):
            (self.tools / name).symlink_to(shutil.which(name))

    def tool(self, name, text):
        path = self.tools / name
        path.write_text(text)
        path.chmod(0o755)

    def run(self, *arguments, failing="", cwd=None):
        """(exit code, what was called, standard error)."""
        self.log.write_text("")
        done = subprocess.run(
            [str(self.project / "run"), *arguments],
            env={"PATH": str(self.tools), "LOG": str(self.log), "FAILING": failing},
            cwd=cwd or self.project,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        return done.returncode, self.log.read_text().splitlines(), done.stderr


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.tool("uv", UV)
    desk.tool("python3", PYTHON)
    return desk


def test_the_first_start_installs_and_the_next_does_not(desk):
    code, called, err = desk.run()
    assert code == 0, err
    assert called[0].startswith("uv venv -q --python ")
    assert called[1].startswith("uv pip install") and called[1].endswith("-e .[sim,headend]")
    assert called[2:] == ["gatepost sim"]
    assert err.count("\n") == 1
    assert desk.run() == (0, ["gatepost sim"], "")


def test_what_it_does_not_know_goes_to_gatepost(desk):
    desk.run()
    assert desk.run("decode", "fci", "6F 31", "--json") == (0, ["gatepost decode fci 6F 31 --json"], "")
    assert desk.run("doctor", cwd="/")[1] == ["gatepost doctor"]


def test_exit_codes_are_those_of_the_program(desk):
    desk.run()
    assert desk.run("doctor", failing="gatepost")[0] == 1
    assert desk.run("test", failing="python")[:2] == (
        1,
        ["uv pip" + _rest(desk), "ruff check -q .", PYTEST],
    )
    assert desk.run("test", failing="ruff")[:2] == (1, ["ruff check -q .", PYTEST])
    assert desk.run("test", "-k", "tlv")[:2] == (0, ["ruff check -q .", PYTEST + " -k tlv"])
    assert desk.run("crash", failing="python")[:2] == (1, ["python -m tests.crash"])
    more = "uv pip" + _rest(desk, "sim,headend,test,bench")
    assert desk.run("bench", "stores")[:2] == (0, [more, "python -m benchmarks stores"])
    assert desk.run("test")[:2] == (0, ["ruff check -q .", PYTEST]), "peers do no harm to the tests"
    assert desk.run() == (0, ["gatepost sim"], ""), "an environment for tests serves the desk as well"
    more = "uv pip" + _rest(desk, "sim,headend,test,fuzz")
    assert desk.run("fuzz", "tlv", "--seconds", "5")[:2] == (0, [more, "python -m tests.fuzz tlv --seconds 5"])
    assert desk.run("test")[:2] == (0, ["ruff check -q .", PYTEST]), "nor does the fuzzer"


def _rest(desk, extras="sim,headend,test"):
    return " install -q --python %s/.venv/bin/python -e .[%s]" % (desk.project, extras)


def test_an_interrupted_installation_is_repeated_from_the_start(desk):
    code, called, err = desk.run(failing="install")
    assert code == 1 and "the installation failed" in err
    assert not any(line.startswith("gatepost") for line in called)
    code, called, _ = desk.run()
    assert code == 0
    assert [line.split()[1] for line in called] == ["venv", "pip", "sim"]


def test_changed_settings_are_installed(desk):
    desk.run()
    with (desk.project / "setup.cfg").open("a") as file:
        file.write("# changed\n")
    assert [line.split()[1] for line in desk.run()[1]] == ["pip", "sim"]
    assert desk.run()[1] == ["gatepost sim"]


def test_a_moved_project_gets_a_new_environment(desk, tmp_path):
    desk.run()
    moved = tmp_path / "moved"
    desk.project.rename(moved)
    desk.project = moved
    assert [line.split()[1] for line in desk.run()[1]] == ["venv", "pip", "sim"]


def test_without_the_venv_module_the_line_to_type_is_said(desk):
    (desk.tools / "uv").unlink()
    desk.tool("python3", NO_VENV)
    desk.tool("apt-get", '#!/bin/sh\necho "apt-get $*" >>"$LOG"\n')
    desk.tool("id", "#!/bin/sh\necho 1000\n")
    code, called, err = desk.run()
    assert (code, called) == (1, [])
    assert "Type: sudo apt-get install -y python3-venv" in err


def test_without_smart_card_tools_the_tests_run_and_the_line_is_said(desk):
    desk.tool("apt-get", '#!/bin/sh\necho "apt-get $*" >>"$LOG"\n')
    desk.tool("id", "#!/bin/sh\necho 1000\n")
    code, called, err = desk.run("test")
    assert (code, called[-1]) == (0, PYTEST)
    assert "pcscd" in err and "Type: sudo apt-get install -y" in err


def test_as_root_the_venv_module_is_installed(desk):
    (desk.tools / "uv").unlink()
    desk.tool("python3", NO_VENV)
    desk.tool("apt-get", '#!/bin/sh\necho "apt-get $*" >>"$LOG"\n')
    desk.tool("id", "#!/bin/sh\necho 0\n")
    code, called, err = desk.run()
    assert [line.split()[-1] for line in called] == ["-qq", "python3-venv"]
    assert code == 1 and "needs Python 3.10 to 3.14" in err  # this apt-get changes nothing


def test_a_python_that_is_too_old_is_not_taken(desk):
    desk.tool("python3", "#!/bin/sh\nexit 1\n")
    code, _, err = desk.run()
    assert code == 1
    assert "missing, by their names on Debian: python3-venv" in err


def test_no_package_host_is_named():
    for name in ("run", ".ci/run"):
        text = (ROOT / name).read_text()
        assert "://" not in text and "index" not in text
        assert os.access(ROOT / name, os.X_OK)
