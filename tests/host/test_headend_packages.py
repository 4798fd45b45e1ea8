"""Packages made by the head-end are what terminals take; any damage is a named refusal."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from headend.packages import build_package, keys_payload
from simulator.sm2_signing import DemonstrationKey
from terminal.more_errors import PackageError
from terminal.package import KINDS, LONGEST_HEAD, PayloadCheck, Shelf, Trust, read_header

NOW = 1_800_000_000
ROOTS = [DemonstrationKey.named("root %d" % number) for number in range(3)]
LISTS = DemonstrationKey.named("lists")


def signers(*keys):
    return [(key.public, key.sign) for key in keys]


def test_keys_then_lists():
    trust = Trust("gate", [key.public for key in ROOTS], 2)
    shelf = Shelf()
    payload = keys_payload([key.public for key in ROOTS], 2, {"whitelist": LISTS.public})
    for kind, body, keys in (("keys", payload, ROOTS[:2]), ("whitelist", b"the list", [LISTS])):
        raw = build_package(kind, "gate", 1, body, signers(*keys), valid=(NOW, NOW + 100))
        header = read_header(raw)
        trust.check(header)
        shelf.check(header, NOW)
        check = PayloadCheck(header)
        check.update(raw[header.size :])
        check.finish()
        if kind == "keys":
            trust = trust.renewed(header, body)
        assert shelf.accept(header, NOW)
    assert shelf.versions() == {"keys": 1, "whitelist": 1}


U32 = st.integers(0, 0xFFFFFFFF)


@settings(max_examples=100)
@given(
    kind=st.sampled_from([kind for kind in KINDS if kind != "tariff"]),  # whose content is looked at
    target=st.text("abcdefghij-*", min_size=1, max_size=16),
    versions=st.tuples(U32, U32),
    times=st.tuples(U32, U32, U32),
    payload=st.binary(max_size=100),
)
def test_heads_come_back_as_they_were_built(kind, target, versions, times, payload):
    floor, version = sorted(versions)
    start, effective, until = sorted(times)
    raw = build_package(kind, target, version, payload, [], floor=floor, valid=(start, until), effective_from=effective)
    header = read_header(raw)
    assert header[:7] == (kind, target, version, floor, start, until, effective)
    assert header.length == len(payload) and raw[header.size :] == payload


@settings(max_examples=300)
@given(st.binary(max_size=LONGEST_HEAD + 20), st.booleans())
def test_any_bytes_are_a_header_or_a_named_error(noise, with_magic):
    try:
        header = read_header(b"GPK1" + noise if with_magic else noise)
        Trust("gate", [key.public for key in ROOTS], 2).check(header)
        raise AssertionError("noise was believed")
    except PackageError as error:
        assert error.code.startswith("PACKAGE-")


@settings(max_examples=200)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from([*KINDS, "floor", "in_force", "staged"]), inner, max_size=4)
        ),
    )
)
def test_any_shelf_is_readable_or_a_named_error(value):
    try:
        Shelf.unpack(json.dumps(value).encode()).versions()
    except PackageError as error:
        assert error.code == "PACKAGE-1"
