"""Fuzz targets without a wire: TLV, codes, and what comes from the head-end or a neighbour."""

import binascii
import hashlib
import hmac

from simulator import codes as phone
from simulator import demo_site, opaque_codes
from simulator.virtual_time import VirtualClock
from terminal import commands, neighbours, package, reasons, records, wire
from terminal.errors import CardDataMalformed, WireMalformed
from terminal.http_client import Answer, HttpClient
from terminal.media import account_code, base45, chain_code, ride_code, tlv, wallet_code
from terminal.media.code_description import describe
from terminal.media.codes import CodeVerifier
from terminal.media.credential import ACCOUNT_CODE
from terminal.media.opaque_code import OpaqueCodes, Resolver
from terminal.media.replay import ReplayStore
from terminal.more_errors import AnswerMalformed, CodeMalformed, PackageError
from tests.fuzz.answers import pack, play, split
from tests.portable.checks import run

NOW = 1767225600
_MAC = 16  # bytes at the end of a neighbour's datagram
TRUST = phone.demonstration_trust()
REASONS = set(reasons.keys()) - {"ok"}
_CHAIN = phone.Chain(b"seed", NOW, steps=30)


def tlv_objects(data):
    try:
        for tag, start, end in tlv.entries(data):
            assert 0 < tag and 0 < start <= end <= len(data)
        tlv.find(data, 0x6F, 0xA5, 0x9F0C)
        tlv.record(data, 0x01)
    except CardDataMalformed as error:
        assert str(error)


def tlv_seeds():
    fci = "6F318408A000000632010105A5259F0801029F0C1E02002900FFFFFFFF02010310477004006744280220200115204012310114"
    return [
        bytes.fromhex(fci),
        b"\x01\x10" + bytes(16),
        b"\x6f\x81\x05\x84\x03abc",
        b"\x9f\x1f\x01\x00",
        b"\x7f\xff\x82\xff\xff",
    ]


# Codes


def code(data):
    """The verifier at a gate: an answer to anything, a credential only for what was signed."""
    gate = CodeVerifier(TRUST, ReplayStore())
    result = gate.verify(data, NOW)
    assert (result.credential is None) == (result.reason in REASONS)
    assert gate.verifications <= 3
    if result.credential is not None:
        raw = bytes(data) if bytes(data) in code_seeds() else base45.decode(bytes(data).strip())
        assert raw in code_seeds(), "admitted what nobody signed"


def code_told(data):
    """The same for technicians, and each layout by itself."""
    told = describe(data, TRUST, NOW)
    assert told["reason"] is None or told["reason"] in REASONS
    for parse in (ride_code.parse, account_code.parse, chain_code.parse, wallet_code.parse):
        try:
            parse(data)
        except CodeMalformed as error:
            assert str(error)


_codes = []


def code_seeds():
    if not _codes:
        _codes.extend((
            phone.issue_ride_code(b"RIDER", "03101000123456789012", NOW),
            phone.issue_ride_code(b"RIDER", "03101000123456789012", NOW, custom=b"12345"),
            phone.issue_account_code(b"12345678", NOW),
            phone.issue_account_code(b"12345678", NOW, chain=_CHAIN),
            _CHAIN.issue(NOW + 60),
        ))  # fmt: skip
    return _codes


def code_texts():
    wallet = b"\x02\x02\x01\x49" + b"U" * 16 + bytes(20) + bytes(33) + b"CARDTYPE" + b"\x04CARD\x00"
    wallet = wallet[:3] + bytes((len(wallet) - 4,)) + wallet[4:] + b"\x02ab\x04\x69\x55\x00\x00\x02cd"
    return code_seeds() + [phone.as_text(entry).encode() for entry in code_seeds()] + [wallet, b"\x54\x01" + wallet]


def base45_text(data):
    decoded = base45.decode(data)
    assert decoded is None or base45.encode(decoded) == data
    assert base45.decode(base45.encode(data)) == data


def base45_seeds():
    return [b"QED8WEX0", b"%69 VD92EX0", b":::", b"GGW", b"A"]


class _Platform:
    """What the head-end answers to a question, whatever it is."""

    def __init__(self, body):
        self._body = body

    async def request(self, method, path, body=b"", headers=()):
        return Answer(200, {}, self._body)


