"""Host only: which terminal stands where, by the names that scripts and commands use for them."""

from simulator import demo_site, looks
from simulator.errors import ProfileUnknown


def standing(profile):
    """(profile, place) of a name such as "gate480" or "pad320:pharmacy"; `place` None where there is but one."""
    name, _, place = profile.partition(":")
    known = looks.LANES + looks.KIOSKS + looks.PADS + looks.DESKS
    if name not in known:
        raise ProfileUnknown("no terminal has the profile %s; there are: %s" % (name, ", ".join(known)))
    places = demo_site.places(name)
    if place and place not in places:
        raise ProfileUnknown("%s stands at no place %s; there are: %s" % (name, place, ", ".join(places) or "none"))
    return name, place or (places[0] if places else None)
