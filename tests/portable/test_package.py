import hashlib
import json
from binascii import hexlify

from simulator.sm2_signing import DemonstrationKey
from terminal.more_errors import PackageExpired, PackageForeign, PackageMalformed, PackageRolledBack, PackageTooEarly
from terminal.package import HEAD, Entry, PayloadCheck, Shelf, Trust, head_bytes, key_id, read_header
from tests.portable.checks import raises

DAY = 86400
NOW = 1800000000
ROOTS = [DemonstrationKey.named("root %d" % number) for number in range(3)]
LISTS = DemonstrationKey.named("lists")
STRANGER = DemonstrationKey.named("stranger")


def packed(
    payload=b"entries",
    kind="whitelist",
    target="gate",
    version=5,
    floor=3,
    signers=(LISTS,),
    until=NOW + DAY,
    start=NOW - DAY,
    effective=None,
):
    digest = hashlib.sha256(payload).digest()
    effective = start if effective is None else effective
    head = head_bytes(kind, target, version, floor, start, until, effective, len(payload), digest)
    signatures = b"".join(key_id(key.public) + key.sign(head) for key in signers)
    return head + bytes((len(signers),)) + signatures + payload


def trust():
    return Trust("gate", [key.public for key in ROOTS], 2, {"whitelist": LISTS.public})


def keys_payload(roots=ROOTS, threshold=2, **roles):
    text = lambda key: hexlify(key.public).decode()  # noqa: E731
    fields = {"roots": [text(key) for key in roots], "threshold": threshold}
    fields["roles"] = {kind: text(key) for kind, key in roles.items()}
    return json.dumps(fields).encode()


def check_payload(header, payload):
    check = PayloadCheck(header)
    for at in range(0, len(payload), 3):
        check.update(payload[at : at + 3])
    check.finish()


def test_a_good_package_is_taken():
    raw = packed()
    header = read_header(raw)
    assert (header.kind, header.target, header.version, header.floor) == ("whitelist", "gate", 5, 3)
    assert (header.valid_from, header.valid_until, header.effective_from) == (NOW - DAY, NOW + DAY, NOW - DAY)
    assert header.size == HEAD + 1 + 72
    trust().check(header)
    Shelf().check(header, NOW)
    check_payload(header, raw[header.size :])


def test_the_head_is_laid_out_as_documented():
    head = head_bytes("firmware", "gate", 1, 2, 3, 4, 5, 6, bytes(range(32)))
    expected = b"GPK1\x07gate" + bytes(12) + b"".join(bytes((0, 0, 0, n)) for n in range(1, 7)) + bytes(range(32))
    assert head == expected and len(head) == HEAD


def test_every_flipped_bit_of_the_head_is_noticed():
    raw = packed()
    for at in range(HEAD + 1 + 72):
        changed = bytearray(raw)
        changed[at] ^= 4
        if HEAD < at:  # within the signature: verified below by the few that are dear
            continue
        try:
            header = read_header(bytes(changed))
        except PackageMalformed:
            continue
        assert header.signed != read_header(raw).signed
    for at in (4, 30, 50, HEAD - 1, HEAD + 4, HEAD + 20, HEAD + 60):
        changed = bytearray(raw)
        changed[at] ^= 1
        try:
            header = read_header(bytes(changed))
        except PackageMalformed:
            continue
        raises(PackageForeign, trust().check, header)


def test_cut_packages_are_malformed():
    raw = packed()
    size = read_header(raw).size
    for length in range(size):
        raises(PackageMalformed, read_header, raw[:length])
    header = read_header(raw)
    for payload in (b"", b"entrie", b"entries!", b"Entries"):
        raises(PackageMalformed, check_payload, header, payload)


def test_heads_that_contradict_themselves_are_malformed():
    raises(PackageMalformed, read_header, packed(version=2))
    raises(PackageMalformed, read_header, packed(effective=NOW + 2 * DAY))
    raises(PackageMalformed, read_header, packed(effective=NOW - 2 * DAY))
    raises(PackageMalformed, read_header, packed(target="g\u00e4te"))
    many = packed(signers=[LISTS] * 2)
    raises(PackageMalformed, read_header, many[:HEAD] + bytes((9,)) + many[HEAD + 1 :] + bytes(800))


def test_foreign_packages_are_refused():
    for raw in (
        packed(target="kiosk"),
        packed(signers=[]),
        packed(signers=[STRANGER]),
        packed(kind="tariff"),  # signed by the whitelist's key, and no key is named for tariffs
    ):
        raises(PackageForeign, trust().check, read_header(raw))
    borrowed = bytearray(packed(signers=[STRANGER]))
    borrowed[HEAD + 1 : HEAD + 9] = key_id(LISTS.public)
    raises(PackageForeign, trust().check, read_header(bytes(borrowed)))
    trust().check(read_header(packed(target="*")))


