"""Measured on either interpreter: `run(rounds)` prints "name us" lines for SM2, SM3, SM4, 3DES and code scans. Portable."""

import gc

from benchmarks import on_stopwatch
from simulator import codes as phone
from terminal.crypto import des, sm2, sm3, sm4
from terminal.media.codes import CodeVerifier
from terminal.media.replay import ReplayStore

_TIME = 1767225600
_CARD = "03101000123456789012"


def median_us(function, rounds):
    """Median microseconds of `function()` over `rounds` calls, garbage collected before each."""
    times = []
    for _ in range(rounds):
        gc.collect()
        started = on_stopwatch.now()
        function()
        times.append(on_stopwatch.since(on_stopwatch.now(), started))
    return sorted(times)[rounds // 2]


def repeated(function, argument, times):
    def all_of_them():
        for _ in range(times):
            function(argument)

    return all_of_them


def _scan(verifier, code):
    def once():
        assert verifier.verify(code, _TIME).reason is None

    return once


def _cold(code):
    """A terminal that holds its own keys' tables but has not met this issuer's certificate and this rider."""
    trust = phone.demonstration_trust()

    def once():
        assert CodeVerifier(trust, ReplayStore()).verify(code, _TIME).reason is None

    return once


def ciphers(rounds):
    key = bytes(range(16))
    data = bytes(1024)
    yield "SM3 of 1 KB", median_us(lambda: sm3.Sm3(data).digest(), rounds)
    yield "SM4 block", median_us(repeated(sm4.Sm4(key).encrypt_block, bytes(16), 100), rounds) / 100
    yield "SM4 CBC-MAC of 32 B with key", median_us(lambda: sm4.cbc_mac(key, data[:32]), rounds)
    yield "3DES block", median_us(repeated(des.Des3(key).encrypt_block, bytes(8), 100), rounds) / 100


def curve_work(rounds):
    key = phone.demonstration_key("user")
    message = bytes(195)
    signature = key.sign(message)
    public = sm2.PublicKey.read(key.public)
    public.verify(message, signature)  # the tables of G are made once
    yield "SM2 verify", median_us(lambda: public.verify(message, signature), rounds)
    public.fix().verify(message, signature)
    yield "SM2 verify, fixed key", median_us(lambda: public.verify(message, signature), rounds)
    yield "SM2 decompression", median_us(lambda: sm2.point_of(key.public), rounds)


def scans(rounds):
    ride = phone.issue_ride_code(b"RIDER", _CARD, _TIME)
    chain = phone.Chain(b"seed", _TIME - 600)  # ten steps, so ten hashes
    account = phone.issue_account_code(b"12345678", _TIME)
    anchored = phone.issue_account_code(b"12345678", _TIME - 600, chain=chain)
    for name, code in (("ride code", ride), ("account code", account)):
        yield name + ", cold", median_us(_cold(code), rounds)
        verifier = CodeVerifier(phone.demonstration_trust(), ReplayStore())
        verifier.verify(code, _TIME)
        yield name + ", warm", median_us(_scan(verifier, code), rounds)
    verifier = CodeVerifier(phone.demonstration_trust(), ReplayStore())
    verifier.verify(anchored, _TIME - 600)
    yield "chain code", median_us(_scan(verifier, chain.issue(_TIME)), 1)


def run(rounds, engine="own"):
    """`engine` "own" computes with plain integers, "best" with what the machine offers."""
    if engine == "own":
        sm2.use(None)
    for group in (ciphers, curve_work, scans):
        for name, us in group(rounds):
            print("%s\t%.1f" % (name, us))
