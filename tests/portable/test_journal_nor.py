from offline_store.errors import ForeignMedium, JournalFull, MediumError, NorError
from offline_store.journal_nor import NorJournal
from offline_store.media_nor import NorDevice, NorEmulator
from tests.portable.checks import raises


def payload(number):
    return b"%064d" % number


def filled(count, chip=None):
    journal = NorJournal(chip or NorEmulator(4))
    for number in range(1, count + 1):
        assert journal.append(payload(number)) == number
    return journal


def test_the_chip_keeps_its_users_to_the_rules():
    chip = NorEmulator(2)
    chip.program(0, b"\x0f")
    chip.program(0, b"\x0e")
    raises(NorError, chip.program, 0, b"\x10")
    raises(NorError, chip.program, 250, bytes(10))
    raises(NorError, chip.erase, 2)
    chip.erase(0)
    assert chip.data[0] == 255 and chip.erases == [1, 0]


def test_records_come_back_until_acknowledged():
    chip = NorEmulator(4)
    journal = filled(60, chip)
    assert journal.capacity == 94
    journal.acknowledge(20)
    expected = [(n, payload(n)) for n in range(21, 61)]
    assert list(journal.unacknowledged()) == expected
    again = NorJournal(chip)
    assert (again.last_seq, again.acknowledged, again.journal_id) == (60, 20, journal.journal_id)
    assert again.epoch == 2 and list(again.unacknowledged()) == expected
    assert again.read(3) == payload(3) and again.read(61) is None


def test_short_and_long_payloads():
    chip = NorEmulator(4)
    journal = NorJournal(chip)
    form = bytes(range(256)) * 2
    sent = [b"short", b"", form, payload(1)]
    seqs = [journal.append(data) for data in sent]
    assert seqs == [1, 2, 10, 11]
    journal = NorJournal(chip)
    assert list(journal.unacknowledged()) == [(seqs[i], sent[i]) for i in range(4)]
    assert journal.read(10) == form and journal.read(9) is None


def test_full_is_refused_and_nothing_is_erased():
    journal = filled(94)
    raises(JournalFull, journal.append, payload(95))
    assert [seq for seq, _ in journal.unacknowledged()] == list(range(1, 95))
    journal.acknowledge(47)
    assert journal.idle() is False or journal.alarm == 0
    assert journal.append(payload(95)) == 95


def test_the_ring_turns_and_wears_evenly():
    chip = NorEmulator(4)
    journal = NorJournal(chip)
    for number in range(1, 1501):
        assert journal.append(payload(number)) == number
        if number % 30 == 0:
            journal.acknowledge(number - 3)
            journal.idle()
        if number % 190 == 0:
            journal = NorJournal(chip)
            assert journal.last_seq == number
    assert [seq for seq, _ in journal.unacknowledged()] == [1498, 1499, 1500]
    assert max(chip.erases) - min(chip.erases) <= 1
    assert chip.programmed < 1.4 * 64 * 1500


def test_no_tap_waits_for_an_erase():
    chip = NorEmulator(4)
    journal = NorJournal(chip)
    for number in range(1, 400):
        before = sum(chip.erases)
        journal.append(payload(number))
        assert sum(chip.erases) == before
        if number % 10 == 0:
            journal.acknowledge(number)
            journal.idle()
    assert sum(chip.erases) > 4


def test_a_frame_that_does_not_read_back_is_skipped():
    chip = NorEmulator(4)
    journal = filled(5, chip)
    chip.data[journal._offset(0, 5) + 30] = 0x0F  # a weak cell: it will not take this record's byte
    chip.program = lambda offset, data: weak(chip, offset, data)
    assert journal.append(payload(6)) == 6
    assert journal.skipped == 1
    assert [seq for seq, _ in NorJournal(chip).unacknowledged()] == [1, 2, 3, 4, 5, 6]


def weak(chip, offset, data):
    for i in range(len(data)):
        chip.data[offset + i] &= data[i]


def test_foreign_chips_are_left_alone():
    chip = NorEmulator(4)
    chip.program(5000, b"something")
    assert "NorJournal.format" in str(raises(ForeignMedium, NorJournal, chip))
    assert NorJournal.format(chip).append(b"x") == 1
    raises(ForeignMedium, NorJournal, chip, 77)
    raises(ForeignMedium, NorJournal, chip, None, 32)
    raises(MediumError, NorJournal, NorEmulator(2))
    raises(MediumError, NorJournal, NorEmulator(4), 1, 250)


def test_taps_go_on_while_records_are_shipped():
    journal = filled(60)
    seen = []
    for seq, data in journal.unacknowledged():
        assert data == payload(seq)
        seen.append(seq)
        journal.acknowledge(seq)
        journal.append(payload(journal.last_seq + 1))
        journal.idle()
    assert seen[:60] == list(range(1, 61)) and seen == sorted(seen)
    assert [seq for seq, _ in journal.unacknowledged()] == list(range(seen[-1] + 1, journal.last_seq + 1))


class FlashDevice:
    """MicroPython's extended block device over a chip."""

    def __init__(self, chip):
        self.chip = chip

    def readblocks(self, number, buffer, offset):
        self.chip.read_into(number * 4096 + offset, buffer)

    def writeblocks(self, number, data, offset):
        self.chip.program(number * 4096 + offset, data)

    def ioctl(self, operation, argument):
        if operation == 6:
            self.chip.erase(argument)
        return {4: self.chip.size // 4096, 5: 4096}.get(operation, 0)


def test_on_a_block_device():
    chip = NorEmulator(4)
    journal = NorJournal(NorDevice(FlashDevice(chip)))
    for number in range(1, 300):
        journal.append(payload(number))
        journal.acknowledge(number)
    assert NorJournal(chip).last_seq == 299 and sum(chip.erases) > 0
