"""The card itself: its state, loss, replacement, issue; the terminal; sign-in by phone."""

import secrets

from headend.demonstration.case import ok, operation, refused, row
from headend.demonstration.forms import file
from headend.demonstration.people import age
from terminal.civil_time import DAY

LOGIN_S = 120
TEXT_S = 300
_MADE_S = 600  # how long a new card takes


@operation("card-status")
def status(case):
    state = case.recall("card", "state") or "normal"
    words = {
        "normal": ("正常", "in order"),
        "lost": ("已挂失", "reported lost"),
        "replaced": ("补换卡中", "being replaced"),
    }
    return ok(
        [
            row("卡状态", "State", case.say(*words[state])),
            row("联网核验", "Checked on line", case.say("全国平台通过", "national platform agrees")),
            row("密钥版本", "Key version", "3"),
            row(
                "合并的卡",
                "Cards in one",
                case.say("公交卡、借书证、就诊卡、公园年卡", "bus, library, hospital, park"),
            ),
        ]
    )


@operation("card-loss")
def loss(case):
    """Blocks the card at once: hooks.lost(token, reason) tells whoever publishes the hotlist."""
    filed = file(case)
    if filed["status"] == "ok":
        case.remember("card", "state", "lost")
        case.block(case.fields["reason"])
        filed["rows"] = [
            row("挂失时间", "Since", case.now, "date"),
            row("生效", "In force", case.say("立即", "at once")),
        ]
    return filed


@operation("card-replace")
def replace(case):
    """A new card; the old one is blocked, and hooks.interim(token, until) gives the text of a code that opens gates."""
    filed = file(case)
    if filed["status"] == "ok":
        until = case.now + 5 * DAY
        case.remember("card", "state", "replaced")
        case.remember("card", "slip", {"token": case.asked.token, "ready": case.now + _MADE_S})
        case.block("replaced")
        filed["link"] = case.hooks.interim(case.asked.token, until)
        filed["valid_until"] = until
        filed["rows"] = [
            row("领卡时间", "Ready", case.now + _MADE_S, "date"),
            row("临时码有效至", "Interim code until", until, "date"),
        ]
    return filed


@operation("card-collect")
def collect(case):
    """The new card is there and works: the slip ends with it, by hooks.collected(token of the old card)."""
    slip = case.recall("card", "slip")
    if slip is None:
        return refused("没有待领的卡。", "No card waits for you.")
    if case.now < slip["ready"]:
        return refused("正在制卡，请稍候。", "Your card is still being made.")
    if case.fields.get("works") == "no":
        return refused("请到制卡窗口更换。", "Please take it to the card desk.")
    filed = file(case)
    if filed["status"] == "ok":
        case.remember("card", "state", "normal")
        case.hooks.collected(slip["token"])
        filed["rows"] = [
            row("领卡时间", "Collected", case.now, "date"),
            row("临时码", "Interim code", case.say("已作废", "no longer valid")),
        ]
    return filed


@operation("card-issue")
def issue(case):
    filed = file(case)
    if filed["status"] == "ok":
        filed["link"] = case.asked.base + "/v1/page/ecard"
        fee = 0 if "aid" in case.resident.kinds or "rural" in case.resident.kinds else 2500
        filed["rows"] = [row("工本费", "Fee", fee, "money"), row("领卡时间", "Ready", case.now + _MADE_S, "date")]
    return filed


@operation("ecard-sign", "online-hall", anonymous=True)
def on_the_phone(case):
    return ok([row("手机扫码", "Scan with your phone", case.say("约10秒", "ten seconds"))],
              link="%s/v1/page/%s" % (case.asked.base, case.asked.operation))  # fmt: skip


@operation("terminal-about", anonymous=True)
def about(case):
    return ok(
        [
            row("终端编号", "Terminal", case.asked.terminal),
            row("国家主密钥", "National master key", case.say("版本3 已启用", "version 3 in use")),
            row("安全模块", "Security module", case.say("正常", "in order")),
            row("防拆", "Tamper switch", case.say("闭合", "closed")),
            row("密码测评", "Cipher assessment", case.say("三级", "grade 3")),
            row("服务目录", "Catalogue", case.say("数据包下发", "comes as data")),
        ]
    )


@operation("home-region")
def home_region(case):
    return ok(
        [
            row("发卡地", "Issued in", case.say("样例市", "Sample City")),
            row("人社范围", "Social security", case.say("本地受理", "answered here")),
            row("本市范围", "This city", case.say("本地受理", "answered here")),
            row("跨市范围", "Other cities", case.say("长三角、大湾区互认", "delta and bay area")),
        ]
    )


@operation("login.start", anonymous=True)
def login_start(case):
    """A one-time code for the kiosk's QR, and two digits that the phone must show too."""
    code = secrets.token_hex(12)
    match = "%02d" % secrets.randbelow(100)
    until = case.now + LOGIN_S
    value = {"terminal": case.asked.terminal, "match": match, "until": until, "number": None, "used": False}
    case.facts.put("login", "", code, value, case.now)
    return ok([row("核对数字", "Compare", match)], reference=code, link="%s/v1/login/%s" % (case.asked.base, code),
              valid_until=until)  # fmt: skip


@operation("login.state", anonymous=True)
def login_state(case):
    """Who confirmed the code, once, and only to the terminal that asked for it."""
    code = case.fields.get("login", "")
    value = case.facts.get("login", "", code)
    if value is None or value["used"] or value["terminal"] != case.asked.terminal or case.now > value["until"]:
        return refused("二维码已失效，请重新扫码。", "This code is over; start again.")
    if value["number"] is None:
        return ok(message=["等待手机确认。", "Waiting for your phone."])
    case.facts.put("login", "", code, dict(value, used=True), case.now)
    return ok(holder=case.holder_of(value["number"], case.now))


@operation("text.start", anonymous=True)
def text_start(case):
    """A one-time code under which a phone types one text for a form. What nobody fetched in time is forgotten here."""
    for old, value, _ in case.facts.all("text", ""):
        if case.now > value["until"]:
            case.facts.drop("text", "", old)
    code = secrets.token_hex(12)
    until = case.now + TEXT_S
    ask = case.fields.get("ask", ["", ""])
    case.facts.put(
        "text", "", code, {"terminal": case.asked.terminal, "until": until, "ask": ask, "text": None}, case.now
    )
    return ok(reference=code, link="%s/v1/text/%s" % (case.asked.base, code), valid_until=until)


@operation("text.state", anonymous=True)
def text_state(case):
    """What was typed, once, and only to the terminal that asked for it; nothing of it is kept."""
    code = case.fields.get("login", "")
    value = case.facts.get("text", "", code)
    if value is None or value["terminal"] != case.asked.terminal or case.now > value["until"]:
        return refused("二维码已失效，请重新扫码。", "This code is over; start again.")
    if value["text"] is None:
        return ok(message=["等待手机输入。", "Waiting for your phone."])
    case.facts.drop("text", "", code)
    return ok([row("", "", value["text"])])


def holder_facts(resident, token, now):
    """What a kiosk's menu asks of a holder, of somebody whom the phone named."""
    return {
        "token": token, "class": resident.holder_class, "age": age(resident, now), "same_city": True,
        "generation": 3, "proved": "signature", "scheme": "account_code",
    }  # fmt: skip
