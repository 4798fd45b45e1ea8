"""TXJ1 under power cuts: appends, acknowledgements, echoes and reopenings, each cut at its sync in every way."""

import hashlib
import random

from offline_store.errors import JournalFull, StoreError
from offline_store.media_faults import PowerCutMedium, crash_images
from tests.crash.result import Result

_FIRST_IMAGES = 21  # what one write in flight can leave; each is a copy of the medium, so only what is needed is made
SIZE = 32768 + 4 * 16384  # 128 slots


def payload(seq):
    """64 bytes mostly, shorter ones and a form over several records now and then: known from the number it begins at."""
    seed = hashlib.sha256(b"%d" % seq).digest()
    length = 64 if seed[0] < 200 else 150 if seed[0] < 215 else seed[1] % 64
    return (seed * 5)[:length]


class Truth:
    """What the user was told: the payload of each confirmed end, and of the one in flight."""

    def __init__(self):
        self.appended = {}  # end seq -> payload
        self.user = self.backend = 0
        self.begun = 0  # the highest seq an append in flight may have reached

    def begin(self):
        data = payload(self.user + 1)
        self.begun = self.user + max(1, -(-len(data) // 64))
        self.appended[self.begun] = data
        return data

    def confirm(self):
        self.user = self.begun


def judge(journal, truth, backend):
    """None, or the kind of violation."""
    if not truth.user <= journal.last_seq <= truth.begun:
        return "head"
    if journal.acknowledged > backend:
        return "acknowledged too much"
    got = dict(journal.unacknowledged())
    for seq, data in got.items():
        if truth.appended.get(seq) != data:
            return "wrong data"
    for seq in truth.appended:
        if journal.acknowledged < seq <= truth.user and seq > backend and seq not in got:
            return "lost"
    return None


def recovered(make, image):
    """(journal, None) or (None, kind of violation)."""
    try:
        return make(PowerCutMedium(image)), None
    except StoreError as error:
        return None, "refused: " + type(error).__name__


def check(make, fault, image, truth, backend, rng, result, again):
    journal, violation = recovered(make, image)
    if journal is not None:
        result.reads = max(result.reads, journal._medium.reads)
        violation = judge(journal, truth, backend)
        if violation is None and again:
            violation = crash_again(make, fault, journal, truth, backend, rng)
    if violation:
        result.violations[violation] += 1


def _one_of(durable, pending, fault, rng):
    """One of the first images that a cut can leave; not one that lost a page when one was lost already."""
    left = rng.randrange(_FIRST_IMAGES)
    for name, image in crash_images(durable, pending, rng):
        if not (name.startswith("page") and fault.startswith("page")):
            found = image
            if not left:
                break
            left -= 1
    return found


def crash_again(make, fault, journal, truth, backend, rng):
    """Goes on after the recovery and cuts the power once more. Two lost pages are one too many for two lanes."""
    medium = journal._medium
    later = Truth()
    later.appended = dict(truth.appended)
    later.user = later.begun = journal.last_seq
    later.appended = {seq: data for seq, data in later.appended.items() if seq <= later.user}
    try:
        for _ in range(rng.randrange(1, 4)):
            medium.cuts = []
            journal.append(later.begin())
            if not medium.cuts:
                continue
            durable, pending = rng.choice(medium.cuts)
            other, violation = recovered(make, _one_of(durable, pending, fault, rng))
            violation = violation or judge(other, later, backend)
            if violation:
                return "second cut: " + violation
            later.confirm()
    except JournalFull:
        pass
    return None


def run(make, name, seed, operations, every_byte=False, acknowledging=0.12):
    """Runs `operations` on a journal that `make(medium)` opens; every cut of every one is a case."""
    rng = random.Random(seed)
    result = Result(name, seed)
    medium = PowerCutMedium(bytes(SIZE))
    journal = make(medium)
    truth = Truth()
    for _ in range(operations):
        medium.cuts = []
        backend = truth.backend
        kind = rng.random()
        appending = False
        if kind < acknowledging and truth.user - truth.backend > 3:
            backend = rng.randrange(truth.backend + 1, truth.user + 1)
            journal.acknowledge(backend)
        elif 0.8 < kind < 0.9:
            journal.idle()
        elif kind > 0.95:
            journal = make(medium)
        else:
            try:
                journal.append(truth.begin())
                appending = True
            except JournalFull:
                truth.appended.pop(truth.begun)
                truth.begun = truth.user
                medium.cuts = []
                backend = truth.user - 2
                journal.acknowledge(backend)
        if medium.pending:  # told the user before it was durable
            if appending:
                truth.confirm()
            medium.cuts.append((bytes(medium.data), medium.pending))
        for durable, pending in medium.cuts:
            for fault, image in crash_images(durable, pending, rng, every_byte and appending):
                result.faults[fault] += 1
                check(make, fault, image, truth, backend, rng, result, result.cases % 7 == 0)
        if appending:
            truth.confirm()
        truth.backend = backend
    return result


def run_dead_sectors(make, name, seed, operations, echo):
    """One dead sector, any one, on a journal at rest: with the echo nothing may be lost."""
    rng = random.Random(seed)
    result = Result(name, seed)
    medium = PowerCutMedium(bytes(SIZE))
    journal = make(medium)
    truth = Truth()
    for _ in range(operations):
        for _ in range(rng.randrange(1, 9)):
            try:
                journal.append(truth.begin())
            except JournalFull:
                truth.appended.pop(truth.begun)
                truth.begun = truth.user
                truth.backend = truth.user - 5
                journal.acknowledge(truth.backend)
                continue
            truth.confirm()
        if echo:
            journal.echo()
        for offset in range(0, SIZE, 512):
            image = bytearray(medium.data)
            image[offset : offset + 512] = rng.randbytes(512)
            result.faults["dead sector"] += 1
            check(make, "dead sector", image, truth, truth.backend, rng, result, False)
    return result
