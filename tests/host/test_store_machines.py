"""Stores against simple models, driven by hypothesis: journals against a list, lists with deltas against a dict."""

import hashlib

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from offline_store.delta import pack_delta
from offline_store.errors import JournalFull, MergeError
from offline_store.journal import Journal
from offline_store.journal_nor import NorJournal
from offline_store.lists import ListStore
from offline_store.media import FileMedium, RamMedium
from offline_store.media_nor import NorEmulator
from offline_store.slots import Settings
from offline_store.table import LISTED, NOT_LISTED, Table
from offline_store.table_build import build

FEW = settings(max_examples=15, stateful_step_count=25, suppress_health_check=[HealthCheck.too_slow])


class JournalMachine(RuleBasedStateMachine):
    """A journal is a list of payloads of which the front is acknowledged."""

    def __init__(self):
        super().__init__()
        self.medium = self.new_medium()
        self.acknowledged = 0
        self.journal = self.open()
        self.waiting = []  # (seq, payload)

    def new_medium(self):
        return RamMedium(65536)

    def open(self):
        return Journal(self.medium)

    @rule(payload=st.binary(max_size=64) | st.binary(min_size=65, max_size=400))
    def append(self, payload):
        try:
            seq = self.journal.append(payload)
        except JournalFull:
            assert self.journal.queued + max(1, -(-len(payload) // 64)) > self.journal.capacity
            return
        assert not self.waiting or seq > self.waiting[-1][0]
        self.waiting.append((seq, payload))

    @rule(count=st.integers(1, 40))
    def many(self, count):
        for number in range(count):
            self.append(b"%064d" % number)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def acknowledge(self, data):
        index = data.draw(st.integers(0, len(self.waiting) - 1))
        seq, payload = self.waiting[index]
        self.journal.acknowledge(seq)
        self.acknowledged = seq
        assert self.journal.read(seq) == payload
        del self.waiting[: index + 1]

    @rule()
    def idle(self):
        self.journal.idle()

    @rule()
    def reopen(self):
        epoch = self.journal.epoch
        self.journal = self.open()
        assert self.journal.epoch >= epoch

    @invariant()
    def holds(self):
        assert list(self.journal.unacknowledged()) == self.waiting


class NorMachine(JournalMachine):
    def new_medium(self):
        return NorEmulator(4)

    def open(self):
        """What the head-end holds already may come again: it says so again."""
        journal = NorJournal(self.medium)
        journal.acknowledge(max(journal.acknowledged, self.acknowledged))
        return journal


class SettingsMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.medium = RamMedium(4096)
        self.settings = Settings(self.medium)
        self.model = {}

    @rule(name=st.sampled_from("abcd"), value=st.integers() | st.text(max_size=20))
    def put(self, name, value):
        self.settings.put(**{name: value})
        self.model[name] = value

    @rule()
    def reopen(self):
        self.settings = Settings(self.medium)

    @invariant()
    def holds(self):
        for name in "abcd":
            assert self.settings.get(name) == self.model.get(name)


def token(number):
    return hashlib.sha256(b"%d" % number).digest()[:16]


class ListMachine(RuleBasedStateMachine):
    """A list store is a dict; the head-end builds every epoch, the terminal follows by delta, overlay and merge."""

    KEY = bytes(range(16))
    CROWD = 600

    def __init__(self):
        super().__init__()
        self.media = RamMedium(8192), [RamMedium(1 << 16) for _ in range(2)], [RamMedium(1 << 16) for _ in range(2)]
        self.store = self.boot()
        self.listed = {token(n): bytes([n & 63, 1, 0]) for n in range(self.CROWD)}
        self.epoch = 0
        self.install()

    def boot(self):
        return ListStore(*self.media, self.KEY)

    def _build(self, base):
        self.epoch += 1
        build(self.listed.items(), "table", self.KEY, epoch=self.epoch, base=base, block_size=1024)
        with open("table", "rb") as file:
            return RamMedium(file.read())

    @rule()
    def install(self):
        self.base = self._build(None)
        list(self.store.install(self.base))
        self.in_base = dict(self.listed)
        self.shown = dict(self.listed)

    @rule(changes=st.dictionaries(st.integers(0, CROWD + 40), st.none() | st.integers(0, 254), max_size=30))
    def change(self, changes):
        for number, value in changes.items():
            if value is None:
                self.listed.pop(token(number), None)
            else:
                self.listed[token(number)] = bytes([value, 2, 0])

    @rule()
    def delta(self):
        base = Table(self.base, self.KEY)
        try:
            target = Table(self._build(base), self.KEY)
        except MergeError:  # no room in the old geometry: the head-end sends a whole table
            self.install()
            return
        changed = {t for t in self.listed.keys() | self.in_base.keys() if self.listed.get(t) != self.in_base.get(t)}
        operations = sorted((base.token_key.permute(t), self.listed.get(t)) for t in changed)
        self.store.apply(RamMedium(pack_delta(target.header, base.epoch, operations)))
        self.target = target
        self.shown = dict(self.listed)

    @precondition(lambda self: self.store.overlay)
    @rule(steps=st.integers(0, 30))
    def merge_begun(self, steps):
        for _, _ in zip(range(steps), self.store.merge(), strict=False):
            pass
        if self.store.overlay is None:
            self._merged()

    @precondition(lambda self: self.store.overlay)
    @rule()
    def merge(self):
        list(self.store.merge())
        self._merged()

    def _merged(self):
        assert self.store.table.header.root == self.target.header.root
        self.base = self.target.medium
        self.in_base = dict(self.shown)

    @rule()
    def reboot(self):
        self.store = self.boot()

    @invariant()
    def holds(self):
        for number in range(0, self.CROWD + 40, 7):
            listing = self.store.look(token(number))
            record = self.shown.get(token(number))
            assert listing.state == (NOT_LISTED if record is None else LISTED)
            assert record is None or bytes(listing.record) == record


@pytest.fixture(autouse=True, scope="module")
def own_folder(tmp_path_factory):
    """The head-end of the list machine builds in the current folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("headend"))
        yield


TestJournal = JournalMachine.TestCase
TestNor = NorMachine.TestCase
TestSettings = SettingsMachine.TestCase
TestJournal.settings = TestNor.settings = TestSettings.settings = FEW


class TestLists(ListMachine.TestCase):
    settings = settings(FEW, max_examples=10, stateful_step_count=15)


def test_file_and_ram_hold_the_same(tmp_path):
    """The same appends leave the same bytes on either medium."""
    ram, file = RamMedium(65536), FileMedium(tmp_path / "journal", 65536)
    for medium in (ram, file):
        journal = Journal(medium, journal_id=3)
        for number in range(100):
            journal.acknowledge(journal.append(b"%d" % number))
    assert bytes(ram._data) == (tmp_path / "journal").read_bytes()
