"""The view states whose screens the tests draw, and the display lists as readable lines."""

from screens import gate, profiles
from screens.theme import STANDARD

_COMMON = {"site": ("鼓楼站 进站", "Gulou Stn. Entry"), "clock": "08:00", "online": True}

# (name, view state without language)
GATE = (
    ("boot", {"screen": "boot"}),
    ("idle", {"screen": "idle"}),
    ("idle_offline", {"screen": "idle", "online": False, "queued": 12}),
    ("reading", {"screen": "reading"}),
    ("accepted", {"screen": "accepted", "fare": 200, "balance": 5500}),
    ("accepted_elder", {"screen": "accepted", "fare": 100, "balance": 3850, "concession": "elder"}),
    ("accepted_veteran", {"screen": "accepted", "fare": 0, "balance": 1200, "concession": "veteran"}),
    ("accepted_low", {"screen": "accepted", "fare": 100, "balance": 480, "concession": "student", "low_balance": True}),
    ("accepted_same_city", {"screen": "accepted", "fare": 200, "balance": 123456, "same_city": True}),
    ("accepted_days", {"screen": "accepted", "days_left": 120}),
    ("accepted_free", {"screen": "accepted"}),
    ("refused_low_balance", {"screen": "refused", "reason": "low_balance", "code": "R07"}),
    ("refused_long", {"screen": "refused", "reason": "code_not_yet_valid", "code": "R23"}),
    ("read_again", {"screen": "read_again"}),
    ("out_of_service", {"screen": "out_of_service"}),
    ("out_of_service_full", {"screen": "out_of_service", "reason": "journal_full", "code": "R40", "online": False}),
    ("emergency", {"screen": "emergency"}),
    ("free_passage", {"screen": "free_passage"}),
    ("maintenance", {"screen": "maintenance"}),
)

# (family, its screen function, states, profiles it is drawn on)
FAMILIES = (("gate", gate.screen, GATE, ("gate480", "gate320")),)
LANGUAGES = ("zh", "en")


def cases(theme=STANDARD, elder=False):
    """Yields (family, profile, language, state name, metrics, display list) for every state."""
    for family, screen, states, names in FAMILIES:
        for profile in names:
            metrics = profiles.metrics(profile, theme, elder)
            for lang in LANGUAGES:
                for name, state in states:
                    yield family, profile, lang, name, metrics, screen(whole(state, lang), metrics)


def whole(state, lang):
    """The state with what every state carries."""
    full = {"lang": lang}
    full.update(_COMMON)
    full.update(state)
    return full


def lines(ops):
    """A display list as text, one operation a line, the same on both interpreters."""
    for op in ops:
        yield " ".join([_word(op, index) for index in range(len(op))])


# Where the colours are in each kind of operation.
_COLOURS = {"r": (5,), "t": (8, 9), "i": (5, 6)}


def _word(op, index):
    if index in _COLOURS.get(op[0], ()):
        return "#%06x" % op[index]
    return str(op[index])


def golden_name(family, profile, lang):
    return "tests/golden/screens/%s.%s.%s.txt" % (family, profile, lang)
