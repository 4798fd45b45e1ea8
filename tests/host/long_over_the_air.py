"""The long run of packages over the air: `python -m pytest tests/host/long_over_the_air.py`, some minutes."""

import pytest

from tests.host.air_trials import FAILURES, PULLS, goes_back, goes_on_after


@pytest.mark.parametrize("version, start, why", FAILURES, ids=("crash", "out of memory", "hang"))
def test_a_version_that_fails_goes_back_and_the_fleet_view_says_why(place, version, start, why):
    goes_back(place, version, start, why)


@pytest.mark.parametrize("version, pull", PULLS)
def test_the_plug_is_pulled_and_it_goes_on(place, version, pull):
    goes_on_after(place, version, pull)
