"""A medium that takes room only for what was written."""

import os

from offline_store.errors import MediumError
from offline_store.media_growing import GrowingFile
from tests.portable.checks import raises
from tests.portable.test_boot import flash


def test_it_grows_and_reads_zeros_where_nothing_was_written():
    path = flash() + "/medium"
    medium = GrowingFile(path, 1000)
    buffer = bytearray(b"x" * 8)
    medium.read_into(990, buffer)
    assert buffer == bytes(8) and os.stat(path)[6] == 0
    medium.write(4, b"four")
    medium.write(6, b"UR and more")
    medium.sync()
    medium.close()
    medium = GrowingFile(path, 1000)
    buffer = bytearray(20)
    medium.read_into(0, buffer)
    assert buffer == b"\0\0\0\0foUR and more\0\0\0"
    assert os.stat(path)[6] == 17
    medium.close()


def test_its_bounds_hold():
    path = flash() + "/medium"
    medium = GrowingFile(path, 10)
    raises(MediumError, medium.write, 8, b"four")
    assert os.stat(path)[6] == 0
    raises(MediumError, medium.read_into, -1, bytearray(1))
    medium.write(0, bytes(10))
    medium.close()
    raises(MediumError, GrowingFile, path, 9)
    raises(MediumError, GrowingFile, path + "/none/there", 9)
