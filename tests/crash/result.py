"""What a crash run counts."""

import collections


class Result:
    """Cases by fault, violations by kind, the seed; `reads`: most reads of one recovery."""

    def __init__(self, name, seed):
        self.name = name
        self.seed = seed
        self.faults = collections.Counter()
        self.violations = collections.Counter()
        self.reads = 0

    @property
    def cases(self):
        return sum(self.faults.values())

    def add(self, other):
        self.faults += other.faults
        self.violations += other.violations
        self.reads = max(self.reads, other.reads)
        return self

    def __str__(self):
        worst = ", ".join("%s %d" % item for item in self.violations.most_common(4))
        return "%-44s cases %7d  violations %6d  %s" % (self.name, self.cases, sum(self.violations.values()), worst)
