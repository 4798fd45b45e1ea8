"""Forms: what is typed and picked, what is refused and why, back and forth, addresses level by level."""

from terminal.kiosk import forms
from terminal.kiosk.forms import BEFORE, DONE, SETTLED, Form, value_of

KIND = {"id": "kind", "title": ["种类", "Kind"], "kind": "choice", "choices": [["a", "甲", "A"], ["b", "乙", "B"]]}
PHONE = {"id": "phone", "title": ["电话", "Phone"], "kind": "phone", "masked": True}
AMOUNT = {"id": "sum", "title": ["金额", "Sum"], "kind": "amount", "least": 1000, "most": 50000}
HOME = {"id": "home", "title": ["住址", "Home"], "kind": "address", "choices": "asked"}
NOTE = {"id": "note", "title": ["备注", "Note"], "kind": "digits", "required": False}


def typed(form, text):
    for character in text:
        form.press("key." + {".": "dot"}.get(character, character))
    return form.press("key.ok")


def test_what_each_kind_takes_and_why_not():
    for kind, draft, value, problem in (
        ("phone", "13800000034", "13800000034", None), ("phone", "23800000034", None, "phone"),
        ("phone", "1380000003", None, "phone"), ("date", "20260316", "2026-03-16", None),
        ("date", "20260230", None, "date"), ("date", "20240229", "2024-02-29", None), ("date", "2026", None, "date"),
        ("idnumber", "110105194912310021", None, "idnumber"), ("idnumber", "11010519491231002X", "11010519491231002X", None),
        ("digits", "", None, "required"), ("digits", "12", "12", None), ("amount", "200.5", 20050, None),
        ("amount", "0", None, "small"), ("amount", "9999999.99", None, "large"), ("amount", "7.05", 705, None),
    ):  # fmt: skip
        assert value_of({"kind": kind}, draft) == (value, problem), (kind, draft)
    assert value_of(NOTE, "") == (None, None)
    assert value_of(AMOUNT, "9.99") == (None, "small")
    assert value_of(AMOUNT, "500.01") == (None, "large")
    assert value_of({"kind": "digits", "least": 4}, "123") == (None, "short")


def test_questions_one_after_the_other_then_a_look_over_all():
    form = Form([KIND, PHONE, NOTE])
    assert form.press("choice.a") is None and form.field is PHONE
    assert form.press("skip") is None and form.field is PHONE, "a required field is not skipped"
    typed(form, "138")
    assert form.problem == "phone" and form.view()["draft"] == "1" + "****", form.view()
    typed(form, "00000034")
    assert form.field is NOTE
    form.press("skip")
    view = form.view()
    assert view["screen"] == "kiosk.review"
    assert [(row[1], row[2]) for row in view["rows"]] == [
        (["甲", "A"], "edit.kind"), ("13****34", "edit.phone"), ("", "edit.note"),
    ]  # fmt: skip
    assert form.press("submit") == DONE
    assert form.values == {"kind": "a", "phone": "13800000034"}


def test_one_answer_is_changed_without_asking_the_others_again():
    form = Form([KIND, AMOUNT])
    form.press("choice.a")
    typed(form, "20")
    form.press("edit.kind")
    assert form.view()["chosen"] == "a"
    form.press("choice.b")
    assert form.field is None and form.values == {"kind": "b", "sum": 2000}
    form.press("edit.sum")
    form.press("back")
    assert form.field is None


def test_back_leads_to_the_question_before_and_out_of_the_first():
    form = Form([KIND, PHONE])
    form.press("choice.a")
    assert form.press("back") is None and form.field is KIND
    assert form.press("back") == BEFORE


def test_without_a_look_over_the_last_answer_is_the_end():
    form = Form([KIND], review=False)
    assert form.press("choice.b") == DONE
    form.reopen()
    assert form.field is KIND and form.view()["chosen"] == "b"


