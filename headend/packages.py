"""Makes the signed packages that terminals take (terminal/package.py has the format)."""

import hashlib
import json

from terminal.decision import rehearsal
from terminal.more_errors import PackageMalformed, PackageUnfit
from terminal.package import head_bytes, key_id, read_header


def build_package(kind, target, version, payload, signers, *, floor=0, valid, effective_from=None):
    """Bytes of a package. `valid`: (from, until) in UTC seconds; `signers`: [(compressed key, sign(message) -> 64)].

    PackageUnfit for a tariff under which a sample tap fails.
    """
    valid_from, valid_until = valid
    day = valid_from if effective_from is None else effective_from
    check_payload(kind, payload, day)
    head = head_bytes(
        kind, target, version, floor, valid_from, valid_until, day,
        len(payload), hashlib.sha256(payload).digest(),
    )  # fmt: skip
    return _signed(head, signers) + payload


def sign_package(package, signers):
    """The package under the signatures of `signers` instead of those it had. PackageMalformed."""
    header = read_header(package)
    return _signed(header.signed, signers) + package[header.size :]


def _signed(head, signers):
    signatures = b"".join(key_id(key) + sign(head) for key, sign in signers)
    return head + bytes((len(signers),)) + signatures


def check_payload(kind, payload, day):
    """PackageUnfit or PackageMalformed for a tariff that terminals would refuse; `day`: UTC seconds at which it begins."""
    if kind != "tariff":
        return
    try:
        tariff = json.loads(payload)
    except ValueError:
        tariff = None
    if not isinstance(tariff, dict):
        raise PackageMalformed("the tariff is no JSON object")
    fault = rehearsal.failure(tariff, day)
    if fault is not None:
        raise PackageUnfit("a sample tap fails: " + fault)


def keys_payload(roots, threshold, roles):
    """The payload of a keys package: root keys, how many of them sign together, and {kind: key}."""
    fields = {
        "roots": [key.hex() for key in roots],
        "threshold": threshold,
        "roles": {kind: key.hex() for kind, key in roles.items()},
    }
    return json.dumps(fields, sort_keys=True).encode()
