"""Packages from a real head-end process onto a virtual board, by an operator's roll-out, over mutual TLS.

`python -m pytest tests/host/long_over_the_air.py` tries every failure and every moment for the plug.
"""

import json

import pytest

from tests.host import board_bench
from tests.host.air_trials import (
    FAILURES,
    LISTS,
    UNSOUND,
    goes_back,
    is_refused,
    kept,
    running,
    tap,
    whole,
)


def test_an_operator_rolls_a_version_out(place):
    before = kept(place)
    assert before[1] and len(before[0]) >= 2
    roll_out = place.roll_out(whole(place, 10))
    assert place.ended(roll_out)[0] == "done"
    assert place.standing.has["firmware"] == running(place) == 10
    checks = {found.code: found.state for found in place.standing.checks}  # its self-test at the start just now
    assert checks["READER"] == checks["JOURNAL"] == checks["KEYS"] == checks["LIST"] == "good", place.standing.checks
    place.board.pull_plug()
    after = kept(place)
    place.board.plug_in()
    assert after[1] == before[1]
    assert {seq: after[0][seq] for seq in before[0]} == before[0]
    place.until(lambda: place.board.hardware.lamp("green"))
    assert tap(place) == 3650  # it is in service, with its list


def test_a_version_that_fails_goes_back_and_the_fleet_view_says_why(place):
    goes_back(place, *FAILURES[0])


@pytest.mark.parametrize("version, more, code", UNSOUND)
def test_what_is_not_sound_is_refused_and_shown(place, version, more, code):
    is_refused(place, version, more, code)


def test_settings_and_lists_come_too(place):
    place.publish("settings", 5, json.dumps({"settings": {"language": "en", "passage_ms": 4000}}).encode())
    place.until(lambda: place.standing.has.get("settings") == 5)
    place.publish("settings", 6, json.dumps({"settings": {"language": "klingon"}}).encode())
    place.until(lambda: place.standing.bad.get("settings") == ("PACKAGE-1", 6))
    assert place.standing.has["settings"] == 5
    table = board_bench.list_table(place.folder, 2)
    place.publish("whitelist", 2, table)
    place.until(lambda: place.standing.has.get("whitelist") == 2)
    assert table in b"".join(place.files(*LISTS).values())


def test_settings_with_which_the_terminal_does_not_come_up_go_back(place):
    held = place.standing.has.get("settings")
    bad = {"place": {"station": "nowhere on any card"}, "trips": [1]}
    place.publish("settings", 9, json.dumps(bad).encode())
    place.until(lambda: place.standing.bad.get("settings") == ("BOOT-1", 9))
    assert place.standing.has.get("settings") == held
