"""Host only: what people do to a pad, and what its till hears: the part of simulator.world.World that others do without."""

from decimal import Decimal

from simulator.load_service import DemonstrationLoadService

_LOADS = b"\x00\x00\x30\x10\x20\x01"  # the number under which a pad loads purses


class PadSide:
    """Keypad and till of the World that it is part of."""

    def key_amount(self, yuan):
        """Keys an amount such as "6.50" and asks the customer for it."""
        for digit in str(int(Decimal(yuan) * 100)):
            self.press("digit." + digit)
        self.press("confirm")

    def show_receipt(self):
        """Somebody holds the newest paper before the scanner, which reads the code that is printed on it."""
        import zxingcpp

        from simulator import paper

        self._did("receipt")
        found = zxingcpp.read_barcodes(paper.picture(self.sheets[-1], self._bench.hardware.printer_chip.columns))
        code = found[0].bytes if found else b""
        self._heard("present", {"receipt": code.decode("utf8", "replace")})
        self._bench.scan(code)

    def till(self, line):
        """The till sends a line; its answers come as events "till"."""
        self._did("till %s" % line)
        self._bench.hardware.till_line.say(line)
        self._heard("till", {"says": line})

    @property
    def till_lines(self):
        """[(text, whether the till said it, or heard it)] of a pad's cable."""
        told = [event for event in self.events if event["event"] == "till"]
        return [(event["says"], True) if "says" in event else (event["hears"], False) for event in told]

    # Inside

    def _pad_parts(self):
        """What a pad's configuration has beyond a gate's."""
        service = DemonstrationLoadService()
        return {"service_link": self._new_link(), "load_service": service, "load_terminal": _LOADS}

    def _listen(self):
        """Tells what the till heard."""
        line = getattr(self._bench.hardware, "till_line", None)
        if line is None:
            return
        for heard in line.heard[self._lines :]:
            self._heard("till", {"hears": heard, "answer": heard.split()[0]})
        self._lines = len(line.heard)
