"""The demonstration's answers agree with one another, whoever asks and whenever, and could be somebody's."""

import pytest

from headend.demonstration.back_end import DemonstrationBackEnd
from headend.demonstration.divisions import Divisions
from headend.demonstration.people import RESIDENTS, age
from headend.services import LONGEST_REPLY, Asked, pack
from simulator import demo_site
from tests.portable.checks import run

NOW = demo_site.START + 30 * 3600  # Tuesday afternoon
PEOPLE = [pytest.param(index, id=resident.name) for index, resident in enumerate(RESIDENTS)]


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    tokens = {"%032x" % (index + 1): index for index in range(len(RESIDENTS))}
    back_end = DemonstrationBackEnd(tmp_path_factory.mktemp("demonstration"), None, tokens)

    def ask(who, operation, action="look", now=NOW, **fields):
        values = dict(
            terminal="kiosk-1", request="%016x" % now, operation=operation, action=action, token="%032x" % (who + 1),
            identity=RESIDENTS[who].number, proved="pin", holder_class=RESIDENTS[who].holder_class, lang="zh", fields=fields,
            page=0, time=now, base="http://headend", interim=None,
        )  # fmt: skip
        return run(back_end.answer(Asked(**{name: values.get(name) for name in Asked._fields})))

    ask.facts = back_end.facts
    yield ask
    back_end.close()


def money(reply):
    return {zh: value for zh, _, value, kind in reply.get("rows", ()) if kind == "money"}


@pytest.mark.parametrize("who", PEOPLE)
def test_a_medical_account_is_the_sum_of_what_went_in_and_out(ask, who):
    reply = ask(who, "insurance-account")
    found = money(reply)
    if not found:  # residents' insurance has none: nothing can come out of it either
        assert "个人账户支付" not in money(ask(who, "medicine-settlement", total=10000))
        return
    held = found["账户余额"]
    assert held == found["上年结转"] + found["本年划入"] + found["本年支出"] == reply["amount"] > 0
    monthly = {value for name, value in found.items() if name.endswith(" 划入")}
    assert len(monthly) == 1 and found["本年划入"] == 3 * monthly.pop()  # it is March
    if not RESIDENTS[who].kinds & {"pensioner"}:
        base = money(ask(who, "contributions"))["缴费基数"]
        assert found["本年划入"] == 3 * (base * 2 // 100)
    assert money(ask(who, "medicine-settlement", total=10000)).get("个人账户支付", 0) <= held


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("operation", ("medicine-settlement", "care-settle", "care-one-stop"))
def test_the_shares_of_a_bill_are_the_bill(ask, who, operation):
    fields = {"total": 12345} if operation == "medicine-settlement" else {}
    reply = ask(who, operation, **fields)
    if reply["status"] != "ok":
        assert "child" in RESIDENTS[who].kinds
        return
    found = money(reply)
    total = found.pop("总费用")
    assert sum(found.values()) == total and min(found.values()) >= 0 and reply["amount"] == found["个人负担"]


@pytest.mark.parametrize("who", PEOPLE)
def test_trips_are_the_same_whenever_one_asks_and_add_up(ask, who):
    reply = ask(who, "trips")
    rows = [(zh, value) for zh, _, value, _ in reply["rows"]]
    assert rows[0] == ("近7天合计", sum(value for _, value in rows[1:])) and len(rows) > 8
    later = [(zh, value) for zh, _, value, _ in ask(who, "trips", now=NOW + 3600)["rows"]]
    assert set(rows[1:]) <= set(later)
    hours = {int(zh.split()[1][:2]) for zh, _ in rows[1:]}
    assert min(hours) >= 7 and max(hours) <= 18  # nobody takes the metro at three in the morning
    assert len(ask(who, "card-track")["rows"]) == len(rows) - 1


def test_eighteen_classes_and_thirty_one_items_each_with_somebody_it_may_go_to(ask):
    from headend.demonstration.case import table

    lines = table("subsidies")
    assert len(lines) == 31 and {int(line["class"]) for line in lines} == set(range(1, 19))
    kinds = set().union(*(resident.kinds for resident in RESIDENTS))
    assert {line["kind"] for line in lines} <= kinds
    paid = {}
    for who in range(len(RESIDENTS)):
        for zh in money(ask(who, "subsidies")):
            paid.setdefault(zh.partition(" ")[2], set()).add(who)
    assert len(set(paid) - {""}) == 31, sorted({line["zh"] for line in lines} - set(paid))
    assert min(age(RESIDENTS[who], NOW) for who in paid["70周岁以上高龄津贴"]) >= 70
    assert max(age(RESIDENTS[who], NOW) for who in paid["义务教育生活补助"]) < 16
    # Minimum living of the city, of the village and support in extreme hardship exclude one another.
    groups = [paid[name] for name in ("城市最低生活保障金", "农村最低生活保障金", "特困人员救助供养金")]
    assert sum(map(len, groups)) == len(set().union(*groups))


def test_what_was_typed_at_a_phone_is_forgotten_even_if_nobody_fetches_it(ask):
    first = ask(0, "text.start")
    waiting = ask.facts.get("text", "", first["reference"])
    ask.facts.put("text", "", first["reference"], {**waiting, "text": "样例路1号"}, NOW)
    ask(0, "text.start", now=first["valid_until"])
    assert ask.facts.get("text", "", first["reference"])["text"] == "样例路1号"
    last = ask(0, "text.start", now=first["valid_until"] + 1)
    fetched = ask(0, "text.state", now=first["valid_until"] + 1, login=first["reference"])
    assert fetched["status"] == "refused" and ask.facts.get("text", "", first["reference"]) is None
    assert ask.facts.get("text", "", last["reference"]) is not None


def test_an_operators_whole_table_of_divisions_stands_in_for_the_shipped_one(tmp_path):
    shipped = Divisions(tmp_path)
    assert shipped.below("area", "320106")[4] == ["320106005", "挹江门街道", "Yijiangmen"]
    assert shipped.below("area", "320106005") == [] and shipped.below("other", "320100") == []
    districts = ["%02d%02d%02d" % (11 + at // 100, 1 + at // 10 % 10, 1 + at % 10) for at in range(3000)]
    lines = ["code,zh,en"]
    for province in range(11, 41):
        lines.append("%d0000,某省,Some" % province)
        lines += ["%d%02d00,某市,City" % (province, city) for city in range(1, 11)]
    lines += ["%s,某区,District" % code for code in districts]
    lines += ["%s%03d,某某某某街道,Some longer street" % (code, at) for code in districts for at in range(1, 16)]
    lines += ["%s%03d,某某某某街道,Some longer street" % (districts[0], at) for at in range(16, 131)]
    (tmp_path / "divisions.csv").write_text("\ufeff" + "\n".join(lines), "utf8")
    whole = Divisions(tmp_path)
    assert [len(whole.below("area", code)) for code in ("", "110000", "110100", "110102")] == [30, 10, 10, 15]
    longest = {"status": "ok", "choices": {"area": whole.below("area", districts[0])}}
    blank = Asked(**{name: 0 for name in Asked._fields})
    assert len(longest["choices"]["area"]) == 130 and len(pack(longest, blank)) < LONGEST_REPLY
