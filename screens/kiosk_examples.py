"""View states of every kiosk screen: what the tests draw and the contact sheet shows. All texts and names are made up."""

COMMON = {"site": ("社保自助厅", "Self-service hall"), "clock": "09:00", "online": True, "queued": 0, "tools": 0}
PROFILES = ("kiosk1080", "kiosk480")

_ALL = ("slot", "reader", "scanner", "phone")
_GROUPS = (
    ("yuan", ("养老和待遇", "Pension and benefits"), "tile.pension"),
    ("tick", ("医疗健康", "Health"), "tile.health"),
    ("list", ("参保缴费", "Contributions"), "tile.contributions"),
    ("card", ("社保卡服务", "Card services"), "tile.card"),
    ("bag", ("就业和培训", "Jobs and training"), "tile.jobs"),
    ("yuan", ("惠民惠农补贴", "Subsidies"), "tile.subsidies"),
    ("door", ("政务服务", "Government"), "tile.government"),
    ("bus", ("出行", "Transport"), "tile.transport"),
    ("ticket", ("文化旅游", "Culture and travel"), "tile.culture"),
)
_SERVICES = (
    ("yuan", ("养老金", "Pension"), "tile.pension-payments"),
    ("tick", ("资格认证", "Proof of life"), "tile.pension-proof"),
    ("list", ("个人账户", "My account"), "tile.pension-account"),
    ("print", ("材料清单", "Checklist"), "tile.retirement-checklist"),
    ("bag", ("申领养老金", "Apply for a pension"), "tile.pension-apply"),
)
_PENSION = {"service": "pension-payments", "title": ("养老金发放明细", "Pension payments")}
_FORM = {"service": "pension-apply", "title": ("申领养老保险待遇", "Apply for a pension")}
_PROOF = {"service": "pension-proof", "title": ("养老待遇资格认证", "Proof of entitlement")}
_TICKET = {"service": "queue", "title": ("窗口排队取号", "Queue ticket")}
_MONTHS = tuple(
    ("2026年%d月" % month, "2026-%02d" % month, "¥%d.00" % (3200 + month * 7)) for month in range(12, 0, -1)
)
_CONSENT = (
    "本人申请以社保卡证明仍符合领取条件。认证时间和地点将报送社保经办机构，不保存人脸照片。",
    "I ask to prove with my card that I am still entitled. Time and place go to the social insurance office; no picture "
    "of my face is kept.",
)
_DISTRICTS = (
    ("320102", "玄武区", "Xuanwu"), ("320104", "秦淮区", "Qinhuai"), ("320105", "建邺区", "Jianye"),
    ("320106", "鼓楼区", "Gulou"), ("320111", "浦口区", "Pukou"), ("320113", "栖霞区", "Qixia"),
    ("320114", "雨花台区", "Yuhuatai"), ("320115", "江宁区", "Jiangning"), ("320116", "六合区", "Luhe"),
)  # fmt: skip
_LINK = "https://hrss.example/k/5f2c9a01"


def _with(common, state):
    both = dict(common)
    both.update(state)
    return both


