"""How a terminal looks: its display with theme and sizes, and the family of screens that goes with it. Portable.

A look is [profile, high contrast, elder mode], plain enough to travel to a terminal in another process.
"""

from boards import screen
from screens import profiles, theme

# Profiles whose terminal is a lane, and their displays where those have another name.
LANES = (
    "gate480", "gate320", "wide480", "bus240", "ferry240", "bike320", "venue480", "pool480", "hospital480", "campus480",
    "museum480", "library480", "journey480",
)  # fmt: skip
_DISPLAYS = {
    "wide480": "gate480", "ferry240": "bus240", "bike320": "gate320", "pool480": "venue480", "hospital480": "venue480",
    "campus480": "venue480", "museum480": "venue480", "library480": "venue480", "journey480": "gate480",
    "desk480": "gate480",
}  # fmt: skip
KIOSKS = ("kiosk1080", "kiosk480")  # profiles whose terminal is a kiosk: in a hall, in a village
PADS = ("pad320",)  # a shop's
DESKS = ("desk480",)  # a counter's, whose screen is turned to the holder


def display(profile):
    """The name in screens.profiles of a profile's display."""
    return _DISPLAYS.get(profile, profile)


def kind(profile):
    """What a terminal is: "lane", "kiosk", "pad" or "desk"."""
    for name, profiles_of in (("kiosk", KIOSKS), ("pad", PADS), ("desk", DESKS)):
        if profile in profiles_of:
            return name
    return "lane"


def metrics(look):
    """The Metrics of a look."""
    return profiles.metrics(display(look[0]), theme.CONTRAST if look[1] else theme.STANDARD, look[2])


def family(look):
    """The screens' module; only the one that is used is loaded."""
    if look[0] in KIOSKS:
        from screens import kiosk as screens
    elif look[0] in DESKS:
        from screens import desk as screens
    elif look[0].startswith("bike"):
        from screens import bike as screens
    else:
        screens = screen.family(display(look[0]))
    return screens
