"""The displays that terminals are built with, by profile name."""

from screens.metrics import Metrics
from screens.theme import STANDARD

# name, width, height, px per mm, text sizes in mm, text sizes in mm in elder mode (长辈版).
# Elder sizes: at least 18 dp = 2.9 mm (MIIT 2021 no. 67, annex 2).
PROFILES = (
    ("bus240", 240, 320, 6.6, (2.1, 2.45, 3.05, 3.65, 4.3, 5.5), (3.05, 3.05, 3.65, 3.95, 4.3, 5.5)),
    ("gate320", 320, 240, 6.6, (2.1, 2.45, 3.05, 3.95, 5.45, 6.55), (3.05, 3.05, 3.65, 4.3, 5.45, 6.55)),
    ("gate480", 480, 320, 6.5, (2.5, 3.1, 3.7, 4.95, 6.2, 7.4), (3.1, 3.7, 4.3, 5.55, 6.8, 8.0)),
    ("pad320", 320, 480, 6.5, (2.5, 3.1, 3.7, 4.95, 5.55, 7.4), (3.1, 3.7, 4.3, 4.95, 5.55, 7.4)),
    ("venue480", 480, 320, 6.5, (2.5, 3.1, 3.7, 4.95, 6.2, 7.4), (3.1, 3.7, 4.3, 5.55, 6.8, 8.0)),
    # A village's kiosk: a 4 inch display, 84 x 56 mm, on a small Linux computer.
    ("kiosk480", 480, 320, 5.75, (2.6, 3.1, 3.8, 4.6, 5.6, 7.0), (3.1, 3.5, 4.2, 4.9, 5.9, 7.4)),
    ("kiosk1080", 1080, 1920, 4.0, (4.8, 6.0, 8.0, 10.0, 14.0, 20.0), (6.0, 8.0, 10.0, 12.0, 16.0, 22.0)),
)
# Displays that a board draws itself; larger ones hang on a Linux gate.
PANELS = ("bus240", "gate320", "gate480", "pad320", "venue480")
NAMES = tuple([row[0] for row in PROFILES])


def metrics(name, theme=STANDARD, elder=False):
    """The Metrics of a profile. KeyError names the profile that is not there."""
    for row in PROFILES:
        if row[0] == name:
            return Metrics(row[1], row[2], row[3], row[5] if elder else row[4], theme, elder)
    raise KeyError("no screen profile %s; there are: %s" % (name, ", ".join(NAMES)))
