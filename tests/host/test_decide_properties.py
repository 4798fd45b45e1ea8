"""What holds for every decision: under every shipped tariff, for any card, place, time, mode and past."""

import copy
import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from technician import tariff_file
from technician.tariff import EXAMPLES
from terminal import courses, lists, modes, reasons
from terminal.coercion import NAN
from terminal.decide import decide
from terminal.decision import judgement
from terminal.decision.fares import by_distance
from terminal.decision.visits import VisitTable, after, passed
from terminal.lists import Entry
from terminal.media.credential import CLASSES, PROVED_NOTHING, PROVED_SIGNATURE, PURSE, RIDE_CODE, Credential
from terminal.more_errors import RuleMalformed, RuleTooCostly
from terminal.rules import check, evaluate, operators
from terminal.tariff import is_flat
from tests.portable.decision_cases import moment

TARIFFS = {path.stem: tariff_file.load(path) for path in sorted(EXAMPLES.glob("*.toml"))}
START = moment("2026-01-01")
YEAR = 365 * 86400
times = st.integers(START, START + YEAR)


@st.composite
def credentials(draw, now=START):
    scheme = draw(st.sampled_from((PURSE, RIDE_CODE)))
    return Credential(
        scheme, bytes(16), "00083010", draw(st.sampled_from(("3010", "2900", "1000", ""))), draw(st.sampled_from(CLASSES)),
        draw(st.sampled_from((0, now, now + 1))), draw(st.sampled_from((0, now, now + 1, now + YEAR))),
        draw(st.sampled_from((PROVED_NOTHING, PROVED_SIGNATURE))),
        draw(st.integers(-1000, 100_000)) if scheme == PURSE else None,
    )  # fmt: skip


entries = st.builds(
    Entry,
    st.sampled_from((lists.ABSENT, lists.VALID, lists.BLOCKED, lists.UNREADABLE)),
    st.sampled_from((None, *CLASSES)),
    st.sampled_from((0, START, START + YEAR)),
    st.integers(0, 3),
)


@st.composite
def places(draw, tariff):
    here = {"direction": draw(st.sampled_from(("entry", "exit")))}
    here["station"] = draw(st.sampled_from(sorted(tariff.get("network", {}).get("stations", {"X": 0})) + ["elsewhere"]))
    here["line"] = draw(st.sampled_from(("17", "31", "1", None)))
    here["operator"] = draw(st.sampled_from(("bus", "metro", None)))
    for name, values in (
        ("persons", st.integers(1, 7)), ("birth", st.integers(-20000, 20000)), ("inside", st.integers(0, 30000)),
        ("eligible", st.sampled_from((True, False, None))), ("list_age_s", st.integers(0, 200_000)),
        ("before", st.fixed_dictionaries({"class": st.sampled_from(CLASSES), "time": times})),
    ):  # fmt: skip
        if draw(st.booleans()):
            here[name] = draw(values)
    return here


