"""View states of a staff desk: what the tests draw and the contact sheet shows."""

PROFILES = ("gate480",)
COMMON = {"site": ("人社服务大厅 12号窗口", "Service hall, desk 12"), "clock": "09:21", "online": True, "queued": 0}
_HOTEL = {
    "screen": "desk.asking", "title": ("酒店入住登记", "Hotel check-in"), "tells": ("number", "name"), "reference": "",
    "lies": False,
}  # fmt: skip
_ALL = ("region", "number", "card_number", "identification", "name", "version", "issued", "expires")
STATES = (
    ("boot", {"screen": "boot"}),
    ("waiting", {"screen": "desk.waiting"}),
    ("waiting_offline", {"screen": "desk.waiting", "online": False, "queued": 12}),
    ("asking", _HOTEL),
    ("asking_called", dict(_HOTEL, title=("政务窗口叫号", "Counter call"), reference="A012")),
    ("asking_away", dict(_HOTEL, lies=True)),
    ("asking_everything", dict(_HOTEL, title=("村级社保卡信息采集", "Collecting card data"), tells=_ALL)),
    ("reading", {"screen": "desk.reading"}),
    ("told", {"screen": "desk.told", "why": "ok"}),
) + tuple([("failed_" + why, {"screen": "desk.failed", "why": why}) for why in (
    "lost", "other", "blocked", "unproved", "full", "partial",
)])  # fmt: skip


def whole(state, lang):
    """A view state with what every one of a desk carries."""
    return dict(dict(COMMON, lang=lang), **state)
