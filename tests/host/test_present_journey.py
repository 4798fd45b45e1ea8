"""One journey on the card itself: an entry gate writes it, an exit gate that never heard of the card takes the fare."""

from simulator import demo_site, few_taps
from terminal import records
from terminal.media import purse_trips

STATIONS = {"GULOU": "0000000000000101", "XINJIEKOU": "0000000000000205"}
NETWORK = {
    "kind": "zones", "fares": [200, 300], "least": 200, "most": 900, "stations": {"GULOU": [0], "XINJIEKOU": [1]},
    "codes": {code: name for name, code in STATIONS.items()},
}  # fmt: skip


def gate_at(listed, folder, station, direction, people=None):
    """A gate of the simulator that stands at `station`, with the residents of another one."""
    gate = few_taps.Gate(listed, str(folder / station))
    if people is not None:
        gate.people = people
    gate.bench.power_off()
    config = gate.bench.config
    config["tariff"] = dict(demo_site.TARIFF, network=NETWORK)
    config["settings"].update({
        "trips": [1], "remembers": 10, "here": {"station": station, "direction": direction},
        "place": {"city": "3010", "acquirer": "12003010ffffffff", "terminal": "0000301000000001", "industry": 1,
                  "station": STATIONS[station]},
    })  # fmt: skip
    gate.bench.power_on()
    gate.bench.until_idle()
    return gate


def trip_of(purse):
    return purse_trips.parse_001a(purse.interop[1])


def shown(gate):
    return [dict(facts)["state"] for _, name, facts in gate.events if name == "show"]


def test_a_journey_from_gate_to_gate(listed, tmp_path):
    entry = gate_at(listed, tmp_path, "GULOU", "entry")
    purse = entry.people.of("adult").purse
    entry.card("adult")
    entry.walk()
    assert "admitted" in shown(entry) and (purse.balance, purse.counter) == (3850, 1)
    trip = trip_of(purse)
    assert trip.status == purse_trips.ENTERED and trip.entry_station == STATIONS["GULOU"] and trip.most == 900
    journal = entry.bench.terminal.journal
    kinds = [records.unpack(payload) for _, payload in journal.unacknowledged()]
    assert [(record.type, record.fare) for record in kinds if record.kind == records.DEBITED] == [(9, 0)]

    leaving = gate_at(listed, tmp_path, "XINJIEKOU", "exit", entry.people)
    leaving.card("adult")
    leaving.walk()
    assert "admitted" in shown(leaving) and (purse.balance, purse.counter) == (3550, 2)
    trip = trip_of(purse)
    assert trip.status == purse_trips.EXITED and trip.amount == 300 and trip.exit_station == STATIONS["XINJIEKOU"]
    assert trip.entry_station == STATIONS["GULOU"] and len(purse.transit_log) == 2


def test_a_torn_exit_is_finished_with_its_journey(listed, tmp_path):
    entry = gate_at(listed, tmp_path, "GULOU", "entry")
    purse = entry.people.of("torn").purse
    leaving = gate_at(listed, tmp_path, "XINJIEKOU", "exit", entry.people)
    # Only the exit tears: the entry is made with the card held still.
    still = entry.people.of("torn")
    entry.bench.present(still)
    entry.bench.run_for(600)
    entry.bench.remove()
    assert trip_of(purse).status == purse_trips.ENTERED
    leaving.card("torn")
    assert shown(leaving)[-1] == "read_again" and purse.balance == 1700
    leaving.card("torn")
    assert shown(leaving)[-1] == "admitted" and purse.balance == 1700 and purse.debits == 2
    assert trip_of(purse).status == purse_trips.EXITED and trip_of(purse).amount == 300


def test_a_second_entry_without_an_exit_is_seen_on_the_card(listed, tmp_path):
    entry = gate_at(listed, tmp_path, "GULOU", "entry")
    entry.card("adult")
    entry.walk()
    another = gate_at(listed, tmp_path, "XINJIEKOU", "entry", entry.people)
    another.card("adult")
    decisions = [dict(facts) for _, name, facts in another.events if name == "decision"]
    assert not decisions[-1]["admit"] and decisions[-1]["reason"] == "missing_exit"
