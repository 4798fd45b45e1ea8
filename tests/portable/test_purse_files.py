from terminal.errors import CardDataMalformed
from terminal.media import purse_files, purse_trips
from tests.portable.checks import raises

# Anonymous cards: the answer to SELECT, then issuer, city, number, first and last valid day and custom bytes.
_SHANGHAI = "6F318408A000000632010105A5259F0801029F0C1E02002900FFFFFFFF02010310477004006744280220200115204012310114"
_NANJING = "6F318408A000000632010105A5259F0801029F0C1E00083010FFFFFFFF02010310483001000641250720220301204912310000"
FCI_VECTORS = (
    (_SHANGHAI, "02002900", "2900", "3104770040067442802", 18276, 25932, "0114"),
    (_NANJING, "00083010", "3010", "3104830010006412507", 19052, 29219, "0000"),
)
BEIJING_0015 = "01011000FFFFFFFF02010310517001017090798420190806204012310000"

# Counter, overdraft, amount, type, terminal, UTC time.
LOG_VECTORS = (
    ("0002000000000000000220009999004020200115151321", (2, 0, 0, 2, "200099990040", 1579072401)),
    ("0001000000000000000220009299004020200115151321", (1, 0, 0, 2, "200092990040", 1579072401)),
    ("00B1000000000000000941310062938020240310211508", (0xB1, 0, 0, 9, "413100629380", 1710076508)),
    ("00B0000000000000A00941310062938820240310195719", (0xB0, 0, 160, 9, "413100629388", 1710071839)),
    ("00AB000000000001DB0941310043502920240308140501", (0xAB, 0, 475, 9, "413100435029", 1709877901)),
)

TRANSIT_ENTRY = "0400003000890003400108001900300000000001F400000E0120241229141740100001011000FFFFFFFF000000000000"


def test_applications_of_real_cards():
    for text, issuer, city, number, valid_from, valid_to, custom in FCI_VECTORS:
        fci = purse_files.parse_fci(bytes.fromhex(text))
        assert fci.name == purse_files.PURSE_AID
        assert (fci.label, fci.version) == (None, b"\x02")
        application = fci.application
        assert (application.issuer, application.city, application.number) == (issuer, city, number)
        assert application.serial == "0" + number
        assert (application.type, application.version, application.custom) == (2, 1, custom)
        assert (application.valid_from, application.valid_to) == (valid_from, valid_to)


def test_file_0015_alone():
    application = purse_files.parse_0015(bytes.fromhex(BEIJING_0015))
    assert (application.issuer, application.city) == ("01011000", "1000")
    assert application.number == "3105170010170907984"


def test_other_shapes_of_the_fci():
    label = bytes.fromhex("6F1B8408A000000632010105A50F50084D4F545F545F45509F0802003000")
    fci = purse_files.parse_fci(label)
    assert (fci.label, fci.version, fci.application) == (b"MOT_T_EP", b"\x00\x30", None)
    padded = bytes.fromhex(_SHANGHAI) + bytes(4)
    assert purse_files.parse_fci(padded).application.city == "2900"
    raises(CardDataMalformed, purse_files.parse_fci, bytes.fromhex("6F00"))
    raises(CardDataMalformed, purse_files.parse_fci, b"")


def test_impossible_applications():
    good = bytes.fromhex(BEIJING_0015)
    error = raises(CardDataMalformed, purse_files.parse_0015, good[:29])
    assert "29 bytes, expected at least 30" in str(error)
    error = raises(CardDataMalformed, purse_files.parse_0015, good[:10] + b"\xfa" + good[11:])
    assert "offset 10" in str(error) and "5170" not in str(error)
    error = raises(CardDataMalformed, purse_files.parse_0015, good[:20] + bytes.fromhex("20230230") + good[24:])
    assert "offset 20: 20230230" in str(error)
    endless = purse_files.parse_0015(good[:24] + bytes(4) + good[28:])
    assert endless.valid_to is None and endless.valid_from is not None


def test_log_records_of_real_cards():
    for text, fields in LOG_VECTORS:
        assert tuple(purse_files.parse_0018(bytes.fromhex(text))) == fields


def test_unwritten_records():
    for parse, size in (
        (purse_files.parse_0018, 23),
        (purse_trips.parse_001e, 48),
        (purse_trips.parse_001a, 128),
    ):
        assert parse(bytes(size)) is None
        assert parse(b"\xff" * size) is None
        raises(CardDataMalformed, parse, b"\x01" * 22)


