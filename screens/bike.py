"""Screens of a bike dock's reader; what they share with a gate is the gate's. `leg` is "take" or "return"."""

from screens import gate


def screen(state, metrics):
    """The display list of a view state; KeyError for a state["screen"] that a dock does not have."""
    draw = _SCREENS.get(state["screen"])
    return draw(state, metrics).ops if draw else gate.screen(state, metrics)


def _idle(state, metrics):
    return gate.idle(state, metrics, "bike.idle")


def _accepted(state, metrics):
    key = "bike.returned" if state.get("leg") == "return" else "bike.taken"
    return gate.accepted(state, metrics, "tick", key, ("stayed", "paid", "balance"))


_SCREENS = {"idle": _idle, "accepted": _accepted}