def test_an_address_is_picked_level_by_level():
    form = Form([HOME, KIND])
    assert form.wanted() == {"home": ""}
    assert form.offered({"home": [["32", "江苏", "Jiangsu"], ["33", "浙江", "Zhejiang"]]}) is None
    form.press("choice.32")
    assert form.wanted() == {"home": "32"}
    form.offered({"home": [["3201", "南京", "Nanjing"]]})
    form.press("choice.3201")
    assert form.wanted() == {"home": "3201"}
    assert form.offered({}) == SETTLED
    assert form.field is KIND and form.shown["home"] == ["江苏南京", "Nanjing, Jiangsu"]
    assert form.values["home"] == "3201" and form.paper("en")["home"] == "Nanjing, Jiangsu"


def test_a_back_end_without_levels_ends_the_address_too():
    rows = [["32", "江苏", "Jiangsu"]]
    form = Form([HOME], review=False)
    form.offered({"home": rows})
    form.press("choice.32")
    assert form.offered({"home": [list(row) for row in rows]}) == DONE


def test_a_rule_may_look_at_all_answers():
    later = dict(AMOUNT, id="to", check={">": [{"var": "value"}, {"var": "fields.sum"}]})
    form = Form([AMOUNT, later])
    typed(form, "20")
    typed(form, "10")
    assert form.problem == "rule" and form.field["id"] == "to"
    form.press("key.back")
    form.press("key.back")
    typed(form, "30.50")
    assert form.values == {"sum": 2000, "to": 3050}


def test_keys_that_make_no_sense_do_nothing():
    form = Form([AMOUNT])
    for key in (".", "1", ".", ".", "2", "3", "4", "A"):
        form.press("key." + {".": "dot"}.get(key, key))
    assert form.view()["draft"] == "¥1.23"
    number = Form([{"id": "n", "title": "", "kind": "idnumber"}])
    for key in "X11010519491231002X1":
        number.press("key." + key)
    assert number.view()["draft"] == "11010519491231002X"


def test_a_scanned_code_answers_a_field_for_codes_only():
    form = Form([PHONE])
    assert form.scanned(b"9787020000000") is False
    book = {"id": "book", "title": "", "kind": "barcode", "most": 14}
    form = Form([book], review=False)
    assert form.scanned(b"9787020000000\r") == DONE and form.values == {"book": "9787020000000"}
    assert forms.PICKED == ("choice", "address")


TEXT = {"id": "note", "title": ["事由", "What for"], "kind": "text", "most": 12}
PHRASES = [["ask", "咨询政策", "Ask"], ["papers", "提交材料", "Papers"]]


def test_a_text_is_a_phrase_or_typed_here_or_at_a_phone():
    form = Form([dict(TEXT, choices=PHRASES)])
    assert form.view()["screen"] == "kiosk.form" and form.view()["texts"]
    form.press("choice.papers")
    assert form.values == {"note": "提交材料"} and form.shown["note"] == ["提交材料", "Papers"]
    form.press("edit.note")
    assert form.press("type") is None and form.view()["screen"] == "kiosk.keyboard"
    form.press("back")
    assert form.view()["screen"] == "kiosk.form", "back to the phrases, not to the question before"
    form.press("type")
    form.press("key.A")
    form.press("key.ok")
    assert form.values == {"note": "A"}
    form.press("edit.note")
    assert form.press("phone") == forms.PHONE
    form.told("  样例街道 1 号\n二楼   东边的小门旁  ")
    assert form.values == {"note": "样例街道 1 号 二楼"} and form.field is None


def test_a_text_without_phrases_is_typed_and_other_kinds_are_not_written_at_phones():
    form = Form([TEXT, dict(TEXT, id="n", kind="digits")])
    assert form.view()["screen"] == "kiosk.keyboard" and form.view()["texts"]
    assert form.press("phone") == forms.PHONE and form.told("门牌 3") is None
    assert form.values == {"note": "门牌 3"} and not form.view()["texts"] and form.press("phone") is None


def test_an_empty_masked_field_looks_empty():
    form = Form([PHONE])
    assert form.view()["draft"] == ""
    form.press("key.1")
    assert form.view()["draft"] not in ("", "1")
