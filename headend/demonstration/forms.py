"""Forms that are filed: checked against the service's fields, numbered, filed once, looked up again."""

import hashlib
import json

from headend.demonstration.case import (
    choices,
    day_name,
    entries,
    entry,
    next_day,
    nothing,
    offer,
    ok,
    operation,
    refused,
    row,
)
from headend.demonstration.people import BY_NUMBER, age
from terminal.civil_time import DAY

_PLAIN = (
    "pension-apply", "unemployment-apply", "care-filing", "pregnancy", "job-register",
    "unemployment-register", "placement", "job-aid", "job-support", "skill-assessment", "talent", "property-register",
)  # fmt: skip
# Who is not entitled to file: (what is wrong in Chinese and English) or None.
_ENTITLED = {
    "pension-apply": lambda case: age(case.resident, case.now) < 45 and ("未到申领年龄。", "Too young to apply."),
    "unemployment-apply": lambda case: age(case.resident, case.now) < 16 and ("未满16周岁。", "Under 16."),
    "pregnancy": lambda case: case.resident.sex != 2 and ("请核对性别信息。", "Please check who applies."),
    "pay-account": lambda case: "disabled" not in case.resident.kinds and ("没有残疾人补贴。", "No such subsidy."),
}


def missing(case):
    """The first required field of the service without a value, as [Chinese, English]; None when all are there."""
    for field in case.service.get("fields", ()):
        if field.get("required", True) and case.fields.get(field["id"]) in (None, ""):
            return field["title"]
    return None


def file(case, **more):
    """Files the form once: the same one again within a day gets the first one's reference."""
    lacking = missing(case)
    if lacking:
        return refused("请填写%s。" % lacking[0], "Please fill in: %s." % lacking[1])
    why = _ENTITLED.get(case.asked.operation, lambda _case: None)(case)
    if why:
        return refused(*why)
    text = json.dumps(case.fields, sort_keys=True) + case.asked.operation
    digest = hashlib.sha256(text.encode()).hexdigest()
    for reference, value, time in case.all("form"):
        if value["digest"] == digest and case.now - time < DAY:
            return ok(reference=reference, message=["今天已受理过，无需重复提交。", "Filed today already."], **more)
    reference = case.reference()
    value = {"service": case.asked.operation, "digest": digest, "state": "filed", "interim": case.asked.interim}
    case.remember("form", reference, value)
    if case.asked.interim:
        case.facts.put("interim", "", case.asked.interim, {"reference": reference, "person": case.number}, case.now)
    return ok(reference=reference, next=next_day(case.now, 15), **more)


@operation(*_PLAIN)
def plain_form(case):
    return file(case)


@operation("pay-account")
def pay_account(case):
    filed = file(case)
    if filed["status"] == "ok":
        case.remember("pay account", case.fields["subsidy"], case.now)
        filed["rows"] = [row("发放账户", "Paid to", case.say("社保卡账户", "this card's account"))]
    return filed


@operation("enrol")
def enrol(case):
    if case.fields.get("scheme") == "resident-pension" and age(case.resident, case.now) < 16:
        return refused("满16周岁可参保。", "From the age of 16.")
    return file(case)


@operation("relation-transfer")
def transfer(case):
    if str(case.fields.get("from", ""))[:6] == str(case.fields.get("to", ""))[:6]:
        return refused("转入地须与转出地不同。", "It must go to another region.")
    return file(case)


@operation("overseas-exemption")
def exemption(case):
    if str(case.fields.get("from", "")) >= str(case.fields.get("to", "")):
        return refused("结束日期须晚于开始日期。", "It must end after it begins.")
    zh, en = case.chosen("country")
    filed = file(case)
    if filed["status"] == "ok":
        filed["rows"] = [
            row("前往国家", "Country", case.say(zh, en)),
            row("期间", "Period", "%s - %s" % (case.fields.get("from"), case.fields.get("to"))),
        ]
    return filed


@operation("family-share")
def family_share(case):
    member = case.fields.get("member")
    if member == case.number or member not in BY_NUMBER:
        return refused("该成员未参加本地医保。", "This member is not insured here.")
    filed = file(case)
    if filed["status"] == "ok":
        case.remember("consent", "family-share", {"what": ["家庭共济", "Family share"], "until": case.now + 365 * DAY})
    return filed


