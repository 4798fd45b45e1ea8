"""Screens of the readers on buses and ferries; what they share with a gate is the gate's. See docs/screens.md.

Beside the gate's view state: `vehicle` "bus" or "ferry", `leg` "board" or "alight", `stop` (zh, en), `price` in
fen, what a ride costs from here, `inside` and `capacity`, the head count of a ferry; the route is the `site`.
"""

from screens import catalogue, gate, parts


def screen(state, metrics):
    """The display list of a view state; KeyError for a state["screen"] that a reader does not have."""
    draw = _SCREENS.get(state["screen"])
    return draw(state, metrics).ops if draw else gate.screen(state, metrics)


def _idle(state, metrics):
    lang = 0 if state.get("lang", "zh") == "zh" else 1
    if state.get("leg") == "alight":
        key = "bus.alight"
    else:
        key = "ferry.idle" if state.get("vehicle") == "ferry" else "bus.idle"
    here = [state["stop"][lang]] if state.get("stop") else []
    if state.get("price") is not None:
        here.append(parts.money(state["price"]))
    if state.get("inside") is not None:
        here.append(
            "%s %d/%d" % (catalogue.text("ferry.aboard", state.get("lang", "zh")), state["inside"], state["capacity"])
        )
    return gate.idle(state, metrics, key, ["   ".join(here), here[-1]] if here else None)


def _accepted(state, metrics):
    if state.get("leg") == "alight":
        key = "bus.alighted"
    else:
        key = "ferry.accepted" if state.get("vehicle") == "ferry" else "bus.accepted"
    return gate.accepted(state, metrics, "tick", key)


def _refused(state, metrics):
    return gate.refused(state, metrics, "bus.refused")


_SCREENS = {"idle": _idle, "accepted": _accepted, "refused": _refused}
