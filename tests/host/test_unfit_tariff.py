"""A tariff that fails only at a tap: the lane goes back to the one before, or into a mode that keeps nobody in."""

import ast
import json

import pytest

from headend.packages import build_package
from simulator import demo_site
from simulator.sm2_signing import DemonstrationKey
from technician import tariff_file
from technician.errors import TariffFaulty
from terminal import courses
from terminal.more_errors import PackageMalformed, PackageUnfit
from tests import board_interpreter
from tests.portable.unfit_tariff import Gate, falls_back, goes_on_falling, is_refused_at_once, lets_out, serves_others

_HEAP = "1m"  # the emulated chips, and the rehearsal beside them
_STORIES = (falls_back, goes_on_falling, serves_others, is_refused_at_once)


@pytest.mark.parametrize("story", _STORIES, ids=lambda story: story.__name__)
def test_what_the_lane_does(story, listed, tmp_path):
    story(listed, str(tmp_path))


def test_nobody_is_kept_in_and_micropython_tells_the_same(listed, compiled_tree, tmp_path):
    events = lets_out(listed, str(tmp_path))
    script = board_interpreter.BOOT + "from tests.portable import unfit_tariff\nprint(unfit_tariff.lets_out(%r, %r))"
    done = board_interpreter.run(["-c", script % (listed, str(tmp_path))], compiled_tree, _HEAP)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ast.literal_eval(done.stdout) == events


def test_a_lane_comes_to_rest_in_a_mode_that_looks_at_no_card(listed, tmp_path):
    gate = Gate(listed, str(tmp_path), service_cards={})
    gate.bench.present(gate.people.card("hotlisted", gate.bench.hardware.reader_chip))
    gate.bench.run_for(600)
    lane = gate.bench.terminal.lane
    lane.ordered = courses.CLOSED
    gate.bench.run_for(600)
    assert gate.mode == "closed" and not lane.at_rest()  # the card still lies there
    gate.bench.remove()
    gate.bench.run_for(600)
    assert lane.at_rest()


def test_a_tariff_under_which_taps_fail_is_refused_where_it_is_made(tmp_path, monkeypatch):
    key = DemonstrationKey.named("tariffs")
    broken = dict(demo_site.TARIFF, concessions={"elder": {"percent": "half"}})
    for tariff, error in ((broken, PackageUnfit), ([], PackageMalformed)):
        with pytest.raises(error):
            build_package("tariff", "gate", 1, json.dumps(tariff).encode(), [(key.public, key.sign)], valid=(1, 2**31))
    file = tmp_path / "fares.toml"
    file.write_text("")
    monkeypatch.setattr(tariff_file, "_compile", lambda raw, faults: broken)  # a fault that the schema does not see
    with pytest.raises(TariffFaulty, match="fares.toml:1: a sample tap fails: TypeError.*elder"):
        tariff_file.load(file)
