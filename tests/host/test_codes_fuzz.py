"""Nothing a phone can show breaks the terminal: every parser of codes answers or names the fault, in bounded time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import codes as phone
from terminal import reasons
from terminal.crypto import sm2
from terminal.media import account_code, base45, chain_code, ride_code
from terminal.media.code_description import describe
from terminal.media.codes import CodeVerifier
from terminal.media.replay import ReplayStore
from terminal.more_errors import CodeMalformed

NOW = 1767225600
TRUST = phone.demonstration_trust()
CHAIN = phone.Chain(b"seed", NOW, steps=30)
GOOD = (
    phone.issue_ride_code(b"RIDER", "03101000123456789012", NOW),
    phone.issue_ride_code(b"RIDER", "03101000123456789012", NOW, custom=b"12345"),
    phone.issue_account_code(b"12345678", NOW),
    phone.issue_account_code(b"12345678", NOW, chain=CHAIN),
    CHAIN.issue(NOW + 60),
)
REASONS = set(reasons.keys()) - {"ok"}


@st.composite
def damaged(draw):
    """A good code with bytes changed, cut off or added; sometimes as text."""
    code = bytearray(draw(st.sampled_from(GOOD)))
    for offset, value in draw(st.lists(st.tuples(st.integers(0, len(code) - 1), st.integers(0, 255)), max_size=4)):
        code[offset] = value
    code = bytes(code[: draw(st.integers(0, len(code)))] if draw(st.booleans()) else code)
    code += draw(st.binary(max_size=4)) if draw(st.booleans()) else b""
    return phone.as_text(code).encode() if draw(st.booleans()) else code


shown = st.one_of(st.binary(max_size=600), damaged(), st.text(max_size=80).map(str.encode))


@settings(max_examples=80)
@given(shown, st.integers(NOW - 100, NOW + 100))
def test_the_verifier_always_answers(data, now):
    gate = CodeVerifier(TRUST, ReplayStore())
    result = gate.verify(data, now)
    assert (result.credential is None) == (result.reason is not None)
    assert result.reason is None or result.reason in REASONS
    assert gate.verifications <= 3
    if result.reason is None:
        raw = data if data in GOOD else base45.decode(data.strip())
        assert raw in GOOD, "admitted what nobody signed"


@settings(max_examples=60)
@given(shown)
def test_a_technician_is_always_told(data):
    told = describe(data, TRUST, NOW)
    assert told["reason"] is None or told["reason"] in REASONS


@pytest.mark.parametrize("parser", [ride_code.parse, account_code.parse, chain_code.parse])
@settings(max_examples=80)
@given(data=st.one_of(st.binary(max_size=400), damaged()))
def test_parsers_parse_or_say_malformed(parser, data):
    try:
        parser(data)
    except CodeMalformed as error:
        assert error.code == "CODE-1" and str(error)


@given(st.binary(max_size=500))
def test_base45_there_and_back(data):
    assert base45.decode(base45.encode(data)) == data


@given(st.binary(max_size=60))
def test_base45_is_canonical(text):
    data = base45.decode(text)
    assert data is None or base45.encode(data) == text


@settings(max_examples=60)
@given(st.binary(max_size=70), st.binary(max_size=10), st.binary(max_size=70))
def test_no_key_and_no_signature_is_an_error(key, message, signature):
    assert sm2.verify(key, message, signature) is False
    assert sm2.verify_digest(key, message, signature) is False


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 50), st.integers(0, 40)), max_size=60))
def test_the_replay_store_against_a_dict(steps):
    """As long as there is room, it is a dict of key to last living second."""
    store, model = ReplayStore(64), {}
    for key, now, life in steps:
        name = bytes((key,)) * 16
        assert store.used(name, now) == (model.get(name, -1) >= now)
        store.mark(name, now + life, now)
        model.setdefault(name, now + life)
    assert store.forced == 0
