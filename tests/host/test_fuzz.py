"""Every fuzz target on hypothesis' cases, each case within its bounds of lines and memory; ./run fuzz goes deeper."""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.judge import TooMuchMemory, TooMuchWork, judge
from tests.fuzz.targets import PLANTED, TARGETS


@st.composite
def cases(draw, seeds, longest):
    """A seed with bytes changed, cut off, repeated or added; or bytes of no origin."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.binary(max_size=min(longest, 200)))
    case = bytearray(draw(st.sampled_from(seeds)))
    for offset, value in draw(st.lists(st.tuples(st.integers(0, longest), st.integers(0, 255)), max_size=4)):
        if offset < len(case):
            case[offset] = value
    if draw(st.booleans()):
        case = case[: draw(st.integers(0, len(case)))]
    if draw(st.booleans()):
        case += draw(st.binary(max_size=40))
    return bytes(case[:longest])


@pytest.mark.parametrize("name", TARGETS)
def test_no_case_crashes_or_costs_more_than_it_may(name):
    target = TARGETS[name]
    seeds = target.seeds()
    assert seeds and all(len(seed) <= target.longest for seed in seeds)
    for seed in seeds:
        judge(target, seed)

    # Cases that run long in virtual time cost real time: fewer of them.
    @settings(max_examples=5 if target.lines > 400_000 else 25, suppress_health_check=list(HealthCheck))
    @given(cases(seeds, target.longest))
    def fuzz(case):
        judge(target, case)

    fuzz()


@pytest.mark.parametrize(
    "name, case, finding",
    [
        ("planted-crash", b"\x6f\x7f\x00", IndexError),
        ("planted-hang", b"\x61\x61", TooMuchWork),
        ("planted-memory", b"\x6f\x00\x01\x00\x00", TooMuchMemory),
    ],
)
def test_the_judge_sees_what_is_planted(name, case, finding):
    judge(PLANTED[name], PLANTED[name].seeds()[0])
    with pytest.raises(finding):
        judge(PLANTED[name], case)


def test_the_command_says_what_there_is_and_replays_a_case(tmp_path):
    def command(*arguments):
        return subprocess.run([sys.executable, "-m", "tests.fuzz", *arguments], capture_output=True, text=True)

    assert command("--list").stdout.split() == list(TARGETS)
    assert command("no-such-parser").returncode == 2
    (tmp_path / "case").write_bytes(b"\x6f\x7f\x00")
    assert "lines" in command("tlv", "--replay", str(tmp_path / "case")).stdout
    assert "IndexError" in command("planted-crash", "--replay", str(tmp_path / "case")).stderr
