"""Who walks through a lane, seen by light barriers across it: through, back again, against the lane, one behind another.

Persons are runs of broken beams, followed from sample to sample. A person is deeper than the beams lie apart (0.2 m),
so each breaks one at least; a free beam between two runs tells two persons apart. Two who walk closer are seen as one.
"""

PASSED, TURNED_BACK, REVERSE = "passed", "turned_back", "reverse"
_NEAR, _FAR = 0, 1


class LightBarriers:
    """`pins` read 1 while their beam is broken, in the lane's direction. `bridge`: free beams inside one person or
    wheelchair that still are one, 0 in a narrow lane.
    """

    def __init__(self, pins, bridge=0):
        self._pins = pins
        self.bridge = bridge
        self._raw = self._steady = 0
        self._tracks = []  # [first beam, last beam, [end each person came in at]]

    @property
    def broken(self):
        """Somebody or something stands in the lane."""
        return self._steady != 0

    def sample(self):
        """Looks at all beams; returns what came to its end since the last call, () nearly always.

        A beam counts once it was the same in two samples: ask every 20 ms.
        """
        raw = 0
        for index, pin in enumerate(self._pins):
            raw |= pin.value() << index
        same = ~(raw ^ self._raw)
        steady = (raw & same) | (self._steady & ~same)
        self._raw = raw
        if steady == self._steady:
            return ()
        self._steady = steady
        return self._follow(self._runs(steady))

    def _runs(self, steady):
        """[[first, last], ...] of the broken beams, gaps of up to `bridge` beams closed."""
        runs = []
        for index in range(len(self._pins)):
            if not steady >> index & 1:
                continue
            if runs and index - runs[-1][1] <= 1 + self.bridge:
                runs[-1][1] = index
            else:
                runs.append([index, index])
        return runs

    def _follow(self, runs):
        """Gives each person of the old tracks a run among the new ones; tells of those who are gone."""
        found = [[first, last, []] for first, last in runs]
        ended = []
        for track in self._tracks:
            heirs = [run for run in found if run[0] <= track[1] and run[1] >= track[0]]
            if not heirs:  # a quick step: the beam beside it, unless somebody else is there
                heirs = [run for run in found if not run[2] and run[0] <= track[1] + 1 and run[1] >= track[0] - 1][:1]
            if heirs:
                self._inherit(track, heirs)
            else:
                ended += self._gone(track)
        for run in found:
            if not run[2]:
                run[2].append(_NEAR if run[0] <= len(self._pins) - 1 - run[1] else _FAR)
        self._tracks = found
        return ended

    def _inherit(self, track, heirs):
        """Where a run falls into two, it was two persons: each part gets one, what comes from the near end the hind one."""
        people = track[2]
        while len(people) < len(heirs) and all([not run[2] for run in heirs]):
            people.append(people[-1])
        for index, person in enumerate(people):
            heirs[min(index, len(heirs) - 1)][2].append(person)

    def _gone(self, track):
        """What became of the persons of a track, by the end of the lane where it was seen last."""
        far = track[1] - (len(self._pins) - 1) + track[0] > 0
        outcomes = []
        for person in track[2]:
            if person == _NEAR:
                outcomes.append(PASSED if far else TURNED_BACK)
            elif not far:
                outcomes.append(REVERSE)
        return outcomes
