"""Money of a day from real purchases of emulated cards, and the nightly look for what is missing, on both databases."""

import asyncio
import json
import time

import pytest
from sqlalchemy import select

from headend import settlement
from headend.engine_sqlite import SqliteEngine
from headend.errors import KeyUnusable, NotStored
from headend.key_service import open_key_service, open_load_key
from headend.operator_settlement import date_of, day_of, sums_csv, view
from headend.ports import Entry
from headend.projector import Projector
from headend.reconcile import Fault, Hole, nightly, reconcile
from headend.schema import findings, insert_new, places, records
from headend.settlement import (
    Case,
    Line,
    SoftwarePsam,
    look_again,
    move,
    places_now,
    plain_token,
    prove,
    settle,
    summed,
    waiting,
)  # fmt: skip
from headend.shifts import Shift, shifts
from offline_store.tokens import TokenKey
from simulator.cards.demonstration import ISSUER, TAC_MASTER
from terminal.media.credential import PURSE, RIDE_CODE, token_of
from terminal.records import (
    DEBITED,
    FUND,
    GREY,
    IN_CASH,
    MODE,
    NOT_PASSED,
    PASSED,
    PENDING,
    PSAM_PROVED,
    REFUND,
    SIGNATURE_PROVED,
    TAP,
    VOID,
    pack,
    plain,
    unpack,
)  # fmt: skip
from terminal.wire import Batch
from tests.portable.pad_counter import Shop, customer
from tests.portable.test_charge import NOW, Gate

DAY = (NOW + 8 * 3600) // 86400
KEYS = [TokenKey(b"the key of May.."), TokenKey(b"the key of June.")]
CARD = token_of(PURSE, bytes.fromhex("03104830100000000042"))


def ours(token):
    return bytes.fromhex(ISSUER) if token[1:4] == b"\x03\x10\x48" else None


PSAM = SoftwarePsam(TAC_MASTER, ours)


def carry(database, payloads, terminal="gate-1", first=1):
    """Payloads as the records first, first + 1 ... of a terminal."""
    entries = [
        Entry(1000 * number_of(terminal) + seq, terminal, 1, seq, 1, NOW, payload)
        for seq, payload in enumerate(payloads, first)
    ]
    Projector(None, database).take(number_of(terminal), entries)


def number_of(terminal):
    return int(terminal.rpartition("-")[2])


def settled(database, psam=PSAM, day=DAY):
    return asyncio.run(settle(database, psam, KEYS, day))


def stand(database, terminal, since, operator, line):
    with database.begin() as connection:
        insert_new(connection, places, [{"terminal": terminal, "since": since, "operator": operator, "line": line}])


@pytest.fixture
def purchases():
    """Records of three real purchases by 3DES and SM4 cards, the last of them under the older list key."""
    payloads = []
    for algorithm, key, fare in ((0, 1, 200), (4, 1, 300), (0, 0, 150)):
        gate = Gate(algorithm=algorithm)
        gate.tap(fare, KEYS[key].permute(CARD))
        payloads.append([payload for _, payload in gate.journal.unacknowledged()])
    return payloads


def with_refs(purchases):
    """The purchases one after the other in one journal."""
    joined = []
    for pair in purchases:
        for payload in pair:
            record = unpack(payload)
            joined.append(pack(record._replace(ref=record.ref and len(joined))))
    return joined


def test_debits_that_their_tac_proves_are_summed(database, purchases):
    stand(database, "gate-1", 0, "Metro", "2")
    stand(database, "gate-1", NOW + 1, "Metro", "4")
    carry(database, with_refs(purchases))
    result = settled(database)
    assert result == ([Line("Metro", "2", "purse", "adult", DAY, 3, 650)], [], [])
    assert settled(database) == result
    assert settled(database, day=DAY - 1) == ([], [], [])


def sale(kind, seq_of=0, fare=0, flags=0, scheme=RIDE_CODE):
    return pack(plain(kind, NOW, KEYS[1].permute(CARD), scheme, 0, fare, 0, 0, seq_of, flags))