@st.composite
def pasts(draw, tariff, now):
    visits = {}
    stations = sorted(tariff.get("network", {}).get("stations", {"X": 0})) + ["elsewhere"]
    moments = st.integers(now - 90_000, now + 4000)
    place = st.fixed_dictionaries(
        {"station": st.sampled_from(stations), "line": st.just("1"), "operator": st.just("bus"), "time": moments}
    )
    if draw(st.booleans()):
        visits["open"] = draw(place)
    if draw(st.booleans()):
        visits["last"] = dict(draw(place), direction="entry", passed=draw(st.sampled_from((True, False, None))))
        visits["inside"] = draw(st.booleans())
    if draw(st.booleans()):
        visits["ride"] = dict(draw(place), fare=200, legs=draw(st.integers(1, 3)))
    if draw(st.booleans()):
        visits["spent"] = {"day": [(now + 28800) // 86400, draw(st.integers(0, 5000))]}
    names = sorted(tariff.get("products", {}))
    if names and draw(st.booleans()):
        contract = st.fixed_dictionaries(
            {"product": st.sampled_from(names)},
            optional={"until": moments, "from": moments, "left": st.integers(0, 3), "first": moments, "last": moments},
        )
        visits["contracts"] = draw(st.lists(contract, max_size=3))
    return visits


@st.composite
def situations(draw):
    """The arguments of decide()."""
    tariff = TARIFFS[draw(st.sampled_from(sorted(TARIFFS)))]
    now = draw(times)
    mode = draw(st.one_of(st.just(0), st.integers(0, len(modes.MODES) - 1)))
    return (
        draw(credentials(now)), draw(entries), draw(pasts(tariff, now)), tariff, now, mode, draw(places(tariff)),
    )  # fmt: skip


@settings(max_examples=150)
@given(situations())
def test_a_decision_is_sound_and_rests_on_its_inputs_alone(case):
    before = copy.deepcopy(case)
    decision = decide(*case)
    assert case == before, "the inputs were changed"
    assert decide(*copy.deepcopy(case)) == decision
    assert decide(*case, explain=lambda *step: None) == decision
    assert decision.reason in reasons.keys() and decision.admit == (decision.reason == "ok")
    assert 0 <= decision.surcharge <= decision.fare
    assert decision.transfer >= 0
    if not decision.admit:
        assert decision.fare == 0
    if decision.product == "purse":
        balance, overdraft = case[0].balance, case[3].get("overdraft", 0)
        assert 0 < decision.fare <= balance + overdraft
    if decision.fare:
        assert decision.product in ("purse", "account")
    if decision.uses_left is not None:
        assert decision.uses_left >= 0
    if decision.days_left is not None and decision.admit and case[5] == 0:
        assert decision.days_left >= 1


FLAT = {
    "fare": 250, "concessions": {"elder": 50, "child": 0}, "low_balance": 500, "home": ["3010"], "same_city": ["2900"],
    "unlisted": "refuse", "damaged": "refuse",
}  # fmt: skip


@settings(max_examples=100)
@given(credentials(), entries, st.sampled_from(("refuse", "admit")), st.sampled_from(("refuse", "admit")))
def test_the_plain_way_and_the_whole_way_agree(credential, entry, unlisted, damaged):
    tariff = dict(FLAT, unlisted=unlisted, damaged=damaged)
    assert is_flat(tariff)
    whole = judgement.decide(credential, entry, None, tariff, START, modes.IN_SERVICE, None, None)
    assert decide(credential, entry, None, tariff, START, modes.IN_SERVICE) == whole


@settings(max_examples=80)
@given(situations(), st.sampled_from((modes.EMERGENCY, courses.FREE_PASSAGE)))
def test_open_gates_let_everybody_through_for_nothing(case, mode):
    decision = decide(*case[:5], mode, case[6])
    assert (decision.admit, decision.fare, decision.trip) == (True, 0, None)


@settings(max_examples=100)
@given(situations())
def test_a_tap_repeated_after_a_tear_or_an_unused_admission_never_costs_more(case):
    credential, entry, visits, tariff, now, mode, here = case
    tariff = dict(tariff, unused_s=600)
    first = decide(credential, entry, visits, tariff, now, mode, here)
    assert decide(credential, entry, visits, tariff, now, mode, here) == first
    if first.admit:
        again = passed(after(visits, first, tariff, now, here), False)
        second = decide(credential, entry, again, tariff, now + 5, mode, here)
        assert second.fare == 0, second


@settings(max_examples=60)
@given(
    st.integers(0, 500), st.integers(100, 2000),
    st.lists(st.tuples(st.integers(0, 90_000), st.sampled_from(("17", "31", "Y1"))), min_size=1, max_size=25),
)  # fmt: skip
def test_no_cap_is_ever_exceeded(fare, cap, rides):
    tariff = dict(TARIFFS["bus"], fare=fare, caps={"day": cap, "week": 3 * cap})
    tariff["lines"] = {"17": fare, "31": fare * 2, "Y1": fare * 3}
    card = Credential(PURSE, bytes(16), "", "3010", "adult", 0, 0, 0, 10_000_000)
    visits, now, paid = {}, moment("2026-03-13T08:00"), {}
    for gap, line in rides:
        now += gap
        here = {"line": line, "operator": "bus"}
        decision = decide(card, Entry(lists.VALID, "adult", 0, 0), visits, tariff, now, 0, here)
        visits = after(visits, decision, tariff, now, here)
        for period in (("day", (now + 28800) // 86400), ("week", ((now + 28800) // 86400 + 3) // 7)):
            paid[period] = paid.get(period, 0) + decision.fare
    for (name, _), total in paid.items():
        assert total <= tariff["caps"][name]


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.integers(1, 9000), st.integers(0, 300)), min_size=1, max_size=8),
    st.tuples(st.integers(1, 9000), st.integers(0, 300)), st.integers(0, 90_000), st.integers(0, 90_000),
)  # fmt: skip
def test_farther_is_never_cheaper(steps, beyond, near, far):
    metres = fen = 0
    network = {"steps": [], "beyond": list(beyond)}
    for stretch, more in steps:
        metres, fen = metres + stretch, fen + more
        network["steps"].append([metres, fen])
    near, far = sorted((near, far))
    assert by_distance(network, near) <= by_distance(network, far)


@settings(max_examples=60)
@given(times, st.sampled_from(sorted(TARIFFS["metro"]["network"]["stations"])), st.data())
def test_a_concession_never_costs_more_than_the_full_fare(now, station, data):
    tariff = TARIFFS["metro"]
    begun = data.draw(st.sampled_from(sorted(tariff["network"]["stations"])))
    visits = {"open": {"station": begun, "time": now - data.draw(st.integers(0, 20_000))}}
    here = {"direction": "exit", "station": station}
    fares = {}
    for name in CLASSES:
        card = Credential(PURSE, bytes(16), "", "3010", name, 0, 0, 0, 1_000_000)
        fares[name] = decide(card, Entry(lists.VALID, None, 0, 0), visits, tariff, now, 0, here).fare
    assert max(fares.values()) == fares["adult"]


@settings(max_examples=100)
@given(st.integers(-300, 300), st.integers(0, 14_000), times)
def test_two_terminals_with_skewed_clocks_decide_the_same_card(skew, took, start):
    """The gate of entry runs `skew` s ahead: no overtime is charged that both clocks would not see."""
    tariff = dict(TARIFFS["metro"], bands=[])
    card = Credential(PURSE, bytes(16), "", "3010", "adult", 0, 0, 0, 1_000_000)
    entry = Entry(lists.VALID, "adult", 0, 0)
    inward = {"station": "gulou"}
    outward = {"station": "lukou", "direction": "exit"}
    visits = after({}, decide(card, entry, {}, tariff, start + skew, 0, inward), tariff, start + skew, inward)
    visits = {name: visits[name] for name in ("open", "inside")}  # what the card carries to the other gate
    decision = decide(card, entry, visits, tariff, start + took, 0, outward)
    assert decision.admit and decision.fare - decision.surcharge == 900
    if took + 300 <= tariff["journey"]["most_s"]:
        assert decision.surcharge == 0
    if took - 300 > tariff["journey"]["most_s"]:
        assert decision.charge == "overtime"


@settings(max_examples=60)
@given(st.integers(1, 12), st.integers(1, 20))
def test_a_pack_gives_exactly_its_trips(trips, taps):
    tariff = {
        "fare": 300, "concessions": {}, "home": ["3010"], "same_city": [], "unlisted": "refuse", "damaged": "refuse",
        "low_balance": 0, "products": {"pack": {"trips": trips}}, "order": ["pack"],
    }  # fmt: skip
    card = Credential(PURSE, bytes(16), "", "3010", "adult", 0, 0, 0, 1_000_000)
    visits = {"contracts": [{"product": "pack"}]}
    used = []
    for tap in range(taps):
        decision = decide(card, Entry(lists.VALID, "adult", 0, 0), visits, tariff, START + tap, 0)
        used.append(decision.contract)
        visits = after(visits, decision, tariff, START + tap)
    assert used == ["pack"] * min(trips, taps) + [None] * max(0, taps - trips)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=60), st.integers(1, 6))
