"""Tariffs that are signed and well-formed and make a decision fail at a tap: what the lane does about them. Both interpreters.

`lets_out` is short enough to be played on both.
"""

import json
import os

from offline_store.media import RamMedium
from simulator import demo_site, few_taps
from simulator.sm2_signing import DemonstrationKey
from terminal import modes, records
from terminal.more_errors import PackageMalformed, PackageUnfit
from terminal.package import Trust
from terminal.service_pages import standing
from terminal.site_documents import SiteDocuments
from tests.portable.checks import raises

HOUR = 3600
# From 07:55 to 08:10 a share that is no number: the gate begins at 08:00, its rehearsal three hours earlier.
TIMED = dict(demo_site.TARIFF, bands=[{"from": 475, "to": 490, "percent": "ninety"}])
ELDERS = dict(demo_site.TARIFF, concessions=dict(demo_site.TARIFF["concessions"], elder={"percent": "half"}))
STRANGERS = dict(demo_site.TARIFF, same_city=5)


class Header:
    """What SiteDocuments asks of a package's."""

    kind = "tariff"

    def __init__(self, version, length, day):
        self.version, self.length, self.effective_from = version, length, day


class Gate(few_taps.Gate):
    """A gate with a folder of its own for tariffs that came as packages; `restarts` counts those it asked for."""

    def __init__(self, whitelist, folder, tariff=demo_site.TARIFF, **settings):
        self.folder = folder
        self.restarts = 0
        self._tariff = tariff
        self._settings = settings
        self._slots = RamMedium(8192)
        few_taps.Gate.__init__(self, whitelist, folder + "/journal")

    def _config(self, seed):
        config = demo_site.config(seed)
        config["settings"] = dict(config["settings"], **self._settings)
        self.documents = SiteDocuments(self.folder, {"settings": config["settings"], "tariff": self._tariff})
        self.documents.begin()
        config["tariff"] = self.documents.site()["tariff"]
        trust = Trust("gate", [DemonstrationKey.named("root").public], 1, {})
        config["packages"] = {
            "trust": trust, "link": few_taps.NoLink(), "media": {"tariff": RamMedium(4096)}, "slots": self._slots,
            "documents": self.documents, "reset": self._restart,
        }  # fmt: skip
        return config

    def _restart(self):
        self.restarts += 1

    def start_again(self):
        self.bench.power_off()
        self.bench.config = self._config(1)
        self.bench.power_on()
        self.bench.until_idle()
        self.documents.confirm()

    def bring(self, version, tariff, hours_ago=3):
        """A package with this tariff, in force from now on."""
        text = json.dumps(tariff).encode()
        header = Header(version, len(text), demo_site.START - hours_ago * HOUR)
        for _ in self.documents.stage(header, RamMedium(text)):
            pass
        for _ in self.documents.activate("tariff", version):
            pass
        self.documents.saved()
        self.start_again()

    @property
    def mode(self):
        return modes.MODES[self.bench.terminal.lane.mode]

    @property
    def released(self):
        return bool(self.bench.hardware.pins["release"].value())

    def fares(self):
        """Of each admission so far."""
        return [dict(facts)["fare"] for _, name, facts in self.events if name == "decision" and dict(facts)["admit"]]

    def told(self, event):
        return [dict(facts) for _, name, facts in self.events if name == event]

    def reasons(self):
        """(kind, number of the reason) of the records that have one."""
        journal = self.bench.terminal.journal
        found = [records.at(journal, seq) for seq in range(1, journal.last_seq + 1)]
        return [(records.KINDS[record.kind], record.reason) for record in found if record.reason]


def plain(events):
    """The events without the interpreters' own words for an error."""
    return [(ms, name, [fact for fact in facts if fact[0] != "text"]) for ms, name, facts in events]


