"""Envelopes against other people's SM2 and SM4: gmalg decrypts what we encrypt, GmSSL opens what we seal."""

import os

import gmalg
import gmssl_pyx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headend.services_key import ServicesKey
from terminal.crypto import envelope, sm2


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return ServicesKey(tmp_path_factory.mktemp("key"))


@pytest.mark.parametrize("length", [1, 19, 32, 33, 200])
def test_gmalg_decrypts_what_is_encrypted(length):
    public, private = gmssl_pyx.sm2_key_generate()
    data = os.urandom(length)
    sealed = envelope.encrypt(sm2.point_of(b"\4" + public), os.urandom, data)
    assert gmalg.SM2(sk=private, pk=b"\4" + public).decrypt(sealed) == data


@settings(max_examples=25)
@given(st.binary(max_size=900), st.binary(max_size=8))
def test_gmssl_opens_what_is_sealed(key, data, about):
    assert key.unseal(envelope.seal(key.public, os.urandom, data, about), about) == data


@settings(max_examples=25)
@given(st.binary(min_size=1, max_size=200), st.binary(min_size=16, max_size=16))
def test_the_counter_mode_is_gmssls(data, secret):
    assert envelope.counter_mode(secret, data) == gmssl_pyx.sm4_ctr_encrypt(secret, bytes(16), data)


@settings(max_examples=60)
@given(st.data())
def test_a_changed_envelope_does_not_open(key, data):
    sealed = bytearray(envelope.seal(key.public, os.urandom, b"form", b"number"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    assert key.unseal(bytes(sealed), b"number") is None
    assert key.unseal(bytes(sealed[:at]), b"number") is None


def test_another_key_or_number_does_not_open(key, tmp_path):
    sealed = envelope.seal(key.public, os.urandom, b"form", b"number")
    assert key.unseal(sealed, b"number") == b"form" and key.unseal(sealed, b"another") is None
    assert ServicesKey(tmp_path).unseal(sealed, b"number") is None


def test_the_key_stays(key, tmp_path):
    assert ServicesKey(tmp_path).public == ServicesKey(tmp_path).public != key.public
    assert (tmp_path / "keys" / "services.sm2").stat().st_mode & 0o077 == 0
