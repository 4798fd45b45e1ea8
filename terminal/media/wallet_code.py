"""The layout of a wallet's ride code, version 02 (the fact sheet's section 6.2): read, not verified.

Its institution keys come with a closed library; a terminal says that it does not support the code, a technician sees
what it holds. A local card company puts 54 01 or 54 02 in front.
"""

from collections import namedtuple

from micropython import const

from terminal.more_errors import CodeMalformed

VERSION = const(2)
LOCAL = (b"\x54\x01", b"\x54\x02")
ALGORITHMS = {1: "secp256k1", 2: "SM2", 3: "secp192k1"}
_KEY_SIZES = {1: 33, 2: 33, 3: 25}

FIELDS = (
    "algorithm", "key_index", "user_id", "expires", "validity", "limit", "identity", "organisation", "user_key",
    "card_type", "card_number", "card_data", "institution_signature", "generated", "user_signature",
)  # fmt: skip
WalletCode = namedtuple("WalletCode", FIELDS)


class _Reader:
    """Takes piece after piece off the front of `data`, up to `end`."""

    def __init__(self, data, start, end):
        self._data = data
        self._end = end
        self.place = start

    def take(self, size):
        start = self.place
        if start + size > self._end:
            raise CodeMalformed(
                "wallet code ends at %d, %d bytes more expected" % (self._end, start + size - self._end)
            )
        self.place = start + size
        return self._data[start : self.place]

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def counted(self):
        return self.take(self.number(1))


def is_one(data):
    return data[:1] == b"\x02" or data[:2] in LOCAL


def parse(data):
    """The WalletCode in `data`; CodeMalformed when its lengths do not add up. Signatures are DER and unverified.

    Times are Unix seconds, `limit` fen, the rest bytes; the institution signed bytes 4 .. of the first part, the user
    everything before its own signature.
    """
    data = bytes(data[2:] if data[:2] in LOCAL else data)
    if len(data) < 4 or data[0] != VERSION or data[1] not in ALGORITHMS:
        raise CodeMalformed("wallet code of %d bytes without a known version and algorithm" % len(data))
    end = 4 + data[3]
    first = _Reader(data, 4, min(end, len(data)))
    head = first.take(16), first.number(4), first.number(2), first.number(2), first.take(4), first.take(4)
    first.take(4)
    body = first.take(_KEY_SIZES[data[1]]), first.take(8), first.counted(), first.counted()
    if first.place != end:
        raise CodeMalformed("wallet code's first part of %d bytes holds %d" % (data[3], first.place - 4))
    rest = _Reader(data, end, len(data))
    institution = rest.counted()
    moment = rest.counted()
    if len(moment) != 4:
        raise CodeMalformed("wallet code's time has %d bytes, 4 expected" % len(moment))
    user = rest.counted()
    if rest.place != len(data):
        raise CodeMalformed("wallet code with %d bytes behind its end" % (len(data) - rest.place))
    return WalletCode(ALGORITHMS[data[1]], data[2], *(head + body + (institution, int.from_bytes(moment, "big"), user)))
