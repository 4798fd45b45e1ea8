"""The terminal's errors. Every class has a stable `code` that a technician can look up in docs/errors.md.

Families: card, link, config; more_errors has those of parts that a plain gate never loads. A refusal is a result, never
one of these. A message says what was seen and expected and what to do, and never holds a key, name or identity number.
"""


class TerminalError(Exception):
    """Base of all errors of this room; never raised itself."""

    code = "TERMINAL-0"


class CardError(TerminalError):
    """A card, purse or PSAM answered what its specification forbids."""

    code = "CARD-0"


class CardLost(CardError):
    """The card stopped answering: taken away, torn, or mute. What it did last is unknown."""

    code = "CARD-2"


class PurseRefused(CardError):
    """The purse answered a step with a status word that ends the transaction; `sw` holds it."""

    code = "CARD-3"

    def __init__(self, step, sw):
        super().__init__("%s answered %04X, expected 9000" % (step, sw))
        self.sw = sw


class PsamFault(CardError):
    """The PSAM does not answer as a PSAM: no fare can be taken until it does."""

    code = "CARD-4"


class CardDataMalformed(CardError):
    """Bytes of a card that break their own lengths or coding."""

    code = "CARD-1"


class LinkError(TerminalError):
    """The other end of a link said something unexpected, or nothing."""

    code = "LINK-0"


class WireMalformed(LinkError):
    """A batch of records or its reply breaks its own lengths, checksum or ranges."""

    code = "LINK-2"


class ConfigError(TerminalError):
    """Settings or keys that the terminal cannot start with."""

    code = "CONFIG-0"


class SettingsInvalid(ConfigError):
    """A setting is missing or has a value that is not allowed."""

    code = "CONFIG-1"
