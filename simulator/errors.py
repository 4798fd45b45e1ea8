"""The simulator's errors."""


class SimulatorError(Exception):
    """Base of all errors of this room; never raised itself."""

    code = "DESK-0"


class NoDisplay(SimulatorError):
    """The machine has no display for the window; the caller goes on headless."""

    code = "DESK-1"


class FolderInUse(SimulatorError):
    """Another simulator works in the data folder: two terminals on one journal would lose records."""

    code = "DESK-2"


class FolderUnusable(SimulatorError):
    """The data folder cannot be made or written."""

    code = "DESK-3"


class ScriptError(SimulatorError):
    """A line of a day script that cannot be understood."""

    code = "DESK-4"


class ExpectationFailed(SimulatorError):
    """An `expect` of a day script that did not come true."""

    code = "DESK-5"


class RuntimeDied(SimulatorError):
    """The MicroPython process of a simulated terminal ended by itself."""

    code = "DESK-6"


class RuntimeMissing(SimulatorError):
    """MicroPython or its compiler is not installed."""

    code = "DESK-7"


class ProfileUnknown(SimulatorError):
    """The simulator has no lane with such a display."""

    code = "DESK-8"


class FaultUnknown(SimulatorError):
    """There is no fault of that name."""

    code = "DESK-9"


class RemoteMalformed(SimulatorError):
    """A request of the remote control that says nothing it knows."""

    code = "DESK-10"


class PortTaken(SimulatorError):
    """The remote control cannot listen on its port."""

    code = "DESK-11"


class TargetMissing(SimulatorError):
    """A target that is to be pressed is on no page of the screen that is shown."""

    code = "DESK-13"


class HardwareUnknown(SimulatorError):
    """A reader or scanner that the desk cannot have, or not together with the rest that was asked for."""

    code = "DESK-12"


class PageToolMissing(SimulatorError):
    """What the page of `gatepost web` is built with is not on this machine, or could not be fetched."""

    code = "DESK-14"
