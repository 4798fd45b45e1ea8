"""Which barrier and which button of an attendant a board has, by the lines it is wired with."""

from micropython import const

_BEAMS = const("beam%d")


def barrier(pins, clock):
    """The `barrier` port over `pins` {name: pin}: "release" and "fire", and "beam0" ... with "home", "passed" or "bike"."""
    if "bike" in pins:
        from drivers.dock_lock import DockLock

        return DockLock(pins["release"], clock, pins["bike"], pins["fire"])
    if _BEAMS % 0 in pins:
        from drivers.sensor_barrier import SensorBarrier  # a turnstile has no use for it

        count = 0
        while _BEAMS % count in pins:
            count += 1
        beams = [pins[_BEAMS % index] for index in range(count)]
        return SensorBarrier(pins["release"], clock, beams, pins["home"], pins["fire"])
    from drivers.relay_barrier import RelayBarrier  # and a speed gate none for this

    return RelayBarrier(pins["release"], clock, pins["passed"], pins["fire"])


def push_button(pins, clock):
    """The attendant's button, pressed for each who goes along on the next tap."""
    from drivers.contact import PushButton  # few lanes take groups

    return PushButton(pins["group"], clock)
