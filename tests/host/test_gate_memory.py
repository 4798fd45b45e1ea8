"""A gate whose tariff asks about visits: the whole tap, with what the terminal remembers of its holders."""

import pytest

from simulator import demo_site, few_taps

TARIFF = dict(
    demo_site.TARIFF,
    entry={"passback_s": 120, "per_day": 2},
    transfers=[{"from": ["bus"], "to": ["metro"], "within_s": 3600, "off": 100}],
    caps={"day": 300},
)


@pytest.fixture
def gate_of(listed, tmp_path, monkeypatch):
    def make(tariff, here, **settings):
        config = demo_site.config(1)
        config["tariff"] = tariff
        config["settings"] = dict(config["settings"], remembers=8, here=here, **settings)
        monkeypatch.setattr(demo_site, "config", lambda seed: config)
        return few_taps.Gate(listed, str(tmp_path / "journal"))

    return make


def decisions(gate):
    return [dict(facts) for _, name, facts in gate.events if name == "decision"]


def test_a_card_passed_back_is_refused_and_comes_in_again_later(gate_of):
    gate = gate_of(TARIFF, {"station": "gulou", "operator": "metro"})
    gate.card("adult")
    gate.walk()
    gate.card("adult")
    gate.bench.run_for(120_000)
    gate.card("adult")
    gate.walk()
    gate.bench.run_for(120_000)
    gate.card("adult")
    assert [fact["reason"] for fact in decisions(gate)] == ["ok", "passback", "ok", "entries_used"]


def test_a_power_cut_takes_nothing_from_the_memory(gate_of):
    gate = gate_of(TARIFF, {"station": "gulou"})
    gate.card("adult")
    gate.walk()
    gate.bench.power_off()
    gate.bench.power_on()
    gate.bench.until_idle()
    gate.bench.run_for(200)  # it sees that no card was left on the reader
    gate.card("adult")
    gate.bench.run_for(120_000)
    gate.card("adult")
    gate.walk()
    gate.bench.power_off()
    gate.bench.power_on()
    gate.bench.until_idle()
    gate.bench.run_for(200)  # it sees that no card was left on the reader
    gate.bench.run_for(120_000)
    gate.card("adult")
    assert [(fact["reason"], fact["fare"]) for fact in decisions(gate)] == [
        ("ok", 200), ("passback", 0), ("ok", 100), ("entries_used", 0),
    ]  # fmt: skip


def test_the_days_cap_is_kept_over_taps(gate_of):
    gate = gate_of(dict(TARIFF, entry={}), {"operator": "metro"})
    for _ in range(3):
        gate.card("adult")
        gate.walk()
    assert [fact["fare"] for fact in decisions(gate)] == [200, 100, 0]
    assert gate.people.tray[0].balance() == 3850 - 300


def test_who_paid_and_was_not_seen_walking_is_not_charged_again(gate_of):
    tariff = dict(demo_site.TARIFF, unused_s=600)
    gate = gate_of(tariff, {"station": "gulou"}, second_try_s=0)
    gate.card("adult")
    gate.bench.run_for(6000)  # nobody walks
    gate.card("adult")
    gate.walk()
    gate.card("adult")
    assert [fact["fare"] for fact in decisions(gate)] == [200, 0, 200]


def test_a_companion_follows_a_disabled_holder(gate_of):
    tariff = dict(demo_site.TARIFF, companions=[{"of": ["elder"], "percent": 0}])
    gate = gate_of(tariff, {})
    gate.card("elder")
    gate.walk()
    gate.card("adult")
    gate.walk()
    gate.card("adult")
    assert [fact["concession"] for fact in decisions(gate)] == ["elder", "companion", None]


@pytest.mark.parametrize(
    "policy, reasons", [("serve", ["ok", "ok"]), ("listed", ["ok", "list_old"]), ("refuse", ["list_old", "list_old"])]
)
def test_an_old_list_is_dealt_with_as_the_venue_wants(gate_of, policy, reasons):
    young = dict(
        demo_site.TARIFF, unlisted="admit", entry={"list_age_s": 5 * 3600, "old_list": policy}
    )  # the list is four hours old
    gate = gate_of(young, {"station": "gulou"})
    gate.card("unlisted")
    gate.walk()
    assert [fact["reason"] for fact in decisions(gate)] == ["ok"]
    gate = gate_of(dict(young, entry={"list_age_s": 3 * 3600, "old_list": policy}), {"station": "gulou"})
    for card in ("adult", "unlisted"):
        gate.card(card)
        gate.walk()
    assert [fact["reason"] for fact in decisions(gate)] == reasons