def platform_answer(data):
    """The first answer is the code that was scanned, the second what the platform says of it."""
    scanned, body = (split(data) + [b"", b""])[:2]

    async def read(clock):
        resolver = Resolver(_Platform(body), clock)
        codes = OpaqueCodes(demo_site.CODE_SERVICES, _Asked(resolver), ReplayStore(), clock)
        if codes.service(scanned) is None:
            return
        result = await codes.read(scanned, NOW, _rest)
        assert (result.credential is None) == (result.reason in REASONS)
        if result.credential is not None:
            assert result.credential.scheme == ACCOUNT_CODE and len(result.credential.token) == 16
            assert 0 <= result.credential.valid_to <= wire.MAX_SEQ

    play(read, 5000)


class _Asked:
    """A Resolver whose task is done on the spot."""

    def __init__(self, resolver):
        self._resolver = resolver

    async def resolve(self, service, text, limit_ms, breathe):
        return await self._resolver._ask(service, text)


async def _rest():
    """Nobody else wants anything."""


def platform_seeds():
    shown = opaque_codes.issue("social_card", "20010001", NOW)
    told = b'{"account": "3230303130303031", "region": "320100", "class": "elder", "valid_to": 0}'
    return [pack((shown, told)), pack((shown, b"{}")), pack((shown, b"[[[[")), pack((shown, b'{"account": 5}'))]


# From the head-end


def batch(data):
    """A terminal's batch as the head-end reads it, its checksum put right; then the reply as the terminal does."""
    body = data + (binascii.crc32(data) & 0xFFFFFFFF).to_bytes(4, "big")
    for parse, text in ((wire.parse_batch, body), (wire.parse_reply, data), (wire.load_json, data)):
        try:
            parse(text)
        except WireMalformed as error:
            assert str(error)


def batch_seeds():
    writer = wire.BatchWriter("gate-1", 2048)
    writer.start(7, 1)
    writer.add(1, 1, records.pack(records.plain(records.BOOT, NOW, bytes(16))))
    writer.add_lost(2, 5)
    reply = wire.make_reply(wire.Reply(3, (1, 2), 20, 1, NOW))
    return [bytes(writer.finish()[:-4]), reply, b'{"flush": {"max_n": 1e400}}', b"[" * 20]


def http_answer(data):
    """What comes back over a link, in pieces."""
    pieces = split(data)

    class Link:
        async def open(self):
            """Opens."""

        async def write(self, sent):
            """Goes out."""

        async def read_into(self, buffer):
            while pieces and not pieces[0]:
                pieces.pop(0)
            if not pieces:
                return 0
            count = min(len(buffer), len(pieces[0]))
            buffer[:count] = pieces[0][:count]
            pieces[0] = pieces[0][count:]
            return count

        def close(self):
            """Closes."""

    try:
        answer = run(HttpClient(Link(), VirtualClock(), "headend").request("GET", "/"))
    except (OSError, AnswerMalformed):
        return
    assert len(answer.body) <= 1024 and 200 <= answer.status <= 999


def http_seeds():
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    return [
        pack((b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"hi")), pack((chunked,)),
        pack((b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n",)), pack((b"HTTP/1.0 503 Busy\r\n\r\n",)),
    ]  # fmt: skip


def package_head(data):
    """The head of a package, and the state of the shelf as it comes back from a slot."""
    for parse in (package.read_header, package.Shelf.unpack):
        try:
            parse(data)
        except PackageError as error:
            assert error.code and str(error)


def package_seeds():
    head = package.head_bytes("tariff", "*", 3, 1, NOW, NOW + 9, NOW, 2, hashlib.sha256(b"{}").digest())
    return [head + b"\x00{}", head + b"\x02" + bytes(144) + b"{}", package.Shelf().pack()]


def record(data):
    try:
        assert records.pack(records.unpack(data)) == data
    except records.RecordError as error:
        assert str(error)


def record_seeds():
    return [records.pack(records.plain(kind, NOW, bytes(16))) for kind in records.KINDS]


def datagram(data):
    """As it came, and as somebody who holds the site's key would send it."""
    key = b"site key"
    for text in (data, data + hmac.new(key, data, "sm3").digest()[:_MAC]):
        told = neighbours.unseal(key, text)
        assert told is None or len(told) == 7


def datagram_seeds():
    sealed = neighbours.seal(b"site key", "gate-1", 1, 2, 0, NOW, bytes(16), "entry")
    return [sealed, sealed[:-_MAC]]


def command(data):
    text = data.decode("latin-1")
    told = commands.parse_command(text, "gate-1")
    assert told is None or (len(told) == 4 and 0 <= told[0] <= 999_999_999)
    commands.resend_range(text)


def command_seeds():
    return [commands.command_text("gate-1", 5, NOW, "resend", "12-20").encode(), b"12-20"]
