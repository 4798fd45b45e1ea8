from terminal import records
from terminal.errors import SettingsInvalid
from terminal.media import purse_files, purse_trips
from terminal.media import purse_trip_records as trips
from terminal.media.present import read_card
from tests.portable.checks import raises, run
from tests.portable.torn_cases import Gate, Resident

ENTERED_AT = b"\x20\x26\x03\x16\x08\x00\x00"
LEFT_AT = b"\x20\x26\x03\x16\x08\x31\x05"
GULOU = trips.place_of(
    {"city": "3010", "acquirer": "12003010ffffffff", "terminal": "0000301000000001", "station": "0101", "industry": 1,
     "operator": 0x3000, "line": 1, "stop": 0x1900}
)  # fmt: skip
XINJIEKOU = trips.place_of(
    {"city": "3010", "acquirer": "12003010ffffffff", "terminal": "0000301000000099", "station": "0205", "industry": 1,
     "operator": 0x3000, "line": 2, "stop": 0x1907}
)  # fmt: skip
BUS = trips.place_of(
    {"city": "2900", "acquirer": "12002900ffffffff", "terminal": "0000290000000007", "vehicle": "A-12345", "industry": 2,
     "operator": 7, "line": 800, "stop": 12, "direction": 0xAB}
)  # fmt: skip


def purse_of(gate, resident, numbers=(trips.RAIL,)):
    return run(read_card(gate.channel(resident), ("purse",), trips=numbers)).purse


def interop(resident, number=trips.RAIL):
    return purse_trips.parse_001a(resident.card.purse.interop[number])


def transit(resident):
    return [purse_trips.parse_001e(record) for record in resident.card.purse.transit_log]


def test_entry_takes_nothing_and_writes_both_files():
    gate, resident = Gate(), Resident(1)
    assert gate.tap(resident, fare=0, trip=trips.enter_rail(purse_of(gate, resident), GULOU, ENTERED_AT, 900))
    assert resident.card.purse.balance == 5000 and resident.card.purse.counter == 1
    trip = interop(resident)
    assert (trip.id, trip.valid, trip.interop_type, trip.locked) == (0x2701, 1, 1, 0)
    assert trip.status == purse_trips.ENTERED and trip.serial == "4830100000000001"
    assert trip.entry_city == "3010" and trip.entry_operator == "12003010FFFFFFFF"
    assert trip.entry_station == "0000000000000101" and trip.entry_terminal == "0000301000000001"
    assert trip.entry_time == 1773619200 and trip.exit_time == 0
    assert (trip.most, trip.entry_line, trip.entry_amount, trip.entry_balance, trip.amount) == (900, 1, 0, 5000, 0)
    (entry,) = transit(resident)
    assert entry.type == trips.ENTRY and entry.amount == 0 and entry.balance == 5000 and entry.time == 1773619200
    assert (entry.industry, entry.line, entry.station, entry.operator) == (1, 1, 0x1900, 0x3000)
    assert entry.city == "3010" and entry.acquirer == "12003010FFFFFFFF"
    log = purse_files.parse_0018(resident.card.purse.log[0])
    assert (log.type, log.amount, log.counter) == (purse_files.COMPOSITE, 0, 1)
    assert [(r.kind, r.type, r.fare) for r in gate.records()[:2]] == [(records.PENDING, 9, 0), (records.DEBITED, 9, 0)]


def test_exit_takes_the_fare_and_keeps_the_entry():
    gate, resident = Gate(), Resident(1)
    assert gate.tap(resident, fare=0, trip=trips.enter_rail(purse_of(gate, resident), GULOU, ENTERED_AT, 900))
    money = purse_of(gate, resident)
    assert money.trip == interop(resident) and money.trip.status == purse_trips.ENTERED
    assert gate.tap(resident, fare=300, trip=trips.leave_rail(money, XINJIEKOU, LEFT_AT, 300))
    trip = interop(resident)
    assert trip.status == purse_trips.EXITED and trip.entry_station == "0000000000000101"
    assert trip.exit_station == "0000000000000205" and trip.exit_terminal == "0000301000000099"
    assert trip.exit_time - trip.entry_time == 31 * 60 + 5 and trip.exit_line == 2
    assert trip.amount == 300 and trip.entry_balance == 5000 and resident.card.purse.balance == 4700
    assert [entry.type for entry in transit(resident)] == [trips.EXIT, trips.ENTRY]
    assert transit(resident)[0].balance == 4700


