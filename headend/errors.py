"""The head-end's errors, for a person at a terminal window: each says what to do. Codes never change."""


class HeadendError(Exception):
    """Base of all errors of this room; never raised itself."""

    code = "HEADEND-0"


class PortTaken(HeadendError):
    """The address cannot be listened on."""

    code = "HEADEND-1"


class FolderUnusable(HeadendError):
    """The data folder cannot be made or written."""

    code = "HEADEND-2"


class StoreDamaged(HeadendError):
    """The data folder holds a store that is damaged or of another version."""

    code = "HEADEND-3"


class Overloaded(HeadendError):
    """More records wait for the disk than the head-end takes; the terminal is asked to come again."""

    code = "HEADEND-4"


class BodyTooLong(HeadendError):
    """A request with a longer body than any batch has; the terminal is to send smaller ones."""

    code = "HEADEND-5"


class NotStored(HeadendError):
    """The store refused to commit: full or failing disk, or locked by another program."""

    code = "HEADEND-6"


class Impersonation(HeadendError):
    """A terminal speaks under another name than its certificate's, or with a revoked certificate."""

    code = "HEADEND-7"


class RevisionConflict(HeadendError):
    """Somebody else changed the document meanwhile: read it and try again."""

    code = "HEADEND-8"


class NotStarted(HeadendError):
    """The server ended while it was starting."""

    code = "HEADEND-9"
