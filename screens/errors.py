"""The errors of the screens."""


class DamagedGlyphs(Exception):
    """A glyph file is missing bytes or is something else: build it anew with screens/fonts/glyph_files.py."""

    code = "SCREEN-1"


class TooLongForQr(Exception):
    """More bytes than the largest code a board draws can hold: put a shorter address into it."""

    code = "SCREEN-2"
