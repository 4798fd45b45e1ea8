"""What was paid to a resident, what is due, what an account holds."""

from headend.demonstration.case import (
    choices,
    entries,
    entry,
    month_name,
    month_start,
    nothing,
    offer,
    ok,
    operation,
    refused,
    row,
    table,
)
from terminal.civil_time import DAY

_PAYMENTS = table("payments")
_SUBSIDIES = table("subsidies")
_MONTHS = 12
PAID_SERVICES = sorted({line["service"] for line in _PAYMENTS} - {"job-subsidies"})


def payments(case, service):
    """[(time, zh, en, fen)] of the last twelve months, newest first."""
    found = []
    for line in _PAYMENTS:
        if line["service"] != service or line["kind"] not in case.resident.kinds:
            continue
        amount = case.random(line["zh"]).randint(int(line["least"]) // 100, int(line["most"]) // 100) * 100
        for back in range(0, _MONTHS + int(line["months"]) - 1, int(line["months"])):
            time = month_start(case.now, back) + (int(line["day"]) - 1) * DAY + 9 * 3600
            if time <= case.now:
                found.append((time, line["zh"], line["en"], amount))
    return sorted(found, reverse=True)


def subsidies(case, chosen):
    """[(time, zh, en, fen)] of the subsidies for which `chosen(line)` holds: three years of yearly ones, twelve months of
    those that are paid each month."""
    found = []
    for line in _SUBSIDIES:
        if line["kind"] not in case.resident.kinds or not chosen(line):
            continue
        amount = case.random(line["zh"]).randint(int(line["least"]) // 100, int(line["most"]) // 100) * 100
        monthly = line["month"] == "*"
        for back in range(_MONTHS if monthly else 36):
            start = month_start(case.now, back)
            time = start + 14 * DAY
            if (monthly or int(month_name(start)[5:]) == int(line["month"])) and time <= case.now:
                found.append((time, line["zh"], line["en"], amount))
    return sorted(found, reverse=True)


def listed(paid, total=("合计", "Total")):
    """The reply for [(time, zh, en, fen)]."""
    if not paid:
        return nothing()
    rows = [
        row(month_name(time) + " " + zh, month_name(time) + " " + en, amount, "money") for time, zh, en, amount in paid
    ]
    whole = sum(amount for _, _, _, amount in paid)
    return ok([row(*total, whole, "money"), *rows], amount=whole)


@operation(*PAID_SERVICES)
def paid_to_me(case):
    return listed(payments(case, case.asked.operation), ("近12个月合计", "Last 12 months"))


@operation("job-subsidies", "farm-subsidies", "forest-subsidies", "water-subsidies", "study-grants", "housing-grants",
           "disability-subsidies", "civil-aid", "poverty-funds")  # fmt: skip
def subsidies_of_a_kind(case):
    service = case.asked.operation
    paid = subsidies(case, lambda line: service in line["services"].split()) + payments(case, service)
    reply = listed(sorted(paid, reverse=True))
    changed = case.all("pay account") if service == "disability-subsidies" else ()
    if changed and reply["rows"]:
        where = case.say("社保卡账户", "this card's account")
        reply["rows"].insert(1, row("发放账户 次月起", "Paid to, from next month", where))
    return reply


@operation("subsidies")
def subsidies_of_a_class(case):
    chosen = case.fields.get("class", "0")
    return listed(subsidies(case, lambda line: chosen in ("0", line["class"])))


@choices("class")
def subsidy_classes(_case):
    found = {line["class"]: [line["class"], line["class_zh"], line["class_en"]] for line in _SUBSIDIES}
    return [["0", "全部", "All"], *found.values()]


# What is due, paid once: (operation, kind of resident or None for all, what, least, most)
_BILLS = (
    ("contributions-pay", None, "城乡居民医保年度缴费", "Yearly residents' medical", 40000, 40000),
    ("contributions-pay", "unemployed", "灵活就业养老保险月缴", "Flexible workers' pension, month", 81000, 121000),
    ("utility-bills", None, "水费", "Water", 2000, 9000),
    ("utility-bills", None, "电费", "Electricity", 5000, 28000),
    ("utility-bills", None, "燃气费", "Gas", 2500, 12000),
    ("tax-fees", None, "车船税", "Vehicle tax", 30000, 48000),
    ("tax-fees", "employee", "个人所得税汇算补缴", "Income tax, settlement", 12000, 96000),
)


def bills(case, service):
    """[(key, zh, en, fen)] that are not paid yet this month."""
    found = []
    for name, kind, zh, en, least, most in _BILLS:
        key = "%s %s %s" % (name, zh, month_name(case.now))
        if name == service and (kind is None or kind in case.resident.kinds) and not case.recall("paid", key):
            found.append((key, zh, en, case.random(key).randint(least // 10, most // 10) * 10))
    return found


@operation("contributions-pay", "utility-bills", "tax-fees")
def bill(case):
    due = bills(case, case.asked.operation)
    whole = sum(amount for _, _, _, amount in due)
    rows = [row(zh, en, amount, "money") for _, zh, en, amount in due]
    if case.asked.action != "pay":
        return ok([*rows, row("应缴合计", "To pay", whole, "money")], amount=whole) if due else _all_paid()
    return pay(case, due, rows, whole)


def pay(case, due, rows, whole):
    """Pays everything in `due` once; the money leaves the card's bank account."""
    if not due:
        return _all_paid()
    left = balance(case) - whole
    if left < 0:
        return refused("账户余额不足。", "The account has too little money.")
    reference = case.reference()
    for key, *_ in due:
        case.remember("paid", key, {"reference": reference})
    spend(case, whole)
    return ok([*rows, row("实付", "Paid", whole, "money")], amount=whole, reference=reference)


def _all_paid():
    return ok(message=["没有待缴项目。", "Nothing is due."], amount=0)


def balance(case):
    """Fen on the card's bank account."""
    spent = case.recall("account", "spent") or 0
    return case.random("account").randint(800000, 3000000) - spent


def spend(case, amount):
    """The money leaves the card's bank account."""
    case.remember("account", "spent", (case.recall("account", "spent") or 0) + amount)


@operation("bank-account")
def bank_account(case):
    digits = "%04d" % case.random("bank").randint(0, 9999)
    return ok(
        [
            row("账号", "Account", "6217 **** **** " + digits, "masked"),
            row("余额", "Balance", balance(case), "money"),
            row("金融功能", "Bank application", case.say("已激活", "active")),
        ]
    )


@operation("standing-orders")
def standing_orders(case):
    rows = [row(zh, en, case.say("代收", "collected")) for _, _, zh, en, _, _ in _BILLS[2:5]]
    return ok([*rows, row("养老金", "Pension", case.say("代付", "paid in"))])


@operation("resident-pension-pay")
def yearly_pension(case):
    tier = case.fields.get("tier", "")
    if tier not in ("100", "300", "500", "1000", "3000"):
        return refused("没有这个档次。", "There is no such tier.")
    year = month_name(case.now)[:4]
    key = "resident-pension " + year
    before = case.recall("paid", key)
    if before:
        return refused("%s年度已缴，编号%s。" % (year, before["reference"]), "Paid for %s already." % year)
    rows = [row(year + "年度缴费", "For " + year, int(tier) * 100, "money")]
    if case.asked.action != "pay":
        return ok(rows, amount=int(tier) * 100)
    return pay(case, [(key, "", "", 0)], rows, int(tier) * 100)


def settlement(case, about):
    """(total, by the fund, by serious-illness insurance, by aid, own) of a bill, in fen."""
    total = case.random(about).randint(8000, 260000) * 10
    elder = case.resident.holder_class == "elder"
    fund = total * (90 if elder else 75) // 100
    serious = (total - fund) // 3 if total > 1000000 else 0
    aid = (total - fund - serious) // 2 if "aid" in case.resident.kinds else 0
    return total, fund, serious, aid, total - fund - serious - aid


def _shares(shares):
    total, fund, serious, aid, own = shares
    return [
        row("总费用", "Total", total, "money"),
        row("统筹基金支付", "Paid by the fund", fund, "money"),
        row("大病保险支付", "Serious illness", serious, "money"),
        row("医疗救助支付", "Medical aid", aid, "money"),
        row("个人负担", "Own share", own, "money"),
    ]


@operation("care-settle", "care-discharge", "care-cross-region")
def settle(case):
    name = case.asked.operation
    if name == "care-discharge" and case.fields.get("signed") == "no":
        return refused("请到出院结算窗口核对。", "Please ask at the discharge desk.")
    if name == "care-cross-region" and not _filed_elsewhere(case):
        return refused("尚未备案，请先办理“异地就医备案”。", "Not filed yet: file care elsewhere first.")
    key = "%s %s" % (name, month_name(case.now))
    if case.recall("paid", key):
        return _all_paid()
    shares = settlement(case, key)
    rows = _shares(shares)
    if name == "care-cross-region":
        rows.insert(0, row("参保地鉴权", "Home region", case.say("通过", "card confirmed")))
    if case.asked.action != "pay":
        return ok(rows, amount=shares[4])
    return pay(case, [(key, "", "", 0)], rows, shares[4])


def _filed_elsewhere(case):
    return any(value["service"] == "care-filing" for _, value, _ in case.all("form"))


@choices("stay")
def stays(case):
    hospital = entries("hospital")[len(case.number) % 3]
    return [["s1", "住院 " + hospital["zh"], "Stay at " + hospital["en"]]]


@operation("care-one-stop")
def one_stop(case):
    total, fund, serious, aid, own = settlement(case, "one-stop")
    commercial = own // 4
    rows = _shares((total, fund, serious, aid, own - commercial))
    rows.insert(4, row("商业健康保险", "Commercial insurance", commercial, "money"))
    return ok(rows, amount=own - commercial)


@operation("maternity-costs")
def maternity_costs(case):
    if "mother" not in case.resident.kinds:
        return nothing()
    total = case.random("birth").randint(400000, 900000)
    return ok([row("总费用", "Total", total, "money"), row("生育医疗基金", "Maternity fund", total, "money"),
               row("个人负担", "Own share", 0, "money")], amount=0)  # fmt: skip


def base(case):
    """Fen a month on which a resident's contributions are reckoned."""
    return case.random("base").randint(42, 120) * 10000


def has_account(case):
    """Whoever works or is retired has a medical account of their own; residents' insurance knows none."""
    return bool(case.resident.kinds & {"employee", "official", "mother", "pensioner"})


def added_monthly(case):
    """Fen that the medical account gets each month: one's own two hundredths, or a pensioner's fixed sum."""
    return 16000 if "pensioner" in case.resident.kinds else base(case) * 2 // 100


def medical_sums(case):
    """(carried over, added this year, spent this year, held) of the medical account, in fen."""
    months = int(month_name(case.now)[5:])
    added = months * added_monthly(case)
    carried = case.random("medical").randint(200, 4000) * 100
    spent = case.random("spent %s" % month_name(case.now)[:4]).randint(0, added // 100) * 100
    return carried, added, spent, carried + added - spent


@operation("insurance-account")
def medical_account(case):
    if not has_account(case):
        return nothing("居民医保不设个人账户。", "Residents' insurance has no account of one's own.")
    carried, added, spent, held = medical_sums(case)
    rows = [
        row("账户余额", "Balance", held, "money"),
        row("上年结转", "Carried over", carried, "money"),
        row("本年划入", "Added this year", added, "money"),
        row("本年支出", "Spent this year", -spent, "money"),
    ]
    for back in range(6):
        month = month_name(month_start(case.now, back))
        rows.append(row(month + " 划入", month + " added", added_monthly(case), "money"))
    return ok(rows, amount=held)


@operation("fund-balance")
def fund_balance(case):
    monthly = case.random("fund").randint(600, 2400) * 100
    months = min(120, 12 * len(case.resident.kinds) * 3)
    held = monthly * months - sum(value["amount"] for _, value, _ in case.all("draw"))
    rows = [row("余额", "Balance", held, "money"), row("月缴存额", "Monthly", monthly, "money"),
            row("缴存月数", "Months", months, "count")]  # fmt: skip
    return ok(rows, amount=held)


@operation("fund-draw")
def fund_draw(case):
    amount = case.fields.get("amount")
    held = fund_balance(case)["amount"]
    if not isinstance(amount, int) or not 0 < amount <= held:
        return refused("可提取余额不足。", "More than the fund holds.")
    reference = case.reference()
    case.remember("draw", reference, {"amount": amount})
    return ok([row("提取金额", "Drawn", amount, "money"), row("剩余", "Left", held - amount, "money")],
              amount=amount, reference=reference)  # fmt: skip


@operation("exam-sign-up")
def exam(case):
    wanted = entry("exam", case.fields.get("exam"))
    if wanted is None:
        return refused("没有这项考试。", "There is no such examination.")
    key = "exam " + wanted["id"]
    if case.recall("paid", key):
        return refused("已报名缴费。", "You have signed up already.")
    fee = int(wanted["more"])
    rows = [row(wanted["zh"], wanted["en"], fee, "money")]
    if case.asked.action != "pay":
        return ok(rows, amount=fee)
    return pay(case, [(key, "", "", 0)], rows, fee)


offer("exam")


@operation("medicine-settlement")
def medicine(case):
    """A pharmacy's pad: fields total (fen) and items [[name, fen], ...] come back as the fund's share and one's own."""
    total = case.fields.get("total")
    if not isinstance(total, int) or not 0 < total <= 10_000_00:
        return refused("金额有误。", "This is no amount.")
    if "child" in case.resident.kinds:
        return refused("未参加医保个人账户。", "No medical account.")
    elder = case.resident.holder_class == "elder"
    pooled = total * (45 if elder else 25) // 100
    account = min(total * 15 // 100, medical_sums(case)[3]) if has_account(case) else 0
    aid = (total - pooled - account) // 2 if "aid" in case.resident.kinds else 0
    own = total - pooled - account - aid
    rows = [row("总费用", "Total", total, "money"), row("统筹基金支付", "Paid by the fund", pooled, "money")]
    if account:
        rows.append(row("个人账户支付", "From one's account", account, "money"))
    if aid:
        rows.append(row("医疗救助支付", "Medical aid", aid, "money"))
    rows.append(row("个人负担", "Own share", own, "money"))
    return ok(rows, amount=own, reference=case.reference())
