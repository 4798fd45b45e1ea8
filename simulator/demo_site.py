"""The demonstration sites: a metro gate, a bus and a park in Nanjing with settings, tariffs and keys. Portable."""

START = 1773619200  # 2026-03-16 08:00:00 in China, a Monday
LIST_KEY = b"gatepost-demo-LI"  # protects nothing: the demonstration list holds made-up cards

# Products that the demonstration list names: cards with which staff orders modes, passes of the sites.
MAINTENANCE, TRAIN_FAULT = 90, 91
PRODUCTS = (MAINTENANCE, TRAIN_FAULT)
SERVICE_CARDS = {str(MAINTENANCE): "maintenance", str(TRAIN_FAULT): "train_fault"}

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
    "venue480": (
        {"terminal": "park-0001", "site": ["玄武湖公园 南门", "Lake Park South"]},
        dict(_CITY, fare=3000, concessions=dict(_FREE, elder=0, student=50), unlisted="admit"),
    ),
    "kiosk1080": (
        {"terminal": "kiosk-0001", "site": ["人社服务大厅", "Service hall"], "prove_social": True},
        dict(_CITY, fare=0, concessions={}, unlisted="admit"),
    ),
    "kiosk480": (
        {"terminal": "village-0001", "site": ["村便民服务点", "Village point"], "prove_social": True},
        dict(_CITY, fare=0, concessions={}, unlisted="admit"),
    ),
}


def config(seed, profile="gate480"):
    """The terminal's configuration, see boards.terminal_on_board."""
    # A terminal that is told its keys does without the phones' side.
    from simulator.codes import demonstration_trust
    from simulator.opaque_codes import SERVICES

    settings, tariff = _SITES.get(profile, (SETTINGS, TARIFF))
    return {
        "settings": dict(settings, service_cards=SERVICE_CARDS, code_services=[list(route) for route in SERVICES]),
        "tariff": tariff,
        "trust": demonstration_trust(),
        "list_key": LIST_KEY,
        "host": "headend",
        "seed": seed,
    }
