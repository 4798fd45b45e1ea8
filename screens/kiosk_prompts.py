"""What a kiosk's screens say aloud: one key of the catalogue each, never a word of the holder's own."""

_SAID = {
    "kiosk.home": "kiosk.say.home",
    "kiosk.group": "kiosk.say.home",
    "kiosk.keyboard": "kiosk.say.keyboard",
    "kiosk.form": "kiosk.say.form",
    "kiosk.consent": "kiosk.say.consent",
    "kiosk.list": "kiosk.say.list",
    "kiosk.ticket": "kiosk.say.ticket",
    "kiosk.handover": "kiosk.handover.sub",
    "kiosk.help": "kiosk.help.sub",
    "kiosk.warning": "kiosk.warning.sub",
    "kiosk.out": "kiosk.out.sub",
    "kiosk.proof": "kiosk.proof",
    "kiosk.identify": "kiosk.identify",
    "kiosk.done": "kiosk.done",
}
# Where something is entered, what to do is worth more than the name of the service: on small displays it takes its place.
_ENTERED = ("kiosk.home", "kiosk.pin", "kiosk.keyboard", "kiosk.form", "kiosk.face")


def key(state):
    """The key that is said on the screen of this view state; None where nothing is."""
    screen = state["screen"]
    if state.get("kept"):
        return "kiosk.queued"
    if state.get("held"):
        return "kiosk.held"
    if screen == "kiosk.attract":
        return "kiosk.card_left" if state.get("left") else "kiosk.attract"
    if screen == "kiosk.pin":
        return "kiosk.say.pin" if state.get("tries") is None else "kiosk.say.pin_wrong"
    if screen == "kiosk.face":
        return "kiosk.reason.face_" + state["reason"] if state.get("reason") else "kiosk.say.face"
    if screen == "kiosk.wait":
        return "kiosk.wait." + state["step"]
    if screen == "kiosk.print":
        return "kiosk.print_failed" if state["step"] == "failed" else "kiosk.printing"
    if screen == "kiosk.login_qr":
        return None if state.get("reason") else "kiosk.text_qr.sub" if state.get("writes") else "kiosk.login_qr.sub"
    if screen == "kiosk.review":
        return "kiosk.pay_check" if state.get("pay") else "kiosk.review"
    if screen == "kiosk.error" and not state.get("message"):
        from screens import kiosk_words

        return kiosk_words.reason(state["reason"])
    return _SAID.get(screen)


def is_title(state):
    """Whether the prompt takes the place of the title on small displays."""
    return state["screen"] in _ENTERED


def is_written(words, ops):
    """Whether the words stand on the picture, perhaps broken over lines."""
    texts = "".join([op[10] for op in ops if op[0] == "t"])
    return words.replace(" ", "") in texts.replace(" ", "")
