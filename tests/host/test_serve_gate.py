"""`gatepost serve linux-gate` as a process: the real pcscd with a virtual card and SAM, a scanner on a pty, emulated GPIO."""

import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from simulator import residents
from simulator.chips.qr_engine import QrEngineChip
from simulator.pty_chip import PtyChip
from terminal import records as rows
from tests.host.linux_bench import LinuxBench, records
from tests.host.pcsc_service import wait


@pytest.fixture
def scanner():
    served = PtyChip(make=QrEngineChip)
    thread = threading.Thread(target=served.serve)
    thread.start()
    yield served
    served.stop()
    thread.join()


def admitted(payloads):
    return [payload for payload in payloads if rows.unpack(payload).kind in (rows.PENDING, rows.DEBITED)]


def test_a_tap_opens_the_barrier_after_its_record_and_the_plug_takes_nothing(tmp_path, pcscd, sam, scanner):
    bench = LinuxBench(tmp_path, "linux-gate", ['scanner.port = "%s"' % scanner.path])
    with bench.serve() as gate:
        assert gate.until("self_test")["bad"] == []
        gate.until("show", state="ready")
        assert bench.gpio.is_driven("release") and bench.gpio.level("release") == 0
        assert bench.gpio.level("green") == 1
        card = pcscd.insert(residents.Residents().card("adult", None))
        wait(lambda: bench.gpio.level("release") == 1, "opening the barrier")
        seen = records(bench.home, tmp_path)
        assert len(admitted(seen)) == 2  # pending and debited, durable before the barrier moved
        gate.until("show", screen="accepted", fare=200)
        wait(lambda: bench.gpio.level("release") == 0, "ending the pulse")
        bench.gpio.set("passed", 1)
        gate.until("show", state="ready")
        gate.process.kill()
        gate.process.wait()
    bench.gpio.set("passed", 0)
    kept = records(bench.home, tmp_path)
    pcscd.remove(card)
    with bench.serve() as gate:
        gate.until("show", state="ready")
        after = records(bench.home, tmp_path)
        assert after[: len(kept)] == kept and len(kept) == len(seen) + 1
        code, told = gate.stop(signal.SIGTERM)
    assert (code, told) == (0, "")
    assert [bench.gpio.level(name) for name in ("release", "red", "amber", "green")] == [0, 0, 0, 0]


def test_what_is_missing_is_said_and_the_service_manager_hears_how_it_goes(tmp_path, monkeypatch):
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "nobody"))
    bench = LinuxBench(tmp_path, "linux-gate", ['scanner.port = "/dev/nonesuch"'])
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        with bench.serve(NOTIFY_SOCKET=str(tmp_path / "notify"), SDL_VIDEODRIVER="nonesuch") as gate:
            found = {code: (seen, remedy) for code, seen, remedy in gate.until("self_test")["bad"]}
            assert sorted(found) == ["DISPLAY", "PSAM", "READER"]
            assert "start pcscd" in found["READER"][0] and "board.display.port" in found["DISPLAY"][0]
            assert all(remedy for _, remedy in found.values())
            gate.until("show", state="out_of_service", reason="reader_down")
            assert bench.gpio.level("release") == 0 and bench.gpio.level("red") == 1
            heard = [manager.recv(4096).decode() for _ in range(3)]
            assert heard[0].startswith("STATUS=READER: the PC/SC service") and heard[1:] == ["READY=1", "WATCHDOG=1"]
            assert gate.stop(signal.SIGINT) == (0, "")
            while heard[-1] == "WATCHDOG=1":
                heard.append(manager.recv(4096).decode())
            assert heard[-1] == "STOPPING=1"


def test_good_service_leaves_the_mark_that_the_updater_waits_for(tmp_path, pcscd, sam):
    bench = LinuxBench(tmp_path, "linux-gate")
    runtime = tmp_path / "run"
    runtime.mkdir()
    with bench.serve("--settled", "1", RUNTIME_DIRECTORY=str(runtime)) as gate:
        assert gate.until("self_test")["bad"] == []  # a scanner that is away is no reason to go back
        assert not list(runtime.iterdir())
        gate.until("healthy")
        assert [path.name for path in runtime.iterdir()] == ["healthy"]
        again = bench.serve()
        with again:
            assert again.process.wait(60) == 2
            assert "another gatepost serves from" in again.process.stderr.read()


RECOVERY = """
import os, signal, sys
from boards import linux_gate, linux_start
told = []
def notify(text):
    told.append(text)
    if text == "WATCHDOG=1":
        os.kill(os.getpid(), signal.SIGTERM)
linux_start.recover(linux_gate.BOARD, notify, lambda event, facts: None)
assert told[0].startswith("READY=1") and told[-1] == "WATCHDOG=1", told
print([name for name in sys.modules if name in ("boards.barriers", "drivers.relay_barrier", "drivers.sensor_barrier")])
"""


def test_recovery_loads_nothing_that_could_open_the_gate(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", RECOVERY], capture_output=True, text=True, timeout=60,
        env={**os.environ, "SDL_VIDEODRIVER": "dummy"},
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_the_release_rests_before_the_home_is_looked_at(tmp_path):
    bench = LinuxBench(tmp_path, "linux-gate")
    (bench.home / "site.json").write_text("{")
    with bench.serve() as gate:
        assert gate.process.wait(60) == 2
        assert "provision it again [BOARD-2]" in gate.process.stderr.read()
    assert bench.gpio.is_driven("release") and not bench.gpio.is_driven("red")
