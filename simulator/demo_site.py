"""The demonstration sites: gates, readers and docks in Nanjing with settings, tariffs and keys. Portable."""

from simulator.tariffs.gate import TARIFF  # noqa: F401  the plain gate's, which tests change

START = 1773619200  # 2026-03-16 08:00:00 in China, a Monday
LIST_KEY = b"gatepost-demo-LI"  # protects nothing: the demonstration list holds made-up cards

# Products that the demonstration list names: cards with which staff orders modes, passes of the sites.
MAINTENANCE, TRAIN_FAULT, DEPARTURE = 90, 91, 92
FORENOON = 11  # a booking of the museum
PRODUCTS = (MAINTENANCE, TRAIN_FAULT, DEPARTURE, FORENOON)
BOOKED_DAY = 20529  # 2026-03-17, since 1970: the museum is closed on the day before
SERVICE_CARDS = {str(MAINTENANCE): "maintenance", str(TRAIN_FAULT): "train_fault", str(DEPARTURE): "departure"}

CODE_SERVICES = (("essc:", "social_card"), ("28", "medical_voucher"))  # how opaque codes begin, and who resolves them
_LOADS = "000030103001"  # the number under which kiosks load purses
SETTINGS = {"terminal": "gate-0001", "site": ["鼓楼站 进站", "Gulou Stn. Entry"]}

# Of each profile: settings, and the tariff (simulator/tariffs, compiled from the technician's).
_SITES = {
    "bus240": (
        {
            "terminal": "bus-0017",
            "site": ["17路 鼓楼公交站", "Line 17 Gulou"],
            "venue": "bus",
            "remembers": 100,
            "here": {"line": "17", "operator": "bus"},
        },
        "bus",
    ),
    "wide480": (
        {"terminal": "gate-0002", "site": ["鼓楼站 宽通道", "Gulou Stn. Wide lane"], "lane": "wide"},
        "gate",
    ),
    "journey480": ({"trips": [1], "remembers": 100}, "metro"),
    "ferry240": (
        {
            "terminal": "ferry-0001",
            "site": ["中山轮渡", "Zhongshan Ferry"],
            "venue": "ferry",
            "remembers": 300,
            "most_persons": 20,
            "screen": {"vehicle": "ferry", "price": 200},
        },
        "ferry",
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
        "bike",
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
        "pool",
    ),
    "hospital480": (
        {
            "terminal": "triage-0001",
            "site": ["市第一医院 预检", "First Hospital Triage"],
            "venue": "hospital",
            "here": {"site": "triage"},
            "outside_check": "triage",
        },
        "hospital",
    ),
    "campus480": (
        {
            "terminal": "door-0001",
            "site": ["校园北门", "Campus North Door"],
            "venue": "door",
            "remembers": 100,
            "here": {"direction": "both"},
        },
        "campus",
    ),
    "venue480": (
        {
            "terminal": "park-0001",
            "site": ["玄武湖公园 南门", "Lake Park South"],
            "venue": "park",
            "remembers": 200,
            "here": {"direction": "entry"},
            "screen": {"hours": "05:00-21:00"},
        },
        "park",
    ),
    "museum480": (
        {
            "terminal": "museum-0001",
            "site": ["市博物馆", "City Museum"],
            "venue": "museum",
            "remembers": 200,
            "most_persons": 5,
            "here": {"direction": "entry"},
            "screen": {"hours": "09:00-17:00"},
        },
        "museum",
    ),
    "library480": (
        {
            "terminal": "library-0002",
            "site": ["市图书馆", "City Library"],
            "venue": "library",
            "remembers": 200,
            "here": {"direction": "both"},
            "screen": {"hours": "08:30-21:00"},
        },
        "library",
    ),
    "pad320": (
        {"terminal": "shop-0001", "site": ["便民超市", "Corner Shop"], "pad": {"receipt": "ask"}},
        "shop",
    ),
    "desk480": (
        {"terminal": "desk-0001", "site": ["人社服务大厅 12号窗口", "Service hall, desk 12"], "prove_social": True},
        "counter",
    ),
    "kiosk1080": (
        {
            "terminal": "kiosk-0001",
            "site": ["人社服务大厅", "Service hall"],
            "prove_social": True,
            "load_terminal": _LOADS,
        },
        "counter",
    ),
    "kiosk480": (
        {
            "terminal": "village-0001",
            "site": ["村便民服务点", "Village point"],
            "prove_social": True,
            "load_terminal": _LOADS,
            "answer_s": 120,
            "link_s": 60,
        },
        "counter",
    ),
}
_MOST_INSIDE = {"ferry240": 3}  # a smaller ship than the one that the tariff was written for


