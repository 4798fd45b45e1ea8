"""No name and no number of a resident in a log, an outbox, a note, a reply or on a screen, whatever service is played."""

import json
import logging
import urllib.error
import urllib.request

import pytest

from headend.demonstration.people import RESIDENTS, masked_name, masked_number
from offline_store.media import FileMedium
from tests.host.kiosk_client import Kiosk, serving
from tests.host.service_player import ServicePlayer
from tests.host.test_scenarios import NAMES, PICKED, TYPED, player_of

PHONE = "13800000000"  # what the player keys in as a telephone number


def secrets(*more):
    """The bytes that must not be found: UTF-8 and, as cards carry it, GBK."""
    for text in [part for resident in RESIDENTS for part in (resident.name, resident.number)] + list(more):
        yield text.encode()
        yield text.encode("gbk")


def found(data, *more):
    return [secret for secret in secrets(*more) if secret in data]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Every service played on line, then every form once more without a network; what it left, by kind."""
    folder = tmp_path_factory.mktemp("privacy")
    media = FileMedium(folder / "forms", 1 << 18), FileMedium(folder / "notes", 1 << 14)
    seen = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.getMessage())
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    replies, views = [], []
    with serving(folder / "headend") as headend:
        kiosk = Kiosk(headend, media)
        for name in NAMES:
            typed = dict(TYPED.get(name, {}), reference="20260316000001", code="2" * 16)
            player = ServicePlayer(kiosk, name, player_of(name), typed, PICKED.get(name))
            views.append(player.play())
            replies += [reply for _, reply in player.asked]
        number = RESIDENTS[0].number
        wrong = json.dumps({"terminal": number, "identity": number, "action": number}).encode()
        try:
            urllib.request.urlopen(urllib.request.Request(headend.url + "/v1/service/enrol", wrong), timeout=10)
        except urllib.error.HTTPError as error:
            with error:
                seen.append(error.read().decode())
        kiosk.link.off()
        queued = [name for name in NAMES if kiosk.services.service(name)["offline"] == "queue"]
        for name in queued:
            kiosk.ask(name, "submit", player_of(name), {"phone": PHONE, "name": RESIDENTS[1].name})
        assert kiosk.outbox.waiting == len(queued) > 10
        kiosk.power_off()
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(logging.WARNING)
    for medium in media:
        medium.close()
    files = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {"logs": seen, "events": kiosk.events, "replies": replies, "views": views, "files": files}


def test_logs_and_refusals_name_nobody(run):
    said = "\n".join(run["logs"]) + repr(run["events"])
    assert "HEADEND-40" in said and found(said.encode(), PHONE) == []


def test_what_waits_at_the_kiosk_names_nobody(run):
    assert len(run["files"]["forms"]) == 1 << 18 and run["files"]["notes"].strip(b"\0")
    for name in ("forms", "notes"):
        assert found(run["files"][name], PHONE, "phone") == []


def test_what_the_desk_keeps_names_nobody(run):
    kept = [name for name in run["files"] if not name.startswith("demonstration")]
    assert "services.sqlite" in kept
    assert [name for name in kept if found(run["files"][name], PHONE)] == []


def test_replies_and_screens_show_masked_names_only(run):
    assert found(json.dumps([run["replies"], run["views"]], ensure_ascii=False).encode(), PHONE) == []
    text = repr(run["replies"])
    assert masked_name(RESIDENTS[1].name) in text and masked_number(RESIDENTS[1].number) in text


def test_the_search_would_find_them(run):
    """The demonstration's own file does know its residents: the platform's side, not the terminal's."""
    known = b"".join(data for name, data in run["files"].items() if name.startswith("demonstration"))
    assert found(known)
