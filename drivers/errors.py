"""What goes wrong on a wire. Drivers catch these themselves where the port promises a result instead."""


class ReaderError(Exception):
    """A reader, scanner or its port misbehaves. Code READER-1."""

    code = "READER-1"


class ReaderTimeout(ReaderError):
    """Nothing, or not enough, came back in time: look at supply, wiring and speed. Code READER-2."""

    code = "READER-2"


class BadFrame(ReaderError):
    """Bytes came back that are no frame of this protocol: look for noise or a wrong speed. Code READER-3."""

    code = "READER-3"


class CommandRefused(ReaderError):
    """The device understood the line but not, or not now, the command. Code READER-4."""

    code = "READER-4"


class PortAbsent(ReaderError):
    """The port does not exist: plug the device in or correct the port's name. Code READER-5."""

    code = "READER-5"


class PortBusy(ReaderError):
    """Another program holds the port, or this user may not open it. Code READER-6."""

    code = "READER-6"
