"""The wiring of a board as a drawing (SVG), made from its description: its pins and ports, and what hangs on each."""

from xml.sax.saxutils import escape

_ROW, _GAP, _PAD = 22, 14, 16
_BOARD_WIDE, _WIRE_WIDE, _DEVICE_WIDE = 260, 150, 330
_HEAD = 34
_INK, _PAPER, _BOX, _SOFT = "#1d2733", "#ffffff", "#f2f5f8", "#5b6b7b"
_KINDS = {
    "uart": "#1f6fb2", "spi": "#7a4fb0", "i2c": "#2b8a5a", "ccid": "#1f6fb2", "sd": "#7a4fb0", "in": "#2b8a5a", "out": "#c2571a",
}  # fmt: skip
_OTHER = "#5b6b7b"


def drawing(description):
    """The text of the SVG: one wire a row, wires of one device beside each other; the release line is the thick one."""
    devices = _devices(description)
    count = sum(len(rows) for _, rows in devices)
    high = 2 * _PAD + _HEAD + count * _ROW + len(devices) * _GAP
    wide = 2 * _PAD + _BOARD_WIDE + _WIRE_WIDE + _DEVICE_WIDE
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">' % (wide, high),
        '<rect width="%d" height="%d" fill="%s"/>' % (wide, high, _PAPER),
        _box(_PAD, _PAD, _BOARD_WIDE, high - 2 * _PAD),
        _text(_PAD + 12, _PAD + 22, description.title, weight="bold"),
    ]  # fmt: skip
    y, left = _PAD + _HEAD, _PAD + _BOARD_WIDE
    for device, rows in devices:
        parts.append(_box(left + _WIRE_WIDE, y, _DEVICE_WIDE, len(rows) * _ROW))
        parts.append(_text(left + _WIRE_WIDE + _DEVICE_WIDE - 10, y + 15, device, "end", weight="bold"))
        for place, name, kind in rows:
            middle = y + _ROW // 2
            thick = 4 if name == "release" else 2
            colour = _KINDS.get(kind, _OTHER)
            parts.append(
                '<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="%d"/>'
                % (left, middle, left + _WIRE_WIDE, middle, colour, thick)
            )
            parts.append(_text(left - 10, middle + 5, place, "end"))
            parts.append(_text(left + _WIRE_WIDE + 10, middle + 5, name))
            y += _ROW
        y += _GAP
    return "\n".join([*parts, "</svg>", ""])


def _devices(description):
    """[(device, [(pin or port, signal, kind), ...]), ...] in the order of the description."""
    found = {}
    for entry in description.buses:
        rows = found.setdefault("%s · %s" % (entry.device, entry.part) if not entry.pins else entry.device, [])
        port = "%s %s" % (entry.kind.upper(), entry.number)
        if not entry.pins:
            rows.append((port, "", entry.kind))
        rows += [("%s · pin %s" % (port, pin), signal.upper(), entry.kind) for signal, pin in entry.pins]
    for line in description.lines:
        arrow = "out" if line.direction == "out" else "in"
        rest = "" if line.rest is None else ", rests at %d" % line.rest
        found.setdefault(line.device, []).append(("%s · pin %s%s" % (arrow, line.pin, rest), line.name, line.direction))
    return list(found.items())


def _box(x, y, wide, high):
    return '<rect x="%d" y="%d" width="%d" height="%d" rx="5" fill="%s" stroke="%s"/>' % (x, y, wide, high, _BOX, _SOFT)


def _text(x, y, words, anchor="start", weight="normal"):
    return '<text x="%d" y="%d" text-anchor="%s" font-weight="%s" fill="%s">%s</text>' % (
        x, y, anchor, weight, _INK, escape(str(words)),
    )  # fmt: skip
