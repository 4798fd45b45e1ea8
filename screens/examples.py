"""View states of every screen: what the tests draw, the contact sheet shows and the glyph files are counted from."""

from screens import catalogue, gate

COMMON = {"site": ("鼓楼站 进站", "Gulou Stn. Entry"), "clock": "08:00", "online": True}
LANGUAGES = ("zh", "en")

# (name, view state without what every state carries)
GATE = (
    ("boot", {"screen": "boot"}),
    ("idle", {"screen": "idle"}),
    ("idle_offline", {"screen": "idle", "online": False, "queued": 12}),
    ("reading", {"screen": "reading"}),
    ("accepted", {"screen": "accepted", "fare": 200, "balance": 5500}),
    ("accepted_elder", {"screen": "accepted", "fare": 100, "balance": 3850, "concession": "elder"}),
    ("accepted_veteran", {"screen": "accepted", "fare": 0, "balance": 1200, "concession": "veteran"}),
    ("accepted_low", {"screen": "accepted", "fare": 100, "balance": 480, "concession": "student", "low_balance": True}),
    ("accepted_only_low", {"screen": "accepted", "fare": 200, "balance": 300, "low_balance": True}),
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


def whole(state, lang):
    """The state with what every state carries."""
    full = {"lang": lang}
    full.update(COMMON)
    full.update(state)
    return full


def every_wording():
    """States with every reason and concession the catalogue knows: (name, state)."""
    for key in catalogue.keys():
        family, _, name = key.partition(".")
        if family == "reason":
            yield key, {"screen": "refused", "reason": name, "code": "R00"}
        elif family == "out":
            yield key, {"screen": "out_of_service", "reason": name, "code": "R00"}
        elif family == "concession":
            yield key, {"screen": "accepted", "fare": 0, "balance": 0, "concession": name}
