"""Pages about boards, drawn from their files: wiring, and what the firmware takes on each."""

from boards import description as boards
from boards.description import NAMES, line
from technician import board_settings, update_image

_HEAD = """# %s

Written by `gatepost board wiring` from `%s.py`. Class in packages: `%s`.

%s. Screen profile `%s`. It has: %s.
"""
_SAFETY = """
## Before it is switched on

The release line must be at its rest level (%d) while the chip starts and whenever no program drives it: the resistor in
the table does that. The fire alarm opens the turnstile by a wire of its own; the board only learns of it.
"""


def page(description):
    """The wiring page of a board as Markdown."""
    module = boards.module_of(description.name).replace(".", "/")
    parts = [
        _HEAD
        % (
            description.title, module, description.name, description.chip, description.screen,
            ", ".join(description.can),
        )
    ]  # fmt: skip
    parts.append("\n![What hangs on which pin](%s.svg)\n" % description.name)
    parts.append("\n## Buses\n\n| Part | Device | Bus | Pins | Note |\n|---|---|---|---|---|\n")
    for entry in description.buses:
        pins = ", ".join("%s %s" % (signal.upper(), pin) for signal, pin in entry.pins) or "-"
        speed = " at %s" % _speed(entry) if entry.speed else ""
        place = "%s %s%s" % (entry.kind.upper(), entry.number, speed)
        parts.append("| %s | %s | %s | %s | %s |\n" % (entry.part, entry.device, place, pins, entry.note))
    if description.lines:
        parts.append("\n## Lines\n\n| Line | Pin | Direction | At rest | To | Note |\n|---|---|---|---|---|---|\n")
        for entry in description.lines:
            rest = "-" if entry.rest is None else entry.rest
            parts.append(
                "| %s | %s | %s | %s | %s | %s |\n"
                % (entry.name, entry.pin, entry.direction, rest, entry.device, entry.note)
            )
    if description.options:
        parts.append(
            "\n## Also to be chosen in [board]\n\n| Setting | Unless chosen | Allowed | |\n|---|---|---|---|\n"
        )
        for entry in description.options:
            allowed = board_settings.words(entry.allowed or "text")
            parts.append("| %s | %s | %s | %s |\n" % (entry.name, entry.value, allowed, entry.note))
    if "barrier" in description.can:
        parts.append(_SAFETY % line(description, "release").rest)
    if description.heap_kb:
        parts.append(
            "\n## Memory\n\nFirmware: at most %d KB, twice (two slots), %s. File system: %d KB. Heap: %d KB.\n"
            % (
                description.budget_kb,
                "run from a ROMFS partition of %d KB" % description.rom_kb if description.rom_kb else "as files",
                description.flash_kb,
                description.heap_kb,
            )
        )
    return "".join(parts)


def _speed(entry):
    return "%d MHz" % (entry.speed // 1000000) if entry.speed >= 1000000 else "%d" % entry.speed


def sizes():
    """Lines: bytes of all portable modules for each processor, and of each board's whole image beside its budget."""
    modules = update_image.portable_modules()
    by_architecture = {}
    for name in update_image.ARCHITECTURES:
        by_architecture[name] = sum(map(len, update_image.compiled(modules, name).values()))
        yield "%-16s %4d modules %8d bytes" % (name, len(modules), by_architecture[name])
    for name in NAMES:
        description = board_settings.described(name)
        if description.heap_kb:
            whole = image_bytes(description)
            yield "%-16s %d KB of %d KB, data included" % (name, whole // 1024, description.budget_kb)


def image_bytes(description):
    """What the whole firmware takes of a slot."""
    return sum(map(len, update_image.firmware(description).values()))