STATES = (
    ("attract", {"screen": "kiosk.attract", "media": _ALL}),
    ("attract_offline", {"screen": "kiosk.attract", "media": ("slot",), "online": False, "queued": 3}),
    ("attract_left", {"screen": "kiosk.attract", "media": _ALL, "left": True}),
    ("identify", {"screen": "kiosk.identify", "media": _ALL}),
    ("identify_again", {"screen": "kiosk.identify", "media": _ALL, "reason": "hotlisted"}),
    ("pin", {"screen": "kiosk.pin", "entered": 2, "digits": 6, "tries": None}),
    ("pin_wrong", {"screen": "kiosk.pin", "entered": 6, "digits": 6, "tries": 2}),
    ("login_qr", {"screen": "kiosk.login_qr", "link": _LINK, "match": "47", "left_s": 58}),
    ("login_late", {"screen": "kiosk.login_qr", "link": None, "reason": "login_expired"}),
    ("home", {"screen": "kiosk.home", "tiles": _GROUPS, "name": "王**"}),
    ("home_offline", {"screen": "kiosk.home", "tiles": _GROUPS[:4], "name": "", "online": False}),
    ("home_later", {"screen": "kiosk.home", "tiles": _GROUPS * 3, "name": "王**", "first": 14}),
    ("group", {"screen": "kiosk.group", "group": "pension", "title": _GROUPS[0][1], "tiles": _SERVICES}),
    ("help", {"screen": "kiosk.help"}),
    ("help_called", {"screen": "kiosk.help", "called": True}),
    ("wait", _with(_PENSION, {"screen": "kiosk.wait", "step": "look"})),
    ("wait_card", {"screen": "kiosk.wait", "step": "reading"}),
    ("wait_load", _with(_PENSION, {"screen": "kiosk.wait", "step": "load"})),
    ("list", _with(_PENSION, {"screen": "kiosk.list", "rows": _MONTHS[:5], "amount": "¥16,324.00", "print": True})),
    ("list_long", _with(_PENSION, {"screen": "kiosk.list", "rows": _MONTHS, "message": (
        "每月23日发放到社保卡银行账户。", "Paid to the card's bank account on the 23rd of each month."),
        "print": True, "handover": True, "page": 0, "pages": 3, "first": 4})),
    ("list_due", _with(_PENSION, {"screen": "kiosk.list", "rows": _MONTHS[:2], "amount": "¥200.00", "pay": True})),
    ("list_printed", _with(_PENSION, {"screen": "kiosk.list", "rows": _MONTHS[:3], "printed": True})),
    ("list_empty", _with(_PENSION, {"screen": "kiosk.list", "rows": ()})),
    ("form", _with(_FORM, {"screen": "kiosk.form", "ask": ("待遇种类", "Kind"), "step": 1, "steps": 3, "choices": (
        ("employee", "职工养老", "Employees' pension"), ("resident", "城乡居民养老", "Residents' pension")),
        "chosen": "resident", "field": "kind"})),
    ("form_address", _with(_FORM, {"screen": "kiosk.form", "ask": ("居住地址", "Address"), "step": 2, "steps": 3,
        "choices": _DISTRICTS, "optional": True, "field": "home"})),
    ("keyboard", _with(_FORM, {"screen": "kiosk.keyboard", "ask": ("联系电话", "Phone"), "step": 3, "steps": 3,
        "keys": "digits", "draft": "*********34", "problem": None, "field": "phone",
        "hint": ("办理结果发到这个号码。", "You are told here how it ended.")})),
    ("keyboard_amount", _with(_FORM, {"screen": "kiosk.keyboard", "ask": ("缴费金额", "Amount"), "step": 1, "steps": 1,
        "keys": "amount", "draft": "¥200.5", "problem": "large", "field": "amount"})),
    ("keyboard_id", _with(_FORM, {"screen": "kiosk.keyboard", "ask": ("监护人证件号", "Guardian's number"), "step": 1,
        "steps": 2, "keys": "idnumber", "draft": "639*************1X", "problem": "idnumber", "optional": True})),
    ("keyboard_text", _with(_FORM, {"screen": "kiosk.keyboard", "ask": ("护照号码", "Passport"), "step": 1, "steps": 2,
        "keys": "letters", "draft": "E1234", "problem": None, "field": "passport"})),
    ("keyboard_text_more", _with(_FORM, {"screen": "kiosk.keyboard", "ask": ("护照号码", "Passport"), "step": 1,
        "steps": 2, "keys": "letters", "draft": "", "problem": "required", "first": 30})),
    ("form_phrases", _with(_FORM, {"screen": "kiosk.form", "ask": ("要办的事", "What for"), "step": 2, "steps": 3, "texts": True,
        "choices": (("1", "咨询政策", "Ask about rules"), ("2", "提交材料", "Hand in papers"), ("3", "领取证件", "Collect")),
        "optional": True, "field": "note"})),
    ("keyboard_words", _with(_FORM, {"screen": "kiosk.keyboard", "ask": ("门牌号", "House number"), "step": 3, "steps": 4,
        "keys": "letters", "draft": "12-3", "problem": None, "field": "door", "texts": True, "optional": True})),
    ("text_qr", _with(_FORM, {"screen": "kiosk.login_qr", "link": _LINK, "match": None, "left_s": 290, "writes": True})),
    ("review", _with(_FORM, {"screen": "kiosk.review", "rows": (
        (("待遇种类", "Kind"), ("城乡居民养老", "Residents' pension"), "edit.kind"),
        (("起领月份", "First month"), "2026-04-01", "edit.from"),
        (("联系电话", "Phone"), "138******34", "edit.phone"))})),
    ("review_pay", _with(_FORM, {"screen": "kiosk.review", "rows": ((("居民养老保险", "Residents' pension"), "¥200.00", None),),
        "pay": True})),
    ("consent", _with(_PROOF, {"screen": "kiosk.consent", "text": _CONSENT, "any_tap": None})),
    ("consent_tap", _with(_PROOF, {"screen": "kiosk.consent", "text": _CONSENT, "any_tap": True})),
    ("consent_tap_later", _with(_PROOF, {"screen": "kiosk.consent", "text": _CONSENT, "any_tap": False, "first": 2})),
    ("face", _with(_PROOF, {"screen": "kiosk.face", "card": True})),
    ("face_other", _with(_PROOF, {"screen": "kiosk.face", "reason": "other", "card": False})),
    ("face_late", _with(_PROOF, {"screen": "kiosk.face", "reason": "late", "card": True})),
    ("face_wait", _with(_PROOF, {"screen": "kiosk.wait", "step": "face"})),
    ("proof", _with(_PROOF, {"screen": "kiosk.proof", "next": "2027-03-16", "reference": "RZ20260316001", "message": (
        "下次认证请提前办理。", "Please come in time for the next proof."), "print": True})),
    ("proof_kept", _with(_PROOF, {"screen": "kiosk.proof", "kept": True, "reference": "K1-0007", "print": True})),
    ("ticket", _with(_TICKET, {"screen": "kiosk.ticket", "number": "A012", "counter": "3", "ahead": 4, "printed": True})),
    ("appointment", _with(_TICKET, {"screen": "kiosk.ticket", "number": None, "rows": (
        ("时间", "Time", "2026-03-20 09:30"),), "message": ("请按时到场。", "Please be on time.")})),
    ("done", _with(_FORM, {"screen": "kiosk.done", "reference": "YL20260316000012", "message": (
        "受理后30日内核定首月待遇。", "The first payment is settled within 30 days."), "print": True, "handover": True})),
    ("done_kept", _with(_FORM, {"screen": "kiosk.done", "kept": True, "reference": "K1-0007", "print": True})),
    ("done_held", _with(_FORM, {"screen": "kiosk.done", "held": True, "reference": "20260316000002", "print": True, "message": (
        "还没有写入卡内，钱已保留，再次插卡时写入。", "Not on the card yet. It is kept, and written when you insert the card again.")})),
    ("done_printed", _with(_FORM, {"screen": "kiosk.done", "reference": "YL20260316000012", "printed": True,
        "valid_until": "2026-06-16"})),
    ("printing", _with(_FORM, {"screen": "kiosk.print", "step": "printing"})),
    ("print_failed", _with(_FORM, {"screen": "kiosk.print", "step": "failed"})),
    ("handover", _with(_FORM, {"screen": "kiosk.handover", "link": _LINK})),
    ("warning", {"screen": "kiosk.warning", "seconds": 17}),
    ("error", {"screen": "kiosk.error", "reason": "pin_blocked"}),
    ("error_network", _with(_PENSION, {"screen": "kiosk.error", "reason": "unreachable", "again": True})),
    ("error_refused", _with(_PENSION, {"screen": "kiosk.error", "reason": "refused", "message": (
        "未满法定退休年龄", "Below the retirement age")})),
    ("out", {"screen": "kiosk.out"}),
)  # fmt: skip


def whole(state, lang):
    """The state with what every state carries."""
    full = {"lang": lang}
    full.update(COMMON)
    full.update(state)
    return full
