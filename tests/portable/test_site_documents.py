"""Tariff and settings from packages: taken aside, tried at a start, kept once they held, gone back when they did not."""

import json

from offline_store.media import RamMedium
from terminal.more_errors import PackageMalformed, PackageUnfit
from terminal.site_documents import SiteDocuments
from tests.portable.checks import raises
from tests.portable.test_boot import flash

SITE = {
    "settings": {"terminal": "gate-1", "site": ["一", "One"], "language": "zh"},
    "tariff": {"fare": 1},
    "host": "10.0.0.1",
}
TARIFF = {
    "fare": 300,
    "concessions": {},
    "low_balance": 0,
    "home": [],
    "same_city": [],
    "unlisted": "refuse",
    "damaged": "refuse",
}


class Header:
    def __init__(self, kind, version, length):
        self.kind, self.version, self.length = kind, version, length
        self.effective_from = 1790000000


class Restart(BaseException):
    """The board starts again."""


def start(root, rest=lambda: True):
    """One start of the terminal: what SiteDocuments says at it."""
    documents = SiteDocuments(root, SITE)
    documents.begin()
    documents.at_rest = rest

    def restart():
        raise Restart

    documents.restart = restart
    return documents


def take(documents, kind, version, content):
    text = json.dumps(content).encode()
    medium = RamMedium(4096)
    medium.write(0, text + b"left from before")
    for _ in documents.stage(Header(kind, version, len(text)), medium):
        pass
    for _ in documents.activate(kind, version):
        pass
    raises(Restart, documents.saved)


def test_a_tariff_is_in_force_from_the_next_start_on_and_stays():
    root = flash()
    take(start(root), "tariff", 7, TARIFF)
    documents = start(root)
    assert documents.on_trial and documents.version("tariff") == 7
    assert documents.site() == dict(SITE, tariff=TARIFF)
    documents.confirm()
    documents = start(root)
    assert not documents.on_trial and documents.site()["tariff"] == TARIFF
    assert list(documents.activate("tariff", 7)) == []  # told again after a power cut
    documents.saved()


def test_settings_come_over_those_that_were_provisioned_and_leave_the_network_alone():
    root = flash()
    compiled = {"settings": {"language": "en"}, "network": {"host": "elsewhere", "port": 1}}
    take(start(root), "settings", 2, compiled)
    documents = start(root)
    documents.confirm()
    assert documents.site()["settings"] == dict(SITE["settings"], language="en")
    assert documents.site()["host"] == SITE["host"]
    take(documents, "tariff", 3, TARIFF)
    documents = start(root)
    assert (documents.version("tariff"), documents.version("settings")) == (3, 2)


def test_what_never_holds_goes_back_after_two_starts_and_is_named():
    root = flash()
    take(start(root), "tariff", 7, TARIFF)
    start(root).confirm()
    take(start(root), "tariff", 8, dict(TARIFF, fare=400))
    for _ in range(2):
        assert start(root).version("tariff") == 8
    documents = start(root)
    assert not documents.on_trial and documents.version("tariff") == 7
    assert documents.faults() == ["tariff.BOOT-1.8"]
    assert list(documents.activate("tariff", 8)) == []  # not once more
    take(documents, "tariff", 9, TARIFF)
    documents = start(root)
    documents.confirm()
    assert documents.faults() == [] and start(root).faults() == []


def test_what_is_of_no_use_is_refused_before_its_day():
    documents = start(flash())
    for kind, content in (
        ("tariff", []),
        ("tariff", {"fare": 1}),
        ("tariff", dict(TARIFF, unlisted="perhaps")),
        ("settings", {"language": "fr"}),
        ("settings", {"terminal": "gate-2"}),
        ("settings", {"settings": 5}),
    ):
        text = json.dumps(content).encode()
        steps = documents.stage(Header(kind, 1, len(text)), RamMedium(text + bytes(600)))
        raises(PackageMalformed, list, steps)
    assert start(flash()).site() == SITE


def test_who_is_at_the_lane_is_waited_for():
    root = flash()
    rest = [False, False, True]
    documents = start(root, lambda: rest.pop(0))
    text = json.dumps(TARIFF).encode()
    list(documents.stage(Header("tariff", 7, len(text)), RamMedium(text)))
    steps = documents.activate("tariff", 7)
    assert [next(steps), next(steps)] == [500, 500]
    assert not start(root).on_trial
    assert list(steps) == [] and rest == []
    assert start(root).on_trial


def test_a_tariff_that_fails_at_taps_gives_way_to_the_one_before_it():
    root = flash()
    for version in (7, 8, 9):
        take(start(root), "tariff", version, dict(TARIFF, fare=version))
        start(root).confirm()
    for failing, fare in ((9, 8), (8, 1)):  # one is kept behind the one in force, then comes what was provisioned
        documents = start(root)
        assert documents.version("tariff") == failing
        raises(Restart, documents.fall_back)
        documents = start(root)
        assert documents.site()["tariff"]["fare"] == fare and not documents.on_trial
        assert documents.faults() == ["tariff.PACKAGE-6.%d" % failing]
        assert list(documents.activate("tariff", failing)) == []  # not once more
    assert documents.fall_back() is False and start(root).site() == SITE
    take(documents, "tariff", 10, TARIFF)
    start(root).confirm()
    assert start(root).faults() == []


def test_a_tariff_that_fails_while_it_is_on_trial():
    root = flash()
    take(start(root), "tariff", 7, TARIFF)
    start(root).confirm()
    take(start(root), "tariff", 8, dict(TARIFF, fare=400))
    documents = start(root)
    assert documents.on_trial and documents.version("tariff") == 8
    raises(Restart, documents.fall_back)
    documents = start(root)
    assert documents.version("tariff") == 7 and documents.faults() == ["tariff.PACKAGE-6.8"]


def test_what_firmware_before_wrote_of_a_failure_is_read():
    root = flash()
    with open(root + "/site.kept", "w") as file:
        json.dump({"documents": {}, "failed": {"tariff": 8}}, file)
    documents = start(root)
    assert documents.faults() == ["tariff.BOOT-1.8"] and list(documents.activate("tariff", 8)) == []


def test_a_tariff_under_which_sample_taps_fail_is_refused():
    documents = start(flash())
    for change in (
        {"low_balance": "5"},
        {"concessions": {"elder": "half"}},
        {"bands": [{"percent": "x"}]},
        {"later": 5},
    ):
        text = json.dumps(dict(TARIFF, **change)).encode()
        steps = documents.stage(Header("tariff", 1, len(text)), RamMedium(text + bytes(600)))
        raises(PackageUnfit, list, steps)