def test_keys_need_enough_roots():
    payload = keys_payload(tariff=STRANGER)
    for signers in ([], ROOTS[:1], [ROOTS[0], ROOTS[0]], [ROOTS[0], STRANGER], [LISTS]):
        raises(PackageForeign, trust().check, read_header(packed(payload, "keys", signers=signers)))
    header = read_header(packed(payload, "keys", signers=ROOTS[1:]))
    trust().check(header)
    renewed = trust().renewed(header, payload)
    assert renewed.roles == {"tariff": STRANGER.public}
    renewed.check(read_header(packed(kind="tariff", signers=[STRANGER])))
    raises(PackageForeign, renewed.check, read_header(packed()))


def test_new_roots_sign_with_the_old_ones():
    fresh = [DemonstrationKey.named("new root %d" % number) for number in range(2)]
    payload = keys_payload(roots=fresh, whitelist=LISTS)
    alone = read_header(packed(payload, "keys", signers=ROOTS[:2]))
    trust().check(alone)
    raises(PackageForeign, trust().renewed, alone, payload)
    raises(PackageForeign, trust().check, read_header(packed(payload, "keys", signers=fresh)))
    both = read_header(packed(payload, "keys", signers=ROOTS[:2] + fresh))
    trust().check(both)
    renewed = trust().renewed(both, payload)
    assert renewed.roots == [key.public for key in fresh]
    raises(PackageForeign, renewed.check, alone)


def test_impossible_keys_payloads_are_malformed():
    header = read_header(packed(kind="keys", signers=[]))
    good = keys_payload(whitelist=LISTS)
    for payload in (
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 200,
        good.replace(b'"threshold": 2', b'"threshold": 4'),
        good.replace(b'"threshold": 2', b'"threshold": 0'),
        good.replace(b'"threshold": 2', b'"threshold": "2"'),
        good.replace(b"whitelist", b"whitelust"),
        good.replace(b"whitelist", b"keys"),
        keys_payload(roots=[ROOTS[0], ROOTS[0]]),
        json.dumps({"roots": ["00"], "threshold": 1, "roles": {}}).encode(),
        json.dumps({"roots": [5], "threshold": 1, "roles": {}}).encode(),
        json.dumps({"roots": ["zz"], "threshold": 1, "roles": []}).encode(),
    ):
        raises(PackageMalformed, trust().renewed, header, payload)


def test_versions_go_forward_and_back_only_to_the_floor():
    shelf = Shelf()
    assert shelf.accept(read_header(packed(version=5, floor=3)), NOW)
    for version in (3, 4, 5, 6):
        shelf.check(read_header(packed(version=version, floor=3)), NOW)
    raises(PackageRolledBack, shelf.check, read_header(packed(version=2, floor=0)), NOW)
    raises(PackageRolledBack, shelf.check, read_header(packed(b"other", version=5, floor=3)), NOW)
    assert shelf.accept(read_header(packed(version=4, floor=0)), NOW)  # a wanted step back leaves the floor
    assert shelf.versions() == {"whitelist": 4}
    raises(PackageRolledBack, shelf.check, read_header(packed(version=2, floor=0)), NOW)


def test_keys_never_go_back():
    shelf = Shelf()
    shelf.accept(read_header(packed(kind="keys", version=5, floor=0)), NOW)
    raises(PackageRolledBack, shelf.check, read_header(packed(kind="keys", version=4, floor=0)), NOW)


def test_validity_needs_a_clock():
    shelf = Shelf()
    header = read_header(packed())
    shelf.check(header, NOW + DAY - 1)
    raises(PackageExpired, shelf.check, header, NOW + DAY)
    raises(PackageTooEarly, shelf.check, header, NOW - DAY - 1)
    shelf.check(header, None)
    assert not shelf.accept(header, None)
    assert shelf.in_force("whitelist") is None and shelf.staged("whitelist").version == 5


def test_a_staged_package_waits_for_its_day():
    shelf = Shelf()
    shelf.accept(read_header(packed(version=5)), NOW)
    assert not shelf.accept(read_header(packed(version=6, effective=NOW + 100)), NOW)
    shelf = Shelf.unpack(shelf.pack())  # over a power cut
    assert shelf.due(NOW + 99) == [] and shelf.in_force("whitelist").version == 5
    assert shelf.due(NOW + 100) == ["whitelist"] and shelf.due(NOW + 100) == []
    assert shelf.in_force("whitelist").version == 6 and shelf.staged("whitelist") is None
    assert not shelf.is_expired("whitelist", NOW + DAY - 1) and shelf.is_expired("whitelist", NOW + DAY)
    assert not shelf.is_expired("tariff", NOW)


def test_a_damaged_shelf_is_named():
    whole = Shelf()
    whole.accept(read_header(packed()), NOW)
    assert Shelf.unpack(whole.pack()).in_force("whitelist") == Entry(
        5, NOW + DAY, NOW - DAY, hexlify(hashlib.sha256(b"entries").digest()).decode()
    )
    for raw in (
        b"",
        b"[]",
        b"\xff",
        b'{"whitelist": 5}',
        b'{"whitelist": {"floor": 1}}',
        b'{"whitelist": {"floor": 1, "in_force": [1], "staged": null}}',
        b'{"whitelust": {"floor": 1, "in_force": null, "staged": [1, 2, 3, "x"]}}',
    ):
        raises(PackageMalformed, Shelf.unpack, raw)