def test_impossible_log_times():
    record = bytes.fromhex("0002000000000000000220009999004020200115241321")
    assert "offset 20: 241321" in str(raises(CardDataMalformed, purse_files.parse_0018, record))


def test_transit_file_and_holder_classes():
    body = bytes.fromhex("00000156000029000001")
    for code, name in ((1, "adult"), (2, "student"), (3, "elder"), (4, "test"), (5, "soldier"), (9, "adult")):
        transit = purse_files.parse_0017(body + bytes((code,)) + bytes(49))
        assert (transit.card_type, transit.holder_class) == (code, name)
        assert (transit.country, transit.city, transit.interoperable) == ("00000156", "2900", True)
    raises(CardDataMalformed, purse_files.parse_0017, body)


def test_transit_record():
    entry = purse_trips.parse_001e(bytes.fromhex(TRANSIT_ENTRY))
    assert (entry.type, entry.terminal, entry.industry) == (4, "0000300089000340", 1)
    assert (entry.line, entry.station, entry.operator) == (0x0800, 0x1900, 0x3000)
    assert (entry.amount, entry.balance, entry.time) == (500, 3585, 1735453060)
    assert (entry.city, entry.acquirer) == ("1000", "01011000FFFFFFFF")


def _rail(status):
    operator, station, terminal = b"\x11" * 8, b"\x22" * 8, b"\x33" * 8
    return (
        bytes.fromhex("27017D010100") + b"\x03" * 8 + bytes((status,)) + bytes.fromhex("29003010")
        + operator * 2 + station * 2 + terminal * 2
        + bytes.fromhex("20240310195719" "00000000000000" "000003E8" "0A" "0B" "00000000" "00000E01" "000000A0")
        + bytes(29)
    )  # fmt: skip


def test_rail_trip():
    trip = purse_trips.parse_001a(_rail(purse_trips.ENTERED))
    assert isinstance(trip, purse_trips.RailTrip)
    assert (trip.id, trip.valid, trip.interop_type, trip.locked) == (0x2701, 1, 1, 0)
    assert (trip.status, trip.entry_city, trip.exit_city) == (purse_trips.ENTERED, "2900", "3010")
    assert trip.entry_station == "22" * 8 and trip.exit_terminal == "33" * 8
    assert (trip.entry_time, trip.exit_time) == (1710071839, 0)
    assert (trip.most, trip.entry_line, trip.exit_line) == (1000, 10, 11)
    assert (trip.entry_amount, trip.entry_balance, trip.amount) == (0, 3585, 160)
    raises(CardDataMalformed, purse_trips.parse_001a, _rail(1)[:101])
    raises(CardDataMalformed, purse_trips.parse_001a, bytes.fromhex("27017D070100") + _rail(1)[6:])


def test_bus_trip():
    half = bytes.fromhex("2900") + b"\x11" * 8 + bytes.fromhex("0007003105") + b"BUS00042" + b"\x33" * 8
    data = (
        bytes.fromhex("28017D010100") + b"\x03" * 8 + b"\x02" + half + bytes.fromhex("20240310195719" "000003E8" "AB")
        + half + bytes.fromhex("20240310211508" "000000A0" "0102") + bytes(26)
    )  # fmt: skip
    assert len(data) == 128
    trip = purse_trips.parse_001a(data)
    assert isinstance(trip, purse_trips.BusTrip)
    assert (trip.status, trip.direction, trip.distance) == (purse_trips.EXITED, 0xAB, 0x0102)
    assert (trip.entry_operator, trip.entry_line, trip.entry_stop) == (7, 0x31, 5)
    assert (trip.exit_operator, trip.exit_line, trip.exit_stop) == (7, 0x31, 5)
    assert bytes.fromhex(trip.entry_vehicle) == b"BUS00042"
    assert (trip.entry_time, trip.exit_time, trip.most, trip.amount) == (1710071839, 1710076508, 1000, 160)


def test_balances():
    four = bytes.fromhex
    assert purse_files.parse_balance(four("00000320"), four("00000320")) == 0
    assert purse_files.parse_balance(four("000002E4"), four("00000000")) == 740
    assert purse_files.parse_balance(four("00000B22")) == 2850
    assert purse_files.parse_balance(four("80000064")) == 100
    assert purse_files.parse_balance(four("00000064"), four("00000320")) == -700
    raises(CardDataMalformed, purse_files.parse_balance, b"\0\0\1")
