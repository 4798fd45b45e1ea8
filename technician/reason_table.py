"""Writes docs/reasons.md, and the operator page's words for reasons and self-tests, from the screens' words.

python -m technician.reason_table
"""

import pathlib

from screens import catalogue
from terminal import reasons
from terminal.self_test import CODES

_ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = _ROOT / "docs" / "reasons.md"
OPERATOR_WORDS = _ROOT / "headend" / "templates" / "reasons.txt"
CHECK_WORDS = _ROOT / "headend" / "templates" / "checks.txt"

# Checks that only a technician's laptop names; a lane's screen shows them as its network.
_NAMED = {"network": ("网络", "Network"), "headend": ("后台", "Head-end")}

# What the resident can do: (Chinese, English).
ACTIONS = {
    "pass": ("请通行", "Walk on"),
    "renew": ("到服务台换卡或续期", "Renew the card or pass at the service desk"),
    "desk": ("到服务台", "Go to the service desk"),
    "other_gate": ("走其他通道", "Use another gate"),
    "top_up": ("充值", "Top up"),
    "other_card": ("换一张卡", "Use another card"),
    "use_card": ("刷卡", "Use a card"),
    "tap_again": ("再刷一次", "Tap again"),
    "same_card": ("用同一张卡再刷", "Tap the same card again"),
    "come_back": ("在开放时间或预约时段再来", "Come back at the time that is open or booked"),
    "wait": ("稍候再试", "Wait and try again"),
    "refresh_code": ("刷新二维码", "Refresh the code"),
    "phone_time": ("校准手机时间", "Set the phone's clock"),
    "official_app": ("用官方应用", "Use the official app"),
    "leave": ("立即离开", "Leave at once"),
    "buy": ("先购票", "Buy a ticket first"),
    "put_in": ("先将车推入锁桩再刷卡", "Push the bike into its dock, then tap"),
    "one_by_one": ("逐一刷卡通行", "Tap your own card, one person a tap"),
    "together": ("由监护人先刷卡", "Let the guardian tap first"),
}

# Reasons that only records carry: no resident is ever refused with them.
RECORDED = {
    "ok": ("准予通行", "Admitted"),
    "fire": ("消防联动", "Fire input active"),
    "back_in_service": ("恢复服务", "Back in service"),
    "free_passage": ("免费放行", "Free passage ordered"),
    "exit_free": ("出站免检", "Exits opened"),
    "train_fault": ("列车故障", "Train fault: free exit, no order or time check"),
    "skip_time": ("时间免检", "Journey time not checked"),
    "skip_order": ("进出站次序免检", "Order of entry and exit not checked"),
    "skip_fare": ("车费免检", "No fare taken"),
    "paper_out": ("缺纸", "Not printed: no paper"),
    "printer_down": ("打印机故障", "Not printed: printer open, jammed or away"),
    "print_unknown": ("是否打印不明", "Not known whether it was printed"),
}

_HEAD = """# Reasons

Written by `python -m technician.reason_table`. A number is never reused. The code stands on the screen and in the
record; a resident reads it out at the desk. The words are those of the screens, Chinese first.

| Code | Reason | Words | What the resident can do |
|---|---|---|---|
"""


def words(key):
    """(Chinese, English) of a reason; KeyError when nobody wrote them."""
    if key in RECORDED:
        return RECORDED[key]
    for name in ("reason." + key, "out." + key):
        found = catalogue.find(name)
        if found:
            return tuple(found)
    raise KeyError("reason %s has no words in the screens' catalogue" % key)


def page():
    """The text of docs/reasons.md."""
    rows = []
    for key in reasons.keys():
        chinese, english = words(key)
        action = ACTIONS[reasons.action(key)]
        rows.append("| %s | `%s` | %s; %s | %s; %s |\n" % (reasons.code(key), key, chinese, english, *action))
    return _HEAD + "".join(rows)


def operator_words():
    """The text of headend/templates/reasons.txt: what a reason is called, without what the resident can do."""
    rows = []
    for key in reasons.keys():
        chinese, english = words(key)
        rows.append("%s|%s|%s\n" % (key, chinese.partition("，")[0], english.partition(",")[0]))
    return "".join(rows)


def check_words():
    """The text of headend/templates/checks.txt: what the checks of a self-test are called, and their remedies."""
    rows = []
    for code in sorted(code.lower() for code in CODES):
        rows.append("check_%s|%s|%s\n" % (code, *(_NAMED.get(code) or catalogue.find("health." + code))))
        rows.append("remedy_%s|%s|%s\n" % (code, *catalogue.find("remedy." + code)))
    return "".join(rows)


if __name__ == "__main__":
    CHECK_WORDS.write_text(check_words(), "utf8")
    OPERATOR_WORDS.write_text(operator_words(), "utf8")
    PAGE.write_text(page(), "utf8")
