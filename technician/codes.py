"""What a technician hands over as a code: hex digits, base45 text or a picture; and the keys to judge it by."""

import os
from datetime import datetime, timedelta, timezone

from technician.errors import InputMalformed, PictureUnreadable
from technician.hexdigits import read_hex
from technician.text_file import read_json
from terminal.media import base45, code_description
from terminal.media.code_schemes import raw_bytes
from terminal.more_errors import CodeMalformed

CHINA = timezone(timedelta(hours=8))
_HEX = set("0123456789abcdefABCDEF \t\n")
_LOWEST = 20  # a shorter run of hex digits is rather a mistyped file name
_ROOT_INDEX_AT = 8  # in a ride code: the certificate starts at 3, its root's index is its byte 5
_ISSUER_INDEX_AT = 1  # in an account code


def describe(text, roots=(), issuers=(), trust_file=None, at=None):
    """`terminal.media.code_description.describe` of what `text` means, and `keys`: whose keys judged it.

    Without any key it is judged by the demonstration's, which prove nothing about a real code. CodeMalformed,
    InputMalformed, PictureUnreadable.
    """
    from simulator.codes import demonstration_trust

    data = bytes_of(text)
    raw = raw_bytes(data)
    given = bool(roots or issuers or trust_file)
    trust = _trust(raw or b"", roots, issuers, trust_file) if given else demonstration_trust()
    told = code_description.describe(data, trust, moment(at))
    told["keys"] = "given" if given else "demonstration"
    if told["error"]:
        raise CodeMalformed(told["error"])
    if told["scheme"] is None:
        start = (raw or data)[:2].hex()
        raise CodeMalformed("%d bytes that start with %s: no code this terminal knows" % (len(raw or data), start))
    return told


def bytes_of(text):
    """The scanned bytes behind a picture's path, hex digits or base45 text."""
    if os.path.isfile(text):
        return from_picture(text)
    if len(text) >= _LOWEST and not set(text) - _HEX:
        return read_hex(text, "code")
    data = text.strip().encode()
    if len(text) < _LOWEST or base45.decode(data) is None:
        raise InputMalformed("neither hex digits, nor base45 text, nor a picture file that exists")
    return data


def from_picture(path):
    """The bytes of the one code in a picture file."""
    import zxingcpp
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            found = zxingcpp.read_barcodes(picture.convert("L"))
    except UnidentifiedImageError:
        raise PictureUnreadable("%s is no picture that can be opened" % path) from None
    if len(found) != 1:
        raise PictureUnreadable("%s: %d codes found, expected one" % (path, len(found)))
    return found[0].bytes


def moment(text):
    """UTC seconds of Unix seconds or ISO text (China's time unless it says otherwise); None for None."""
    if text is None:
        return None
    if text.isdecimal():
        return int(text)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise InputMalformed("%r is neither Unix seconds nor an ISO time" % text) from None
    return int((time if time.tzinfo else time.replace(tzinfo=CHINA)).timestamp())


def _trust(raw, roots, issuers, trust_file):
    """The keys as `terminal.media.trust` wants them. A key without an index answers for the one the code names."""
    trust = {}
    if trust_file is not None:
        trust = read_json(trust_file)
    trust.setdefault("roots", []).extend(_keys(roots, raw, _ROOT_INDEX_AT, "root key"))
    own = [{"issuer": "", "region": "", **entry} for entry in _keys(issuers, raw, _ISSUER_INDEX_AT, "issuer key")]
    trust.setdefault("issuers", []).extend(own)
    return trust


def _keys(texts, raw, index_at, name):
    entries = []
    for text in texts:
        index, equals, digits = text.rpartition("=")
        if equals and not index.isdecimal():
            raise InputMalformed("%s: %r is no index" % (name, index))
        fallback = raw[index_at] if len(raw) > index_at else 0
        entries.append({"index": int(index) if equals else fallback, "key": read_hex(digits, name).hex()})
    return entries
