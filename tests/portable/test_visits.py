from terminal.decide import decide
from terminal.decision import visits
from terminal.lists import VALID, Entry
from terminal.media.credential import PURSE, Credential
from terminal.media.purse_trips import ENTERED, EXITED, BusTrip, RailTrip
from tests.portable.decision_cases import moment

CARD = Credential(PURSE, bytes(16), "00083010", "3010", "elder", 0, 0, 0, 10000)
ENTRY = Entry(VALID, "adult", 0, 0)
TARIFF = {
    "fare": 0, "concessions": {"elder": 50}, "home": ["3010"], "same_city": [], "unlisted": "refuse",
    "damaged": "refuse", "low_balance": 0,
    "network": {"kind": "zones", "fares": [200, 300], "least": 200, "most": 300, "stations": {"A": [1], "B": [2]}},
    "transfers": [{"within_s": 3600, "off": 50}],
}  # fmt: skip


def tap(known, at, station, direction):
    here = {"station": station, "line": "L" + station, "direction": direction}
    decision = decide(CARD, ENTRY, known, TARIFF, moment(at), 0, here)
    return decision, visits.after(known, decision, TARIFF, moment(at), here)


def test_a_day_of_journeys():
    decision, known = tap({}, "08:00", "A", "entry")
    assert (decision.fare, known["open"]["station"], known["inside"]) == (0, "A", True)
    assert known["entries"] == [20528, 1] and known["spent"]["day"] == [20528, 0]
    decision, known = tap(known, "08:30", "B", "exit")
    assert decision.fare == 150 and "open" not in known and not known["inside"]
    assert known["ride"] == {
        "station": "B",
        "line": "LB",
        "operator": None,
        "time": moment("08:30"),
        "fare": 150,
        "legs": 1,
    }
    assert known["spent"]["day"] == [20528, 150] and known["concessions"] == {"elder": [20528, 1]}
    _, known = tap(known, "08:40", "B", "entry")
    decision, known = tap(known, "09:00", "A", "exit")
    assert (decision.fare, decision.transfer, known["ride"]["legs"]) == (100, 50, 2)
    assert known["spent"]["day"] == [20528, 250] and known["entries"] == [20528, 2]
    _, known = tap(known, "2026-03-17T08:00", "A", "entry")
    assert known["entries"] == [20529, 1] and known["spent"]["day"] == [20529, 0]
    assert known["spent"]["month"][1] == 250


def test_a_pack_is_used_once_a_journey():
    rates = dict(TARIFF)
    rates.update({"products": {"pack": {"trips": 3}}, "order": ["pack"]})
    known = {"contracts": [{"product": "other"}, {"product": "pack"}]}
    for direction, station, left in (("entry", "A", None), ("exit", "B", 2), ("entry", "B", 2), ("exit", "A", 1)):
        here = {"station": station, "direction": direction}
        decision = decide(CARD, ENTRY, known, rates, moment("08:00"), 0, here)
        known = visits.after(known, decision, rates, moment("08:00"), here)
        assert decision.contract == "pack" and known["contracts"][1].get("left") == left
    assert known["contracts"][0] == {"product": "other"}
    assert known["contracts"][1]["day"] == [20528, 2] and known["contracts"][1]["first"] == moment("08:00")


def test_what_was_refused_was_no_visit():
    known = {"inside": True}
    refused = decide(CARD, ENTRY, known, TARIFF, moment("08:00"), 0, {"station": "nowhere"})
    assert visits.after(known, refused, TARIFF, moment("08:00")) is known
    assert visits.after(None, refused, TARIFF, moment("08:00")) == {}


def test_the_given_visits_stay_as_they_are():
    _, known = tap({}, "08:00", "A", "entry")
    before = repr(known)
    tap(known, "08:30", "B", "exit")
    assert visits.passed(known, False)["last"]["passed"] is False
    assert repr(known) == before


def rail(status, entry_time=100, exit_time=0):
    fields = dict.fromkeys(RailTrip._fields, 0) if hasattr(RailTrip, "_fields") else None
    values = {
        "status": status, "entry_station": "1122", "entry_line": 3, "entry_operator": "AA", "entry_time": entry_time,
        "exit_operator": "BB", "exit_line": 4, "exit_time": exit_time, "amount": 400,
    }  # fmt: skip
    names = (
        "id valid interop_type locked serial status entry_city exit_city entry_operator exit_operator entry_station "
        "exit_station entry_terminal exit_terminal entry_time exit_time most entry_line exit_line entry_amount "
        "entry_balance amount"
    ).split()
    assert fields is None or list(fields) == names
    return RailTrip(*[values.get(name, 0) for name in names])


def test_a_cards_own_trip():
    begun = visits.of_trip(rail(ENTERED), {"1122": "gulou"})
    assert begun["open"] == {"station": "gulou", "line": 3, "operator": "AA", "time": 100} and begun["inside"]
    assert visits.of_trip(rail(ENTERED))["open"]["station"] == "1122"
    over = visits.of_trip(rail(EXITED, 100, 900))
    assert over["ride"] == {"operator": "BB", "line": 4, "time": 900, "fare": 400} and "open" not in over
    assert visits.of_trip(None) == visits.of_trip(rail(0)) == {"known": "card"}
    assert BusTrip is not RailTrip


def test_the_card_knows_better_where_it_was():
    own = {"open": {"station": "A"}, "entries": [1, 2], "known": "terminal"}
    assert visits.together(own, {"known": "card"}) == {"entries": [1, 2], "known": "card"}
    told = {"known": "card", "open": {"station": "B"}}
    assert visits.together(own, told)["open"] == {"station": "B"} and own["open"] == {"station": "A"}


def test_the_table_forgets_the_longest_unseen():
    table = visits.VisitTable(2)
    for holder in (b"a", b"b", b"a", b"c"):
        table.note(holder * 16, {"inside": holder != b"c"})
    assert table.look(b"b" * 16) == {} and table.look(b"a" * 16)["known"] == "terminal"
    assert table.inside() == 1
    nobody = visits.VisitTable(0)
    nobody.note(b"a" * 16, {"inside": True})
    assert nobody.look(b"a" * 16) == {}
