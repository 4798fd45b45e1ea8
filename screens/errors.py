"""The errors of the screens."""


class DamagedGlyphs(Exception):
    """A glyph file is missing bytes or is something else: build it anew with screens/fonts/glyph_files.py."""

    code = "SCREEN-1"
