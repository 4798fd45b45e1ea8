"""The demonstration site: one metro gate in Nanjing with its settings, tariff and keys. Portable."""

from simulator.codes import demonstration_trust

START = 1773619200  # 2026-03-16 08:00:00 in China, a Monday
LIST_KEY = b"gatepost-demo-LI"  # protects nothing: the demonstration list holds made-up cards

TARIFF = {
    "fare": 200,
    "concessions": {"elder": 50, "student": 50, "disabled": 0, "soldier": 0, "veteran": 0, "child": 0},
    "low_balance": 500,
    "home": ["3010", "320100"],
    "same_city": ["2900", "310000", "5840"],
    "unlisted": "refuse",
    "damaged": "refuse",
}
SETTINGS = {"terminal": "gate-0001", "site": ["鼓楼站 进站", "Gulou Stn. Entry"]}


def config(seed):
    """The terminal's configuration, see boards.terminal_on_board."""
    return {
        "settings": dict(SETTINGS),
        "tariff": TARIFF,
        "trust": demonstration_trust(),
        "list_key": LIST_KEY,
        "host": "headend",
        "seed": seed,
    }
