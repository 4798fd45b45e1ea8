"""Which barrier a board has, by the lines it is wired with."""

_BEAMS = "beam%d"


def barrier(pins, clock):
    """The `barrier` port over `pins` {name: pin}: "release" and "fire", and either "beam0", "beam1" ... with "home", or "passed"."""
    if _BEAMS % 0 in pins:
        from drivers.sensor_barrier import SensorBarrier  # a turnstile has no use for it

        count = 0
        while _BEAMS % count in pins:
            count += 1
        beams = [pins[_BEAMS % index] for index in range(count)]
        return SensorBarrier(pins["release"], clock, beams, pins["home"], pins["fire"])
    from drivers.relay_barrier import RelayBarrier  # and a speed gate none for this

    return RelayBarrier(pins["release"], clock, pins["passed"], pins["fire"])
