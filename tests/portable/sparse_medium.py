"""A medium that keeps only what was written: big media for tests on a small heap."""

_SECTOR = 512


class SparseMedium:
    """`size` bytes of `blank`, kept by sector. `copy()` is cheap; `fill` damages or wipes a range."""

    def __init__(self, size, blank=0):
        self.size = size
        self._blank = bytes([blank]) * _SECTOR
        self._sectors = {}

    def copy(self):
        other = SparseMedium(self.size, self._blank[0])
        other._sectors = dict(self._sectors)
        return other

    def sector(self, offset):
        return self._sectors.get(offset // _SECTOR, self._blank)

    def _pieces(self, offset, length):
        """(sector number, start in it, end in it, position in the buffer) of every sector touched."""
        done = 0
        while done < length:
            start = (offset + done) % _SECTOR
            end = min(_SECTOR, start + length - done)
            yield (offset + done) // _SECTOR, start, end, done
            done += end - start

    def read_into(self, offset, buffer):
        for number, start, end, done in self._pieces(offset, len(buffer)):
            buffer[done : done + end - start] = self._sectors.get(number, self._blank)[start:end]

    def write(self, offset, data):
        for number, start, end, done in self._pieces(offset, len(data)):
            old = self._sectors.get(number, self._blank)
            self._sectors[number] = old[:start] + bytes(data[done : done + end - start]) + old[end:]

    def fill(self, offset, length, value):
        for number, start, end, _ in self._pieces(offset, length):
            old = self._sectors.get(number, self._blank)
            self._sectors[number] = old[:start] + bytes([value]) * (end - start) + old[end:]

    def sync(self):
        pass

    def close(self):
        pass
