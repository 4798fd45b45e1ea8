"""Lockers that go with a stay: a number on the way in, free again on the way out. What is given out stands in the journal."""

from terminal import records


class Lockers:
    """Numbers from 1 to `count`, by permuted token; the lowest free one is given."""

    def __init__(self, count):
        self._count = count
        self._taken = {}

    def recall(self, journal, look_back):
        """Reads back what a power cut took."""
        for seq in range(max(1, journal.last_seq + 1 - look_back), journal.last_seq + 1):
            record = records.at(journal, seq)
            if record is None:
                continue
            if record.kind == records.LOCKER:
                self.give(record.token, record.counter, record.ref)
            elif record.kind == records.NOT_PASSED:
                self.void(record.ref)
            elif record.flags & records.LEAVING and record.reason == 0:
                self.release(record.token)

    def of(self, token):
        """The number of this holder's locker, or None."""
        taken = self._taken.get(token)
        return None if taken is None else taken[0]

    def free(self):
        """The lowest number that nobody has, or None."""
        used = [number for number, _ in self._taken.values()]
        for number in range(1, self._count + 1):
            if number not in used:
                return number
        return None

    def give(self, token, number, seq):
        """`number` goes with the admission recorded under `seq`."""
        self._taken[token] = number, seq

    def release(self, token):
        self._taken.pop(token, None)

    def void(self, seq):
        """Nobody used the admission: its locker is free."""
        for token in list(self._taken):
            if self._taken[token][1] == seq:
                del self._taken[token]
