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


class ImportRefused(HeadendError):
    """Lines of a CSV that are not cards: each is named with its reason, and nothing of the file was taken."""

    code = "HEADEND-30"


class RegistryUnusable(HeadendError):
    """The registry belongs to another list key or another version, or cannot be read."""

    code = "HEADEND-31"


class NothingToPublish(HeadendError):
    """A list is asked for that has no entries, or a delta without a list it could change."""

    code = "HEADEND-32"


class KeyUnusable(HeadendError):
    """A signing or list key file that is no key."""

    code = "HEADEND-33"


class RolloutRefused(HeadendError):
    """A roll-out that cannot be begun or changed as it was asked."""

    code = "HEADEND-34"


class CommandRefused(HeadendError):
    """A command that no terminal would know or take."""

    code = "HEADEND-35"


class AccountRefused(HeadendError):
    """An account that cannot be made as it was asked."""

    code = "HEADEND-36"


class PlatformAway(HeadendError):
    """The platform behind a service's codes does not answer: terminals ask for the card meanwhile."""

    code = "HEADEND-37"


class PlatformsUnusable(HeadendError):
    """platforms.json in the data folder is not a table of services and addresses."""

    code = "HEADEND-38"


class PlaceRefused(HeadendError):
    """Where a terminal stands cannot be written down as it was asked."""

    code = "HEADEND-39"


class ServiceMalformed(HeadendError):
    """A kiosk's request is not one: a field is missing or not of its shape, or an envelope does not open."""

    code = "HEADEND-40"


class ServiceReused(HeadendError):
    """A request number came again with other content: the terminal counts wrongly, or somebody else speaks for it."""

    code = "HEADEND-41"


class EngineUnsafe(HeadendError):
    """The NATS servers are too few, too old, or may lose what they acknowledged when power goes."""

    code = "HEADEND-20"


class EngineAbsent(HeadendError):
    """The NATS servers cannot be reached, or do not let this head-end in."""

    code = "HEADEND-21"


class LedgerUnusable(HeadendError):
    """The ledger's database cannot be reached, or its schema is not the one this head-end writes."""

    code = "HEADEND-22"