def test_a_torn_entry_writes_all_or_nothing():
    for exchange in range(5, 10):
        for before in (True, False):
            gate, resident = Gate(), Resident(1)
            trip = trips.enter_rail(purse_of(gate, resident), GULOU, ENTERED_AT)
            channel = gate.channel(resident)
            channel.cut(exchange, before)
            torn = not gate.tap(resident, channel, 0, trip)
            assert torn == bool(channel.fired)
            written = interop(resident).status == purse_trips.ENTERED
            assert written == bool(transit(resident)) == (resident.card.purse.counter == 1)
            if torn:
                assert gate.tap(resident, fare=0, trip=trip)
                assert gate.check(resident) == 0
            assert resident.card.purse.counter == 1 and len(transit(resident)) == 1


def test_bus_records():
    gate, resident = Gate(), Resident(1)
    resident.card.purse.interop[0x02] = b"\x28\x02" + bytes(126)
    money = purse_of(gate, resident, (0x02,))
    assert money.trip.status == purse_trips.IDLE
    assert gate.tap(resident, fare=0, trip=trips.board_bus(money, BUS, ENTERED_AT, 0x02, 500))
    trip = interop(resident, 0x02)
    assert trip.id == 0x2802 and trip.status == purse_trips.ENTERED and trip.most == 500 and trip.direction == 0xAB
    assert (trip.entry_city, trip.entry_operator, trip.entry_line, trip.entry_stop) == ("2900", 7, 800, 12)
    assert trip.entry_vehicle == "412D313233343500" and trip.entry_time == 1773619200
    off = trips.alight_bus(purse_of(gate, resident, (0x02,)), BUS, LEFT_AT, 0x02, 200, 35)
    assert gate.tap(resident, fare=200, trip=off)
    trip = interop(resident, 0x02)
    assert trip.status == purse_trips.EXITED and trip.amount == 200 and trip.distance == 35 and trip.most == 500
    assert trip.exit_line == 800 and trip.exit_time > trip.entry_time and resident.card.purse.balance == 4800


def test_a_single_ride_is_in_the_transit_log():
    gate, resident = Gate(), Resident(1)
    assert gate.tap(resident, fare=150, trip=trips.single(purse_of(gate, resident), BUS, ENTERED_AT, 150))
    assert transit(resident)[0].type == trips.SINGLE and transit(resident)[0].amount == 150
    assert interop(resident).status == purse_trips.IDLE


def test_an_overdrawn_balance_is_written_as_the_card_counts_it():
    gate, resident = Gate(), Resident(1, overdraft_limit=800)
    resident.card.purse.balance = 100
    money = purse_of(gate, resident)
    assert (money.balance, money.available) == (100, 900)
    assert gate.tap(resident, fare=300, trip=trips.single(money, BUS, ENTERED_AT, 300))
    assert resident.card.purse.balance == -200 and gate.records()[1].balance == -200
    assert resident.card.purse.transit_log[0][21:25] == b"\xff\xff\xff\x38"
    money = purse_of(gate, resident)
    assert (money.balance, money.available) == (-200, 600)


def test_trips_are_read_only_when_asked_for():
    gate, resident = Gate(), Resident(1)
    channel = gate.channel(resident)
    assert run(read_card(channel, ("purse",))).purse.trip is None
    assert not any(apdu[:2] == b"\x00\xb2" and apdu[3] == 0xD4 for apdu in channel.sent)


def test_a_trip_that_is_not_over_comes_before_the_first_one():
    gate, resident = Gate(), Resident(1)
    assert purse_of(gate, resident, (0x01, 0x12)).trip.id == 0x2701
    trip = trips.enter_rail(purse_of(gate, resident, (0x12,)), GULOU, ENTERED_AT, 0, 0x12)
    assert gate.tap(resident, fare=0, trip=trip)
    assert purse_of(gate, resident, (0x01, 0x12)).trip.id == 0x2712
    assert purse_of(gate, resident, (0x33,)).trip is None


def test_an_exit_needs_an_entry_record():
    gate, resident = Gate(), Resident(1)
    raises(ValueError, trips.leave_rail, purse_of(gate, resident, ()), GULOU, LEFT_AT, 100)


def test_places_that_cannot_be():
    for facts in (
        {"city": "zz"},
        {"city": "301000"},
        {"line": -1},
        {"stop": 65536},
        {"line": "1"},
        {"vehicle": "123456789"},
    ):
        raises(SettingsInvalid, trips.place_of, facts)