def falls_back(whitelist, folder):
    """The tariff before takes its place, and who stands there is served after one more tap."""
    gate = Gate(whitelist, folder)
    gate.documents.confirm()
    gate.bring(6, dict(demo_site.TARIFF, fare=250))
    gate.bring(7, TIMED)
    assert gate.documents.version("tariff") == 7 and gate.restarts == 2
    gate.bench.present(gate.people.card("adult", gate.bench.hardware.reader_chip))
    gate.bench.run_for(600)
    assert gate.fares() == [] and gate.mode == "tariff_fault" and not gate.released
    gate.bench.run_for(2000)
    assert gate.restarts == 3  # by itself, though the card still lies there
    gate.bench.remove()
    gate.start_again()
    assert gate.documents.version("tariff") == 6 and gate.documents.faults() == ["tariff.PACKAGE-6.7"]
    gate.card("adult")
    assert gate.fares() == [250] and gate.mode == "in_service"
    gate.walk()
    gate.bench.run_for(5000)
    assert gate.restarts == 3
    unfit = gate.told("tariff_unfit")
    assert [facts["code"] for facts in unfit] == ["PACKAGE-6"] and unfit[0]["proved"]
    rows = standing(True, None, None, gate.bench.terminal.updates, 0, gate.documents)
    assert [("refused", "tariff 7", False), ("refusal", "PACKAGE-6", None)] in rows
    # A tap that was refused, and the change of mode: (reason 58) in the journal, before anybody asks.
    assert [entry for entry in gate.reasons() if entry[1] == 58] == [("tap", 58), ("mode", 58)]
    assert list(gate.documents.activate("tariff", 7)) == []  # not once more


def goes_on_falling(whitelist, folder):
    """The one before may fail, too, and so may the provisioned one: then nobody is let in, and nobody is kept in."""
    gate = Gate(whitelist, folder, TIMED)
    gate.documents.confirm()
    gate.bring(6, TIMED)
    gate.bring(7, TIMED)
    for version in (7, 6):
        assert gate.documents.version("tariff") == version
        gate.card("adult")
        gate.bench.run_for(2000)
        gate.start_again()
    gate.card("adult")
    gate.bench.run_for(5000)
    assert gate.documents.version("tariff") == 0 and gate.restarts == 4  # two that were brought, two that gave way
    assert gate.mode == "tariff_fault" and gate.bench.view["reason"] == "tariff_fault"
    gate.card("adult")
    assert gate.fares() == [] and not gate.released
    gate.bench.fire(True)
    gate.bench.run_for(500)
    assert gate.mode == "emergency" and gate.released


def lets_out(whitelist, folder):
    """Where people leave, also by the way they came, it stands open."""
    for direction in ("exit", "both"):
        gate = Gate(whitelist, folder, TIMED, here={"direction": direction})
        gate.card("adult")
        gate.bench.run_for(1500)
        assert gate.mode == "tariff_fault" and gate.released, direction
        os.remove(folder + "/journal")
    return plain(gate.events)


def serves_others(whitelist, folder):
    """One strange card is refused and proves nothing; three of them do, and so does a class of people at once."""
    gate = Gate(whitelist, folder, STRANGERS)
    for name in ("far-city", "far-city", "far-city", "other-city"):
        gate.card(name)
        assert gate.bench.state == "refused" and gate.mode == "in_service", name
        gate.bench.run_for(4000)
    gate.card("adult")
    assert gate.fares() == [200]
    gate.walk()
    os.remove(folder + "/journal")
    gate = Gate(whitelist, folder, ELDERS)
    gate.card("adult")
    gate.walk()
    assert gate.fares() == [200]
    gate.card("elder")
    assert gate.mode == "tariff_fault"


def is_refused_at_once(whitelist, folder):
    """What fails at a sample tap never comes into force."""
    gate = Gate(whitelist, folder)
    for tariff in (ELDERS, dict(demo_site.TARIFF, fare="2"), dict(TIMED, bands=[{"percent": "ninety"}])):
        raises(PackageUnfit, gate.bring, 5, tariff)
    raises(PackageMalformed, gate.bring, 5, STRANGERS)
    assert gate.documents.version("tariff") == 0 and gate.restarts == 0
