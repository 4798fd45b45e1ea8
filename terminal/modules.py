"""The terminal's own modules as a part of its heap."""

import sys


def forget(name):
    """Takes a module out of memory that is not needed again for long; whoever imports it then loads it anew."""
    room, _, own = name.rpartition(".")
    if sys.modules.pop(name, None):
        delattr(sys.modules[room], own)
