"""The displays that terminals are built with, by profile name."""

from micropython import const

from screens.metrics import Metrics
from screens.theme import STANDARD

# One text, a display a line, searched as the icons are: as tuples they took 2 KB of a board's heap. Name, width, height,
# px per mm, six text sizes in mm, six in elder mode (长辈版), all but the pixels in hundredths.
# Elder sizes: at least 18 dp = 2.9 mm (MIIT 2021 no. 67, annex 2).
# kiosk480 is a village's kiosk: a 4 inch display, 84 x 56 mm, on a small Linux computer.
_PROFILES = const("""
bus240 240 320 660 210 245 305 365 430 550 305 305 365 395 430 550
gate320 320 240 660 210 245 305 395 545 655 305 305 365 430 545 655
gate480 480 320 650 250 310 370 495 620 740 310 370 430 555 680 800
pad320 320 480 650 250 310 370 495 555 740 310 370 430 495 555 740
venue480 480 320 650 250 310 370 495 620 740 310 370 430 555 680 800
kiosk480 480 320 575 260 310 380 460 560 700 310 350 420 490 590 740
kiosk1080 1080 1920 400 480 600 800 1000 1400 2000 600 800 1000 1200 1600 2200
""")
# Displays that a board draws itself; larger ones hang on a Linux gate.
PANELS = ("bus240", "gate320", "gate480", "pad320", "venue480")
_SIZES = const(6)


def metrics(name, theme=STANDARD, elder=False):
    """The Metrics of a profile. KeyError names the profile that is not there."""
    start = _PROFILES.find("\n%s " % name)
    if start < 0:
        raise KeyError("no screen profile %s; there are: %s" % (name, ", ".join(names())))
    row = _PROFILES[start + len(name) + 2 : _PROFILES.find("\n", start + 1)].split()
    sizes = row[-_SIZES:] if elder else row[3 : 3 + _SIZES]
    return Metrics(int(row[0]), int(row[1]), int(row[2]) / 100, [int(size) / 100 for size in sizes], theme, elder)


def names():
    """The names of all profiles."""
    return [line.split()[0] for line in _PROFILES.split("\n") if line]
