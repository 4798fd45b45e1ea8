"""Errors of parts that a gate with a flat fare never loads: they stay out of its heap."""

from terminal.errors import ConfigError, LinkError, TerminalError


class CodeError(TerminalError):
    """A presented code cannot be worked with."""

    code = "CODE-0"


class CodeMalformed(CodeError):
    """The bytes are not the code they claim to be: too short, odd length, a field outside its range."""

    code = "CODE-1"


class AnswerMalformed(LinkError):
    """What came back is not HTTP/1.1 as the head-end speaks it, or longer than the terminal takes."""

    code = "LINK-1"


class TrustInvalid(ConfigError):
    """The keys for codes are not of the shape the terminal reads, or one of them is no key."""

    code = "CONFIG-20"


class RuleMalformed(ConfigError):
    """A rule names an operator that is not known, gives it too few arguments, or is nested too deep."""

    code = "CONFIG-30"


class RuleTooCostly(ConfigError):
    """A rule came to more steps than a gate may spend on one decision."""

    code = "CONFIG-31"


class SelfTestFailed(TerminalError):
    """Firmware on trial was not confirmed: unsound, crashed, hung, or something essential at fault. The one before runs."""

    code = "BOOT-1"


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


class PackageUnfit(PackageError):
    """A tariff under which taps cannot be decided: mend it and publish it under a new number; the one before counts."""

    code = "PACKAGE-6"
