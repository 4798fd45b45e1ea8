"""The six patterns, as values: what each wants, shows and sends, with answers that a head-end could give."""

from terminal.kiosk import patterns
from terminal.kiosk.loader import Written
from terminal.kiosk.services import DEFAULTS, FIELD_DEFAULTS
from terminal.service_client import NOTHING_SAID, Outcome

CHOICE = dict(
    FIELD_DEFAULTS, id="kind", title=["种类", "Kind"], kind="choice", choices=[["a", "甲", "A"], ["b", "乙", "B"]]
)
ASKED = dict(CHOICE, id="desk", choices="asked")


def service(pattern, **more):
    whole = dict(
        DEFAULTS, id="thing", asks="thing", title=["事", "Thing"], department=["局", "Office"], pattern=pattern
    )
    whole.update(more)
    return whole


def says(**reply):
    return Outcome("reply", dict(NOTHING_SAID, **dict({"status": "ok"}, **reply)), None)


def seen(pattern):
    return pattern.view()["screen"]


def test_a_list_asks_at_once_and_offers_paper_only_where_there_is_a_printer():
    for can, offered in (((), False), (("print",), True)):
        pattern = patterns.begin(service("list", prints="slip"), None, can)
        assert pattern.start()[:3] == ("ask", pattern.service, "look") and pattern.waits
        assert seen(pattern) == "kiosk.wait"
        pattern.answered(
            says(rows=[["三月", "March", 320000, "money"], ["账号", "Account", "6222020200001234", "masked"]])
        )
        view = pattern.view()
        assert view["screen"] == "kiosk.list" and view["print"] is offered
        assert view["rows"] == [("三月", "March", "¥3,200.00"), ("账号", "Account", "62****34")]
    assert pattern.press("back") == ("end",)


def test_paper_is_asked_for_once_and_again_only_by_hand():
    pattern = patterns.begin(service("list", prints="slip"), None, ("print",))
    pattern.start()
    pattern.answered(says(rows=[["一", "one", "1", "text"]]))
    assert pattern.press("print")[0] == "print" and pattern.press("print") is None
    pattern.printed_out(False)
    assert pattern.view()["step"] == "failed"
    assert pattern.press("print")[0] == "print"
    pattern.printed_out(True)
    assert pattern.view()["printed"] and not pattern.view()["print"]
    assert pattern.press("print") is None


def test_what_is_due_is_paid_after_one_more_look():
    pattern = patterns.begin(service("list", pay=True), None)
    pattern.start()
    pattern.answered(says(amount=20000))
    assert pattern.view()["pay"]
    assert pattern.press("pay") is None and seen(pattern) == "kiosk.review"
    assert pattern.press("back") is None and seen(pattern) == "kiosk.list"
    pattern.press("pay")
    assert pattern.press("submit")[2] == "pay"
    pattern.answered(says(reference="P1", amount=20000))
    assert seen(pattern) == "kiosk.done" and pattern.view()["reference"] == "P1"
    assert pattern.press("pay") is None


def test_another_try_is_the_very_same_question():
    pattern = patterns.begin(service("form", fields=[CHOICE]), None)
    pattern.start()
    pattern.press("choice.a")
    first = pattern.press("submit")
    pattern.answered(Outcome("unreachable", None, None))
    assert pattern.view()["reason"] == "unreachable" and pattern.view()["again"]
    assert pattern.press("retry") is first and pattern.waits
    pattern.answered(says(reference="F1"))
    assert seen(pattern) == "kiosk.done"


def test_a_form_that_waits_says_so_with_its_interim_number():
    pattern = patterns.begin(service("form", fields=[CHOICE], prints="slip", offline="queue"), None, ("print",))
    pattern.start()
    pattern.press("choice.b")
    assert pattern.press("submit")[3] == {"kind": "b"}
    pattern.answered(Outcome("queued", None, "kiosk-0001-000007"))
    view = pattern.view()
    assert view["kept"] and view["reference"] == "kiosk-0001-000007" and view["print"]
    assert pattern.press("print")[0] == "print"


