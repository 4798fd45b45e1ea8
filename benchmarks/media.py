"""SM2, SM3, SM4 beside gmalg, gmssl-pyx, cryptography and OpenSSL; code scans and whole taps on both interpreters."""

import io
import pathlib
import tempfile
from contextlib import redirect_stdout

import gmalg
import gmssl_pyx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from benchmarks import _media_tap, on_codes
from benchmarks.on_codes import median_us
from simulator import codes as phone
from terminal.crypto import libcrypto, sm2, sm3, sm4
from terminal.crypto.accelerator import Accelerator
from tests import board_interpreter
from tests.emulated_processor import EmulatedCore

_ROUNDS = 15
_GOAL_MS = 5.0
_HEAP = "2m"  # speed, not memory, is measured here
_MESSAGE = bytes(195)


def main(options):
    """Prints all tables."""
    _peers("SM2 verification of 195 bytes, uncompressed key, ms", _sm2(), 1000)
    _peers("SM3 of 1 KB, us", _sm3(), 1)
    _peers("SM4, one block with a key at hand, us", _sm4(), 1)
    _machine_code()
    _interpreters()
    _media_tap.taps()


def _peers(title, functions, scale):
    print("\n%s (median of %d)" % (title, _ROUNDS))
    ours = None
    for name, function, times in functions:
        us = median_us(function, _ROUNDS) / times
        ours = ours or us
        print("  %-34s %10.3f   %6.2f x ours" % (name, us / scale, us / ours))
        if scale == 1000 and us is ours:
            print("  %-34s %10.3f   %s" % ("goal", _GOAL_MS, "reached" if us / scale <= _GOAL_MS else "MISSED"))


def _sm2():
    key = phone.demonstration_key("user")
    point = key.public_key.point
    sec1 = b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")
    signature = key.sign(_MESSAGE)
    r, s = signature[:32], signature[32:]
    peer = gmalg.SM2(pk=sec1, uid=sm2.DEFAULT_ID)
    integers = [v.lstrip(b"\0") if v[0] or v[1] < 128 else v[1:] for v in (b"\0" + r, b"\0" + s)]
    integers = [v if v[0] < 128 else b"\0" + v for v in integers]
    der = b"".join(bytes((2, len(v))) + v for v in integers)
    der = bytes((0x30, len(der))) + der

    def ours(engine, verify):
        def once():
            sm2.use(engine)
            assert verify()

        return once

    fixed = sm2.PublicKey(point)
    sm2.use(None)
    fixed.fix().verify(_MESSAGE, signature)
    plain = lambda: sm2.verify(sec1, _MESSAGE, signature)  # noqa: E731
    plain()
    yield "ours, plain integers", ours(None, plain), 1
    yield "ours, plain integers, fixed key", ours(None, lambda: fixed.verify(_MESSAGE, signature)), 1
    yield "gmalg (pure Python)", lambda: _true(peer.verify(_MESSAGE, r, s)), 1
    yield "gmssl-pyx (C)", lambda: _true(gmssl_pyx.sm2_verify(sec1[1:], _MESSAGE, der)), 1
    yield "ours through OpenSSL's libcrypto", ours(libcrypto.find(), plain), 1


def _true(verdict):
    assert verdict


def _sm3():
    data = bytes(1024)

    def gmalg_sm3():
        digest = gmalg.SM3()
        digest.update(data)
        digest.value()

    def cryptography_sm3():
        digest = hashes.Hash(hashes.SM3())
        digest.update(data)
        digest.finalize()

    yield "ours, plain Python", lambda: sm3.Sm3(data).digest(), 1
    yield "ours, as chosen (hashlib)", lambda: sm3.sm3(data), 1
    yield "gmalg (pure Python)", gmalg_sm3, 1
    yield "gmssl-pyx (C)", lambda: gmssl_pyx.sm3_hash(data), 1
    yield "cryptography (OpenSSL)", cryptography_sm3, 1


def _sm4():
    key, block = bytes(range(16)), bytes(16)
    peer = gmalg.SM4(key)
    for name, function in (
        ("ours, plain Python", sm4.Sm4(key).encrypt_block),
        ("gmalg (pure Python)", peer.encrypt),
        ("gmssl-pyx (C, CBC with padding)", lambda block: gmssl_pyx.sm4_cbc_padding_encrypt(key, block, block)),
        ("cryptography (OpenSSL)", Cipher(algorithms.SM4(key), modes.ECB()).encryptor().update),
    ):
        yield name, on_codes.repeated(function, block, 100), 100


def _machine_code():
    key = phone.demonstration_key("user")
    digest = bytes(range(32))
    signature = key.sign_digest(digest)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    print("\nSM2 verification by the accelerator, million instructions counted on an emulated processor")
    for arch, goal in (("armv7em", 2.74), ("rv32imc", 5.2)):
        core = EmulatedCore(arch, counting=True)
        assert Accelerator(core).verify(key.public_key.point, digest, r, s)
        print("  %-34s %10.2f   (prototype %.2f)" % (arch, core.instructions / 1e6, goal))


def _interpreters():
    rows = {}
    for column, lines in (
        ("CPython", _here("own")),
        ("CPython, libcrypto", _here("best")),
        ("MicroPython", _there()),
    ):
        for line in lines:
            name, us = line.split("\t")
            rows.setdefault(name, {})[column] = float(us)
    columns = ("CPython", "CPython, libcrypto", "MicroPython")
    print("\nOn both interpreters, ms (MicroPython: 64-bit unix port, viper)\n  %-34s %20s %20s %20s" % ("", *columns))
    for name, values in rows.items():
        print("  %-34s %s" % (name, " ".join("%20.3f" % (values[column] / 1000) for column in columns)))


def _here(engine):
    sm2.use(libcrypto.find() if engine == "best" else None)
    output = io.StringIO()
    with redirect_stdout(output):
        on_codes.run(_ROUNDS, engine)
    return output.getvalue().splitlines()


def _there():
    with tempfile.TemporaryDirectory(prefix="gatepost-") as folder:
        tree = board_interpreter.compile_tree(
            pathlib.Path(folder), ("benchmarks/__init__.py", "benchmarks/on_stopwatch.py", "benchmarks/on_codes.py")
        )
        done = board_interpreter.run(["-c", "from benchmarks import on_codes\non_codes.run(%d)" % _ROUNDS], tree, _HEAP)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout.splitlines()


if __name__ == "__main__":
    main([])