@operation("newborn")
def newborn(case):
    filed = file(case)
    if filed["status"] == "ok":
        done = case.say("已受理", "filed")
        filed["rows"] = [row("出生登记", "Birth", done), row("居民医保", "Medical insurance", done)]
        if case.fields.get("card") == "yes":
            filed["rows"].append(row("社保卡", "Card", done))
    return filed


@operation("courses")
def courses(case):
    wanted = entry("course", case.fields.get("course"))
    if wanted is None:
        return refused("没有这个课程。", "There is no such course.")
    filed = file(case)
    if filed["status"] == "ok":
        case.remember("course", wanted["id"], {"signed": 0})
        filed["rows"] = [row(wanted["zh"], wanted["en"], next_day(case.now, 3) + 9 * 3600, "date")]
    return filed


@operation("form-status", anonymous=True)
def status(case):
    wanted = case.fields.get("reference", "").strip()
    if wanted:
        known = case.facts.get("interim", "", wanted)
        number, reference = (known["person"], known["reference"]) if known else (case.number, wanted)
        value = case.facts.get("form", number, reference)
        # A number is no proof of who asks: without the card only the state is told, never what it is about.
        found = [(reference, value, None)] if value else []
    else:
        found = case.all("form") if case.resident else []
    if not found:
        return nothing("没有找到这个编号。" if wanted else "没有办理中的事项。", "Nothing found.")
    done = case.say("已受理", "accepted")
    rows = []
    for reference, _, time in found[:20]:
        rows.append(row(reference, reference, done))
        if time:
            rows.append(row("受理日期", "Filed", day_name(time)))
    return ok(rows, reference=found[0][0])


offer("region")
offer("hospital")
offer("course")


@operation("library-borrow", "library-return", "library-renew")
def library(case):
    book = entry("book", case.fields.get("book"))
    if book is None:
        return refused("没有这本书。", "There is no such book.")
    on_loan = {line["id"]: due for line, due in loans(case)}
    verb = case.asked.operation[8:]
    if (book["id"] in on_loan) == (verb == "borrow"):
        return refused("这本书已在您名下。", "You have it already.") if verb == "borrow" else refused(
            "这本书不在您名下。", "You have not borrowed it.")  # fmt: skip
    due = next_day(case.now, 30)
    case.remember("loan", book["id"], {"due": 0 if verb == "return" else due})
    if verb == "return":
        late = on_loan[book["id"]] < case.now
        return ok([row(book["zh"], book["en"], "逾期" if late else "按期", "text")], reference=case.reference())
    return ok([row(book["zh"], book["en"], due, "date")], next=due, reference=case.reference())


def loans(case):
    """[(book, due)] on loan: the first books of a reader to begin with, then what was borrowed and returned."""
    found = {}
    if "reader" in case.resident.kinds:
        for at, book in enumerate(entries("book")[1:3]):
            found[book["id"]] = next_day(case.now, 12 - 15 * at)
    for key, value, _ in case.all("loan"):
        found[key] = value["due"]
    return [(entry("book", key), due) for key, due in sorted(found.items()) if due]


@operation("library-loans")
def my_loans(case):
    found = loans(case)
    if not found:
        return nothing("没有在借图书。", "No books on loan.")
    late = sum(due < case.now for _, due in found)
    rows = [row(book["zh"], book["en"], due, "date") for book, due in found]
    return ok(rows, message=["%d本逾期，请尽快归还。" % late, "%d overdue." % late] if late else None)


@operation("reading-card")
def two_regions(case):
    names = {line["id"]: (line["zh"], line["en"]) for line in entries("region")}
    rows = []
    for book, due in loans(case):
        zh, en = names[book["more"]]
        rows.append(row("%s %s" % (zh, book["zh"]), "%s: %s" % (en, book["en"]), due, "date"))
    return ok(rows) if rows else nothing("两地均无在借图书。", "No books on loan in either region.")


@choices("book")
def borrowed(case):
    return [[book["id"], book["zh"], book["en"]] for book, _ in loans(case)]
