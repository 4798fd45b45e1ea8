"""A staff desk over a real local socket: consent recorded before the line goes out, and no identity kept anywhere."""

import socket

import pytest

from simulator.cards.demonstration import make_card
from technician import purposes
from technician.errors import ServicesFaulty
from terminal import desk, records
from terminal.media import middleware, social_card
from terminal.media.credential import PURSE, token_of
from tests.host.staff_office import TOKEN, Office
from tests.portable.checks import run
from tests.portable.direct import DirectChannel

NUMBER, NAME = "111111198101011110", "张三"
HOTEL, BANK, ARBITRATION = 11, 12, 52
SERIAL = "03104830100000000042"


@pytest.fixture
def office():
    opened = Office()
    yield opened
    opened.close()


def plain_token(card):
    return social_card.credential_of(run(social_card.read(DirectChannel(card)))).token


def test_identity_goes_out_once_and_only_with_a_consent_on_record(office):
    assert office.ask("STATUS") == "STATUS waiting ready,ready online 0"
    office.put_down(make_card(SERIAL))
    assert office.journal.last_seq == 0  # nobody asked: nothing is read
    assert office.ask("READ %d A012" % HOTEL) == "OK"
    page, facts = office.face.shown[-1]
    assert page == "desk.asking" and facts["title"] == ("酒店入住登记", "Hotel check-in")
    assert (facts["tells"], facts["reference"], facts["lies"]) == (("number", "name"), "A012", True)
    office.turn(5)
    assert office.journal.last_seq == 0  # what lay there before has to be taken away first
    office.take_away()
    assert office.face.shown[-1][1]["lies"] is False
    office.put_down(make_card(SERIAL))
    word, code, record, proof, line = office.hear().split(" ")
    assert (word, code, record, proof) == ("CARD", "0", "1", "card")
    assert line == "|%s|||%s|||||||" % (NUMBER, NAME)  # the fields of this purpose and no other
    (consent,) = office.records()
    assert (records.KINDS[consent.kind], consent.ref, consent.reason) == ("consent", HOTEL, 0)
    assert consent.flags == records.PSAM_PROVED and consent.token == office.recorder.permuted(
        plain_token(make_card(SERIAL))
    )
    assert office.pages[-2:] == ["desk.reading", "desk.told"]
    kept = bytes(office.medium._data)
    told = repr(office.events) + repr(office.face.shown) + repr(vars(office.desk)) + repr(vars(office.desk._line))
    for secret in (NUMBER, NAME):
        assert secret not in told and secret.encode() not in kept and secret.encode("gbk") not in kept
    office.clock.move(6000)
    office.turn()
    assert office.pages[-1] == "desk.waiting"


def test_a_purpose_tells_no_more_than_it_needs(office):
    fields = office.read(ARBITRATION, make_card(SERIAL))[3]
    assert [name for name, value in zip(middleware.FIELDS, fields, strict=False) if value] == ["name"]
    told = office.ask("PURPOSES", len(purposes.load()) + 1)
    assert "PURPOSE 52 name 调解仲裁签到 | Arbitration: check-in" in told and told[-1] == "END"


def test_whether_it_is_the_holder_is_on_record_too(office):
    _, record, _, _ = office.read(HOTEL, make_card(SERIAL))
    assert office.ask("PERSON %d yes" % (record + 1)).startswith("ERROR record:")
    assert office.ask("PERSON %d no" % record) == "OK 2"
    assert office.ask("PERSON %d yes" % record).startswith("ERROR record:")  # said once
    answer = office.records()[1]
    assert (records.KINDS[answer.kind], answer.ref) == ("not_passed", record)
    _, record, _, _ = office.read(ARBITRATION, make_card(SERIAL))  # nobody asks about the person here
    assert office.ask("PERSON %d yes" % record).startswith("ERROR record:")


def test_a_desk_waits_for_one_holder_and_not_for_ever(office):
    assert office.ask("READ %d" % HOTEL) == "OK"
    assert office.ask("READ %d" % BANK).startswith("ERROR busy:")
    assert office.ask("CANCEL", 2) == ["OK", "CANCELLED"]
    assert office.ask("CANCEL") == "OK"
    assert office.ask("READ %d" % HOTEL) == "OK"
    office.clock.move(61000)
    assert office.hear() == "TIMEOUT"
    for line in ("READ 0", "READ 9999", "READ"):
        assert office.ask(line).startswith("ERROR ")
    assert office.journal.last_seq == 0 and office.pages[-1] == "desk.waiting"


def test_a_card_without_a_holder_and_a_full_journal_tell_nothing(office):
    assert office.read(HOTEL, make_card(SERIAL, social=False)) == (middleware.NOT_A_SOCIAL_CARD, 0, "-", [])
    office.recorder.write = lambda record: 0
    assert office.read(HOTEL, make_card(SERIAL)) == (desk.NO_ROOM, 0, "card", [])
    assert office.journal.last_seq == 0


