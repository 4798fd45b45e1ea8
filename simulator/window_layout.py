"""Host only: where things are on the desk window, at any size. Measures are those of 1280x800, scaled by `unit`."""

import pygame

SMALLEST = (960, 600)
_MARGIN = 16
_BAR = 56
_TRAY = 396
_LOG = 188
_LANE = 116
_LEFT = 122
_RIGHT = 176
_BEZEL = 18
_CLOCK = 212
_WIDE_TRAY = 440
_CARDS = 10  # for which a leaf has room at least
_GAP = 12
_WIDER = 120  # the most that an upright display gives to its neighbours


class Layout:
    """Rectangles of one window size, for a device display of `display` (width, height) pixels; None for what is not there.

    `kind`: a "lane"; a "kiosk" has `slot` and `paper` in its place, a "pad" `till` and `paper`, a "desk" a second `slot` of
    its reader and `staff`, the software beside it. Those with an upright display get the window's height.
    """

    def __init__(self, size, display, kind="lane"):
        width, height = max(size[0], SMALLEST[0]), max(size[1], SMALLEST[1])
        self.size = width, height
        self.unit = min(width / 1280, height / 800)
        margin = self.px(_MARGIN)
        tray, log, bar = self.px(_TRAY), self.px(_LOG), self.px(_BAR)
        body = height - bar - log - 3 * margin
        self.bar = pygame.Rect(0, 0, width, bar)
        self.speed = pygame.Rect(width - margin - self.px(_CLOCK), self.px(9), self.px(_CLOCK), self.px(38))
        self.stage = pygame.Rect(margin, bar + margin, width - tray - 3 * margin, body)
        self.tray = pygame.Rect(self.stage.right + margin, bar + margin, tray, body)
        below = self.stage.bottom + margin
        self.log = pygame.Rect(margin, below, self.stage.width, log)
        self.state = pygame.Rect(self.tray.x, below, tray, log)
        self.lane = self.slot = self.till = self.paper = self.staff = self.lamps = self.scanner = None
        if kind in ("kiosk", "pad") and display[1] > display[0]:
            self._stand_upright(height - bar - 2 * margin, margin, display)
        self._place_stage(display, kind)
        gap = self.px(6)
        wide = (self.tray.width - 2 * self.px(12) - 2 * gap) // 3
        x, y, high = self.tray.x + self.px(12), self.tray.y + self.px(10), self.px(34)
        self.tabs = [pygame.Rect(x + at * (wide + gap), y, wide, high) for at in range(3)]
        self.coach = pygame.Rect(
            self.log.x + self.px(8), self.log.y + self.px(8), self.log.width - self.px(16), self.px(32)
        )

    def _stand_upright(self, high, margin, display):
        """The stage takes the whole height; log and state share the other column, as wide as it may be, with the tray."""
        device = (high - 2 * self.px(_GAP + _BEZEL)) * display[0] // display[1] + self.px(_LEFT + _RIGHT + 2 * _BEZEL)
        spare = self.stage.width - device - 4 * self.px(_GAP)
        wide = self.tray.width + max(0, min(self.px(_WIDER), spare))
        self.stage.height = high
        self.stage.width -= wide - self.tray.width
        x = self.stage.right + margin
        self.tray = pygame.Rect(x, self.tray.y, wide, high * 52 // 100)
        state = self.px(164)
        log = high - self.tray.height - 2 * margin - state
        self.log = pygame.Rect(x, self.tray.bottom + margin, wide, log)
        self.state = pygame.Rect(x, self.log.bottom + margin, wide, state)

    def px(self, measure):
        return int(measure * self.unit + 0.5)

    def _place_stage(self, display, kind):
        gap, bezel = self.px(_GAP), self.px(_BEZEL)
        inner = self.stage.inflate(-2 * gap, -2 * gap)
        left, lane = self.px(_LEFT), -gap
        if kind in ("lane", "desk"):
            lane = self.px(_LANE)
            strip = pygame.Rect(inner.x, inner.bottom - lane, inner.width, lane)
            self.lane, self.staff = (strip, None) if kind == "lane" else (None, strip)
        if kind == "desk":
            left = 0
        room_wide = inner.width - left - self.px(_RIGHT) - 2 * bezel
        room_high = inner.height - lane - gap - 2 * bezel
        self.scale = min(room_wide / display[0], room_high / display[1])
        if 1 <= self.scale < 1.04:
            self.scale = 1.0  # text is crispest at its own size
        screen = int(display[0] * self.scale), int(display[1] * self.scale)
        middle = inner.x + left + (inner.width - left - self.px(_RIGHT)) // 2
        top = inner.y + bezel + (room_high - screen[1]) // 2
        self.screen = pygame.Rect(middle - screen[0] // 2, top, *screen)
        self.device = self.screen.inflate(2 * bezel, 2 * bezel)
        self._place_left(
            pygame.Rect(inner.x + self.px(6), self.device.y, self.px(_LEFT - 14), self.device.height), kind
        )
        right = inner.right - self.px(_RIGHT) + self.px(20)
        parts = 3 if kind in ("kiosk", "pad") else 2
        beside = inner if parts == 3 else self.device
        high = (beside.height - (parts - 1) * gap) // parts
        self.reader, second, third = [
            pygame.Rect(right, beside.y + at * (high + gap), inner.right - right, high) for at in range(3)
        ]
        if kind == "desk":
            self.slot = second
        else:
            self.scanner = second
            self.paper = third if parts == 3 else None

    def _place_left(self, column, kind):
        """What stands left of the device: lamps, below them a pad's till; a kiosk has no lamps, and its slot in the middle."""
        if kind == "kiosk":
            self.slot = column.inflate(0, -column.height // 2)
        elif kind != "desk":
            self.lamps = column
        if kind == "pad":
            column.height = (column.height - self.px(_GAP)) // 2
            self.till = column.move(0, column.height + self.px(_GAP))

    def slots(self, count):
        """The places of `count` cards on a leaf of the tray: row by row, in two columns, in three where there is room."""
        gap = self.px(8)
        inner = self.tray.inflate(-2 * self.px(12), 0)
        columns = 3 if inner.width >= self.px(_WIDE_TRAY) else 2
        top, bottom = self.tabs[0].bottom + gap, self.tray.bottom - self.px(28)
        rows = max(_CARDS // columns, -(-count // columns))
        high = min(self.px(96), (bottom - top + gap) // rows)
        wide = (inner.width - gap * (columns - 1)) // columns
        return [
            pygame.Rect(inner.x + at % columns * (wide + gap), top + at // columns * high, wide, high - gap)
            for at in range(count)
        ]