def _station(name, direction, zh, en, code):
    """Settings of a gate that writes journeys to the cards."""
    return {
        "terminal": "gate-" + name,
        "site": [zh, en],
        "here": {"direction": direction, "station": name, "operator": "metro"},
        "place": {
            "city": "3010",
            "acquirer": "12003010ffffffff",
            "terminal": "0000301000000001",
            "industry": 1,
            "station": code,
        },
    }


# Where gates of a line, pads and kiosks may stand, their first place first: name, settings, tariff.
_PLACES = {
    "journey480": (
        ("gulou", _station("gulou", "entry", "鼓楼站 进站", "Gulou Stn. Entry", "0000000000310006"), "metro"),
        ("xinjiekou", _station("xinjiekou", "exit", "新街口站 出站", "Xinjiekou Stn. Exit", "0000000000310008"), "metro"),
    ),
    "pad320": (
        ("shop", {}, "shop"),
        ("breakfast", {"terminal": "stall-0001", "site": ["早点铺", "Breakfast stall"], "pad": {"receipt": "never"}}, "shop"),
        (
            "pharmacy",
            {
                "terminal": "pharmacy-0001", "site": ["惠民大药房", "Pharmacy"],
                "pad": {"receipt": "always", "insured": "medicine-settlement"},
            },
            "counter",
        ),
    ),
    "kiosk1080": (
        ("hall", {}, "counter"),
        ("bank", {"terminal": "bank-0001", "site": ["银行网点", "Bank branch"]}, "counter"),
        ("hospital", {"terminal": "clinic-0001", "site": ["市第一医院", "First Hospital"]}, "counter"),
        ("jobs", {"terminal": "jobs-0001", "site": ["就业服务大厅", "Job hall"]}, "counter"),
        ("library", {"terminal": "library-0001", "site": ["市图书馆", "City library"]}, "counter"),
    ),
    "kiosk480": (("village", {}, "counter"),),
}  # fmt: skip


def places(profile):
    """Where terminals of that profile may stand, the usual place first; () for those with one place only."""
    return tuple([place[0] for place in _PLACES.get(profile, ())])


def config(seed, profile="gate480", place=None):
    """The configuration of a terminal of that profile at `place`, see boards.terminal_on_board."""
    # A terminal that is told its keys does without the phones' side.
    from simulator.codes import demonstration_trust

    settings, name = _SITES.get(profile, (SETTINGS, "gate"))
    if place is not None:
        _, others, name = next(entry for entry in _PLACES[profile] if entry[0] == place)
        settings = dict(settings, **others)
    tariff = __import__("simulator.tariffs." + name, None, None, ("TARIFF",)).TARIFF
    if profile in _MOST_INSIDE:
        tariff = dict(tariff, entry=dict(tariff["entry"], most_inside=_MOST_INSIDE[profile]))
    return {
        "settings": dict(settings, service_cards=SERVICE_CARDS, code_services=[list(route) for route in CODE_SERVICES]),
        "tariff": tariff,
        "trust": demonstration_trust(),
        "list_key": LIST_KEY,
        "host": "headend",
        "seed": seed,
    }
