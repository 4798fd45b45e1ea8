"""The demonstration sites: gates, readers and docks in Nanjing with settings, tariffs and keys. Portable."""

START = 1773619200  # 2026-03-16 08:00:00 in China, a Monday
LIST_KEY = b"gatepost-demo-LI"  # protects nothing: the demonstration list holds made-up cards

# Products that the demonstration list names: cards with which staff orders modes, passes of the sites.
MAINTENANCE, TRAIN_FAULT, DEPARTURE = 90, 91, 92
PRODUCTS = (MAINTENANCE, TRAIN_FAULT, DEPARTURE)
SERVICE_CARDS = {str(MAINTENANCE): "maintenance", str(TRAIN_FAULT): "train_fault", str(DEPARTURE): "departure"}

_CITY = {
    "home": ["3010", "320100"],
    "same_city": ["2900", "310000", "5840"],
    "unlisted": "refuse",
    "damaged": "refuse",
    "low_balance": 500,
}
_FREE = {"disabled": 0, "soldier": 0, "veteran": 0, "child": 0}
TARIFF = dict(_CITY, fare=200, concessions=dict(_FREE, elder=50, student=50))
SETTINGS = {"terminal": "gate-0001", "site": ["鼓楼站 进站", "Gulou Stn. Entry"]}

# What differs by profile; the figures are those of the bus and park among the technician's tariffs.
_SITES = {
    "bus240": (
        {"terminal": "bus-0017", "site": ["17路 鼓楼公交站", "Line 17 Gulou"]},
        dict(_CITY, fare=200, concessions=dict(_FREE, elder=0, student=40)),
    ),
    "wide480": (
        {"terminal": "gate-0002", "site": ["鼓楼站 宽通道", "Gulou Stn. Wide lane"], "lane": "wide"},
        TARIFF,
    ),
    "ferry240": (
        {
            "terminal": "ferry-0001",
            "site": ["中山轮渡", "Zhongshan Ferry"],
            "venue": "ferry",
            "remembers": 300,
            "most_persons": 20,
            "screen": {"vehicle": "ferry", "price": 200},
        },
        dict(_CITY, fare=200, concessions=dict(_FREE, elder=50, student=50), entry={"most_inside": 3}),
    ),
    "bike320": (
        {
            "terminal": "bike-0001",
            "site": ["鼓楼 公共自行车", "Gulou Bikes"],
            "venue": "bike",
            "remembers": 200,
            "here": {"direction": "both", "station": "gulou"},
            "passage_ms": 10000,
        },
        dict(
            _CITY,
            concessions={},
            minimum=500,
            session={
                "free_s": 1800,
                "first": 150,
                "first_s": 3600,
                "block": 100,
                "block_s": 1800,
                "most": 2000,
                "limit_s": 86400,
                "over_block": 1000,
                "over_block_s": 43200,
                "missing_exit": {"add": "most"},
                "missing_entry": {"fare": 0},
            },
            unused_s=300,
        ),
    ),
    "pool480": (
        {
            "terminal": "pool-0001",
            "site": ["游泳馆", "Swimming Hall"],
            "venue": "pool",
            "remembers": 240,
            "lockers": 2,
            "here": {"direction": "both"},
            "screen": {"hours": "06:00-22:00"},
        },
        dict(
            _CITY,
            concessions={"elder": 50, "student": 60, "disabled": 50},
            visitors="admit",
            low_balance=1000,
            session={
                "prepaid": 1500,
                "limit_s": 7200,
                "over_block": 500,
                "over_block_s": 1800,
                "locker": True,
                "missing_exit": {"add": 0},
                "missing_entry": {"fare": 0},
            },
            entry={"most_inside": 240},
            unused_s=300,
        ),
    ),
    "hospital480": (
        {
            "terminal": "triage-0001",
            "site": ["市第一医院 预检", "First Hospital Triage"],
            "venue": "hospital",
            "here": {"site": "triage"},
            "outside_check": "triage",
        },
        dict(
            _CITY,
            fare=0,
            concessions={},
            visitors="admit",
            unlisted="admit",
            damaged="admit",
            entry={"outside_check": "refuse"},
        ),
    ),
    "campus480": (
        {
            "terminal": "door-0001",
            "site": ["校园北门", "Campus North Door"],
            "venue": "door",
            "remembers": 100,
            "here": {"direction": "entry"},
        },
        dict(_CITY, fare=0, concessions={}, entry={"passback_s": 180}),
    ),
    "venue480": (
        {"terminal": "park-0001", "site": ["玄武湖公园 南门", "Lake Park South"]},
        dict(_CITY, fare=3000, concessions=dict(_FREE, elder=0, student=50), unlisted="admit"),
    ),
    "pad320": (
        {"terminal": "shop-0001", "site": ["便民超市", "Corner Shop"], "pad": {"receipt": "ask"}},
        dict(_CITY, fare=0, concessions={"elder": 95}, unlisted="admit"),
    ),
    "kiosk1080": (
        {"terminal": "kiosk-0001", "site": ["人社服务大厅", "Service hall"], "prove_social": True},
        dict(_CITY, fare=0, concessions={}, unlisted="admit"),
    ),
    "kiosk480": (
        {"terminal": "village-0001", "site": ["村便民服务点", "Village point"], "prove_social": True, "answer_s": 120, "link_s": 60},
        dict(_CITY, fare=0, concessions={}, unlisted="admit"),
    ),
}
# Where pads and kiosks may stand, their first place first: settings and tariff that differ from those of the profile.
_PLACES = {
    "pad320": {
        "shop": ({}, {}),
        "breakfast": ({"terminal": "stall-0001", "site": ["早点铺", "Breakfast stall"], "pad": {"receipt": "never"}}, {}),
        "pharmacy": (
            {
                "terminal": "pharmacy-0001", "site": ["惠民大药房", "Pharmacy"],
                "pad": {"receipt": "always", "insured": "medicine-settlement"},
            },
            {"concessions": {}},
        ),
    },
    "kiosk1080": {
        "hall": ({}, {}),
        "bank": ({"terminal": "bank-0001", "site": ["银行网点", "Bank branch"]}, {}),
        "library": ({"terminal": "library-0001", "site": ["市图书馆", "City library"]}, {}),
        "hospital": ({"terminal": "clinic-0001", "site": ["市第一医院", "First Hospital"]}, {}),
        "jobs": ({"terminal": "jobs-0001", "site": ["就业服务大厅", "Job hall"]}, {}),
    },
    "kiosk480": {"village": ({}, {})},
}  # fmt: skip
_FIRST = {"pad320": "shop", "kiosk1080": "hall", "kiosk480": "village"}


def places(profile):
    """Where terminals of that profile may stand, the usual place first; () for those with one place only."""
    names = sorted(_PLACES.get(profile, ()))
    return tuple(sorted(names, key=lambda name: name != _FIRST[profile]))


def config(seed, profile="gate480", place=None):
    """The configuration of a terminal of that profile at `place`, see boards.terminal_on_board."""
    # A terminal that is told its keys does without the phones' side.
    from simulator.codes import demonstration_trust
    from simulator.opaque_codes import SERVICES

    settings, tariff = _SITES.get(profile, (SETTINGS, TARIFF))
    if place is not None:
        others, rates = _PLACES[profile][place]
        settings, tariff = dict(settings, **others), dict(tariff, **rates)
    return {
        "settings": dict(settings, service_cards=SERVICE_CARDS, code_services=[list(route) for route in SERVICES]),
        "tariff": tariff,
        "trust": demonstration_trust(),
        "list_key": LIST_KEY,
        "host": "headend",
        "seed": seed,
    }
