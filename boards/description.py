"""What a board is, as data: buses, lines and what it can do. Firmware, wiring pages and the virtual board read it."""

from collections import namedtuple

from micropython import const

_SHARED = const(("sck", "mosi", "miso", "sda", "scl"))

Bus = namedtuple("Bus", "part kind number speed pins device note")
"""`kind`: "uart", "spi", "i2c", "ccid", "hid", "screen" ...; `number` or path of the port; `pins`: ((signal, pin), ...)."""

Line = namedtuple("Line", "name pin direction rest device note")
"""One pin. `direction` "out" or "in"; `rest`: the level it has before any program runs and whenever none does."""

Option = namedtuple("Option", "name value allowed note")
"""What else of a board may be chosen. `allowed`: a tuple of values, ("from", least, most) of a number, or None for any text."""

Board = namedtuple(
    "Board", "name title chip architecture heap_kb flash_kb rom_kb budget_kb screen can buses lines options"
)
"""`name`: the class in packages, ASCII, at most 16 characters; `architecture`: mpy-cross's, or "host";
`flash_kb`: the file system; `rom_kb`: a ROMFS partition beside it, from which both slots run, 0 for none; `budget_kb`:
what the firmware may take of either, both slots have room for it; `screen`: name in screens.profiles;
`can`: capabilities, of CAPABILITIES; `options`: (Option, ...)."""

# name, (where the part's module lies: package, module, what a technician calls it)
NAMES = (
    "esp32s3-gate",
    "rp2350-gate",
    "linux-gate",
    "linux-kiosk",
    "linux-pad",
    "linux-desk",
    "simulated-gate",
)

CAPABILITIES = (
    "reader", "scanner", "barrier", "lamps", "buzzer", "display", "touch", "printer", "psam", "network", "storage",
)  # fmt: skip


def module_of(name):
    """The module of boards/ that describes the board `name`."""
    return "boards." + name.replace("-", "_")


def assembly_of(board):
    """The module of boards/ whose assemble(board, clock, glyphs, link) gives the hardware ports of `board`."""
    return module_of(board.name) if board.architecture == "host" else "boards.microcontroller_gate"


def bus(board, part):
    """The Bus of a part; None when it has none."""
    for entry in board.buses:
        if entry.part == part:
            return entry
    return None


def line(board, name):
    """The Line of that name; None when there is none."""
    for entry in board.lines:
        if entry.name == name:
            return entry
    return None


def option(board, name):
    """The value of an Option; None where the board has none of that name."""
    for entry in board.options:
        if entry.name == name:
            return entry.value
    return None


def configured(board, chosen):
    """`board` as it is wired here: `chosen` is {part: {port, speed, signals}, "lines": {name: pin}, option: value}.

    What may be chosen is checked where settings are written (technician.board_settings), not here.
    """
    buses = []
    for entry in board.buses:
        own = chosen.get(entry.part, {})
        pins = tuple([(signal, own.get(signal, pin)) for signal, pin in entry.pins])
        number, speed = own.get("port", entry.number), own.get("speed", entry.speed)
        buses.append(Bus(entry.part, entry.kind, number, speed, pins, entry.device, entry.note))
    pins = chosen.get("lines", {})
    lines = [
        Line(entry.name, pins.get(entry.name, entry.pin), entry.direction, entry.rest, entry.device, entry.note)
        for entry in board.lines
    ]
    options = [
        Option(entry.name, chosen.get(entry.name, entry.value), entry.allowed, entry.note) for entry in board.options
    ]
    return Board(
        *(board[:-5] + (chosen.get("screen", board.screen), board.can, tuple(buses), tuple(lines), tuple(options)))
    )


def faults(board):
    """What is wrong with a description, in words; empty when it can be built."""
    found = []
    if not 1 <= len(board.name) <= 16:
        found.append("the name is not 1 to 16 characters long")
    used = {}
    for entry in board.buses:
        for signal, pin in entry.pins:
            # One SPI or I2C serves several parts: its clock and data may be shared, its selects may not.
            owner = entry.kind if entry.kind in ("spi", "i2c") and signal in _SHARED else entry.part
            _claim(used, pin, owner, "%s %s" % (entry.part, signal), found)
    for entry in board.lines:
        _claim(used, entry.pin, entry.name, entry.name, found)
        if entry.direction not in ("out", "in") or entry.rest not in (0, 1, None):
            found.append("line %s has an impossible direction or rest" % entry.name)
    for name in board.can:
        if name not in CAPABILITIES:
            found.append("there is no capability %s" % name)
    if "barrier" in board.can and (line(board, "release") is None or line(board, "release").rest is None):
        found.append("a barrier without a rest position of its release")
    return found


def _claim(used, pin, owner, what, found):
    if used.get(pin, owner) != owner:
        found.append("pin %s is taken twice: %s and %s" % (pin, used[pin], what))
    used[pin] = owner
