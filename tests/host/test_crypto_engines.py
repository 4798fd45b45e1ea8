"""Every engine that may verify SM2 gives the answers of the plain integers: libcrypto, and our machine code."""

import ctypes
import hashlib
import random
import shutil
import subprocess

import pytest

from simulator.sm2_signing import DemonstrationKey
from terminal.crypto import curve, libcrypto, sm2
from terminal.crypto.accelerator import Accelerator
from terminal.crypto.native import build
from tests.emulated_processor import MANIFEST, EmulatedCore
from tests.portable.sm2_cases import KEY, using, wrong_answers

ARCHES = ("armv7em", "rv32imc")


@pytest.fixture(scope="module")
def host_core(tmp_path_factory):
    """sm2_core.c compiled for this machine and called through ctypes."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    assert compiler, "a C compiler is missing: apt-get install gcc libc6-dev"
    library = tmp_path_factory.mktemp("core") / "sm2_core.so"
    subprocess.run([compiler, "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, build.SOURCE], check=True)
    function = ctypes.CDLL(str(library)).sm2_core
    function.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)

    def core(arguments, table, width, work):
        addresses = [(ctypes.c_char * len(buffer)).from_buffer(buffer) for buffer in (arguments, table, work)]
        return function(addresses[0], addresses[1], width, addresses[2])

    return core


def pure(point, digest, r, s):
    with using(None):
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return sm2.PublicKey(point, za_value=bytes(32)).verify_digest(digest, signature)


def disagreements(engine, number, seed=20260101):
    """Random true and false signatures on which `engine` and the plain integers differ; and how many were true."""
    print("seed", seed)
    chosen = random.Random(seed)
    different, true = [], 0
    for _ in range(number):
        key = DemonstrationKey(chosen.randrange(1, curve.N - 1))
        digest = chosen.randbytes(32)
        signature = key.sign_digest(digest)
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        point = key.public_key.point
        for case in ((digest, r, s), (digest, r, s ^ 1), (bytes(32), r, s), (digest, chosen.randrange(1, curve.N), s)):
            expected = pure(point, *case)
            true += expected
            if engine.verify(point, *case) != expected:
                different.append(case)
    return different, true


def test_the_system_has_a_libcrypto_and_it_agrees():
    engine = libcrypto.find()
    assert engine, "OpenSSL 3 with SM2 is expected on a development machine"
    with using(engine):
        assert wrong_answers() == []
    assert disagreements(engine, 40) == ([], 40)


def test_a_machine_without_libcrypto_computes_itself():
    assert libcrypto.find("libsomething-else.so.9") is None
    assert libcrypto.find("libc.so.6") is None


def test_the_core_compiled_for_this_machine(host_core):
    engine = Accelerator(host_core)
    with using(engine):
        assert wrong_answers() == []
    assert disagreements(engine, 60) == ([], 60)


@pytest.mark.parametrize("arch", ARCHES)
def test_the_core_that_boards_carry(arch):
    engine = Accelerator(EmulatedCore(arch))
    with using(engine):
        assert wrong_answers() == []
    assert disagreements(engine, 6) == ([], 6)


@pytest.mark.parametrize("arch", ARCHES)
def test_the_core_decompresses(arch, host_core):
    for core in (host_core, EmulatedCore(arch)):
        engine = Accelerator(core)
        for x in [1, 2, 3, 4, 5, curve.P - 1, curve.N, KEY.public_key.point[0]]:
            for odd in (0, 1):
                assert engine.decompress(x, odd) == curve.decompress(x, odd), x


def test_the_core_sees_a_key_that_is_not_on_the_curve(host_core):
    x, y = KEY.public_key.point
    for core in (host_core, EmulatedCore("armv7em")):
        assert not Accelerator(core).verify((x, y ^ 1), bytes(32), 5, 6)
        engine = Accelerator(core)
        engine.verify((x, y ^ 1), bytes(32), 5, 6)
        assert core(engine._arguments, engine._table, curve.BASE_WIDTH, engine._work) == -1


def test_boards_carry_what_the_source_says():
    source = hashlib.sha256(build.SOURCE.read_bytes()).hexdigest()
    assert MANIFEST["source"] == source, "run terminal/crypto/native/build.py"
    assert set(MANIFEST) == {"source", *build.ARCHES}


def test_both_interpreters_have_the_best_engine_found():
    assert isinstance(libcrypto.find(), libcrypto.Libcrypto)
    with using(1):  # "not looked for yet"
        assert isinstance(sm2.engine(), libcrypto.Libcrypto)