def test_the_visit_table_remembers_the_last_holders(notes, most):
    table, newest = VisitTable(most), {}
    for holder, inside in notes:
        token = bytes([holder]) * 16
        table.note(token, {"inside": inside})
        newest.pop(token, None)
        newest[token] = inside
    kept = dict(list(newest.items())[-most:])
    assert table.inside() == sum(kept.values())
    for holder in range(10):
        token = bytes([holder]) * 16
        assert table.look(token).get("inside") == kept.get(token)


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-100, 2**40), st.floats(allow_nan=False, width=32), st.text(max_size=6),
    st.sampled_from(("10", "1.5", " 2 ", "08:00", "a.b", "x", "")),
)  # fmt: skip
rules_ = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(operators()), st.one_of(inner, st.lists(inner, max_size=4)), min_size=1, max_size=1
        ),
    ),
    max_leaves=12,
)
facts = st.recursive(
    leaves, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abx"), inner, max_size=3)),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150)
@example({"%": [5, 0]}, None)
@example({"substr": ["abc", {"/": [1, 0]}]}, None)
@given(rules_, facts)
def test_any_rule_ends_in_an_answer_or_a_named_error(rule, data):
    before = json.dumps([rule, data])
    try:
        check(rule)
        first = evaluate(rule, data, 500)
        second = evaluate(rule, data, 500)
    except (RuleMalformed, RuleTooCostly):
        return
    assert repr(first) == repr(second) or first is NAN
    assert json.dumps([rule, data]) == before
