"""Which code was presented, in the one shape the verifier works with. Layouts only, no cryptography."""

from collections import namedtuple

from micropython import const

from terminal.media import account_code, base45, chain_code, ride_code
from terminal.media.credential import (
    ACCOUNT_CODE,
    ADULT,
    CLASSES,
    PROVED_SIGNATURE,
    RIDE_CODE,
    Credential,
    token_of,
)
from terminal.more_errors import CodeMalformed

SIGNERS = ("root", "issuer", "user")

_LONGEST_TEXT = const(800)
_PAPER = const(5)  # paper_code.VERSION
_LOCAL_CARDS = const((b"\x54\x01", b"\x54\x02"))  # raw although the first byte is a letter, see wallet_code

Presented = namedtuple(
    "Presented",
    (
        "fields",  # RideCode or AccountCode
        "credential",  # what it says once all signatures hold
        "generated",  # UTC second at which the phone made it
        "closes",  # last UTC second at which it may be used
        "ends",  # first UTC second after the issuer's authorisation, and after its certificate
        "handles",  # what revokes it (bytes), see trust
        "key_index",  # of the root (ride code) or of the issuer (account code)
        "certified",  # range of the issuer's certificate, None when the terminal holds the issuer's key itself
        "authorised",  # range of everything the issuer signed, with the signature
        "signed",  # {signer: ((start, end), start of the signature)}
    ),
)


def raw_bytes(data):
    """The bytes of a code that came as bytes or as base45 text; None for text that is none."""
    if not data or data[0] & 0x80 or data[0] < 0x20 or data[:2] in _LOCAL_CARDS:
        return bytes(data)
    text = bytes(data).strip()
    return base45.decode(text) if len(text) <= _LONGEST_TEXT else None


def recognise(data, trust):
    """The Presented in raw `data`; None when the scheme is not ours, CodeMalformed when it is but broken."""
    if not data:
        raise CodeMalformed("a code of 0 bytes")
    if data[0] & 0x80:
        return _ride(data, trust)
    if data[0] == account_code.VERSION:
        return _account(data, trust)
    if data[0] == _PAPER:
        return _paper(data, trust)
    return None


def _ride(data, trust):
    code = ride_code.parse(data)
    certificate = code.certificate
    issuer = certificate.issuer.hex()
    generated = code.generated + trust.time_offset(issuer)
    until = code.authorised_until + trust.time_offset(issuer)
    start, end = ride_code.ACCOUNT
    credential = Credential(
        RIDE_CODE, token_of(RIDE_CODE, data[start:end]), issuer, issuer[4:], ADULT, 0, until, PROVED_SIGNATURE, None
    )
    ranges = ride_code.signed_ranges(data)
    return Presented(
        code, credential, generated, generated + min(code.validity, ride_code.VALIDITY_LIMIT),
        (until, ride_code.certificate_ends(certificate)), (certificate.issuer + certificate.serial,),
        certificate.root_index, ride_code.CERTIFIED, (3, ranges[1][1] + 64), dict(zip(SIGNERS, ranges)),
    )  # fmt: skip


def _holder(code, trust):
    """The Credential of a code that names an account."""
    issuer = trust.issuer(code.issuer_key)
    return Credential(
        ACCOUNT_CODE, token_of(ACCOUNT_CODE, code.account), issuer.issuer if issuer else "",
        issuer.region if issuer else "", CLASSES[code.rights >> 24], code.valid_from, code.valid_to,
        PROVED_SIGNATURE, None,
    )  # fmt: skip


def _account(data, trust):
    code = account_code.parse(data)
    return Presented(
        code, _holder(code, trust), code.generated, code.generated + account_code.VALIDITY, (code.valid_to,),
        (bytes((code.issuer_key,)), bytes((code.issuer_key,)) + code.serial.to_bytes(4, "big")),
        code.issuer_key, None, account_code.AUTHORISED, dict(zip(SIGNERS[1:], account_code.signed_ranges(data))),
    )  # fmt: skip


def _paper(data, trust):
    """A code that is shown again and again: its whole validity is its window, and only the issuer signed it."""
    from terminal.media import paper_code  # rare: a gate loads it with the first one

    code = paper_code.parse(data)
    handle = bytes((code.issuer_key,)) + code.serial.to_bytes(4, "big")
    return Presented(
        code, _holder(code, trust), code.valid_from, code.valid_to, (code.valid_to,), (bytes((code.issuer_key,)), handle),
        code.issuer_key, None, (0, paper_code.SIZE), {"issuer": (paper_code.SIGNED, paper_code.SIGNED[1])},
    )  # fmt: skip


def is_shown_again(presented):
    """True for a code that is not used up by being admitted."""
    return "user" not in presented.signed


def anchor_of(presented):
    """(Anchor, its 16 bytes) that a verified account code brings along, or None."""
    code = presented.fields
    if presented.certified or is_shown_again(presented) or not code.anchor:
        return None
    return chain_code.Anchor(
        code.anchor[:8], presented.generated, code.period, code.steps, presented.credential, presented.ends,
        presented.handles, presented.key_index,
    ), code.anchor  # fmt: skip


def chained(code, anchor):
    """The Presented of a ChainCode under its Anchor."""
    opens, closes = chain_code.window(anchor, code.step)
    return Presented(
        code, anchor.credential, opens, closes, anchor.ends, anchor.handles, anchor.key_index, None, None, None
    )
