"""What a script, the window or the page can break, by name, and whether it really struck. Portable."""

from collections import namedtuple

from simulator.errors import FaultUnknown

_FOR_EVER = 1 << 40

Breakable = namedtuple("Breakable", "name zh en")

NAMES = (
    Breakable("reader-gone", "读卡器断线", "the reader's cable is out"),
    Breakable("reader-mute", "读卡器不应答", "the reader does not answer"),
    Breakable("reader-garbage", "读卡器乱码", "the reader sends noise"),
    Breakable("scanner-gone", "扫码器断线", "the scanner's cable is out"),
    Breakable("scanner-blind", "扫码器看不清", "the scanner cannot make out any code"),
    Breakable("slow-drag", "卡片慢拖而过", "each card is drawn across the reader and leaves too soon"),
    Breakable("gate-jammed", "闸门卡住", "the leaves do not move"),
    Breakable("storage-small", "存储快满", "a tiny journal: full after a few records without a network"),
)
# What only a terminal with a real way to a head-end has.
NETWORK_NAMES = (
    Breakable("net-slow", "网络又慢又丢包", "the network is slow and loses a fifth"),
    Breakable("net-wrong", "网络应答出错", "the network garbles every answer"),
)
# What only a kiosk or a pad has.
KIOSK_NAMES = (
    Breakable("slot-gone", "插卡口断线", "the contact slot's cable is out"),
    Breakable("touch-dead", "触摸屏失灵", "the touch panel feels nothing"),
    Breakable("printer-gone", "打印机断线", "the printer's cable is out"),
    Breakable("paper-jam", "打印机卡纸", "the printer jams at its next cut"),
    Breakable("paper-out", "打印机缺纸", "the printer has no paper"),
    Breakable("face-gone", "人脸核验断线", "the face check box's cable is out"),
    Breakable("face-other", "人脸不符", "the face check sees somebody else"),
    Breakable("face-shy", "避开摄像头", "whoever stands there turns away from the camera"),
    Breakable("face-slow", "人脸核验超时", "the face check never answers"),
)
EVERY = NAMES + NETWORK_NAMES + KIOSK_NAMES
SLOW_DRAG, STORAGE = "slow-drag", "storage-small"
NET_SLOW, NET_WRONG = "net-slow", "net-wrong"


def check(name):
    """FaultUnknown for a name that nothing has."""
    known = [entry.name for entry in EVERY]
    if name not in known:
        raise FaultUnknown("no fault %s; there are: %s" % (name, ", ".join(known)))


class Faults:
    """The faults of one terminal's hardware, and `troubles` {name: Fault} around it. `active` holds those that are on."""

    def __init__(self, hardware, troubles=None):
        self._parts = {
            "reader-gone": hardware.reader_uart.unplugged,
            "reader-mute": hardware.reader_chip.mute,
            "reader-garbage": hardware.reader_chip.garbage,
            SLOW_DRAG: hardware.reader_chip.torn,
        }
        if hardware.scanner_chip is not None:
            self._parts["scanner-gone"] = hardware.scanner_uart.unplugged
            self._parts["scanner-blind"] = hardware.scanner_chip.unseen
        if hasattr(hardware, "slot_uart"):
            self._parts["slot-gone"] = hardware.slot_uart.unplugged
        if hardware.is_lane:
            self._parts["gate-jammed"] = hardware.gate.jammed
        if hasattr(hardware, "touch_events"):
            self._parts["paper-out"] = hardware.printer_chip.empty
            self._parts["touch-dead"] = hardware.touch_events.dead
            self._parts["printer-gone"] = hardware.printer_uart.unplugged
            self._parts["paper-jam"] = hardware.printer_chip.jam
        box = getattr(hardware, "face_box", None)
        if box is not None:
            self._parts.update(
                {"face-gone": box.unplugged, "face-other": box.other, "face-shy": box.shy, "face-slow": box.slow}
            )
        self._parts.update(troubles or {})
        self._reported = {}
        self.active = set()

    @property
    def breakable(self):
        """The Breakables that this hardware has."""
        return [entry for entry in EVERY if entry.name in self._parts or entry.name == STORAGE]

    def switch(self, name, on):
        """Turns a fault on or off; FaultUnknown when there is none of that name."""
        check(name)
        (self.active.add if on else self.active.discard)(name)
        part = self._parts.get(name)
        if part is None:
            return
        self._reported[name] = part.fired
        if not on:
            part.disarm()
        elif name != SLOW_DRAG:  # that one is armed by each card
            part.arm(_FOR_EVER)

    def struck(self):
        """Names of the active faults that struck for the first time since they were switched on."""
        new = [name for name in self.active if name in self._parts and self._parts[name].fired > self._reported[name]]
        for name in new:
            self._reported[name] = _FOR_EVER
        return sorted(new)
