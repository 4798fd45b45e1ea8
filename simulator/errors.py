"""The simulator's errors."""


class NoDisplay(Exception):
    """The machine has no display for the window; the caller goes on headless."""

    code = "DESK-1"
