"""View states of every screen: what the tests draw, the contact sheet shows and the glyph files are counted from."""

from screens import bike, bus, catalogue, gate, maintenance, pad, venue

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
    ("accepted_overtime", {"screen": "accepted", "fare": 1200, "balance": 800, "charge": "overtime"}),
    ("refused_low_balance", {"screen": "refused", "reason": "low_balance", "code": "R07"}),
    ("refused_long", {"screen": "refused", "reason": "code_not_yet_valid", "code": "R23"}),
    ("intruded", {"screen": "intruded", "reason": "tailgating", "code": "R90"}),
    ("read_again", {"screen": "read_again"}),
    ("out_of_service", {"screen": "out_of_service"}),
    ("out_of_service_full", {"screen": "out_of_service", "reason": "journal_full", "code": "R40", "online": False}),
    ("emergency", {"screen": "emergency"}),
    ("free_passage", {"screen": "free_passage"}),
    ("maintenance", {"screen": "maintenance"}),
)

_BUS = {"site": ("17路", "Route 17"), "stop": ("新街口", "Xinjiekou"), "price": 200, "vehicle": "bus"}
_FERRY = {"site": ("中山轮渡", "Ferry"), "price": 200, "vehicle": "ferry"}
_HOSPITAL = ("市第一医院", "First City Hospital")
_PARK = ("玄武湖公园", "Xuanwu Lake Park")
_LIBRARY = ("市图书馆", "City Library")
_POOL = ("游泳馆", "Swimming Pool")


def _with(common, state):
    both = {}
    both.update(common)
    both.update(state)
    return both


