"""QR codes of the boards, read back by an independent decoder and compared with an independent encoder."""

import random

import numpy
import pytest
import segno
import zxingcpp

from screens import qr
from screens.errors import TooLongForQr


def read(rows, scale=4):
    side = len(rows) + 8
    picture = numpy.full((side, side), 255, numpy.uint8)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                picture[y + 4, x + 4] = 0
    found = zxingcpp.read_barcodes(numpy.kron(picture, numpy.ones((scale, scale), numpy.uint8)))
    assert len(found) == 1
    return found[0].bytes


@pytest.mark.parametrize("length", [1, 14, 15, 26, 27, 42, 43, 62, 63, 84, 85, 106, 107, 122, 123, 152, 180, 181, 213])
def test_every_size_is_read_back(length):
    data = bytes(random.Random(length).choices(range(33, 127), k=length))
    rows = qr.modules(data)
    assert read(rows) == data
    assert len(rows) == segno.make_qr(data, error="m", mode="byte", boost_error=False).symbol_size(border=0)[0]


def test_text_is_read_back():
    assert read(qr.modules("https://gate.example/s?t=一次性")).decode() == "https://gate.example/s?t=一次性"


def test_the_modules_are_segnos_under_the_same_mask():
    # A full code: segno pads a shorter one with a zero byte more than the standard has.
    data = b"GATEPOST 0123456789 abcdefghijklmnopqrstuv"
    rows = qr.modules(data)
    same = [
        mask
        for mask in range(8)
        if [bytes(row) for row in segno.make_qr(data, error="m", mode="byte", boost_error=False, mask=mask).matrix]
        == [bytes(row) for row in rows]
    ]
    assert len(same) == 1


def test_too_much_is_refused_with_the_number():
    with pytest.raises(TooLongForQr, match="214 bytes"):
        qr.modules(bytes(214))
