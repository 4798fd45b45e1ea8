"""The screens of a kiosk: view states of terminal.kiosk and its patterns become display lists. See docs/kiosk.md.

Every state carries lang, elder, contrast, voice, site, clock, online, queued, and `tools`: the first cell shown where
they do not all fit. `first` is the first tile, row, choice or key shown. Texts are (Chinese, English).
"""

from screens import kiosk_end, kiosk_enter, kiosk_menu, kiosk_service, kiosk_words, parts

_SCREENS = {
    "kiosk.attract": kiosk_menu.attract,
    "kiosk.identify": kiosk_menu.identify,
    "kiosk.home": kiosk_menu.home,
    "kiosk.group": kiosk_menu.group,
    "kiosk.help": kiosk_menu.help,
    "kiosk.pin": kiosk_enter.pin,
    "kiosk.keyboard": kiosk_enter.keyboard,
    "kiosk.form": kiosk_enter.form,
    "kiosk.review": kiosk_enter.review,
    "kiosk.consent": kiosk_service.consent,
    "kiosk.face": kiosk_service.face,
    "kiosk.list": kiosk_service.rows,
    "kiosk.login_qr": kiosk_service.login_qr,
    "kiosk.handover": kiosk_service.handover,
    "kiosk.ticket": kiosk_end.ticket,
    "kiosk.proof": kiosk_end.proof,
    "kiosk.done": kiosk_end.done,
    "kiosk.wait": kiosk_end.wait,
    "kiosk.print": kiosk_end.paper,
    "kiosk.warning": kiosk_end.warning,
    "kiosk.error": kiosk_end.trouble,
    "kiosk.out": kiosk_end.out_of_service,
}
NAMES = tuple(sorted(_SCREENS))


def screen(state, metrics):
    """The display list of a view state; KeyError for a state["screen"] that a kiosk does not have."""
    if state["screen"] == "boot":
        return parts.quiet(state, metrics, "boot", "clock", metrics.theme.accent).ops
    return _SCREENS[state["screen"]](state, metrics)


def spoken(ops):
    """What a display list says when it is read out: its texts in reading order, without the line of site and clock,
    without keys and the dots of a PIN."""
    texts = []
    for op in ops:
        if op[0] == "t" and op[2] > 0 and len(op[10]) > 1 and op[10][0] not in "●○" and op[10] not in texts:
            texts.append(op[10])
    return texts


def prompts(ops, lang):
    """The words that a display list says by itself."""
    return [kiosk_words.text(op[1], lang) for op in ops if op[0] == "say"]
