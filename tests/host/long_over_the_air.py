"""The long run of packages over the air: `python -m pytest tests/host/long_over_the_air.py`, some minutes."""

import json
import time

import pytest

from simulator import residents
from terminal.civil_time import CHINA, DAY
from tests.host import board_bench
from tests.host.air_trials import FAILURES, PULLS, goes_back, goes_on_after, tap


@pytest.mark.parametrize("version, start, why", FAILURES, ids=("crash", "out of memory", "hang"))
def test_a_version_that_fails_goes_back_and_the_fleet_view_says_why(place, version, start, why):
    goes_back(place, version, start, why)


@pytest.mark.parametrize("version, pull", PULLS)
def test_the_plug_is_pulled_and_it_goes_on(place, version, pull):
    goes_on_after(place, version, pull)


def test_a_day_to_come_is_waited_for_and_outlives_the_plug(place):
    place.until(lambda: place.board.hardware.lamp("green"))
    day = int(time.time()) + 5
    tariff = dict(board_bench.site()["tariff"], fare=300)
    place.publish("tariff", 3, json.dumps(tariff).encode(), effective_from=day)
    place.until(lambda: b'"fare": 300' in place.files("/site.tariff").get("/site.tariff", b""))
    place.board.pull_plug()
    place.board.plug_in()
    place.until(lambda: place.standing.has.get("tariff") == 3)
    assert place.standing.contact >= day
    place.until(lambda: place.board.hardware.lamp("green"))
    assert tap(place) == 3850 - 300


def test_a_tariff_under_which_a_tap_fails_gives_way_to_the_one_before(place):
    place.until(lambda: place.board.hardware.lamp("green"))
    held = place.standing.has.get("tariff")
    now = int(time.time())
    minute = (now + CHINA) % DAY // 60
    sound = board_bench.site()["tariff"]
    # Sample taps are played as of three hours ago: what holds from now on only is not among them.
    failing = dict(sound, bands=[{"from": minute - 1, "to": minute + 10, "percent": "ninety"}])
    place.publish("tariff", 8, json.dumps(failing).encode(), since_s=3 * 3600)
    place.until(lambda: place.standing.has.get("tariff") == 8)
    place.until(lambda: place.board.hardware.lamp("green"))
    hardware, starts = place.board.hardware, place.board.starts
    with hardware.lock:
        hardware.reader.insert(residents.Residents().card("adult", hardware.reader))
    place.until(lambda: place.board.starts > starts)
    with hardware.lock:
        hardware.reader.remove()
    place.until(lambda: place.standing.bad.get("tariff") == ("PACKAGE-6", 8))
    assert place.standing.has.get("tariff") == held
    assert any(event["event"] == "tariff_unfit" and "TypeError" in event["error"] for event in place.told())
    place.until(lambda: place.board.hardware.lamp("green"))
    assert tap(place) < 3850
