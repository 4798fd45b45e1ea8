"""How a terminal looks: its display with theme and sizes, and the family of screens that goes with it. Portable.

A look is [profile, high contrast, elder mode], plain enough to travel to a terminal in another process.
"""

from screens import profiles, theme

LANES = ("gate480", "gate320", "bus240", "venue480")  # profiles whose terminal is a lane
KIOSKS = ("kiosk1080", "kiosk480")  # profiles whose terminal is a kiosk: in a hall, in a village


def metrics(look):
    """The Metrics of a look."""
    return profiles.metrics(look[0], theme.CONTRAST if look[1] else theme.STANDARD, look[2])


def family(look):
    """The screens' module; only the one that is used is loaded."""
    if look[0] in KIOSKS:
        from screens import kiosk as screens
    elif look[0].startswith("bus"):
        from screens import bus as screens
    elif look[0].startswith("venue"):
        from screens import venue as screens
    else:
        from screens import gate as screens
    return screens