BUS = (
    ("idle", _with(_BUS, {"screen": "idle"})),
    ("idle_alight", _with(_BUS, {"screen": "idle", "leg": "alight"})),
    ("idle_ferry", _with(_FERRY, {"screen": "idle", "online": False, "queued": 3})),
    ("accepted", _with(_BUS, {"screen": "accepted", "fare": 100, "balance": 3850, "concession": "elder"})),
    ("accepted_alight", _with(_BUS, {"screen": "accepted", "leg": "alight", "fare": 350, "balance": 3500})),
    ("idle_aboard", _with(_FERRY, {"screen": "idle", "inside": 212, "capacity": 300})),
    ("idle_party", _with(_FERRY, {"screen": "idle", "inside": 2, "capacity": 300, "persons": 12})),
    ("accepted_party", _with(_FERRY, {"screen": "accepted", "persons": 12, "fare": 2400, "balance": 3850})),
    ("accepted_ferry", _with(_FERRY, {"screen": "accepted", "fare": 200, "balance": 480, "low_balance": True})),
    ("refused", _with(_BUS, {"screen": "refused", "reason": "low_balance", "code": "R07"})),
    ("read_again", _with(_BUS, {"screen": "read_again"})),
    ("out_of_service", _with(_BUS, {"screen": "out_of_service", "reason": "reader_down", "code": "R41"})),
)
VENUE = (
    ("park", {"screen": "idle", "site": _PARK, "hours": "06:00-21:00", "inside": 1204, "capacity": 5000}),
    ("park_free", {"screen": "accepted", "site": _PARK, "entitlement": "free_admission", "concession": "elder"}),
    ("park_pass", {"screen": "accepted", "site": _PARK, "entitlement": "annual_pass", "days_left": 120}),
    ("park_fare", {"screen": "accepted", "site": _PARK, "fare": 3000, "balance": 5500, "same_city": True}),
    ("library", {"screen": "accepted", "site": _LIBRARY, "entitlement": "loan"}),
    ("hospital", {"screen": "accepted", "site": _HOSPITAL, "entitlement": "triage", "queue_number": "A012"}),
    ("pool", {"screen": "accepted", "site": _POOL, "entitlement": "session", "until": "18:00", "visits_left": 9}),
    ("pool_locker", {"screen": "accepted", "site": _POOL, "entitlement": "session", "until": "18:00", "locker": "87"}),
    ("pool_exit", {"screen": "accepted", "site": _POOL, "stayed": "2:45", "fare": 1000, "balance": 1350}),
    (
        "park_photo",
        {"screen": "accepted", "site": _PARK, "entitlement": "annual_pass", "days_left": 120, "tell": "photo_check"},
    ),
    ("reserved", {"screen": "accepted", "site": _PARK, "entitlement": "reservation"}),
    ("refused", {"screen": "refused", "site": _POOL, "reason": "not_listed", "code": "R04"}),
    ("closed", {"screen": "out_of_service", "site": _PARK, "reason": "closed"}),
)
_BIKES = {"site": ("鼓楼 公共自行车", "Gulou Bikes")}
BIKE = (
    ("idle", _with(_BIKES, {"screen": "idle"})),
    ("take", _with(_BIKES, {"screen": "accepted", "leg": "take", "balance": 3850})),
    ("return", _with(_BIKES, {"screen": "accepted", "leg": "return", "stayed": "0:50", "fare": 150, "balance": 3700})),
    ("refused", _with(_BIKES, {"screen": "refused", "reason": "bike_missing", "code": "R94"})),
)
_SHOP = {"site": ("便民超市", "Corner Shop")}
PAD = (
    ("amount", _with(_SHOP, {"screen": "amount", "amount": 650})),
    ("ask", _with(_SHOP, {"screen": "ask", "amount": 650})),
    ("ask_code", _with(_SHOP, {"screen": "ask", "amount": 3280, "pay_code": "https://pay.example/p?s=12&a=3280"})),
    ("accepted", _with(_SHOP, {"screen": "accepted", "fare": 650, "balance": 3200})),
    ("refused", _with(_SHOP, {"screen": "refused", "reason": "low_balance", "code": "R07"})),
    ("read_again", _with(_SHOP, {"screen": "read_again"})),
)
_ROWS = (
    ("reader", "PN532 1.6", True),
    ("scanner", "-", None),
    ("psam", "SM4", True),
    ("link", "HTTP 503", False),
    ("journal", "12 / 65536", True),
    ("list", "v3  2026-03-16", True),
    ("clock", "2026-03-16 08:00", True),
    ("version", "0.1.0", None),
)
_FAULT = (
    ("psam", "no answer", False),
    ("remedy", "psam", None),
    ("printer", "ready", True),
    ("display", "set up", True),
    ("touch", "set up", True),
)
_STANDING = (
    ("keys", "own key and root keys", True),
    ("version", "7", None),
    ("until", "2026-03-16 08:00", True),
    ("package", "tariff 3", None),
    ("refused", "tariff 4", False),
    ("refusal", "PACKAGE-2", None),
)
MAINTENANCE = (
    ("health", {"rows": _ROWS}),
    ("health_barrier", {"rows": (("barrier", "fire input active", None), ("remedy", "barrier", None))}),
    ("health_fault", {"rows": _FAULT, "leaf": 1, "leaves": 3}),
    ("health_standing", {"rows": _STANDING, "leaf": 3, "leaves": 3}),
)
# (family, its screen function, states, profiles it is drawn on, elder modes). A seller's or technician's page has no
# elder mode: what residents see and touch has.
_BOTH, _PLAIN = (False, True), (False,)
FAMILIES = (
    ("gate", gate.screen, GATE, ("gate480", "gate320"), _BOTH),
    ("bus", bus.screen, BUS, ("bus240", "gate320"), _BOTH),
    ("bike", bike.screen, BIKE, ("gate320",), _BOTH),
    ("venue", venue.screen, VENUE, ("venue480",), _BOTH),
    ("pad", pad.screen, PAD, ("pad320",), _PLAIN),
    ("maintenance", maintenance.screen, MAINTENANCE, ("gate480", "gate320"), _PLAIN),
)


def whole(state, lang):
    """The state with what every state carries."""
    full = {"lang": lang}
    full.update(COMMON)
    full.update(state)
    return full


def every_wording():
    """States with every reason and badge the catalogue knows: (name, state)."""
    for key in catalogue.keys():
        family, _, name = key.partition(".")
        if name.endswith(".short"):
            continue
        if family == "reason":
            yield key, {"screen": "refused", "reason": name, "code": "R00"}
        elif family == "out":
            yield key, {"screen": "out_of_service", "reason": name, "code": "R00"}
        elif family in ("concession", "charge", "tell", "entitlement"):
            yield key, {"screen": "accepted", "fare": 0, "balance": 0, family: name}
