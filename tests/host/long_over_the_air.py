"""The long run of packages over the air: `python -m pytest tests/host/long_over_the_air.py`, some minutes."""

import json
import time

import pytest

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
