"""Printing beside its peers: python-escpos for the bytes, CPython's codec for the text, zxing for what was printed."""

import random

import zxingcpp

from drivers.data import build
from drivers.escpos import FEED_AND_CUT, Writer
from drivers.gb18030 import Gb18030
from simulator import paper
from simulator.chips.printer import PrinterChip, PrinterWire
from simulator.virtual_time import VirtualClock
from tests.board_interpreter import ROOT

TABLE = ROOT / "drivers" / "data" / "gb18030.bin"


def printed(data, columns=48):
    """The one sheet that an emulated printer cuts off for these bytes."""
    clock = VirtualClock()
    chip = PrinterChip(PrinterWire(clock), clock, columns)
    chip.receive(data)
    clock.move(600_000)
    for _ in range(len(data)):
        chip.step()
        clock.move(1000)
    assert chip.faults == [] and len(chip.sheets) == 1
    return chip.sheets[0]


def peer_printer():
    """python-escpos; imported here, since it reads two seconds of YAML that a worker which only collects can spare."""
    from escpos.printer import Dummy

    return Dummy()


def document(parts, columns=48):
    return Writer(Gb18030(TABLE).encode, columns).document(parts)


def test_the_table_is_what_its_script_makes():
    assert TABLE.read_bytes() == build.table()


def test_every_character_is_encoded_as_by_cpython():
    table = Gb18030(TABLE)
    sample = random.Random(18030).sample(range(0x10000, 0x110000), 5000)
    text = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x10000), *sample]))
    assert table.encode(text) == text.encode("gb18030")
    assert table.encode("\ud800") == b"?"


def test_python_escpos_sends_the_same_qr_and_cut():
    peer = peer_printer()
    peer.qr("GP1:0123", native=True, size=8, ec=1)
    peer.cut(mode="PART", feed=False)
    assert document((("qr", "GP1:0123", ""),)).endswith(peer.output)


def test_a_document_of_python_escpos_prints_the_same_paper():
    peer = peer_printer()
    peer._raw(b"\x1b@\x1c&")
    peer.set(align="center", bold=True, custom_size=True, width=2, height=2)
    peer._raw("收据\n".encode("gb18030"))
    peer.set(align="left", bold=False, custom_size=True, width=1, height=1)
    peer._raw(("合计" + " " * 38 + "￥6.50\n").encode("gb18030"))
    peer.set(align="right", custom_size=True, width=3, height=3)
    peer._raw(b"A012\n")
    peer.set(align="center", custom_size=True, width=1, height=1)
    peer.qr("https://x.example/1", native=True, size=8, ec=1)
    peer.print_and_feed(3)
    peer._raw(FEED_AND_CUT)
    ours = (
        ("title", "收据"),
        ("pair", "合计", "¥6.50"),
        ("text", "A012", "right", 3),
        ("qr", "https://x.example/1", ""),
        ("feed", 3),
    )
    assert printed(document(ours)) == printed(peer.output)


def test_what_is_printed_can_be_read_and_scanned():
    for columns in (48, 32):
        check = "GPC1.%s" % ("A7" * 60)
        parts = (
            ("title", "缴费凭证"),
            ("pair", "合计 Total", "¥1,280.00"),
            ("rule",),
            ("qr", check, "核验码"),
            ("cut",),
        )
        sheet = printed(document(parts, columns), columns)
        assert paper.text_of(sheet)[0] == "缴费凭证"
        assert paper.text_of(sheet)[-2:] == ["[%s]" % check, "核验码"]
        picture = paper.picture(sheet, columns)
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == [check]
        assert min(picture.convert("L").tobytes()) < 60  # there is ink on it
