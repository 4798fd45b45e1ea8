"""Documents of a service's reply, and a printer that is told everything once, over a power cut too."""

from offline_store.journal import MINIMUM_SIZE, Journal
from offline_store.media import RamMedium
from offline_store.tokens import TokenKey
from simulator.virtual_time import VirtualClock
from terminal import documents, reasons, records
from terminal.documents import make, masked, money, shown
from terminal.prints import Prints
from terminal.recorder import Recorder
from tests.portable.checks import run

SERVICE = {
    "title": ["养老金发放记录", "Pension payments"], "department": ["社保中心", "Social Insurance"], "prints": "voucher",
    "fields": [
        {"id": "year", "title": ["年度", "Year"], "kind": "choice", "choices": [["2026", "二零二六", "the year 2026"]]},
        {"id": "phone", "title": ["手机", "Phone"], "kind": "phone", "masked": True},
        {"id": "pay", "title": ["金额", "Amount"], "kind": "amount"},
        {"id": "note", "title": ["备注", "Note"], "kind": "text"},
    ],
}  # fmt: skip
REPLY = {
    "status": "ok", "title": None, "rows": [["三月", "March", 328000, "money"], ["账号", "Account", "622202003117", "masked"]],
    "amount": 656000, "reference": "P-17", "check": "GPC1.0123", "valid_until": 1776211200, "link": None,
    "ticket": None, "message": ["请妥善保管", "Please keep it"], "next": None,
}  # fmt: skip
FACTS = {"holder": "张*", "site": ["南京", "Nanjing"], "terminal": "kiosk-1", "time": 1773619200, "lang": "zh"}


def told(document, kind):
    return [part[1:] for part in document if part[0] == kind]


def test_a_voucher_says_what_the_reply_says_and_carries_its_check_code():
    document = make(SERVICE, "look", ("reply", REPLY, None), {}, FACTS)
    assert document[0] == ("title", "养老金发放记录")
    pairs = told(document, "pair")
    assert ("三月", "\xa53,280.00") in pairs and ("账号", "62****17") in pairs and ("持卡人", "张*") in pairs
    assert ("有效期至", "2026-04-15") in pairs and ("受理编号", "P-17") in pairs
    assert ("2026-03-16 08:00:00", "kiosk-1") in pairs
    assert told(document, "qr") == [("GPC1.0123", "扫码核验真伪")]
    assert ("合计 \xa56,560.00", "right", 2) in told(document, "text")
    assert document[-1] == ("cut",)


def test_the_language_of_the_session_comes_first():
    document = make(SERVICE, "look", ("reply", REPLY, None), {}, dict(FACTS, lang="en"))
    assert document[:2] == (("title", "Pension payments"), ("text", "养老金发放记录", "centre"))
    assert ("March", "\xa53,280.00") in told(document, "pair")


def test_a_slip_shows_what_was_entered_and_keeps_masked_fields_masked():
    entered = {"year": "2026", "phone": "13800138000", "pay": 12050, "note": ""}
    document = make(dict(SERVICE, prints="slip"), "submit", ("reply", REPLY, None), entered, FACTS)
    pairs = told(document, "pair")
    assert ("年度", "二零二六") in pairs and ("手机", "13****00") in pairs and ("金额", "\xa5120.50") in pairs
    assert "备注" not in [pair[0] for pair in pairs]
    assert "13800138000" not in repr(document)


def test_a_ticket_is_large():
    reply = dict(REPLY, ticket={"number": "A012", "counter": 3, "ahead": 7}, amount=None, rows=[])
    document = make(dict(SERVICE, prints="ticket"), "submit", ("reply", reply, None), {}, FACTS)
    assert ("A012", "centre", 4) in told(document, "text") and document[0] == ("title", "排队号")
    assert ("前面等候", "7") in told(document, "pair")


def test_a_form_that_waits_for_the_network_has_an_interim_slip():
    document = make(SERVICE, "submit", ("queued", None, "T0007"), {"pay": 100}, FACTS)
    assert ("临时编号", "T0007") in told(document, "pair") and ("金额", "\xa51.00") in told(document, "pair")
    assert (documents.words("queued", 0),) in told(document, "text")


def test_what_was_refused_or_prints_nothing_gives_no_paper():
    assert make(SERVICE, "look", ("reply", dict(REPLY, status="refused"), None), {}, FACTS) is None
    assert make(SERVICE, "look", ("unreachable", None, None), {}, FACTS) is None
    assert make(dict(SERVICE, prints=None), "look", ("reply", REPLY, None), {}, FACTS) is None


def test_values():
    assert money(0) == "\xa50.00" and money(-650) == "-\xa56.50" and money(123456789) == "\xa51,234,567.89"
    assert shown(None, "text") == "-" and shown(12, "count") == "12" and shown("soon", "date") == "soon"
    assert masked("abc") == "a****" and masked("") == "****"


class Printer:
    """A printer that does what it is told to do next."""

    def __init__(self):
        self.state = "ready"
        self.printed = []
        self.works = True
        self.unfinished = None

    async def start(self, unfinished=False):
        self.unfinished = unfinished
        return True

    async def check(self):
        return self.state

    async def print(self, document):
        if self.works == "cut":
            raise OSError("the plug")
        if self.works:
            self.printed.append(document)
        return self.works


class Terminal:
    def __init__(self):
        self.medium = RamMedium(MINIMUM_SIZE)
        self.printer = Printer()
        self.boot()

    def boot(self):
        clock = VirtualClock(1773619200)
        self.journal = Journal(self.medium, journal_id=1)
        recorder = Recorder(self.journal, TokenKey(bytes(16)), clock, lambda: (True, 0), lambda *_, **__: None)
        self.prints = Prints(self.printer, self.journal, recorder)
        return run(self.prints.start())

    def records(self):
        read = [records.unpack(self.journal.read(seq)) for seq in range(1, self.journal.last_seq + 1)]
        return [(records.KINDS[record.kind], record.ref, reasons.key(record.reason)) for record in read]


def test_each_document_leaves_two_records():
    terminal = Terminal()
    assert run(terminal.prints.print((("rule",),))) is True
    terminal.printer.works, terminal.printer.state = False, "paper_out"
    assert run(terminal.prints.print((("rule",),))) is False
    assert terminal.records() == [
        ("printing", 0, "ok"),
        ("printed", 1, "ok"),
        ("printing", 0, "ok"),
        ("printed", 3, "paper_out"),
    ]
    terminal.boot()
    assert terminal.printer.unfinished is False


def test_a_document_under_way_when_the_power_went_is_closed_and_not_printed_again():
    terminal = Terminal()
    terminal.printer.works = "cut"
    try:
        run(terminal.prints.print((("rule",),)))
    except OSError:
        terminal.printer.works = True
    assert terminal.printer.works is True  # the cut happened
    terminal.boot()
    assert terminal.printer.unfinished is True and terminal.printer.printed == []
    assert terminal.records() == [("printing", 0, "ok"), ("printed", 1, "print_unknown")]
    terminal.boot()
    assert terminal.printer.unfinished is False
