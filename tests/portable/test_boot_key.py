"""The key a terminal makes for itself."""

import os

from terminal import boot_key


def place():
    return "/tmp/key-%d" % int.from_bytes(os.urandom(6), "big")


def test_multiples_of_the_base_point():
    # NIST CAVP, P-256: 2G, and (N - 1)G, which is G mirrored.
    assert boot_key.multiply(2) == (
        0x7CF27B188D034F7E8A52380304B51AC3C08969E277F21B35A60B48FC47669978,
        0x07775510DB8ED040293D9AC69F7430DBBA7DADE63CE982299E04B79D227873D1,
    )
    x, y = boot_key.multiply(boot_key.N - 1)
    assert (x, y) == (boot_key.G[0], boot_key.P - boot_key.G[1])
    assert boot_key.multiply(1) == boot_key.G


def test_a_key_is_made_once():
    path = place()
    boot_key.make(path)
    first = boot_key.fingerprint(path)
    boot_key.make(path)
    assert boot_key.fingerprint(path) == first and len(first) == 8
    with open(path, "rb") as file:
        secret = file.read()[7:39]
    assert secret not in boot_key.request(path, "gate-0001")
    os.remove(path)
