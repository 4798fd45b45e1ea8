"""View states of a pad's own pages: what the tests draw and the contact sheet shows. All figures are made up."""

PROFILES = ("pad320",)
COMMON = {"site": ("便民超市", "Corner Shop"), "clock": "09:21", "online": True, "queued": 0}


def _with(common, state):
    both = {}
    both.update(common)
    both.update(state)
    return both


_SALE = {
    "screen": "sale", "seq": 1042, "time": 1773624000, "amount": 1280, "fund": 0, "back": 0, "is_void": False, "left": 1280,
    "may_void": True, "may_refund": True, "may_print": True,
}  # fmt: skip
_SOLD = ((1042, 1773624000, 1280, 0, False), (1037, 1773623500, 650, 200, False), (1031, 1773623100, 123450, 0, True))
_SHIFT = {
    "screen": "shift", "count": 214, "sold": 1234560, "back": 65000, "net": 1169560, "cash": 1200, "fund": 560000,
    "doubtful": 1, "open": 1,
}  # fmt: skip
STATES = (
    ("menu", {"screen": "menu", "printer": "ready"}),
    ("menu_paper_out", {"screen": "menu", "printer": "paper_out"}),
    ("menu_no_printer", {"screen": "menu", "printer": None}),
    ("sales", {"screen": "sales", "rows": _SOLD + _SOLD[:1], "more": True, "total": 214}),
    ("sales_none", {"screen": "sales", "rows": (), "more": False, "total": 0}),
    ("sale", _SALE),
    ("sale_part_back", _with(_SALE, {"back": 200, "left": 1080, "may_void": False})),
    ("sale_fund", _with(_SALE, {"fund": 896, "may_refund": False})),
    ("sale_void", _with(_SALE, {"is_void": True, "may_void": False, "may_refund": False})),
    ("refund", {"screen": "refund", "amount": 200, "left": 1280}),
    ("back", {"screen": "back", "amount": 200, "card": True}),
    ("back_cash", {"screen": "back", "amount": 200, "card": False}),
    ("given", {"screen": "given", "amount": 200, "void": False, "cash": True, "may_print": True}),
    ("given_void", {"screen": "given", "amount": 1280, "void": True, "cash": False, "may_print": False}),
    ("shift", _SHIFT),
    ("shares", {"screen": "shares", "total": 1280, "fund": 896, "own": 384, "offline": False}),
    ("shares_offline", {"screen": "shares", "total": 1280, "fund": 0, "own": 1280, "offline": True}),
    ("receipt", {"screen": "receipt", "amount": 650}),
    ("print", {"screen": "print"}),
    ("print_jam", {"screen": "print", "problem": "jam"}),
    ("print_away", {"screen": "print", "problem": "absent"}),
    ("served", {"screen": "served", "amount": 650, "time": 1773624000}),
    ("notice_earlier", {"screen": "notice", "notice": "pad.earlier", "amount": 650}),
    ("notice_again", {"screen": "notice", "notice": "pad.tap_again", "amount": 650}),
    ("notice_full", {"screen": "notice", "notice": "pad.full"}),
    ("wait", {"screen": "wait"}),
)


def whole(state, lang):
    """The state with what every state carries."""
    return _with(_with(COMMON, {"lang": lang}), state)
