"""ESC/POS bytes of documents, text in GB 18030, and a printer that runs out, jams, or is left half-way."""

from drivers.escpos import Writer, width, wrapped
from drivers.gb18030 import Gb18030
from drivers.receipt_printer import ReceiptPrinter
from simulator.chips.printer import PrinterChip, PrinterWire
from simulator.virtual_time import Scheduler, VirtualClock
from tests.portable.checks import raises

TABLE = "drivers/data/gb18030.bin"

# (text, GB 18030), from GB 18030-2005: one, two and four bytes, the first and last of four, beyond the basic plane.
VECTORS = (
    ("A1", "4131"),
    ("\u793e\u4fdd\u5361", "C9E7B1A3BFA8"),
    ("\uffe5", "A3A4"),
    ("\u9547\u6c5f", "D5F2BDAD"),
    ("\xa5", "81308436"),
    ("\x80", "81308130"),
    ("\uffff", "8431A439"),
    ("\U00020bb7", "9534B235"),
    ("\u0e01", "8132CE39"),
)


def writer(columns=48):
    return Writer(Gb18030(TABLE).encode, columns)


def test_text_is_gb18030():
    table = Gb18030(TABLE)
    for text, expected in VECTORS:
        assert table.encode(text) == bytes.fromhex(expected), text


def test_a_document_is_these_bytes():
    document = (("title", "\u8865\u5361"), ("pair", "No", "7"), ("qr", "AB", ""), ("feed", 2))
    assert writer(32).document(document) == (
        b"\x1b@\x1c&"
        b"\x1bE\x01\x1ba\x01\x1d!\x11\xb2\xb9\xbf\xa8\n\x1bE\x00"
        b"\x1ba\x00\x1d!\x00No" + b" " * 29 + b"7\n"
        b"\x1ba\x01\x1d!\x00\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x08\x1d(k\x03\x001E1\x1d(k\x05\x001P0AB\x1d(k\x03\x001Q0"
        b"\x1bd\x02"
        b"\x1dVB\x00"
    )


def test_a_value_that_does_not_fit_beside_its_word_stands_below_it_at_the_right():
    data = writer(32).document((("pair", "\u57ce\u4e61" * 7, "12,345.00"),))
    assert data.count(b"\n") == 2 and b"\x1ba\x02\x1d!\x0012,345.00\n" in data


