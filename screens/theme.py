"""Colours by what they are for, 24 bits each; a backend converts them once. Contrast is held by tests."""

from collections import namedtuple

Theme = namedtuple(
    "Theme",
    "background text muted bar panel line accent on_accent "
    "accepted accepted_deep on_accepted refused refused_deep on_refused again again_deep on_again "
    "badge on_badge paper on_paper muted_on_paper line_on_paper alarm good",
)

STANDARD = Theme(
    background=0x0B1F33,
    text=0xFFFFFF,
    muted=0xB8C7D6,
    bar=0x15324E,
    panel=0x15324E,
    line=0x27455F,
    accent=0x2F9BFF,
    on_accent=0x000000,
    accepted=0x00702F,
    accepted_deep=0x005A26,
    on_accepted=0xFFFFFF,
    refused=0xB80F1E,
    refused_deep=0x930A16,
    on_refused=0xFFFFFF,
    again=0xFFB300,
    again_deep=0xE09A00,
    on_again=0x000000,
    badge=0xFFC933,
    on_badge=0x000000,
    paper=0xFFFFFF,
    on_paper=0x000000,
    muted_on_paper=0x333333,
    line_on_paper=0xD8DEE4,
    alarm=0xFF6B5E,
    good=0x3DDC84,
)

# For low vision: black, white and yellow, and deeper signal colours; every text at 7:1 or better.
CONTRAST = Theme(
    background=0x000000,
    text=0xFFFFFF,
    muted=0xFFFFFF,
    bar=0x1A1A1A,
    panel=0x1A1A1A,
    line=0xFFFFFF,
    accent=0xFFE100,
    on_accent=0x000000,
    accepted=0x005423,
    accepted_deep=0x003D19,
    on_accepted=0xFFFFFF,
    refused=0x8C0612,
    refused_deep=0x69040D,
    on_refused=0xFFFFFF,
    again=0xFFC933,
    again_deep=0xFFE08A,
    on_again=0x000000,
    badge=0xFFE100,
    on_badge=0x000000,
    paper=0xFFFFFF,
    on_paper=0x000000,
    muted_on_paper=0x000000,
    line_on_paper=0x000000,
    alarm=0xFFE100,
    good=0xFFFFFF,
)

THEMES = (("standard", STANDARD), ("contrast", CONTRAST))


def _luminance(colour):
    parts = []
    for shift in (16, 8, 0):
        part = ((colour >> shift) & 255) / 255
        parts.append(part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1, relative luminance)."""
    one, other = sorted((_luminance(one), _luminance(other)))
    return (other + 0.05) / (one + 0.05)
