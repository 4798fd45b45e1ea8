"""Where and when a resident goes: queue numbers, appointments, sign-ins, proofs of life, consents."""

from headend.demonstration.case import (
    choices,
    day_name,
    entry,
    moment_name,
    next_day,
    nothing,
    offer,
    ok,
    operation,
    refused,
    row,
)
from headend.demonstration.records import credit, summary
from terminal.civil_time import DAY, civil

_SLOT_HOURS = (9, 10, 11, 14, 15, 16)
_SLOT_ROOM = 2
_PROOF_EACH_S = 365 * DAY


def _today(case):
    return "%04d%02d%02d" % civil(case.now)[:3]


def _ticket(case, queue, letter):
    """A number in today's queue: one a resident, the same again when asked again."""
    key = "%s %s" % (queue, _today(case))
    held = case.recall("ticket", key)
    if held is None:
        held = case.facts.count(key, case.now)
        case.remember("ticket", key, held)
    ahead = max(0, held - 1 - (case.now % DAY) // 7200)
    return {"number": "%s%03d" % (letter, held), "counter": "%d" % (1 + held % 4), "ahead": ahead}


@operation("care-register")
def register(case):
    clinic = entry("clinic", case.fields.get("clinic"))
    if clinic is None:
        return refused("请选择科室。", "Please choose a clinic.")
    ticket = _ticket(case, "clinic " + clinic["id"], clinic["id"][0].upper())
    return ok([row(clinic["zh"], clinic["en"], ticket["number"])], ticket=ticket, reference=ticket["number"])


@operation("desk-queue", "career-guidance")
def desk(case):
    if case.asked.operation == "career-guidance":
        wanted = {"id": "guidance", "zh": "职业指导", "en": "Career guidance"}
    else:
        wanted = entry("desk", case.fields.get("desk"))
    if wanted is None:
        return refused("请选择部门。", "Please choose a department.")
    ticket = _ticket(case, "desk " + wanted["id"], wanted["id"][0].upper())
    return ok([row(wanted["zh"], wanted["en"], ticket["number"])], ticket=ticket, reference=ticket["number"])


def _slots(case, about):
    """[(time, key)] of the next two working days in which there is room left."""
    found = []
    for day in (1, 2):
        start = next_day(case.now, day)
        for hour in _SLOT_HOURS:
            time = start + hour * 3600
            key = "%s %d" % (about, time)
            if case.facts.held("slot", key) < _SLOT_ROOM:
                found.append((time, key))
    return found


def _about(case):
    fields = case.fields
    return " ".join([case.asked.operation] + [fields[name] for name in ("clinic", "desk", "venue") if name in fields])


@operation("care-appointment", "capacity-assessment", "desk-appointment", "arbitration", "fund-loan", "venue-booking")
def appointment(case):
    mine = {key for key, _, _ in case.all("slot")}
    wanted = case.fields.get("slot", "")
    key = "%s %s" % (_about(case), wanted)
    if key not in mine and key not in {key for _, key in _slots(case, _about(case))}:
        return refused("这个时间已约满，请另选。", "This time is taken; choose another.")
    case.remember("slot", key, 1)
    number = "Y%03d" % (1 + sum(key.encode()) % 900)
    ticket = {"number": number, "counter": "1", "ahead": 0}
    return ok([row("时间", "Time", moment_name(int(wanted)))], ticket=ticket, next=int(wanted), reference=number)


@choices("slot")
def free_slots(case):
    return [[str(time), moment_name(time), moment_name(time)] for time, _ in _slots(case, _about(case))]


offer("clinic")
offer("desk")
offer("venue")


@operation("class-sign-in", "arbitration-sign-in")
def sign_in(case):
    """Signs in once a day; the second tap is told the time of the first."""
    key = "%s %s" % (case.asked.operation, _today(case))
    first = case.recall("sign-in", key)
    if first is None:
        case.remember("sign-in", key, case.now)
    days = sum(key.startswith(case.asked.operation) for key, _, _ in case.all("sign-in"))
    return ok([row("签到时间", "Signed in", moment_name(first or case.now)), row("累计天数", "Days so far", days, "count")],
              reference=case.reference())  # fmt: skip


@operation("pension-proof")
def proof(case):
    if case.asked.action == "look":
        return history(case)
    how = case.asked.proved
    if how == "none" and not case.asked.identity:
        return refused("请用社保卡或刷脸核验。", "By card or face, please.")
    case.remember("proof", str(case.now), {"how": how, "terminal": case.asked.terminal})
    if case.fields.get("any_tap"):
        zh, en, holds_s = _CONSENTS["proof-by-tap"]
        case.remember("consent", "proof-by-tap", {"what": [zh, en], "until": case.now + holds_s})
    due = case.now + _PROOF_EACH_S
    return ok([row("认证结果", "Result", case.say("通过", "confirmed")), row("下次认证", "Next", due, "date")],
              next=due, reference=case.reference(), message=["认证成功。", "You are confirmed."])  # fmt: skip


@operation("proof-history")
def history(case):
    rows = [row("认证", "Proof", time, "date") for _, _, time in case.all("proof")[:6]]
    last = case.all("proof")
    due = last[0][2] + _PROOF_EACH_S if last else case.now + 30 * DAY
    rows.append(row("下次认证", "Next", due, "date"))
    by_tap = case.recall("consent", "proof-by-tap")
    rows.append(row("无感认证", "Proof by tap", case.say("已同意", "agreed") if by_tap else "-"))
    return ok(rows, next=due)


@operation("identity-check")
def identity(case):
    good = case.say("一致", "agrees")
    rows = [row("实名", "Name", good), row("实卡", "Card", good)]
    if case.asked.proved in ("pin", "psam", "face"):
        rows.append(row("实人", "Person", good))
        return ok(rows, reference=case.reference())
    return refused("未能核验本人，请输入密码或刷脸。", "By PIN or face, please.")


# service: (Chinese, English of what is agreed to, how long in seconds)
_CONSENTS = {
    "proof-by-tap": ("无感认证", "Proof by tap", 5 * 365 * DAY),
    "health-record": ("就诊机构查看健康档案", "Health record for this clinic", 1800),
    "child-card": ("监护人代办", "Acting for a child", 365 * DAY),
    "hotel-check-in": ("酒店住宿登记", "Hotel register", 3600),
    "data-consent": ("政务机构查询一次", "One look by a public office", DAY),
    "credit-record": ("信用记录查询", "Credit record", 3600),
}
# To whom each is given.
_WHOM = {
    "proof-by-tap": ("社保经办机构", "insurance office"), "health-record": ("就诊医院", "clinic"),
    "child-card": ("社保经办机构", "insurance office"), "hotel-check-in": ("酒店", "hotel"),
    "data-consent": ("政务服务机构", "public office"), "credit-record": ("信用中心", "credit office"),
    "family-share": ("医保经办机构", "medical insurance"),
}  # fmt: skip


@operation(*_CONSENTS)
def consent(case):
    """With the field "consent" the holder agrees, with "withdraw" takes it back; else what holds is told."""
    name = case.asked.operation
    zh, en, holds_s = _CONSENTS[name]
    held = case.recall("consent", name)
    if case.fields.get("withdraw"):
        case.facts.drop("consent", case.number, name)
        return ok(message=["已撤回。", "Withdrawn."])
    if not case.fields.get("consent"):
        until = held["until"] if held else 0
        return ok([row(zh, en, until, "date")]) if until > case.now else nothing("尚未授权。", "Not agreed to yet.")
    until = case.now + holds_s
    case.remember("consent", name, {"what": [zh, en], "until": until})
    shown = {"health-record": summary, "credit-record": credit}.get(name)
    return ok(shown(case) if shown else [row(zh, en, until, "date")], valid_until=until, reference=case.reference())


def _in_force(case):
    """[(name, [zh, en] of what, [zh, en] to whom, since when, until when)] of what the holder agreed to."""
    return [
        (name, value["what"], _WHOM[name], given, value["until"])
        for name, value, given in case.all("consent")
        if value["until"] > case.now
    ]


@choices("withdraw")
def given_consents(case):
    return [
        [
            name,
            "%s · %s · %s" % (what[0], whom[0], day_name(given)),
            "%s · %s · %s" % (what[1], whom[1], day_name(given)),
        ]
        for name, what, whom, given, _ in _in_force(case)
    ]


@operation("my-consents")
def withdraw(case):
    """Takes back one consent; it ends with this answer."""
    found = [one for one in _in_force(case) if one[0] == case.fields.get("withdraw")]
    if not found:
        return refused("没有这项授权，或已到期。", "No such consent, or it is over.")
    ((name, what, whom, given, _),) = found
    case.facts.drop("consent", case.number, name)
    rows = [
        row("授权事项", "Consent", case.say(*what)), row("授权对象", "Given to", case.say(*whom)), row("授权日期", "Since", given, "date"),
        row("撤回日期", "Withdrawn", case.now, "date"),
    ]  # fmt: skip
    return ok(rows, reference=case.reference(), message=["已撤回，立即生效。", "Withdrawn, at once."])