def test_lines_break_at_spaces_and_between_characters():
    assert wrapped("to any branch", 8) == ["to any", "branch"]
    assert wrapped("\u793e\u4fdd\u5361abc de", 8) == ["\u793e\u4fdd\u5361", "abc de"]
    assert wrapped("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert wrapped("", 4) == [""]
    for line in wrapped("\u793e\u4fdd\u5361 a card of 2026 \u5f88\u957f\u7684\u4e00\u53e5\u8bdd", 10):
        assert width(line) <= 10


def test_no_text_is_a_command():
    data = writer().document((("text", "a\x1bB\x10\x04\x01\x1d"),))
    assert b"a B    \n" in data or b"a B   \n" in data


def test_what_cannot_be_printed_is_refused():
    raises(KeyError, writer().document, (("picture", "x"),))
    raises(ValueError, writer().document, (("qr", "x" * 667, ""),))


RECEIPT = (("title", "\u6536\u636e"),) + tuple([("pair", "item %d" % i, "1.00") for i in range(40)]) + (("cut",),)


class Desk:
    """A printer on its wire, and a terminal that prints while things happen to it."""

    def __init__(self, roll_mm=80000, speed=115200):
        self.clock = VirtualClock()
        self.wire = PrinterWire(self.clock, speed)
        self.chip = PrinterChip(self.wire, self.clock, roll_mm=roll_mm)
        self.wire.chip_baudrate = speed
        self.scheduler = Scheduler(self.clock)
        self.restart()

    def restart(self, unfinished=False):
        self.scheduler.stop()
        self.printer = ReceiptPrinter(self.wire, self.clock, Gb18030(TABLE).encode)
        return self.do(self.printer.start(unfinished))

    def begin(self, coroutine):
        answer = []

        async def work():
            answer.append(await coroutine)

        self.scheduler.spawn(work())
        return answer

    def do(self, coroutine):
        answer = self.begin(coroutine)
        assert self.scheduler.run_until(lambda: answer, 60000)
        return answer[0]

    def lines(self, sheet):
        return [b"".join([run[0] for run in item[2]]) for item in sheet if item[0] == "text"]


def test_a_document_is_printed_once_and_cut():
    desk = Desk()
    assert desk.printer.state == "ready"
    assert desk.do(desk.printer.print(RECEIPT)) is True
    assert len(desk.chip.sheets) == 1 and desk.chip.hanging == [] and desk.chip.faults == []
    assert len(desk.lines(desk.chip.sheets[0])) == 41


def test_a_slow_line_prints_the_same():
    desk = Desk(speed=9600)
    assert desk.do(desk.printer.print(RECEIPT)) is True
    assert len(desk.lines(desk.chip.sheets[0])) == 41


def test_near_end_prints_and_says_so():
    desk = Desk(roll_mm=2500)
    assert desk.printer.state == "near_end"
    assert desk.do(desk.printer.print(RECEIPT)) is True
    assert desk.do(desk.printer.check()) == "near_end"


def test_without_paper_nothing_is_sent():
    desk = Desk(roll_mm=0)
    assert desk.printer.state == "paper_out"
    assert desk.do(desk.printer.print(RECEIPT)) is False
    desk.chip.load_paper()
    desk.scheduler.run_for(5000)
    assert desk.chip.sheets == [] and desk.chip.hanging == []


def test_paper_that_ends_half_way_leaves_nothing_for_the_next_one():
    desk = Desk(roll_mm=60)
    assert desk.do(desk.printer.print(RECEIPT)) is False
    assert desk.printer.state == "paper_out"
    printed = len(desk.lines(desk.chip.hanging))
    assert 0 < printed < 41 and desk.chip.forgotten > 0
    desk.chip.load_paper()
    desk.scheduler.run_for(10000)
    assert len(desk.lines(desk.chip.hanging)) == printed  # the rest never comes out by itself
    assert desk.do(desk.printer.print((("text", "next"),))) is True
    assert [len(desk.lines(sheet)) for sheet in desk.chip.sheets] == [printed, 1]  # and does not hang on the next one


def test_a_jam_at_the_cut_is_not_printed():
    desk = Desk()
    desk.chip.jam.arm()
    assert desk.do(desk.printer.print(RECEIPT)) is False
    assert desk.chip.jam.fired == 1 and desk.printer.state == "jam" and desk.chip.sheets == []
    desk.chip.open_cover()
    assert desk.do(desk.printer.check()) == "cover_open"
    desk.chip.close_cover()
    assert desk.do(desk.printer.check()) == "ready"


def test_an_open_cover_half_way():
    desk = Desk()
    answer = desk.begin(desk.printer.print(RECEIPT))
    desk.scheduler.run_for(500)
    desk.chip.open_cover()
    assert desk.scheduler.run_until(lambda: answer, 60000)
    assert answer == [False] and desk.printer.state == "cover_open"


def test_a_printer_that_lost_power_half_way_is_not_believed():
    desk = Desk()
    answer = desk.begin(desk.printer.print(RECEIPT))
    desk.scheduler.run_for(500)
    desk.chip.power_on()
    assert desk.scheduler.run_until(lambda: answer, 60000)
    assert answer == [False] and desk.chip.sheets == []


def test_a_pulled_cable_is_absent():
    desk = Desk()
    answer = desk.begin(desk.printer.print(RECEIPT))
    desk.scheduler.run_for(300)
    desk.wire.unplugged.arm(1 << 30)
    assert desk.scheduler.run_until(lambda: answer, 60000)
    assert desk.wire.unplugged.fired and answer == [False] and desk.printer.state == "absent"


def test_a_terminal_that_lost_power_half_way_cuts_off_what_hangs():
    desk = Desk()
    desk.begin(desk.printer.print(RECEIPT))
    desk.scheduler.run_for(300)
    assert desk.chip.hanging and not desk.chip.sheets
    assert desk.restart(unfinished=True)
    desk.scheduler.run_for(5000)
    assert desk.chip.sheets == []  # nothing of it is finished behind the terminal's back
    assert desk.do(desk.printer.print((("text", "next"),))) is True
    assert [len(desk.lines(sheet)) for sheet in desk.chip.sheets][1:] == [1]
    assert 0 < len(desk.lines(desk.chip.sheets[0])) < 41