def test_a_refusal_shows_the_words_of_whoever_refused():
    pattern = patterns.begin(service("form", fields=[CHOICE]), None)
    pattern.start()
    pattern.press("choice.a")
    pattern.press("submit")
    pattern.answered(says(status="refused", message=["未到年龄", "Too young"]))
    assert pattern.view()["message"] == ["未到年龄", "Too young"] and not pattern.view()["again"]
    pattern.press("back")
    assert seen(pattern) == "kiosk.review", "the answers may be changed"
    assert pattern.press("back") is None and seen(pattern) == "kiosk.form"


def test_nothing_is_asked_before_consent():
    pattern = patterns.begin(service("consent"), None)
    assert pattern.start() is None and seen(pattern) == "kiosk.consent"
    assert pattern.press("refuse") == ("end",)
    pattern = patterns.begin(service("consent", consent=["同意吗", "Agreed?"]), None)
    pattern.start()
    assert pattern.press("agree")[3] == {"consent": True}


def test_proof_of_life_with_and_without_a_camera():
    alone = patterns.begin(service("proof", face=True), None)
    alone.start()
    assert alone.press("any_tap") is None and alone.view()["any_tap"] is True
    assert alone.press("agree")[2:4] == ("submit", {"consent": True, "any_tap": True})
    alone.answered(says(next=1805000000))
    assert seen(alone) == "kiosk.proof" and alone.view()["next"] == "2027-03-14"


def before_the_camera(kind="proof"):
    pattern = patterns.begin(service(kind, face=True), None, ("face",))
    pattern.start()
    if kind == "proof":
        assert pattern.press("agree") is None
    assert seen(pattern) == "kiosk.face" and pattern.view()["card"], "nobody is looked at unasked"
    return pattern


def test_a_face_is_looked_at_after_a_yes_to_it_whatever_the_pattern():
    for kind in ("proof", "form", "list"):
        pattern = before_the_camera(kind)
        assert pattern.press("look") == ("face",) and pattern.view()["step"] == "face" and pattern.waits
        want = pattern.checked("same")
        assert want[0] == "ask" and pattern.proved == "face" and "face" not in want[3]


def test_a_face_check_that_says_nothing_leaves_the_card():
    for answer in ("refused", "late", "away"):
        pattern = before_the_camera()
        pattern.press("look")
        assert pattern.checked(answer) is None
        view = pattern.view()
        assert view["screen"] == "kiosk.face" and view["reason"] == answer and view["card"]
        assert pattern.press("look") == ("face",), "another try"
        pattern.checked(answer)
        assert pattern.press("card")[0] == "ask" and pattern.proved is None


def test_somebody_else_before_the_camera_does_not_go_on_by_the_card():
    pattern = before_the_camera()
    pattern.press("look")
    pattern.checked("other")
    assert pattern.view()["reason"] == "other" and not pattern.view()["card"] and pattern.press("card") is None
    pattern.press("look")
    assert pattern.checked("other") is None and pattern.view()["reason"] == "face_differs"
    assert pattern.press("back") == ("end",)


def test_whoever_does_not_want_the_camera_goes_on_by_the_card():
    pattern = before_the_camera("form")
    assert pattern.press("card")[0] == "ask" and pattern.proved is None


def test_a_ticket_asks_for_choices_and_prints_itself_once():
    pattern = patterns.begin(service("ticket", fields=[ASKED], prints="ticket"), None, ("print",))
    assert pattern.start()[2:4] == ("choices", {"desk": ""})
    pattern.answered(says(choices={"desk": [["tax", "税务", "Tax"]]}))
    assert seen(pattern) == "kiosk.form"
    assert pattern.press("choice.tax")[2] == "submit", "one pick needs no second look"
    assert pattern.answered(says(ticket={"number": "A012", "counter": "3", "ahead": 4}))[0] == "print"
    pattern.printed_out(True)
    assert pattern.view()["number"] == "A012" and pattern.view()["ahead"] == 4 and not pattern.view()["print"]


