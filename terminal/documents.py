"""What is printed of a service's reply: receipt, voucher, ticket, certificate, slip. Pure; parts as drivers/escpos.py has them.

A document is made while the resident stands there, printed and forgotten: none is ever stored.
"""

from terminal.civil_time import civil, civil_from_days

KINDS = ("receipt", "voucher", "ticket", "certificate", "slip")

# The screens' catalogue is not for the core: paper has words of its own.
_WORDS = {
    "receipt": ("收据", "Receipt"),
    "voucher": ("凭证", "Voucher"),
    "ticket": ("排队号", "Queue ticket"),
    "certificate": ("证明", "Certificate"),
    "slip": ("受理回执", "Slip"),
    "holder": ("持卡人", "Card holder"),
    "total": ("合计", "Total"),
    "reference": ("受理编号", "Reference"),
    "interim": ("临时编号", "Interim number"),
    "valid": ("有效期至", "Valid until"),
    "next": ("下次日期", "Next date"),
    "counter": ("窗口", "Counter"),
    "ahead": ("前面等候", "Ahead of you"),
    "check": ("扫码核验真伪", "Scan to check it is genuine"),
    "link": ("扫码在手机上继续", "Scan to go on by phone"),
    "queued": (
        "已在本机登记，联网后自动提交，只提交一次。请保留此单。",
        "Kept in this terminal and sent once, by itself, when the network is back. Please keep this slip.",
    ),
    "offline": ("脱机办理", "Taken without a network"),
}
_MASK = "****"
_MASKED_SHOWN = 2  # characters at either end


def make(service, action, outcome, fields, facts):
    """The document that `service` prints after `action`, or None when it prints nothing of it.

    `outcome`: (state, reply, interim reference) of terminal.service_client; `fields`: what was entered, by field id;
    `facts`: {"holder": masked name or "", "site": [zh, en], "terminal": name, "time": UTC seconds, "lang": "zh"|"en"}.
    """
    state, reply, interim = outcome[0], outcome[1], outcome[2]
    if state == "queued":
        return _queued(service, interim, fields, facts)
    kind = service["prints"]
    if kind is None or state != "reply" or reply["status"] != "ok":
        return None
    lang = _index(facts["lang"])
    parts = _head(service["title"] if kind == "slip" else _titled(reply, service, kind), service, kind, facts)
    if kind == "ticket" and reply["ticket"]:
        parts += _ticket(reply["ticket"], lang)
    if action == "submit":
        parts += _entered(service, fields, lang)
    for chinese, english, value, form in reply["rows"]:
        parts.append(("pair", (chinese, english)[lang], shown(value, form)))
    if reply["amount"] is not None:
        parts += [("rule",), ("text", "%s %s" % (words("total", lang), money(reply["amount"])), "right", 2)]
    if reply["message"]:
        parts += [("text", reply["message"][lang])]
    parts += _numbers(reply, lang)
    return tuple(parts + _foot(reply, facts))


def words(key, lang):
    """What paper says for `key`; `lang` 0 Chinese, 1 English."""
    return _WORDS[key][lang]


def money(fen):
    """¥1,280.00 of 128000 fen."""
    yuan = "%d" % (abs(fen) // 100)
    at = len(yuan) - 3
    while at > 0:
        yuan = yuan[:at] + "," + yuan[at:]
        at -= 3
    return "%s\xa5%s.%02d" % ("-" if fen < 0 else "", yuan, abs(fen) % 100)


def moment(utc):
    """YYYY-MM-DD hh:mm:ss in China."""
    return "%04d-%02d-%02d %02d:%02d:%02d" % civil(utc)


def date(utc):
    """YYYY-MM-DD in China."""
    return "%04d-%02d-%02d" % civil(utc)[:3]


def shown(value, form):
    """A row's value of one of the kinds "text", "money" (fen), "date" (UTC seconds), "count", "masked" as text."""
    if value is None:
        return "-"
    if form == "money":
        return money(value)
    if form == "date" and isinstance(value, int):
        return date(value)
    if form == "masked":
        return masked(str(value))
    return str(value)


def masked(text):
    """The first and last characters of what is not for everybody's eyes."""
    if len(text) <= 2 * _MASKED_SHOWN:
        return text[:1] + _MASK
    return text[:_MASKED_SHOWN] + _MASK + text[-_MASKED_SHOWN:]


def day_text(day):
    """YYYY-MM-DD of a day since 1970-01-01."""
    return "%04d-%02d-%02d" % civil_from_days(day)


def _index(lang):
    return 0 if lang == "zh" else 1


def _titled(reply, service, kind):
    if reply["title"]:
        return reply["title"]
    return service["title"] if kind != "ticket" else _WORDS["ticket"]


def _head(title, service, kind, facts):
    lang = _index(facts["lang"])
    parts = [("title", title[lang]), ("text", title[1 - lang], "centre")]
    department = service.get("department")
    if department:
        parts.append(("text", department[lang], "centre"))
    if kind != "ticket":
        parts.append(("text", words(kind, lang), "centre"))
    parts.append(("rule",))
    if facts.get("holder"):
        parts.append(("pair", words("holder", lang), facts["holder"]))
    return parts


def _ticket(ticket, lang):
    parts = [("text", str(ticket["number"]), "centre", 4)]
    if ticket.get("counter") is not None:
        parts.append(("pair", words("counter", lang), str(ticket["counter"])))
    if ticket.get("ahead") is not None:
        parts.append(("pair", words("ahead", lang), str(ticket["ahead"])))
    return parts


def _entered(service, fields, lang):
    """What the resident filled in; masked fields stay masked, also on their own paper: it is left lying about."""
    parts = []
    for field in service["fields"]:
        value = fields.get(field["id"])
        if value in (None, ""):
            continue
        form = "masked" if field.get("masked") else "money" if field["kind"] == "amount" else "text"
        parts.append(("pair", field["title"][lang], shown(_choice(field, value, lang), form)))
    return parts


def _choice(field, value, lang):
    """The words of a chosen value; choices that came from the back end are not here, their value is shown."""
    choices = field.get("choices")
    if isinstance(choices, (list, tuple)):
        for choice in choices:
            if choice[0] == value:
                return choice[1 + lang]
    return value


def _numbers(reply, lang):
    parts = []
    if reply["reference"]:
        parts.append(("pair", words("reference", lang), str(reply["reference"])))
    if reply["valid_until"]:
        parts.append(("pair", words("valid", lang), date(reply["valid_until"])))
    if reply["next"]:
        parts.append(("pair", words("next", lang), date(reply["next"])))
    return parts


def _foot(reply, facts):
    lang = _index(facts["lang"])
    parts = []
    if reply.get("check"):
        parts.append(("qr", reply["check"], words("check", lang)))
    elif reply.get("link"):
        parts.append(("qr", reply["link"], words("link", lang)))
    parts.append(("rule",))
    parts.append(("text", facts["site"][lang]))
    parts.append(("pair", moment(facts["time"]), facts["terminal"]))
    return parts + [("cut",)]


def _queued(service, interim, fields, facts):
    """The slip of a form that waits for the network."""
    lang = _index(facts["lang"])
    parts = _head(service["title"], service, "slip", facts)
    parts += _entered(service, fields, lang)
    parts.append(("pair", words("interim", lang), str(interim)))
    parts.append(("text", words("queued", lang)))
    return tuple(parts + _foot({}, facts))
