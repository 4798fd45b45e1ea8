"""What a code says and which of its signatures hold, as plain data: for technicians and tests, not for a gate."""

import binascii

from terminal.crypto import sm2
from terminal.media import account_code, chain_code, paper_code, ride_code, wallet_code
from terminal.media.code_schemes import raw_bytes, recognise
from terminal.media.codes import signature_holds, standing_in_time
from terminal.media.credential import SCHEMES
from terminal.media.trust import Trust
from terminal.more_errors import CodeMalformed

# MicroPython's namedtuples do not tell their fields.
FIELDS = {
    ride_code.RideCode: ride_code.FIELDS,
    ride_code.Certificate: ride_code.CERTIFICATE_FIELDS,
    account_code.AccountCode: account_code.FIELDS,
    paper_code.PaperCode: paper_code.FIELDS,
}


def describe(data, trust, now=None):
    """Everything about `data` (raw bytes or base45 text) as plain data for a page or for JSON.

    scheme, size, fields (bytes as hex), signatures {signer: "valid" | "invalid" | "unknown key"}, token, and `reason`:
    None or why a terminal with this `trust` refuses it at `now` (None: time is not looked at), `error`: what is broken.
    """
    trust = trust if isinstance(trust, Trust) else Trust(trust)
    raw = raw_bytes(data)
    told = {"scheme": None, "size": len(raw or b""), "fields": {}, "signatures": {}, "token": None}
    told["reason"], told["error"] = "code_unknown", None
    try:
        presented = recognise(raw, trust) if raw is not None else None
        if presented is None:
            _tell_unsupported(raw, told)
            return told
    except CodeMalformed as error:
        told["reason"], told["error"] = "code_malformed", str(error)
        return told
    told["scheme"] = SCHEMES[presented.credential.scheme]
    told["fields"] = _plain(presented.fields)
    told["token"] = binascii.hexlify(presented.credential.token).decode()
    told["signatures"] = verdicts = _all_verdicts(presented, raw, trust)
    told["reason"] = None
    if now is not None:
        told["reason"] = standing_in_time(presented, now)
    if not told["reason"] and any(trust.is_revoked(handle) for handle in presented.handles):
        told["reason"] = "code_revoked"
    if not told["reason"] and ("unknown key" in verdicts.values() or verdicts.get("root") == "invalid"):
        told["reason"] = "code_untrusted_issuer"
    if not told["reason"] and "invalid" in verdicts.values():
        told["reason"] = "code_tampered"
    return told


def _tell_unsupported(raw, told):
    """Scheme and fields of codes whose layout is known but that no terminal verifies by itself."""
    if raw and raw[0] == chain_code.VERSION:
        told["scheme"], told["fields"] = "chain_code", _plain(chain_code.parse(raw), chain_code.FIELDS)
        told["reason"] = "code_show_full"
    elif raw and wallet_code.is_one(raw):
        told["scheme"], told["fields"] = "wallet_code", _plain(wallet_code.parse(raw), wallet_code.FIELDS)


def _all_verdicts(presented, raw, trust):
    fields = presented.fields
    if presented.certified:
        keys = {"root": trust.root(presented.key_index), "issuer": sm2.PublicKey.read(fields.certificate.public_key)}
    else:
        issuer = trust.issuer(presented.key_index)
        keys = {"issuer": issuer.key if issuer else None}
    if "user" in presented.signed:
        keys["user"] = sm2.PublicKey.read(fields.user_key)
    verdicts = {}
    for signer, key in keys.items():
        if key is None:
            verdicts[signer] = "unknown key"
        else:
            verdicts[signer] = "valid" if signature_holds(key, presented, raw, signer) else "invalid"
    return verdicts


def _plain(fields, names=None):
    """A parsed code as a dict of numbers and strings; bytes become hex."""
    told = {}
    for name, value in zip(names or FIELDS[type(fields)], fields):
        if isinstance(value, bytes):
            value = binascii.hexlify(value).decode()
        elif type(value) in FIELDS:
            value = _plain(value)
        told[name] = value
    return told
