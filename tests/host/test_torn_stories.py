"""Long stories of torn cards, cut power, strange answers and use elsewhere, made up by hypothesis: the books balance."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.portable import torn_cases
from tests.portable.torn_cases import HALF, KEPT, LOST, PowerLost

STATUS_WORDS = st.sampled_from([0x6581, 0x6985, 0x6A80, 0x6F00, 0x9302, 0x9401, 0x9406, 0x6D00, 0x6283, 0x9240])
INSTRUCTIONS = st.sampled_from([0xA4, 0xB0, 0xB2, 0x5C, 0x50, 0x54, 0x5A])

ACTIONS = st.one_of(
    st.tuples(st.just("tap"), st.integers(0, 1)),
    st.tuples(st.just("tear"), st.integers(0, 1), st.integers(0, 7), st.booleans()),
    st.tuples(st.just("refuse"), st.integers(0, 1), INSTRUCTIONS, STATUS_WORDS),
    st.tuples(st.just("plug"), st.integers(0, 1), st.integers(0, 50), st.sampled_from([LOST, KEPT, HALF])),
    st.tuples(st.just("boot")),
    st.tuples(st.just("elsewhere"), st.integers(0, 1), st.integers(1, 3)),
    st.tuples(st.just("psam mute"), st.integers(0, 1), st.integers(0, 4)),
    st.tuples(st.just("psam reset")),
    st.tuples(st.just("wait"), st.sampled_from([10, 400, 90000])),
)


def play(gate, residents, action):
    name, *rest = action
    if name == "tap":
        gate.tap(residents[rest[0]])
    elif name == "tear":
        channel = gate.channel(residents[rest[0]])
        channel.cut(rest[1], rest[2])
        gate.tap(residents[rest[0]], channel)
    elif name == "refuse":
        channel = gate.channel(residents[rest[0]])
        channel.refuse = {rest[1]: rest[2]}
        gate.tap(residents[rest[0]], channel)
    elif name == "plug":
        gate.medium.survive = rest[2]
        gate.plug.at = gate.plug.steps + rest[1]
        try:
            gate.tap(residents[rest[0]])
        except PowerLost:
            gate.boot()
        gate.plug.at = None
    elif name == "boot":
        gate.boot()
    elif name == "elsewhere":
        torn_cases.use_elsewhere(residents[rest[0]], rest[1])
    elif name == "psam mute":
        gate.psam.cut(rest[1], True)
        gate.tap(residents[rest[0]])
        gate.psam.back()
    elif name == "psam reset":
        gate.psam.card.power_on("contact")
    else:
        gate.clock.move(1000 * rest[0])
        gate.charger.expire()


@given(st.lists(ACTIONS, max_size=10))
@settings(max_examples=60)
def test_whatever_happens_the_books_balance(actions):
    gate = torn_cases.Gate()
    residents = torn_cases.Resident(1), torn_cases.Resident(2)
    for action in actions:
        play(gate, residents, action)
    for resident in residents:
        gate.psam.refuse = {}
        if resident.token not in gate.charger.flagged:
            assert gate.tap(resident) or gate.tap(resident)
            assert gate.charger.pending_of(resident.token) is None
        gate.check(resident)
