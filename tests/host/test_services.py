"""Kiosk services with all real parts: client, outbox, HTTP, TCP, uvicorn, SQLite; the network and the plug fail."""

import json
import sqlite3
import urllib.error
import urllib.request

import pytest

from headend.demonstration.back_end import Hooks
from headend.demonstration.people import RESIDENTS
from offline_store.media import RamMedium
from tests.host.kiosk_client import Kiosk, holder, serving

ELDER, ADULT, FARMER, DISABLED = 0, 1, 2, 3
JOB = {"kind": "self", "since": "2026-03-01", "phone": "13800000000"}


@pytest.fixture
def headend(tmp_path):
    with serving(tmp_path / "headend") as server:
        server.folder = tmp_path / "headend"
        yield server


@pytest.fixture
def kiosk(headend):
    made = Kiosk(headend)
    yield made
    made.power_off()


def facts(headend, kind):
    """What the back end holds of a kind, read from its file."""
    base = sqlite3.connect(headend.folder / "demonstration.sqlite")
    try:
        return [json.loads(row[0]) for row in base.execute("SELECT value FROM facts WHERE kind=?", (kind,))]
    finally:
        base.close()


def http(headend, method, path, body=None, **headers):
    """(status, body) of a plain request."""
    request = urllib.request.Request(headend.url + path, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def request(**changes):
    body = {"terminal": "k", "request": "0" * 15 + "1", "action": "look", "token": "0" * 32, "time": 1773619200}
    return json.dumps(dict(body, **changes)).encode()


def test_a_list_comes_in_pages_with_a_total(kiosk):
    first = kiosk.reply("pension-payments", "look", ELDER)
    second = kiosk.reply("pension-payments", "look", ELDER, page=1)
    assert first["pages"] == 2 and len(first["rows"]) == 12
    rows = first["rows"] + second["rows"]
    assert rows[0][2] == sum(row[2] for row in rows[1:]) == first["amount"]


def test_a_form_sent_twice_is_filed_once(headend, kiosk):
    replies = [kiosk.reply("job-register", "submit", ADULT, JOB, request="00000000000000aa") for _ in range(3)]
    assert len({reply["reference"] for reply in replies}) == 1
    assert len(facts(headend, "form")) == 1
    again = kiosk.reply("job-register", "submit", ADULT, JOB)  # another intention, the same content
    assert again["reference"] == replies[0]["reference"] and "今天已受理" in again["message"][0]
    other = kiosk.reply("job-register", "submit", ADULT, dict(JOB, kind="farm"))
    assert other["reference"] != replies[0]["reference"] and len(facts(headend, "form")) == 2


def test_a_payment_is_taken_once(kiosk):
    due = kiosk.reply("utility-bills", "look", ADULT)
    before = kiosk.reply("bank-account", "look", ADULT)["rows"][1][2]
    paid = [kiosk.reply("utility-bills", "pay", ADULT, request="00000000000000bb") for _ in range(2)]
    assert paid[0] == paid[1] and paid[0]["amount"] == due["amount"] > 0
    assert kiosk.reply("bank-account", "look", ADULT)["rows"][1][2] == before - due["amount"]
    assert kiosk.reply("utility-bills", "pay", ADULT)["amount"] == 0
    assert kiosk.reply("utility-bills", "look", ADULT)["rows"] == ()


def exchange(kiosk):
    """Bytes of one form and its reply."""
    before = kiosk.link.carried
    kiosk.reply("job-register", "submit", FARMER, JOB)
    return kiosk.link.carried - before


@pytest.mark.parametrize("percent", [0, 20, 50, 75, 85, 95])
def test_a_link_cut_anywhere_files_once(headend, kiosk, percent):
    whole = exchange(kiosk)
    filed = len(facts(headend, "form"))
    kiosk.link.cut_after(1 + whole * percent // 100)
    reply = kiosk.reply("job-register", "submit", ADULT, JOB)
    assert reply["status"] == "ok" and len(facts(headend, "form")) == filed + 1
    assert kiosk.link.faults == 1 and kiosk.outbox.waiting == 0


def test_offline_forms_wait_and_are_filed_once_each(headend, kiosk):
    kiosk.link.off()
    queued = [kiosk.ask("job-register", "submit", index, JOB) for index in (ADULT, FARMER, ADULT)]
    assert [outcome.state for outcome in queued] == ["queued"] * 3 and kiosk.outbox.waiting == 3
    assert kiosk.ask("utility-bills", "pay", ADULT).state == "unreachable"
    kiosk.link.on()
    kiosk.start_outbox()
    assert kiosk.scheduler.run_until(lambda: kiosk.outbox.waiting == 0, 60_000)
    filed = facts(headend, "form")
    assert len(filed) == 2  # the same form of the same holder on one day is one
    known = kiosk.reply("form-status", "look", ADULT, {"reference": queued[0].reference})
    assert known["status"] == "ok" and known["rows"][0][2] == "已受理"


def test_the_plug_between_submit_and_slip(headend):
    """The head-end filed it; the kiosk dies before it hears so, and comes back with the same media."""
    kiosk = Kiosk(headend)
    whole = exchange(kiosk)
    service, who = kiosk.services.service("job-register"), holder(ADULT)
    kiosk.link.cut_after(whole - 20)
    kiosk.scheduler.spawn(kiosk.client.ask(service, "submit", who, JOB))
    assert kiosk.scheduler.run_until(lambda: kiosk.link.faults, 5000)
    kiosk.power_off()
    again = Kiosk(headend, kiosk.media)
    assert again.outbox.waiting == 1
    name, action, outcome = again.run(again.client.unfinished(who))
    assert (name, action, outcome.state) == ("job-register", "submit", "queued")
    again.start_outbox()
    assert again.scheduler.run_until(lambda: again.outbox.waiting == 0, 60_000)
    name, action, outcome = again.run(again.client.unfinished(who))
    assert outcome.state == "reply" and outcome.reply["reference"]
    again.client.settled(who["token"])
    assert again.run(again.client.unfinished(who)) is None
    assert len(facts(headend, "form")) == 2  # this one, and the one that was measured
    again.power_off()


def test_the_plug_after_a_payment_tells_it_at_the_next_sign_in(headend):
    kiosk = Kiosk(headend)
    whole = exchange(kiosk)
    service, who = kiosk.services.service("utility-bills"), holder(ADULT)
    kiosk.link.cut_after(whole)  # a receipt has a longer reply than a form
    kiosk.scheduler.spawn(kiosk.client.ask(service, "pay", who))
    assert kiosk.scheduler.run_until(lambda: kiosk.link.faults, 5000)
    kiosk.power_off()
    assert len(facts(headend, "paid")) == 3
    again = Kiosk(headend, kiosk.media)
    name, action, outcome = again.run(again.client.unfinished(who))
    assert (name, action) == ("utility-bills", "pay") and outcome.reply["amount"] > 0
    stranger = dict(who, token="f" * 32)
    assert again.run(again.client.unfinished(stranger)) is None
    again.power_off()


def test_another_holder_cannot_recall_a_reply(headend, kiosk):
    kiosk.reply("utility-bills", "pay", ADULT, request="00000000000000cc")
    stolen = dict(terminal="kiosk-1", request="00000000000000cc", action="recall")
    status, body = http(headend, "POST", "/v1/service/utility-bills", request(**stolen, token="f" * 32))
    assert (status, json.loads(body)) == (200, {"status": "unknown"})


def test_everything_survives_a_restart(tmp_path):
    folder = tmp_path / "headend"
    with serving(folder) as headend:
        kiosk = Kiosk(headend)
        first = kiosk.reply("job-register", "submit", ADULT, JOB, request="00000000000000dd")
        paid = kiosk.reply("utility-bills", "pay", ADULT)
        kiosk.power_off()
    with serving(folder) as headend:
        kiosk = Kiosk(headend, seed=2)
        assert kiosk.reply("job-register", "submit", ADULT, JOB, request="00000000000000dd") == first
        assert paid["amount"] and kiosk.reply("utility-bills", "look", ADULT)["amount"] == 0
        code = paid["check"].rpartition("/")[2]
        assert kiosk.reply("check-voucher", "look", ADULT, {"code": code})["status"] == "ok"
        kiosk.power_off()


def test_a_voucher_proves_itself_and_a_forged_one_does_not(headend, kiosk):
    reply = kiosk.reply("insured-certificate", "look", ADULT)
    path = reply["check"][len(headend.url) :]
    assert reply["check"].startswith(headend.url + "/v1/check/") and reply["valid_until"] > 1773619200
    status, page = http(headend, "GET", path)
    assert status == 200 and "凭证真实" in page.decode() and RESIDENTS[ADULT].name not in page.decode()
    status, body = http(headend, "GET", path, Accept="application/json")
    assert json.loads(body)["holder"] == "样**"
    status, page = http(headend, "GET", path[:-1] + ("2" if path[-1] != "2" else "3"))
    assert status == 404 and "查无此凭证" in page.decode()
    assert kiosk.reply("insured-certificate", "look", ADULT)["check"] == reply["check"]
    at_kiosk = kiosk.reply("check-voucher", "look", ELDER, {"code": reply["check"]})
    assert at_kiosk["message"][1] == "Genuine."


def test_signing_in_by_phone(headend, kiosk):
    nobody = {"token": "0" * 32}
    started = kiosk.reply("login.start", "look", nobody)
    asked = {"login": started["reference"]}
    assert kiosk.reply("login.state", "look", nobody, asked)["holder"] is None
    path = started["link"][len(headend.url) :]
    status, page = http(headend, "GET", path)
    assert status == 200 and RESIDENTS[ELDER].name in page.decode()
    said = json.dumps({"number": RESIDENTS[ELDER].number, "match": started["rows"][0][2]}).encode()
    assert http(headend, "POST", path, said, **{"Content-Type": "application/json"})[0] == 200
    other = Kiosk(headend, name="kiosk-2", seed=3)
    assert other.reply("login.state", "look", nobody, asked)["status"] == "refused"  # another kiosk's code
    who = kiosk.reply("login.state", "look", nobody, asked)["holder"]
    assert (who["class"], who["age"], who["proved"]) == ("elder", 76, "signature")
    assert kiosk.reply("login.state", "look", nobody, asked)["status"] == "refused"  # once
    assert http(headend, "POST", path, said, **{"Content-Type": "application/json"})[0] == 410
    assert kiosk.reply("pension-payments", "look", who)["amount"] > 0
    other.power_off()


def test_wrong_digits_or_time_end_a_phone_sign_in(headend, kiosk):
    nobody = {"token": "0" * 32}
    started = kiosk.reply("login.start", "look", nobody)
    path = started["link"][len(headend.url) :]
    wrong = {"number": RESIDENTS[0].number, "match": "x"}
    json_type = {"Content-Type": "application/json"}
    assert http(headend, "POST", path, json.dumps(wrong).encode(), **json_type)[0] == 403
    assert http(headend, "POST", path, json.dumps(wrong).encode(), **json_type)[0] == 410
    started = kiosk.reply("login.start", "look", nobody)
    kiosk.scheduler.run_for(121_000)
    assert kiosk.reply("login.state", "look", nobody, {"login": started["reference"]})["status"] == "refused"


class Seen(Hooks):
    def __init__(self):
        self.calls = []

    def lost(self, token, reason):
        self.calls.append(("lost", token, reason))

    def interim(self, token, until):
        self.calls.append(("interim", token, until))
        return "INTERIM"


def test_a_loss_and_a_replacement_reach_the_hooks(tmp_path):
    seen = Seen()
    with serving(tmp_path, seen) as headend:
        kiosk = Kiosk(headend)
        assert kiosk.reply("card-loss", "submit", ADULT, {"reason": "stolen"})["status"] == "ok"
        assert kiosk.reply("card-status", "look", ADULT)["rows"][0][2] == "已挂失"
        made = kiosk.reply("card-replace", "submit", ADULT, {"reason": "lost", "collect": "here"})
        assert made["link"] == "INTERIM" and made["valid_until"] == kiosk.clock.utc() + 5 * 86400
        kiosk.power_off()
    token = holder(ADULT)["token"]
    lost = [call[1] for call in seen.calls if call[0] == "lost"]
    # Purse and social card of the tray's card, both of the holder's codes, and the token of this test: at the loss and again.
    assert len(set(lost)) == 5 and len(lost) == 10 and token in lost
    assert [call[1] for call in seen.calls if call[0] == "interim"] == [token]


def test_another_pay_account_shows_where_the_subsidy_is_looked_at(kiosk):
    def paid_to():
        rows = kiosk.reply("disability-subsidies", "look", DISABLED)["rows"]
        return [row[2] for row in rows if row[0].startswith("发放账户")]

    assert paid_to() == []
    assert kiosk.reply("pay-account", "submit", DISABLED, {"subsidy": "all"})["reference"]
    assert paid_to() == ["社保卡账户"]
    assert kiosk.reply("pay-account", "submit", ADULT, {"subsidy": "all"})["status"] == "refused"


def test_a_pharmacy_is_told_the_shares(kiosk):
    fields = {"total": 8000, "items": [["感冒药", 8000]]}
    reply = kiosk.reply("medicine-settlement", "look", ELDER, fields)
    assert [row[2] for row in reply["rows"]] == [8000, 3600, 1200, 3200] and reply["amount"] == 3200


MALFORMED = [
    b"", b"[]", b"{", request(terminal="a b"), request(request="1"), request(token="x" * 32), request(action="dance"),
    request(fields=[]), request(page=-1), request(page="1"), request(time=-1), request(identity=5),
    request(fields={"a": "x" * 9000}), b"[" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_no_request_is_refused_without_its_values(headend, body):
    status, answer = http(headend, "POST", "/v1/service/card-status", body)
    assert (status, json.loads(answer)["error"]) == (400, "HEADEND-40")
    assert "x" * 32 not in answer.decode()


def test_a_number_with_other_content_is_refused(headend, kiosk):
    kiosk.reply("job-register", "submit", ADULT, JOB, request="00000000000000ee")
    other = kiosk.reply("job-register", "submit", ADULT, dict(JOB, kind="farm"), request="00000000000000ee")
    assert other["status"] == "refused" and len(facts(headend, "form")) == 1
    assert http(headend, "POST", "/v1/service/no-such-service", request())[0] == 404
    assert kiosk.outbox.waiting == 0


def test_a_form_that_does_not_open_is_parked_and_blocks_nothing(headend, kiosk):
    path = "/v1/forms?terminal=kiosk-1&request=00000000000000ff"
    assert http(headend, "POST", path, b"\1" + bytes(300)) == (200, b'{"status":"parked"}')
    assert http(headend, "POST", path.replace("ff", "zz"), b"x")[0] == 400
    store = sqlite3.connect(headend.folder / "services.sqlite")
    assert store.execute("SELECT terminal, request, code FROM parked").fetchall() == [
        ("kiosk-1", "00000000000000ff", "HEADEND-40")
    ]
    store.close()


def test_two_slots_are_two_and_no_more(kiosk):
    offered = kiosk.reply("fund-loan", "choices", ADULT, {"slot": ""})["choices"]["slot"]
    slot = {"slot": offered[0][0]}
    states = [kiosk.reply("fund-loan", "submit", index, slot)["status"] for index in (0, 1, 2)]
    assert states == ["ok", "ok", "refused"]
    left = kiosk.reply("fund-loan", "choices", ADULT, {"slot": ""})["choices"]["slot"]
    assert len(left) == len(offered) - 1


def test_a_medium_of_the_wrong_kind_is_named():
    from offline_store.errors import ForeignMedium
    from terminal.kiosk.unfinished import Unfinished

    with pytest.raises(ForeignMedium):
        Unfinished(RamMedium(b"x" * 16384))