def test_a_sign_in_is_one_tap():
    pattern = patterns.begin(service("signin"), None)
    assert pattern.start()[2] == "submit"
    pattern.answered(says(message=["已签到", "Signed in"]))
    assert seen(pattern) == "kiosk.done"


def test_a_service_with_its_own_rows_asks_nobody():
    pattern = patterns.begin(service("list", offline="local", rows=[["一", "one", "原件"]]), None)
    assert pattern.start() is None and pattern.view()["rows"] == [("一", "one", "原件")]


def test_going_on_at_the_phone_and_back():
    pattern = patterns.begin(service("list", handover=True), None)
    pattern.start()
    pattern.answered(says(link="https://x.example/1", rows=[["一", "one", "1", "text"]]))
    assert pattern.view()["handover"]
    pattern.press("handover")
    assert pattern.view()["link"] == "https://x.example/1"
    pattern.press("back")
    assert seen(pattern) == "kiosk.list"


def test_what_a_cut_left_open_is_shown_and_not_sent_again():
    pattern = patterns.begin(service("ticket", prints="ticket"), None, ("print",))
    assert pattern.resume("submit", says(ticket={"number": "A013", "counter": "1", "ahead": 0})) is None
    assert pattern.view()["number"] == "A013" and pattern.view()["print"]
    pattern = patterns.begin(service("list", pay=True), None)
    pattern.resume("pay", says(reference="P2", amount=100))
    assert seen(pattern) == "kiosk.done"


def test_pages_of_the_head_end():
    pattern = patterns.begin(service("list"), None)
    pattern.start()
    pattern.answered(says(rows=[["一", "one", "1", "text"]], pages=2))
    assert pattern.press("next.6") is None and pattern.view()["first"] == 6
    assert pattern.press("page.1")[4] == 1
    pattern.answered(says(rows=[["二", "two", "2", "text"]], page=1, pages=2))
    assert pattern.view()["page"] == 1 and pattern.view()["first"] == 0


def test_what_is_paid_for_the_card_is_written_to_it_before_it_is_done():
    for written, message in (
        (Written("loaded", 5000, 8850, ["00", 8]), "已写入卡内。"),
        (Written("torn", 0, None, None), "还没有写入卡内，钱已保留，再次插卡时写入。"),
        (Written("out_of_reach", 0, 3850, None), "还没有写入卡内，钱已保留，再次插卡时写入。"),
        (Written("refused", 0, 3850, None), "没有写入卡内，钱已保留，下次充值时一并写入。"),
        (None, "没有写入卡内，钱已保留，下次充值时一并写入。"),
    ):
        pattern = patterns.begin(service("list", pay=True, loads=True), None)
        pattern.start()
        pattern.answered(says(amount=5000))
        pattern.press("pay")
        pattern.press("submit")
        assert pattern.answered(says(amount=5000, reference="P1")) == ("load", pattern.service, 5000)
        assert pattern.waits and pattern.view()["step"] == "load" and pattern.press("back") is None and pattern.open
        pattern.loaded(written)
        assert (pattern.view()["held"] is None) == (message == "已写入卡内。"), "no tick for money that is not there"
        assert pattern.open == (written is not None and written.state in ("torn", "out_of_reach"))
        view = pattern.view()
        assert not pattern.waits and view["screen"] == "kiosk.done" and view["message"][0] == message
        on_card = [row[2] for row in view["rows"] if row[0] == "卡内余额"]
        assert on_card == (["¥%.2f" % (written.balance / 100)] if written and written.balance else [])


def test_what_was_paid_before_a_power_cut_is_written_at_the_next_visit():
    for more, wanted in (({"loads": True}, ("load", 5000)), ({}, None)):
        pattern = patterns.begin(service("list", pay=True, **more), None)
        want = pattern.resume("pay", says(amount=5000, reference="P1"))
        assert (want and (want[0], want[2])) == wanted
    for action, status in (("submit", "ok"), ("pay", "refused")):
        pattern = patterns.begin(service("list", pay=True, loads=True), None)
        assert pattern.resume(action, says(amount=5000, status=status)) is None
