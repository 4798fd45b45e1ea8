import json

from offline_store.media import RamMedium
from terminal.kiosk.services import Services, ServicesStore, offline_rule, read
from terminal.more_errors import PackageMalformed

ELDER = {"==": [{"var": "class"}, "elder"]}
TITLE = ["题", "Title"]
DOCUMENT = {
    "version": 1,
    "groups": [
        {"id": "pension", "title": ["养老", "Pension"], "icon": "yuan"},
        {"id": "jobs", "title": ["就业", "Jobs"], "icon": "bag"},
    ],
    "services": [
        {"id": "payments", "group": "pension", "pattern": "list", "title": TITLE, "scenarios": [1, 2]},
        {"id": "proof", "group": "pension", "pattern": "proof", "title": TITLE, "who": ELDER, "offline": "queue"},
        {
            "id": "enrol", "group": "jobs", "pattern": "form", "title": TITLE, "who": ELDER,
            "fields": [{"id": "a", "kind": "text", "title": TITLE}],
        },
    ],
}  # fmt: skip


def line(document=DOCUMENT):
    return json.dumps(document).encode() + b"\n"


def test_what_a_service_leaves_out_is_filled_in():
    services = Services(DOCUMENT)
    proof = services.service("proof")
    assert (proof["asks"], proof["needs"], proof["pin"], proof["prints"]) == ("proof", "token", False, None)
    assert services.service("enrol")["fields"][0]["required"] is True
    assert services.service("nothing") is None


def test_the_menu_is_for_the_holder():
    services = Services(DOCUMENT)
    assert services.menu({"class": "adult"}) == ["payments"]
    assert services.menu({"class": "elder"}) == ["payments", "proof", "enrol"]
    assert services.menu({"class": "elder"}, "jobs") == ["enrol"]
    groups = services.groups({"class": "adult"})
    assert [(group["id"], group["services"]) for group in groups] == [("pension", ["payments"])]
    assert services.serving(2) == ["payments"] and services.serving(3) == []


def test_only_what_is_handed_in_waits_for_the_network():
    services = Services(DOCUMENT)
    proof, payments = services.service("proof"), services.service("payments")
    assert [offline_rule(proof, action) for action in ("look", "submit", "pay")] == ["refuse", "queue", "refuse"]
    assert offline_rule(payments, "submit") == "refuse"
    assert offline_rule(dict(payments, offline="local"), "look") == "local"


def refused(raw):
    try:
        read(raw)
    except PackageMalformed:
        return True
    return False


def taken(steps):
    try:
        for _ in steps:
            pass
    except PackageMalformed:
        return False
    return True


def test_what_is_no_document_is_refused():
    assert refused(b"") and refused(b"{") and refused(b"[]") and refused(b'{"version": 2}')
    sound = DOCUMENT["services"][2]
    assert not refused(line(dict(DOCUMENT, services=[sound])))
    for change in (
        {"pattern": "dance"},
        {"group": "elsewhere"},
        {"title": "one"},
        {"fields": [dict(sound["fields"][0], kind="wish")]},
    ):
        assert refused(line(dict(DOCUMENT, services=[dict(sound, **change)]))), change
    for lacking in ("id", "group", "pattern", "title"):
        assert refused(line(dict(DOCUMENT, services=[{name: sound[name] for name in sound if name != lacking}]))), (
            lacking
        )
    assert not refused(line())


def test_services_are_kept_and_come_back():
    medium, download = RamMedium(4096), RamMedium(2048)
    store = ServicesStore(medium)
    assert store.table is None
    download.write(0, line() + b"left over from a longer package\n")
    for _ in store.install(download, 7):
        pass
    download.write(0, b'{"version":3}\n')
    assert not taken(store.install(download, 8)) and not taken(store.examine(download))
    again = ServicesStore(medium)
    assert (again.epoch, again.table.menu({})) == (7, ["payments"])


def test_services_that_are_not_sound_leave_the_old_ones():
    medium, download = RamMedium(4096), RamMedium(2048)
    store = ServicesStore(medium)
    download.write(0, line())
    for _ in store.install(download, 1):
        pass
    download.write(0, b"[1, 2]\n")
    try:
        for _ in store.install(download, 2):
            pass
        raise AssertionError("taken")
    except PackageMalformed:
        pass
    assert (store.epoch, ServicesStore(medium).epoch) == (1, 1)