def test_what_a_pad_gave_back_is_not_owed_but_cash_is(database):
    carry(
        database,
        [
            sale(TAP, 0, 1000), sale(REFUND, 1, 200), sale(TAP, 0, 500), sale(VOID, 3, 500), sale(VOID, 3, 500),
            sale(TAP, 0, 300), sale(VOID, 6, 300, IN_CASH),
        ],
    )  # fmt: skip
    assert settled(database).lines == [Line("", "", "ride_code", "adult", DAY, 3, 1100)]


def test_a_fund_owes_its_share_until_the_sale_is_void(database):
    carry(
        database,
        [
            sale(TAP, 0, 384), sale(FUND, 1, 896, scheme=0), sale(TAP, 0, 100), sale(FUND, 3, 900, scheme=0),
            sale(VOID, 3, 100),
        ],
    )  # fmt: skip
    assert settled(database).lines == [
        Line("", "", "insurance_fund", "adult", DAY, 1, 896),
        Line("", "", "ride_code", "adult", DAY, 2, 384),
    ]


def test_shifts_are_counted_again_from_the_ledger(database):
    shop, card = Shop(), customer(100000)
    for fen in (650, 1200):
        shop.key(fen)
        shop.tap(card)
        shop.run(3000)
    shop.pad.book.give_back(shop.pad.book.newest(1)[0], 200, False, False)
    seq, totals = shop.pad.book.close()
    payloads = [shop.journal.read(number) for number in range(1, seq + 1)]
    carry(database, payloads[:3], "pad-1")
    carry(database, payloads[4:], "pad-1", 5)
    assert shifts(database, DAY) == [Shift("pad-1", 1, seq, unpack(payloads[-1]).time, 2, 1650, False, 1)]
    Projector(None, database).take(1, [Entry(1900, "pad-1", 1, 4, 1, NOW, payloads[3])])  # it came late
    assert [(shift.net, shift.agrees, shift.missing) for shift in shifts(database, DAY)] == [(1650, True, 0)]
    wrong = unpack(payloads[-1])._replace(balance=1649)
    carry(database, payloads[:-1] + [pack(wrong)], "pad-2")
    assert [shift.agrees for shift in shifts(database, DAY)] == [True, False]


def test_a_changed_fare_a_foreign_card_and_a_foreign_key_are_disputed(database, purchases):
    debited = unpack(purchases[0][1])
    foreign = debited._replace(token=KEYS[0].permute(token_of(PURSE, bytes(10))))
    unknown_key = debited._replace(token=TokenKey(b"nobody's key....").permute(CARD))
    changed = [debited._replace(fare=201), foreign, unknown_key, debited._replace(tac=bytes(4))]
    carry(database, [pack(record._replace(ref=0)) for record in changed])
    result = settled(database)
    assert result.lines == []
    assert [(case.seq, case.reason) for case in result.disputed] == [
        (1, "wrong"),
        (2, "unknown"),
        (3, "unknown"),
        (4, "wrong"),
    ]
    assert debited.flags & PSAM_PROVED  # what the terminal says of itself does not decide


def test_what_waits_for_its_proof_is_told_apart_and_looked_at_again_when_a_key_came(database, purchases):
    carry(database, with_refs(purchases))
    assert waiting(database, DAY) == (3, 650) and waiting(database, DAY - 1) == (0, 0)
    assert summed(database, DAY) == ([], [], [])
    assert asyncio.run(prove(database, SoftwarePsam(TAC_MASTER, lambda token: None), KEYS)) == 3
    assert waiting(database, DAY) == (0, 0)
    assert [case.reason for case in summed(database, DAY).disputed] == ["unknown"] * 3
    look_again(database, DAY - 1)
    assert asyncio.run(prove(database, PSAM, KEYS)) == 0
    look_again(database, DAY)
    assert asyncio.run(prove(database, PSAM, KEYS)) == 3
    assert [line[-2:] for line in summed(database, DAY).lines] == [(3, 650)]


def test_what_waits_is_found_by_its_index(database, purchases):
    """As long as a day has few of them, however many records there are."""
    carry(database, with_refs(purchases))
    with database.connect() as connection:
        question = select(records).where(settlement._waits(None))
        sql = str(question.compile(database, compile_kwargs={"render_postcompile": True}))
        if database.dialect.name == "sqlite":
            plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql).fetchall()
        else:
            connection.exec_driver_sql("SET enable_seqscan = off")
            plan = connection.exec_driver_sql("EXPLAIN " + sql).fetchall()
    assert "unproved" in str(plan)


