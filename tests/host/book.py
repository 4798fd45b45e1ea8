"""A journal that is nothing but a list."""

from terminal import records


class Book:
    """Payloads in their order, the first is number 1."""

    def __init__(self):
        self.payloads = []

    @property
    def last_seq(self):
        return len(self.payloads)

    def read(self, seq):
        return self.payloads[seq - 1]

    def append(self, record):
        self.payloads.append(records.pack(record))
        return self.last_seq
