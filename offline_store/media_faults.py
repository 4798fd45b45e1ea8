"""A medium that loses power: what was not synced is lost, torn, kept or worse. For the crash tests."""

from .errors import MediumError

PAGE = 16384  # what a flash translation layer may lose around a write in flight


class PowerCutMedium:
    """Keeps writes back until `sync`, as a card does. `cuts` collects (durable content, writes in flight) at each
    sync while it is a list; `reads` counts.
    """

    def __init__(self, content):
        self.data = bytearray(content)
        self.size = len(self.data)
        self.pending = []
        self.cuts = None
        self.reads = 0

    def read_into(self, offset, buffer):
        end = offset + len(buffer)
        if offset < 0 or end > self.size:
            raise MediumError("%d bytes at offset %d: the medium has %d" % (len(buffer), offset, self.size))
        self.reads += 1
        buffer[:] = self.data[offset:end]
        for at, data in self.pending:
            first, last = max(at, offset), min(at + len(data), end)
            if first < last:
                buffer[first - offset : last - offset] = data[first - at : last - at]

    def write(self, offset, data):
        if offset < 0 or offset + len(data) > self.size:
            raise MediumError("%d bytes at offset %d: the medium has %d" % (len(data), offset, self.size))
        self.pending.append((offset, bytes(data)))

    def sync(self):
        if self.cuts is not None and self.pending:
            self.cuts.append((bytes(self.data), self.pending))
        for offset, data in self.pending:
            self.data[offset : offset + len(data)] = data
        self.pending = []

    def close(self):
        pass


def kept(durable, pending):
    """The content when all of `pending` made it."""
    image = bytearray(durable)
    for offset, data in pending:
        image[offset : offset + len(data)] = data
    return image


def torn_images(durable, write, rng, every_byte):
    """Yields (name, content) of all that a cut can make of one write in flight."""
    offset, data = write
    length = len(data)
    for cut in range(1, length) if every_byte else rng.sample(range(1, length), min(6, length - 1)):
        image = bytearray(durable)
        image[offset : offset + cut] = data[:cut]
        yield "torn prefix", image
        image = bytearray(durable)
        image[offset + cut : offset + length] = data[cut:]
        yield "torn suffix", image
    image = kept(durable, (write,))
    image[offset : offset + length] = rng.randbytes(length)
    yield "garbage", image
    for _ in range(4):
        image = kept(durable, (write,))
        bit = rng.randrange(length * 8)
        image[offset + (bit >> 3)] ^= 1 << (bit & 7)
        yield "bit flip", image
    page = offset // PAGE * PAGE
    for name, content in (("page garbage", rng.randbytes(PAGE)), ("page erased", b"\xff" * PAGE)):
        image = bytearray(durable)
        image[page : page + PAGE] = content[: len(image) - page]
        yield name, image


def crash_images(durable, pending, rng, every_byte=False):
    """Yields (name, content) of the ways in which a cut can leave the medium. The writes before the torn one may or
    may not have made it. Each content differs from the one without a cut, `kept` from the one before.
    """
    final = kept(durable, pending)
    if final != durable:
        yield "lost", bytearray(durable)
        yield "kept", bytearray(final)
    for write in pending:
        others = [other for other in pending if other is not write and rng.random() < 0.5]
        before = kept(durable, others) if others else durable
        for name, image in torn_images(before, write, rng, every_byte):
            if image != final:
                yield name, image
