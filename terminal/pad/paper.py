"""What a pad prints: receipts, what went back, the shift, a test page. Parts as drivers/escpos.py has them."""

from terminal.documents import moment, money
from terminal.pad.book import PURSE

_WORDS = {
    "receipt": ("购物小票", "Receipt"),
    "again": ("补打", "Printed again"),
    "asked": ("应收", "Amount"),
    "discount": ("优惠", "Discount"),
    "total": ("总额", "Total"),
    "fund": ("医保基金支付", "Paid by the fund"),
    "own": ("个人支付", "Own share"),
    "paid": ("实付", "Paid"),
    "purse": ("社保卡钱包", "Card purse"),
    "account": ("电子账户", "Account"),
    "balance": ("卡内余额", "Balance on the card"),
    "number": ("单号", "Sale"),
    "void": ("撤销单", "Void"),
    "refund": ("退款单", "Refund"),
    "returned": ("退回金额", "Given back"),
    "cash": ("现金退回", "In cash"),
    "original": ("原单号", "Original sale"),
    "shift": ("交班结算", "End of shift"),
    "count": ("笔数", "Sales"),
    "sold": ("销售额", "Sold"),
    "voided": ("撤销", "Voided"),
    "refunded": ("退款", "Refunded"),
    "net": ("净额", "Net"),
    "doubtful": ("待核实笔数", "Sales in doubt"),
    "open": ("未完成扣款", "Debits that wait for their card"),
    "missing": ("缺失记录", "Records missing"),
    "since": ("起于记录", "Since record"),
    "test": ("打印测试", "Test page"),
    "test_text": (
        "社会保障卡 居民服务一卡通 ￥1,234.50 镇江 喆 㙍",
        "If the lines above and the frame of the code are clean, the printer is in order.",
    ),
}
_SALE = "GPS1:"
SALE_CODE = _SALE + "%s:%d"  # terminal and number of a sale: finds it again, proves nothing


def sale_of(code):
    """(terminal, number) of the sale that a scanned receipt names, None for any other code."""
    try:
        text = bytes(code).decode()
    except ValueError:
        return None
    terminal, colon, seq = text[len(_SALE) :].partition(":")
    return (terminal, int(seq)) if text.startswith(_SALE) and colon and seq.isdigit() and len(seq) < 10 else None


def _both(key):
    return "%s %s" % _WORDS[key]


def receipt(sale, asked, share, settings, now, again=False):
    """The receipt of a pad_book.Sale; `asked`: fen before the merchant's discount or 0; `share`: a fund.Share or None."""
    parts = _head("receipt", settings)
    if again:
        parts.append(("text", _both("again"), "centre"))
    parts.append(("rule",))
    paid = sale.record.fare
    if share is not None:
        for chinese, english, value, kind in share.rows:
            parts.append(("pair", "%s %s" % (chinese, english), money(value) if kind == "money" else str(value)))
        parts.append(("pair", _both("total"), money(share.total)))
    if sale.fund:
        parts.append(("pair", _both("fund"), money(sale.fund)))
        parts.append(("pair", _both("own"), money(paid)))
    elif asked > paid:
        parts.append(("pair", _both("asked"), money(asked)))
        parts.append(("pair", _both("discount"), money(paid - asked)))
    parts.append(("text", "%s %s" % (_both("paid"), money(paid)), "right", 2))
    if sale.product == PURSE:
        parts.append(("pair", _both("purse"), ""))
        parts.append(("pair", _both("balance"), money(sale.record.balance)))
    else:
        parts.append(("pair", _both("account"), ""))
    if share is not None and share.reference:
        parts.append(("pair", "No.", share.reference))
    parts.append(("qr", SALE_CODE % (settings["terminal"], sale.seq), "%s %d" % (_both("number"), sale.seq)))
    return tuple(parts + _foot(sale.record.time, now, settings))


def back(sale, fen, void, in_cash, settings, now):
    """What went back of a sale."""
    parts = _head("void" if void else "refund", settings) + [("rule",)]
    parts.append(("pair", _both("original"), str(sale.seq)))
    parts.append(("pair", _both("asked"), money(sale.record.fare)))
    parts.append(("text", "%s %s" % (_both("returned"), money(fen)), "right", 2))
    if in_cash:
        parts.append(("text", _both("cash"), "right"))
    return tuple(parts + _foot(sale.record.time, now, settings))


def shift(seq, totals, waiting, settings, now):
    """The totals of the shift that record `seq` ended; `waiting`: debits whose card did not come back yet."""
    parts = _head("shift", settings) + [("rule",)]
    parts.append(("pair", _both("count"), str(totals.count)))
    for key, fen in (("sold", totals.sold), ("voided", -totals.voided), ("refunded", -totals.refunds)):
        parts.append(("pair", _both(key), money(fen)))
    parts.append(("text", "%s %s" % (_both("net"), money(totals.net)), "right", 2))
    parts.append(("pair", _both("fund"), money(totals.fund)))
    parts.append(("pair", _both("cash"), money(totals.cash)))
    for key, count in (("doubtful", totals.doubtful), ("open", waiting), ("missing", totals.missing)):
        if count:
            parts.append(("pair", _both(key), str(count)))
    parts.append(("pair", _both("since"), "%d - %d" % (totals.since + 1, seq)))
    return tuple(parts + _foot(now, now, settings))


def test_page(settings, now):
    """Everything a document can have, once."""
    parts = _head("test", settings) + [("rule",)]
    parts += [("text", text) for text in _WORDS["test_text"]]
    parts += [("pair", "0123456789", money(123450)), ("text", "A012", "centre", 4)]
    parts.append(("qr", "GATEPOST TEST PAGE", "GATEPOST TEST PAGE"))
    return tuple(parts + _foot(now, now, settings))


def _head(key, settings):
    chinese, english = settings["site"]
    return [("title", chinese), ("text", english, "centre"), ("text", _both(key), "centre")]


def _foot(then, now, settings):
    parts = [("rule",), ("pair", moment(then), settings["terminal"])]
    if now - then > 60:
        parts.append(("text", moment(now), "right"))
    return parts + [("cut",)]
