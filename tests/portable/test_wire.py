import struct
from binascii import crc32, hexlify

from terminal.errors import WireMalformed
from terminal.wire import MAX_PAYLOAD, MAX_REPLY, BatchWriter, Reply, make_reply, parse_batch, parse_reply
from tests.portable.checks import raises


def batch_of(*records):
    writer = BatchWriter("gate-1", 512)
    writer.start(7, 1)
    for seq, span, payload in records:
        assert writer.add(seq, span, payload)
    return writer


def sealed(body):
    return body + struct.pack(">I", crc32(body) & 0xFFFFFFFF)


def test_batch_is_laid_out_as_documented():
    writer = batch_of((4, 1, b"ab"))
    assert writer.add_lost(5, 6)
    assert (writer.first, writer.last, writer.count) == (4, 6, 2)
    body = bytes(writer.finish())
    head = b"47505431" + b"06" + hexlify(b"gate-1") + b"00000007" + b"00000001" + b"0002"
    entries = b"00000004" + b"01" + b"0002" + b"6162" + b"00000005" + b"00" + b"0004" + b"00000006"
    assert hexlify(body[:-4]) == head + entries
    assert parse_batch(body) == ("gate-1", 7, 1, [(4, 1, b"ab")], [(5, 6)])


def test_an_empty_batch_is_a_sign_of_life():
    assert parse_batch(bytes(batch_of().finish())) == ("gate-1", 7, 1, [], [])


def test_a_full_batch_takes_no_more_and_starts_afresh():
    writer = BatchWriter("gate-1", 0)
    writer.start(7, 1)
    assert writer.add(1, 1, bytes(64))
    assert not writer.add(2, 1, bytes(64))
    assert not writer.add_lost(2, 2)
    assert len(parse_batch(bytes(writer.finish())).records) == 1
    writer.start(7, 1)
    assert writer.add(2, 1, bytes(64))


def test_a_record_longer_than_the_buffer_travels_alone():
    writer = BatchWriter("gate-1", 128)
    writer.start(7, 1)
    payload = bytes(range(256)) * 4
    assert writer.add(16, 16, payload)
    assert not writer.add(17, 1, b"x")
    assert parse_batch(bytes(writer.finish())).records == [(16, 16, payload)]
    raises(WireMalformed, writer.add, 17, 1, bytes(MAX_PAYLOAD + 1))


def test_every_cut_and_every_flipped_byte_is_refused():
    body = bytes(batch_of((1, 1, b"abc"), (2, 1, b"defg")).finish())
    for length in range(len(body)):
        raises(WireMalformed, parse_batch, body[:length])
    for at in range(len(body)):
        raises(WireMalformed, parse_batch, body[:at] + bytes((body[at] ^ 1,)) + body[at + 1 :])


def test_sealed_nonsense_is_refused():
    head = b"GPT1\x06gate-1" + struct.pack(">II", 7, 1)
    good = struct.pack(">IBH", 5, 1, 1) + b"a"
    for rest in (
        b"\x00\x01",  # an entry is announced, none is there
        b"\x00\x01" + good[:-1],
        b"\x00\x01" + good + b"x",  # something after the last entry
        b"\x00\x02" + good + good,  # a number twice
        b"\x00\x02" + good + struct.pack(">IBH", 6, 2, 1) + b"a",  # spans overlap
        b"\x00\x01" + struct.pack(">IBH", 0, 2, 1) + b"a",  # a span before the first number
        b"\x00\x01" + struct.pack(">IBH", 5, 1, 60000) + b"a",
        b"\x00\x01" + struct.pack(">IBH", 5, 0, 3) + b"abc",
        b"\x00\x01" + struct.pack(">IBHI", 5, 0, 4, 4),  # a range that runs backwards
        b"\xff\xff" + good,
    ):
        raises(WireMalformed, parse_batch, sealed(head + rest))
    for name in (b"\x00", b"\x01 ", b"\x02\xc3\xa4", b"\x21" + b"x" * 33):
        raises(WireMalformed, parse_batch, sealed(b"GPT1" + name + struct.pack(">IIH", 7, 1, 0)))


def test_a_terminal_without_a_usable_name_cannot_start():
    for name in ("", "gate 1", "\u95f8\u673a", "x" * 33):
        raises(WireMalformed, BatchWriter, name, 512)


def test_replies_come_back_as_they_were_made():
    for reply in (Reply(12, None, 20, 1, 1800000000), Reply(None, (3, 9), 1, 0, 0), Reply(0, (0, 0), 4000, 86400, 1)):
        assert parse_reply(make_reply(reply)) == reply


def test_malformed_replies_are_refused():
    flush = b'"flush": {"max_n": 20, "max_age_s": 1}'
    parse_reply(b'{"ack": 1, "want": null, %s, "time": 5, "news": "later versions may add fields"}' % flush)
    for text in (
        b"",
        b"[]",
        b"null",
        b"[" * (MAX_REPLY - 1),
        b'{"ack": 1, "want": null, "time": 5}',
        b'{"ack": 1.5, "want": null, %s, "time": 5}' % flush,
        b'{"ack": true, "want": null, %s, "time": 5}' % flush,
        b'{"ack": -1, "want": null, %s, "time": 5}' % flush,
        b'{"ack": 4294967296, "want": null, %s, "time": 5}' % flush,
        b'{"ack": "1", "want": null, %s, "time": 5}' % flush,
        b'{"ack": 1, "want": [5], %s, "time": 5}' % flush,
        b'{"ack": 1, "want": [5, 4], %s, "time": 5}' % flush,
        b'{"ack": 1, "want": {"0": 1, "1": 2}, %s, "time": 5}' % flush,
        b'{"ack": 1, "want": null, %s}' % flush,
        b'{"ack": 1, "want": null, "flush": {"max_n": 0, "max_age_s": 1}, "time": 5}',
        b'{"ack": 1, "want": null, "flush": [20, 1], "time": 5}',
        b'{"ack": 1, "want": null, %s, "time": 5}' % flush + b" " * MAX_REPLY,
    ):
        raises(WireMalformed, parse_reply, text)
