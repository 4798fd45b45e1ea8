"""Screens of park, library, hospital and pool gates; what they share with a fare gate is the gate's.

Beside the gate's view state: `hours` such as "06:00-21:00", `inside` and `capacity` (people); accepted:
`entitlement` (catalogue suffix: annual_pass, free_admission, reservation, triage, session, loan), `visits_left`,
`queue_number`, `locker`, `until` and `stayed` (texts), `tell` (catalogue suffix: what staff or holder is to see).
"""

from screens import catalogue, gate


def screen(state, metrics):
    """The display list of a view state; KeyError for a state["screen"] that a venue does not have."""
    draw = _SCREENS.get(state["screen"])
    return draw(state, metrics).ops if draw else gate.screen(state, metrics)


def _idle(state, metrics):
    lang = state.get("lang", "zh")
    foot = []
    if state.get("hours"):
        foot.append("%s %s" % (catalogue.text("hours", lang), state["hours"]))
    if state.get("inside") is not None:
        foot.append("%s %d/%d" % (catalogue.text("inside", lang), state["inside"], state["capacity"]))
    texts = ["   ".join(foot), foot[0]] if foot else None
    return gate.idle(state, metrics, "venue.idle", texts)


def _accepted(state, metrics):
    figures = "queue_number", "locker", "until", "visits_left", "stayed", "paid", "days_left", "balance"
    return gate.accepted(state, metrics, "tick", "venue.accepted", figures)


def _refused(state, metrics):
    return gate.refused(state, metrics, "venue.refused")


_SCREENS = {"idle": _idle, "accepted": _accepted, "refused": _refused}