def test_a_card_that_is_pulled_tells_nothing_and_the_next_one_all(office):
    for exchange in range(40):
        channel = DirectChannel(make_card(SERIAL))
        assert office.ask("READ %d" % HOTEL) == "OK"
        office.reader.lay(channel)
        channel.cut(exchange, before=exchange % 2 == 0)
        office.turn()
        told = office.hear()
        office.take_away()
        if not channel.torn.fired:
            assert told.startswith("CARD 0 ")
            break
        assert told == "CARD %d 0 -" % middleware.READ_FAILED and office.pages[-1] == "desk.failed"
        assert office.journal.last_seq == 0
    assert 5 < exchange < 39


def test_a_card_reported_lost_tells_nothing_and_is_noted(office):
    card = make_card(SERIAL)
    office.hotlist.blocked.append(plain_token(card))
    assert office.read(HOTEL, card) == (desk.BLOCKED, 1, "card", [])
    assert office.records()[0].reason == 3 and office.face.shown[-1] == ("desk.failed", {"why": "blocked"})


def test_a_card_whose_purse_was_reported_lost_is_lost_here_too(office):
    """Lists of a fare gate name the purse; the desk reads it beside the identity, and only to look there."""
    card = make_card(SERIAL)
    office.hotlist.blocked.append(token_of(PURSE, bytes.fromhex(SERIAL)))
    assert office.read(HOTEL, card) == (desk.BLOCKED, 1, "card", [])
    assert office.read(HOTEL, make_card(SERIAL, purse=False))[0] == 0
    assert office.read(HOTEL, make_card(SERIAL[:-1] + "3"))[0] == 0


def test_a_purpose_that_wants_a_genuine_card_gets_no_other():
    office = Office(with_sam=False)
    try:
        assert office.read(BANK, make_card(SERIAL, generation=1)) == (desk.UNPROVED, 1, "none", [])
        assert office.read(BANK, make_card(SERIAL)) == (middleware.NO_SAM, 2, "none", [])
        assert office.face.shown[-1] == ("desk.failed", {"why": "unproved"})
        code, _, proof, fields = office.read(HOTEL, make_card(SERIAL))
        assert (code, proof, any(fields)) == (middleware.NO_SAM, "none", False)  # shut, and nothing invented for it
        assert office.face.shown[-1] == ("desk.failed", {"why": "partial"})
    finally:
        office.close()


def test_a_dead_reader_is_said_before_anybody_is_asked(office):
    async def dead():
        return False

    for reader in (office.reader, office.slot):
        reader.state, reader.start = "absent", dead
    assert office.ask("READ %d" % HOTEL).startswith("ERROR reader:")
    assert office.ask("STATUS") == "STATUS waiting absent,absent online 0"


# The line


@pytest.mark.parametrize(
    "line", ("HELLO 1 " + TOKEN[:-1], "HELLO 1 " + TOKEN + "0", "HELLO 1", "POST / HTTP/1.1", "READ 11")
)
def test_nobody_is_heard_without_the_token(line):
    office = Office()
    try:
        office.connect(hello=None)
        assert office.ask(line).startswith("ERROR hello:") and office.hear() == ""
        assert ("desk", {"hung_up": "token"}) in office.events
        assert office.connect() == "HELLO 1 desk-1"  # the right one comes next
    finally:
        office.close()


def test_another_version_is_told_and_a_silent_peer_loses_the_line(office):
    assert office.ask("HELLO 9 " + TOKEN).startswith("ERROR version: this desk speaks 1")
    office.connect(hello=None)
    office.turn(3)
    office.clock.move(5100)
    assert office.hear() == "" and ("desk", {"hung_up": "silence"}) in office.events


def test_an_answer_goes_to_nobody_but_who_asked(office):
    assert office.ask("READ %d" % HOTEL) == "OK"
    waiting = socket.create_connection(office.server.address)  # it waits: the line is taken
    office.software.sendall(b"half a li")
    office.turn(3)
    office.software.close()
    waiting.sendall(b"HELLO 1 " + TOKEN.encode() + b"\n")
    for _ in range(50):
        office.turn()
    office.put_down(make_card(SERIAL))
    waiting.settimeout(5)
    assert waiting.recv(4096) == b"HELLO 1 desk-1\n"
    assert office.journal.last_seq == 0 and ("desk", {"dropped": HOTEL}) in office.events
    assert office.pages[-1] == "desk.waiting"
    waiting.close()


# The purposes


def test_faults_of_a_file_are_named_with_their_line(tmp_path):
    path = tmp_path / "purposes.toml"
    path.write_text(
        '[[purpose]]\nnumber = 1\nid = "a"\ntitle = "甲 | A"\ntells = ["nme"]\n'
        '[[purpose]]\nnumber = 1\nid = "b"\ntitle = "乙 | B"\ntells = []\n', "utf8",
    )  # fmt: skip
    with pytest.raises(ServicesFaulty) as caught:
        purposes.load(path)
    assert ":5: purpose.0.tells.0 is 'nme'" in str(caught.value) and ":7: purpose.1.number is taken" in str(
        caught.value
    )
