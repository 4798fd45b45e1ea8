"""What stands on record about a resident: rights, certificates, states of matters, information."""

from headend.demonstration.case import (
    day_name,
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
)
from headend.demonstration.money import balance, base, bills
from headend.demonstration.people import age, masked_name, masked_number


def _years(case):
    """Years of pension contributions."""
    return max(0, min(age(case.resident, case.now) - 22, 35)) if "child" not in case.resident.kinds else 0


@operation("pension-account")
def pension_account(case):
    years = _years(case)
    saved = base(case) * 8 // 100 * 12 * years
    return ok(
        [
            row("累计缴费年限", "Years paid", years, "count"),
            row("账户累计储存额", "Saved", saved, "money"),
            row("养老年审", "Yearly check", case.say("已完成", "done")),
        ],
        amount=saved,
    )


@operation("contributions")
def contributions(case):
    whole = base(case)
    rows = []
    for back in range(12):
        month = month_name(month_start(case.now, back))
        rows.append(row(month + " 养老", month + " pension", whole * 8 // 100, "money"))
        rows.append(row(month + " 医疗", month + " medical", whole * 2 // 100, "money"))
    return ok([row("缴费基数", "Base", whole, "money"), *rows])


@operation("retirement-check")
def file_check(case):
    years = _years(case)
    good = case.say("符合", "met"), case.say("待补", "missing")
    retires = 60 if case.resident.sex == 1 else 55
    rows = [
        row("身份核验", "Identity", good[0]),
        row("缴费满15年", "15 years paid", good[years < 15]),
        row("达到退休年龄", "Age reached", good[age(case.resident, case.now) < retires]),
        row("档案出生时间", "Birth on file", good[0]),
    ]
    return ok(rows)


@operation("pension-province")
def across_provinces(case):
    regions = case.random("regions").sample(entries("region"), 2)
    years = _years(case)
    return ok(
        [
            row(regions[0]["zh"] + " 缴费年限", "Years in " + regions[0]["en"], years - years // 3, "count"),
            row(regions[1]["zh"] + " 缴费年限", "Years in " + regions[1]["en"], years // 3, "count"),
            row("待遇领取地", "Paid by", case.say(regions[0]["zh"], regions[0]["en"])),
            row("状态", "State", case.say("年限已归集", "years are joined")),
        ]
    )


@operation("hospital-plan")
def hospital_plan(case):
    joined = "pensioner" in case.resident.kinds
    if not joined:
        return nothing("未参加。", "Not a member.")
    return ok([row("每日给付", "A day", 8000, "money"), row("本年已用天数", "Days used", 6, "count")])


@operation("entitlement-hint")
def hint(case):
    years = age(case.resident, case.now)
    kinds = case.resident.kinds
    rows = []
    if years >= 60 and not kinds & {"pensioner", "rural"}:
        rows.append(row("城乡居民养老保险", "Residents' pension", case.say("可免费申领", "free to apply")))
    if years >= 70 and "senior" not in kinds:
        rows.append(row("高龄津贴", "Old-age allowance", case.say("可申领", "may apply")))
    if "unemployed" in kinds:
        rows.append(row("失业保险金", "Unemployment pay", case.say("可申领", "may apply")))
    if 16 <= years < 60 and not kinds & {"employee", "official", "student"}:
        rows.append(row("城乡居民养老保险", "Residents' pension", case.say("建议参保", "enrol now")))
    if not rows:
        return nothing("您的待遇均已享受。", "You have all you are entitled to.")
    return ok(rows, message=["请工作人员协助办理。", "Please call staff to apply."])


@operation("work-injury")
def injury(case):
    if "injured" not in case.resident.kinds:
        return nothing()
    return ok(
        [
            row("受理", "Filed", month_start(case.now, 4), "date"),
            row("认定结论", "Finding", case.say("认定为工伤", "a work injury")),
            row("伤残等级", "Grade", case.say("八级", "grade 8")),
            row("医疗费结算", "Costs", case.say("工伤基金直接支付", "paid by the injury fund")),
        ]
    )


@operation("medical-aid")
def medical_aid(case):
    if "aid" not in case.resident.kinds:
        return nothing("不在救助对象名单。", "Not on the list for aid.")
    return ok([row("救助类别", "Kind", case.say("低保对象", "minimum living")), row("救助比例", "Share", "70%"),
               row("年度限额", "Yearly limit", 5000000, "money")])  # fmt: skip


@operation("claim-status")
def claim(case):
    code = case.fields.get("barcode", "")
    if not code.isalnum():
        return refused("条形码有误。", "This is no barcode of ours.")
    step = sum(code.encode()) % 3
    states = (("已受理", "filed"), ("审核中", "under review"), ("已支付", "paid"))
    rows = [row("单据", "Claim", code), row("状态", "State", case.say(*states[step]))]
    if step == 2:
        rows.append(row("报销金额", "Refund", case.random(code).randint(50, 900) * 1000, "money"))
    return ok(rows)


@operation("insurance-status")
def insurance(case):
    active = case.say("正常", "active")
    return ok(
        [
            row("参保地", "Insured in", case.say("样例市", "Sample City")),
            row("社保卡", "Card", active),
            row("电子社保卡", "E-card", active),
            row("医保电子凭证", "Medical e-voucher", active),
            row("“总对总”通道", "HQ to HQ channel", case.say("已连通", "connected")),
        ]
    )


@operation("lab-reports")
def reports(case):
    if "patient" not in case.resident.kinds:
        return nothing()
    return ok([row(line["zh"], line["en"], line["more"]) for line in entries("report")])


@operation("transfer-status")
def transfers(case):
    found = [(key, value, time) for key, value, time in case.all("form") if value["service"] == "relation-transfer"]
    if not found:
        return nothing()
    return ok([row(key, key, case.say("转出地已受理", "with the region it leaves")) for key, _, _ in found])


@operation("insured-certificate", "rights-record")
def certificate(case):
    years = _years(case)
    return ok(
        [
            row("姓名", "Name", masked_name(case.resident.name), "masked"),
            row("证件号码", "Number", masked_number(case.number), "masked"),
            row(
                "参保险种",
                "Insured for",
                case.say("养老、医疗、失业、工伤", "pension, medical, unemployment, injury"),
            ),
            row("累计缴费月数", "Months paid", years * 12, "count"),
            row("出具日期", "Issued", case.now, "date"),
        ]
    )


@operation("e-file")
def e_file(case):
    rows = case.random("file").sample(entries("file"), 3)
    return ok([row(line["zh"], line["en"], "%d" % (2005 + at * 4)) for at, line in enumerate(rows)])


@operation("personal-data")
def personal_data(case):
    born = case.resident.born
    return ok(
        [
            row("姓名", "Name", masked_name(case.resident.name), "masked"),
            row("证件号码", "Number", masked_number(case.number), "masked"),
            row("出生年份", "Year of birth", born[:4]),
            row("手机", "Mobile", "199****%s" % case.number[-5:-1], "masked"),
            row("人群类别", "Class", case.resident.holder_class),
        ]
    )


@operation("check-voucher", anonymous=True)
def voucher(case):
    """A check code as it is keyed in, or the whole text of its QR code."""
    found = case.facts.get("check", "", case.fields.get("code", "").rpartition("/")[2].upper())
    if found is None:
        return refused("查无此凭证。", "No such voucher: it is not genuine.")
    rows = [
        row("凭证", "Voucher", case.say(*found["title"])),
        row("持有人", "Holder", found["holder"], "masked"),
        row("出具", "Issued", found["time"], "date"),
        row("有效至", "Valid until", found["until"], "date"),
    ]
    if found["amount"] is not None:
        rows.append(row("金额", "Amount", found["amount"], "money"))
    return ok(rows, message=["凭证真实。", "Genuine."])


@operation("household-certificate")
def household(case):
    return ok(
        [
            row("户主关系", "In the household", case.say("本人", "head")),
            row("户籍地", "Registered in", case.say("样例市演示镇", "Demo town, Sample City")),
            row("登记日期", "Since", "%s-%s-%s" % (case.resident.born[:4], case.resident.born[4:6], case.resident.born[6:])),
        ]
    )  # fmt: skip


@operation("property-record")
def property_record(case):
    if "child" in case.resident.kinds or "student" in case.resident.kinds:
        return nothing("名下无不动产登记。", "No property is registered.")
    size = case.random("home").randint(45, 140)
    return ok([row("坐落", "Place", case.say("样例街道1号", "1 Sample street")), row("面积 平方米", "Square metres", size, "count"),
               row("抵押", "Mortgage", case.say("无", "none"))])  # fmt: skip


@operation("e-licences")
def licences(case):
    return ok([row(line["zh"], line["en"], case.say("有效", "valid")) for line in entries("licence")])


@operation("traffic-fines")
def fines(case):
    if case.random("fines").random() < 0.5 and "migrant" not in case.resident.kinds:
        return nothing("没有未处理的违法记录。", "No open violations.")
    time = month_start(case.now, 1)
    return ok([row(day_name(time) + " 违反禁止停车", day_name(time) + " No parking", 10000, "money")], amount=10000)


@operation("gov-information", anonymous=True)
def information(case):
    topics = {
        "social": ("社保关系转移全程网办", "Transfers are done on line"),
        "family": ("婚姻登记全国通办", "Marriages anywhere"),
        "home": ("公租房常年受理", "Public housing all year"),
        "start": ("企业开办一日办结", "A business in one day"),
        "elder": ("居家养老上门评估", "Assessment at home"),
    }
    found = topics.get(case.fields.get("topic", "social"))
    if found is None:
        return refused("没有这个主题。", "There is no such topic.")
    link = case.asked.base + "/v1/page/" + case.fields.get("topic", "social")
    return ok([row("要点", "In short", case.say(*found))], link=link)


@operation("job-search", anonymous=True)
def jobs(case):
    wanted = case.fields.get("trade", "")
    found = [line for line in entries("job") if line["more"].split()[0] == wanted or not wanted]
    if not found:
        return nothing("暂无岗位。", "No posts at present.")
    rows = [row(line["zh"], line["en"], int(line["more"].split()[1]), "money") for line in found]
    return ok(rows, link=case.asked.base + "/v1/page/jobs")


@operation("resume")
def resume(case):
    skill = case.random("skill").choice(entries("trade"))
    rows = [
        row("姓名", "Name", masked_name(case.resident.name), "masked"),
        row("年龄", "Age", age(case.resident, case.now), "count"),
        row("技能", "Skill", case.say(skill["zh"], skill["en"])),
        row("参保年限", "Years insured", _years(case), "count"),
    ]
    return ok(rows, link=case.asked.base + "/v1/page/resume")


@operation("exam-admission")
def admission(case):
    paid = [key[5:] for key, _, _ in case.all("paid") if key.startswith("exam ")]
    if not paid:
        return nothing("尚未报名缴费。", "You have not signed up yet.")
    rows = []
    for name in paid:
        line = entry("exam", name)
        room = "A-%03d" % case.random(name).randint(100, 420)
        rows += [row(line["zh"], line["en"], room), row("开考时间", "Begins", month_start(case.now, -2) + 3600, "date")]
    return ok(rows)


@operation("talent-benefits")
def talent(case):
    if "talent" not in case.resident.kinds:
        return nothing("未认定为高层次人才。", "Not recognised as high-end talent.")
    return ok([row("类别", "Class", "B"), row("住房补贴 每月", "Housing a month", 300000, "money"),
               row("景区公交", "Parks and buses", case.say("免费", "free"))])  # fmt: skip


@operation("foreign-talent", anonymous=True)
def foreign(case):
    return ok([row("工作许可", "Work permit", "www · 12333"), row("关联证件", "Linked document", case.say("护照、永居证", "passport, residence permit"))],
              link=case.asked.base + "/v1/page/foreign-talent")  # fmt: skip


@operation("site-attendance")
def attendance(case):
    if "migrant" not in case.resident.kinds:
        return nothing()
    return ok([row(month_name(month_start(case.now, back)), month_name(month_start(case.now, back)),
                   case.random(str(back)).randint(18, 27), "count") for back in range(1, 7)])  # fmt: skip


@operation("job-follow-up")
def follow_up(case):
    if "unemployed" not in case.resident.kinds:
        return nothing("没有跟踪事项。", "Nothing to follow up.")
    return ok([row("下次面谈", "Next talk", month_start(case.now, -1) + 9 * 3600, "date"), row("联系人", "Who", case.say("职业指导窗口", "career guidance desk"))],
              next=month_start(case.now, -1) + 9 * 3600)  # fmt: skip


@operation("concessions")
def concessions(case):
    words = {
        "elder": ("老年人优待", "Seniors: buses free off-peak, parks free"),
        "disabled": ("残疾人优待 可带一名陪同", "Disability: free, with one companion"),
        "veteran": ("退役军人优待", "Veterans: buses and parks free"),
        "student": ("学生优惠", "Students: half fare"),
        "child": ("儿童免费", "Children: free with guardian"),
    }
    found = words.get(case.resident.holder_class)
    rows = [row(found[0], found[1], case.say("自动享受", "by itself"))] if found else []
    if "talent" in case.resident.kinds:
        rows.append(row("人才优待", "Talent: free", case.say("自动享受", "by itself")))
    return ok(rows) if rows else nothing("按成人标准。", "Adult rates.")


offer("trade")


def summary(case):
    """What a clinic sees once it may: counts, no findings."""
    return [
        row("就诊次数", "Visits", case.random("visits").randint(2, 14), "count"),
        row("慢病登记", "Long-term illness", case.say("有", "yes") if "patient" in case.resident.kinds else case.say("无", "no")),
        row("过敏史", "Allergies", case.say("无记录", "none on record")),
    ]  # fmt: skip


def credit(case):
    """The public credit record."""
    due = len(bills(case, "tax-fees"))
    return [
        row("守信记录", "Good record", 3 + _years(case) // 10, "count"),
        row("欠缴税费", "Unpaid taxes", due, "count"),
        row("失信记录", "Bad record", 0, "count"),
        row("信用等级", "Grade", "A" if balance(case) > 1000000 else "B"),
    ]
