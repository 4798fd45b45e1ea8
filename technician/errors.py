"""What can be wrong with what a technician typed or handed over."""


class TechnicianError(Exception):
    """Family of the command line's own errors; never raised itself."""

    code = "INPUT-0"


class InputMalformed(TechnicianError):
    """Text, hex digits or an option that cannot be read as what the command asks for."""

    code = "INPUT-1"


class ListMalformed(TechnicianError):
    """Lines of a CSV list that cannot become rows. Nothing was built."""

    code = "INPUT-2"


class PictureUnreadable(TechnicianError):
    """A picture file without a code that can be read in it."""

    code = "INPUT-3"


class PartMissing(TechnicianError):
    """An optional part of Gatepost that this command needs is not installed."""

    code = "INPUT-4"


class TariffFaulty(TechnicianError):
    """A tariff file with faults, each with file, line and field. Nothing was compiled."""

    code = "INPUT-20"

    def __init__(self, faults):
        super().__init__("\n".join(faults))
        self.faults = faults


class ServicesFaulty(TariffFaulty):
    """Services with faults, each with file, line and field. Nothing was compiled."""

    code = "INPUT-21"


class BoardError(TechnicianError):
    """Family of what goes wrong with a board on a cable; never raised itself."""

    code = "BOARD-0"


class BoardLost(BoardError):
    """A board does not answer, or stopped answering: look at cable, port and supply, then run the same command again."""

    code = "BOARD-1"


class BoardRefused(BoardError):
    """A board is not the one the command is for: another class, not provisioned, or provisioned for somebody else."""

    code = "BOARD-2"


class BoardFailed(BoardError):
    """A board answered with an error of its own, or did not store what it was sent."""

    code = "BOARD-3"


class WentBack(BoardError):
    """New firmware did not pass its self-test; the board runs the one before, and says why."""

    code = "BOARD-4"


class SettingsWrong(TechnicianError):
    """A settings file with a section, a setting or a value that no terminal takes: the message names it."""

    code = "INPUT-5"
