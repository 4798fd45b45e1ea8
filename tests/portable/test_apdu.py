from terminal.errors import CardLost
from terminal.media.apdu import exchange
from tests.portable.checks import raises, run


class Scripted:
    """Answers from a list, in turn."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []

    async def transmit(self, apdu):
        self.sent.append(bytes(apdu))
        return self.answers.pop(0)


def asked(apdu, *answers):
    """((data, sw), what was sent) for `apdu` against scripted answers."""
    channel = Scripted(*answers)
    return run(exchange(channel, apdu)), channel.sent


def test_plain():
    assert asked(b"\x00\xb0\x95\x00\x1e", (b"abc", 0x9000)) == ((b"abc", 0x9000), [b"\x00\xb0\x95\x00\x1e"])


def test_the_length_the_card_wants_replaces_ours():
    for command, again in (
        (b"\x00\xb0\x95\x00\x1e", b"\x00\xb0\x95\x00\x04"),
        (b"\x00\x84\x00\x00", b"\x00\x84\x00\x00\x04"),
        (b"\x80\x5a\x00\x06\x02\x00\x01\x08", b"\x80\x5a\x00\x06\x02\x00\x01\x04"),
        (b"\x80\x5a\x00\x06\x02\x00\x01", b"\x80\x5a\x00\x06\x02\x00\x01\x04"),
    ):
        answer, sent = asked(command, (b"", 0x6C04), (b"data", 0x9000))
        assert answer == (b"data", 0x9000) and sent == [command, again]


def test_an_answer_that_waits_is_fetched_in_parts():
    answer, sent = asked(b"\x00\xa4\x04\x00\x01x", (b"", 0x6102), (b"ab", 0x6101), (b"c", 0x9000))
    assert answer == (b"abc", 0x9000)
    assert sent[1:] == [b"\x00\xc0\x00\x00\x02", b"\x00\xc0\x00\x00\x01"]


def test_a_chain_without_end_comes_to_an_end():
    (data, sw), sent = asked(b"\x00\xa4\x04\x00\x01x", *[(b"x", 0x6101)] * 40)
    assert sw == 0x6101 and len(sent) == 9


def test_silence_is_a_lost_card_wherever_it_begins():
    for answers in ([(b"", 0)], [(b"", 0x6102), (b"", 0)], [(b"", 0x6C04), (b"", 0)]):
        raises(CardLost, asked, b"\x00\xb0\x95\x00\x1e", *answers)
