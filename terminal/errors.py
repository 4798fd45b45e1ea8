"""The terminal's errors. Every class has a stable `code` that a technician can look up in docs/errors.md.

Five families: card, code, link, config, package. A refusal is a result, never one of these. A message says what was
seen, what was expected and what to do, and never holds a key, a name or an identity number.
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


class CodeError(TerminalError):
    """A presented code cannot be worked with."""

    code = "CODE-0"


class CodeMalformed(CodeError):
    """The bytes are not the code they claim to be: too short, odd length, a field outside its range."""

    code = "CODE-1"


class LinkError(TerminalError):
    """The other end of a link said something unexpected, or nothing."""

    code = "LINK-0"


class AnswerMalformed(LinkError):
    """What came back is not HTTP/1.1 as the head-end speaks it, or longer than the terminal takes."""

    code = "LINK-1"


class WireMalformed(LinkError):
    """A batch of records or its reply breaks its own lengths, checksum or ranges."""

    code = "LINK-2"


class ConfigError(TerminalError):
    """Settings or keys that the terminal cannot start with."""

    code = "CONFIG-0"


class SettingsInvalid(ConfigError):
    """A setting is missing or has a value that is not allowed."""

    code = "CONFIG-1"


class TrustInvalid(ConfigError):
    """The keys for codes are not of the shape the terminal reads, or one of them is no key."""

    code = "CONFIG-20"


class RuleMalformed(ConfigError):
    """A rule names an operator that is not known, gives it too few arguments, or is nested too deep."""

    code = "CONFIG-30"


class RuleTooCostly(ConfigError):
    """A rule came to more steps than a gate may spend on one decision."""

    code = "CONFIG-31"


class PackageError(TerminalError):
    """A package is damaged, unsigned, too old or not for this terminal."""

    code = "PACKAGE-0"


class PackageMalformed(PackageError):
    """A package is cut, changed or contradicts itself: fetch it again."""

    code = "PACKAGE-1"


class PackageForeign(PackageError):
    """A package is for another class of terminal, or not signed by the keys this terminal believes."""

    code = "PACKAGE-2"


class PackageRolledBack(PackageError):
    """A package is older than the oldest version one may go back to, or is not the one known under its version."""

    code = "PACKAGE-3"


class PackageExpired(PackageError):
    """A package whose validity is over: the head-end, or somebody in between, holds newer ones back."""

    code = "PACKAGE-4"


class PackageTooEarly(PackageError):
    """A package that is not valid yet, or a clock that is behind: set the clock first."""

    code = "PACKAGE-5"


class SelfTestFailed(TerminalError):
    """Firmware on trial found something essential at fault on its terminal: it is not confirmed, the one before runs."""

    code = "BOOT-1"
