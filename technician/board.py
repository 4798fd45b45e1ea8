"""What a board says about itself, and the visit of a technician: the firmware rests while the cable is used."""

import contextlib
import json
from dataclasses import dataclass

from technician.board_link import BoardLink
from technician.errors import BoardLost, BoardRefused

_IDENTIFY = """
import machine
_who = {}
try:
    with open("/identity.json") as _file:
        _who = json.load(_file)
except (OSError, ValueError):
    pass
_who["serial"] = hexlify(machine.unique_id()).decode()
_who["platform"] = sys.platform
_who["interpreter"] = ".".join([str(_part) for _part in sys.implementation[1][:3]])
_who["architecture"] = getattr(sys.implementation, "_mpy", 0) >> 10 & 15
_who["loader"] = _size("/base/terminal/boot.mpy") >= 0
print(json.dumps(_who))
"""
_STATE = """
from terminal.boot_state import BootState
_state = BootState()
"""
_TELL_STATE = (
    _STATE
    + """
_told = ("active", "pending", "tries", "versions", "good", "floor", "starts", "failed")
print(json.dumps({_name: getattr(_state, _name) for _name in _told}))
"""
)
# MicroPython's numbers of processors (py/persistentcode.h) under mpy-cross's names.
_ARCHITECTURES = {2: "x64", 7: "armv7emsp", 8: "armv7emdp", 10: "xtensawin", 11: "rv32imc"}


@dataclass(frozen=True)
class Identity:
    """`target`: class of the board, None before it is provisioned; `serial`: the chip's own number in hex."""

    target: str | None
    serial: str
    name: str | None
    platform: str
    interpreter: str
    architecture: str
    loader: bool

    @property
    def is_virtual(self):
        return self.platform == "linux"


def identify(link):
    """The Identity of the board on the cable."""
    said = link.ask(_IDENTIFY)
    return Identity(
        said.get("class"),
        said["serial"],
        said.get("name"),
        said["platform"],
        said["interpreter"],
        _ARCHITECTURES.get(said["architecture"], "unknown"),
        said["loader"],
    )


def require(identity, target, port):
    """BoardRefused unless the board is provisioned and of the class `target`."""
    if not identity.loader or identity.target is None:
        raise BoardRefused("%s: board %s is not provisioned: gatepost provision first" % (port, identity.serial))
    if identity.target != target:
        raise BoardRefused(
            "%s: board %s is a %s, this is for a %s: nothing was changed"
            % (port, identity.serial, identity.target, target)
        )


def slots(link):
    """What the loader knows: a dict as terminal.boot_state describes it, without the cable flag."""
    return link.ask(_TELL_STATE)


def change_slots(link, code):
    """Runs `code` on the loader's state `_state`."""
    link.run(_STATE + code)


_EXAMINE = """
from terminal import rom_slots
_place = rom_slots.mount("", %r)
for _name in list(sys.modules):
    if _name.split(".")[0] in ("terminal", "boards"):
        del sys.modules[_name]
sys.path.insert(0, _place)
gc.collect()
from boards import start
print(json.dumps([list(_found) for _found in start.examine("")]))
"""


def examine(link):
    """The terminal's own self-test: [[code, state, seen, remedy], ...]. BoardRefused when no firmware is in force."""
    active = slots(link)["active"]
    if active is None:
        raise BoardRefused("%s: no firmware is in force that could examine this board: flash it first" % link.port)
    return link.ask(_EXAMINE % active)


@contextlib.contextmanager
def visit(port):
    """A BoardLink on which no firmware and no watchdog runs. It does not start again by itself: see BoardLink.restart."""
    link = BoardLink(port)
    link.open()
    try:
        if link.run("running()").strip() == "1":
            change_slots(link, "_state.cable = True\n_state.save()\n")
            link.restart_and_enter()
            if link.run("running()").strip() == "1":
                raise BoardLost("%s started in between (was the plug pulled?): run the same command again" % port)
            # The loader takes the flag away, unless we were at the cable before it came to that.
            change_slots(link, "if _state.cable:\n    _state.cable = False\n    _state.save()\n")
        yield link
    finally:
        link.close()


def as_json(identity, state):
    """One line for scan and report."""
    return json.dumps({**identity.__dict__, "slots": state}, sort_keys=True)