def test_places_move_by_date_and_stand_beside_their_sums(database):
    move(database, ["gate-1", "gate-2"], (DAY - 1) * 86400 - 28800, "Metro", "2")
    move(database, ["gate-1"], (DAY + 1) * 86400 - 28800, "Bus", "33")
    move(database, ["gate-2"], (DAY - 1) * 86400 - 28800, "Metro", "4")  # said anew
    assert [place[::3] for place in places_now(database)] == [("gate-1", "33"), ("gate-2", "4")]
    for terminal in ("gate-1", "gate-2"):
        carry(database, [sale(TAP, 0, 100)], terminal)
    shown = view(database, DAY)
    assert [
        (operator, [line.line for line in lines], rides, fen) for operator, lines, rides, fen in shown["operators"]
    ] == [("Metro", ["2", "4"], 2, 200)]
    assert (shown["rides"], shown["fen"], shown["before"], shown["after"]) == (
        2,
        200,
        date_of(DAY - 1),
        date_of(DAY + 1),
    )
    assert sums_csv(database, DAY).decode("utf-8-sig").splitlines()[1:] == [
        "Metro,%d,ride_code,adult,%s,1,100" % (line, date_of(DAY)) for line in (2, 4)
    ]


def test_dates_are_days_in_china_and_nonsense_is_today():
    assert day_of("1970-01-02", 0) == 1 and date_of(day_of("2026-11-28", 0)) == "2026-11-28"
    for text in ("", "today", "2026-13-01", "0001-01-01", "9999-12-31", "2026-11-28T00:00"):
        assert day_of(text, 57600) == 1 and day_of(text, 57599) == 0, text


def test_a_key_service_file_is_a_key_and_issuers_or_refused_without_saying_the_key(tmp_path):
    path = tmp_path / "key_service.json"
    assert open_key_service(tmp_path) is None
    key = TAC_MASTER.hex()
    path.write_text(json.dumps({"tac_key": key, "issuers": {"0310": "00000000", "03104830": ISSUER}}))
    psam = open_key_service(tmp_path)
    assert psam._issuer_of(CARD) == bytes.fromhex(ISSUER) and psam._issuer_of(token_of(PURSE, bytes(10))) is None
    assert open_load_key(tmp_path) is None
    path.write_text(json.dumps({"load_key": key}))
    assert open_key_service(tmp_path) is None and open_load_key(tmp_path) is not None
    for bad in (
        "",
        "[]",
        "{}",
        '{"load_key": "%s"}' % key[2:],
        '{"tac_key": "%s"}' % key,
        '{"tac_key": "%s", "issuers": {"1": "x"}}' % key[:-2],
    ):
        path.write_text(bad)
        with pytest.raises(KeyUnusable) as refusal:
            open_key_service(tmp_path)
        with pytest.raises(KeyUnusable):
            open_load_key(tmp_path)
        assert key[:8] not in str(refusal.value)


def test_rides_without_a_purse_count_by_concession_unless_nobody_passed(database):
    rides = [
        plain(TAP, NOW, bytes(16), RIDE_CODE, fare=400, holder_class=1, flags=SIGNATURE_PROVED),
        plain(TAP, NOW, bytes(16), RIDE_CODE, fare=400, holder_class=1),
        plain(NOT_PASSED, NOW + 5, bytes(16), ref=2),
        plain(TAP, NOW, bytes(16), RIDE_CODE, reason=7),  # refused
        plain(TAP, NOW, bytes(16), 1, holder_class=2),
        plain(PASSED, NOW + 5, bytes(16), ref=5),
        plain(GREY, NOW, bytes(16), PURSE, fare=500),
        plain(TAP, NOW + 86400, bytes(16), RIDE_CODE, fare=1, holder_class=200),
    ]
    stand(database, "gate-2", 0, "Bus", "33")
    for terminal in ("gate-1", "gate-2"):
        carry(database, [pack(record) for record in rides], terminal)
    result = settled(database)
    assert result.lines == [
        Line(operator, line, *rest)
        for operator, line in (("", ""), ("Bus", "33"))
        for rest in (("social_card", "elder", DAY, 1, 0), ("ride_code", "student", DAY, 1, 400))
    ]
    assert result.grey == [Case("gate-%d" % n, 1, 7, NOW, 500, "grey") for n in (1, 2)]
    assert settled(database, day=DAY + 1).lines[0].concession == "class 200"


