"""Host only: what was done on the desk, as lines of a day script, and a script played while somebody watches."""

from simulator.script import Player, parse


def script_of(inputs, start, end):
    """The script of `inputs` [(ms, line), ...] from `start` to `end` in virtual ms; played again, it is the same day."""
    lines = ["# Recorded on the desk; `now`: at once, whatever the terminal does."]
    at = start
    for ms, line in inputs:
        if ms > at:
            lines.append("wait %d" % (ms - at))
        lines.append(line)
        at = ms
    lines.append("wait %d" % max(1, end - at))
    return "\n".join(lines) + "\n"


class Replay:
    """Plays a script on a world as its time goes on. Expectations look once, when their line is reached."""

    def __init__(self, world, text, name="replay"):
        self._world = world
        self._player = Player(world, name)
        self._steps = parse(text, name)
        self._wait_ms = 0

    @property
    def done(self):
        return not self._steps and not self._wait_ms

    def advance(self, ms):
        """Moves the world by `ms`, doing on the way what falls due."""
        while True:
            step = min(ms, self._wait_ms)
            if step:
                self._world.advance(step)
            self._wait_ms -= step
            ms -= step
            if self._wait_ms or not self._steps:
                break
            self._play(self._steps.pop(0))
        if ms:
            self._world.advance(ms)

    def _play(self, step):
        if step.verb == "wait":
            self._wait_ms = int(step.arguments[0])
        else:
            self._player.play(step)