def test_one_debit_said_twice_is_paid_once_and_reported(database, purchases):
    pending, debited = purchases[0]
    carry(database, [pending, debited, debited])
    assert [line[-2:] for line in settled(database).lines] == [(1, 200)]
    report = asyncio.run(reconcile(database, Projector(NoLog(), database), NoLog(), NOW))
    assert report.faults == [Fault("gate-1", 1, 3, DEBITED, "paid twice")]


class NoLog:
    """An event log in which nothing waits."""

    parts = 0


def test_chains_that_end_nowhere_are_found(database, purchases):
    pending, debited = purchases[0]
    carry(database, [pending, pack(plain(PASSED, NOW, bytes(16), ref=9)), pack(plain(MODE, NOW, bytes(16)))])
    carry(database, [pending, debited], "gate-2")

    def faults(now):
        return asyncio.run(reconcile(database, Projector(NoLog(), database), NoLog(), now)).faults

    assert faults(NOW + 86400) == [Fault("gate-1", 1, 2, PASSED, "answers nothing")]
    assert Fault("gate-1", 1, 1, PENDING, "open") in faults(NOW + 3 * 86400)


def test_each_night_at_three_the_findings_are_made_anew(database, purchases):
    carry(database, [purchases[0][0], pack(plain(PASSED, NOW, bytes(16), ref=9))])
    carry(database, [pack(plain(MODE, NOW, bytes(16)))] * 2, "gate-3")
    with database.begin() as connection:  # a night before, this one was missing
        insert_new(connection, findings, [{"terminal": "x", "journal": 1, "seq": 1, "what": "missing", "night": 1}])
    waits = []

    async def sleep(seconds):
        waits.append((int(time.time()) + seconds + 8 * 3600) % 86400)
        if len(waits) == 3:
            raise asyncio.CancelledError

    class AwayLog(NoLog):
        """A log whose first part cannot be read in the first night."""

        @property
        def parts(self):
            if len(waits) == 1:
                raise NotStored("away")
            return 0

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(nightly(database, Projector(AwayLog(), database), AwayLog(), sleep))
    assert all(abs(second - 3 * 3600) <= 1 for second in waits)
    with database.connect() as connection:
        found = {(row.terminal, row.seq, row.what) for row in connection.execute(select(findings))}
    assert found == {("gate-1", 1, "open"), ("gate-1", 2, "answers nothing")}


def test_what_the_ledger_misses_is_asked_for_until_it_comes_or_three_nights_went_by(database, tmp_path):
    """The head-end's log lost a range in a disaster; the terminal still has it."""

    def batch(*numbers):
        return Batch("gate-1", 1, 1, [(n, 1, pack(plain(MODE, NOW, bytes(16), ref=0))) for n in numbers], [])

    async def play():
        engine = await SqliteEngine.open(tmp_path / "headend")
        projector = Projector(engine.log, database)
        for numbers in ((1, 2, 3), (4, 5, 6), (7, 8, 9, 10)):
            await engine.log.append(batch(*numbers))
        assert engine.log._log._db.execute("DELETE FROM batches WHERE first=4").rowcount == 1
        assert await engine.log.append(batch(11)) == (11, None)  # it believes that all is well
        for _ in range(3):
            report = await reconcile(database, projector, engine.log, NOW)
            assert report.asked == [Hole("gate-1", 1, 4, 6)]
            assert await engine.log.append(batch(11)) == (11, (4, 6))
        report = await reconcile(database, projector, engine.log, NOW)
        assert (report.asked, report.given_up) == ([], [Hole("gate-1", 1, 4, 6)])
        assert await engine.log.append(batch(4, 5, 6)) == (6, None)
        report = await reconcile(database, projector, engine.log, NOW)
        assert report == ([], [], [], 0, 0)
        await engine.close()

    asyncio.run(play())
    with database.connect() as connection:
        assert [row[0] for row in connection.execute(select(records.c.seq).order_by("seq"))] == list(range(1, 12))


def test_a_token_is_read_under_whichever_key_it_was_written():
    for key in KEYS:
        assert plain_token(key.permute(CARD), KEYS) == CARD
    assert plain_token(bytes(16), KEYS) is None
