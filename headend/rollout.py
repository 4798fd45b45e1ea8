"""Roll-outs: a package for one group of terminals after the other, stopped by too many failures or by a person.

A terminal took it when it reports the version; it failed when it reports a refusal of that kind, or nothing at all for
`silent_s` after its group's turn began. The last group done, the whole class gets it.
"""

import asyncio
import json
import time

from headend.errors import RolloutRefused
from headend.operator_fleet import standings
from headend.packages import check_payload
from headend.sqlite_file import transaction
from headend.state import EVERYBODY, change
from terminal.package import read_header

RUNNING, DONE, STOPPED = "running", "done", "stopped"
_WAITS, _TOOK, _REFUSED, _SILENT = "waits", "took", "refused", "silent"


class Rollouts:
    """`db`: the operators' store; `state` and `blobs` of the head-end.

    What is decided is written down first. Where desired state cannot be reached then, the next `tick` makes it so.
    """

    def __init__(self, db, state, blobs):
        self._db = db
        self._state = state
        self._blobs = blobs
        self._lock = asyncio.Lock()  # a stop is never overtaken by an offer that was under way
        self._owed = {number for (number,) in db.execute("SELECT id FROM rollouts WHERE status=?", (STOPPED,))}

    async def begin(self, name, package, groups, most_failed=10, silent_s=3600, now=None):
        """Begins with groups[0], names of terminals each; `most_failed` in percent of a group. Returns its id.

        RolloutRefused while another one of the kind runs, or when a terminal is named twice; PackageMalformed; PackageUnfit.
        """
        header = read_header(package)
        check_payload(header.kind, package[header.size :], header.effective_from)
        terminals = [terminal for group in groups for terminal in group]
        if not terminals or len(set(terminals)) != len(terminals) or not all(groups):
            raise RolloutRefused("groups are empty or name a terminal twice: nothing was begun")
        if self._db.execute("SELECT 1 FROM rollouts WHERE kind=? AND status=?", (header.kind, RUNNING)).fetchone():
            raise RolloutRefused("another roll-out of %s is under way: stop it or wait for its end" % header.kind)
        line = {"version": header.version, "blob": await self._blobs.put(package), "length": len(package)}
        row = name, header.kind, header.target, json.dumps(line), most_failed, silent_s, 0, _now(now), RUNNING, ""
        columns = "name, kind, class, line, most_failed, silent_s, step, begun, status, why"
        with transaction(self._db):
            number = self._db.execute(
                "INSERT INTO rollouts (%s) VALUES (%s)" % (columns, ",".join("?" * len(row))), row
            ).lastrowid
            rows = [(number, step, terminal, _WAITS) for step, group in enumerate(groups) for terminal in group]
            self._db.executemany("INSERT INTO rollout_groups VALUES (?, ?, ?, ?)", rows)
        async with self._lock:
            if self._rows("WHERE id=%d" % number)[0]["status"] == RUNNING:  # nobody stopped it meanwhile
                await self._offer(groups[0], header.kind, line)
        return number

    async def tick(self, now=None):
        """Looks at every roll-out that runs: marks outcomes, goes on to the next group, or stops. NotStored."""
        async with self._lock:
            await self._tick(_now(now))

    async def _tick(self, now):
        for number in tuple(self._owed):
            await self._withdraw_stopped(number)
        fleet = {standing.terminal: standing for standing in standings(self._db)}
        for rollout in self._rows("WHERE status='running'"):
            self._mark(rollout, fleet, now)
            await self._advance(rollout, now)

    async def _withdraw_stopped(self, number):
        rollout = self._rows("WHERE id=%d" % number)[0]
        left = [terminal for terminal, _, outcome in self.outcomes(number) if outcome != _TOOK]
        await self._withdraw(left, rollout["kind"], json.loads(rollout["line"]))
        self._owed.discard(number)

    def _mark(self, rollout, fleet, now):
        line = json.loads(rollout["line"])
        for terminal, outcome in self._group(rollout["id"], rollout["step"]):
            found = _outcome(rollout, line, fleet.get(terminal), now)
            if found != outcome and outcome != _TOOK:
                self._db.execute(
                    "UPDATE rollout_groups SET outcome=? WHERE rollout=? AND terminal=?",
                    (found, rollout["id"], terminal),
                )

    async def _advance(self, rollout, now):
        group, kind, line = self._group(rollout["id"], rollout["step"]), rollout["kind"], json.loads(rollout["line"])
        outcomes = [outcome for _, outcome in group]
        failed = sum(outcome in (_REFUSED, _SILENT) for outcome in outcomes)
        if 100 * failed > rollout["most_failed"] * len(outcomes):
            await self._stop(rollout["id"], "%d of %d terminals failed" % (failed, len(outcomes)))
        elif _WAITS in outcomes:
            await self._offer([terminal for terminal, outcome in group if outcome == _WAITS], kind, line)
        else:
            step = rollout["step"] + 1
            following = [terminal for terminal, _ in self._group(rollout["id"], step)]
            if following:
                self._db.execute("UPDATE rollouts SET step=?, begun=? WHERE id=?", (step, now, rollout["id"]))
                await self._offer(following, kind, line)
            else:
                await self._finish(rollout, line)

    async def _finish(self, rollout, line):
        """The class holds it now: no terminal needs a line of its own any more, be it of an earlier roll-out."""
        kind, target = rollout["kind"], rollout["class"]
        scope = EVERYBODY if target == "*" else "class:%s" % target
        await change(self._state, scope, lambda doc: {**doc, kind: line})
        query = "SELECT DISTINCT terminal FROM rollout_groups JOIN rollouts ON id=rollout WHERE kind=? AND class=? AND id<=?"
        terminals = [terminal for (terminal,) in self._db.execute(query, (kind, target, rollout["id"])).fetchall()]
        await self._withdraw(terminals, kind)
        self._db.execute("UPDATE rollouts SET status=? WHERE id=?", (DONE, rollout["id"]))

    async def stop(self, number, why):
        """Emergency stop: whoever did not take the package is not offered it any more; who did keeps it."""
        async with self._lock:
            await self._stop(number, why)

    async def _stop(self, number, why):
        rollout = next(iter(self._rows("WHERE id=%d" % number)), None)
        if rollout is None or rollout["status"] != RUNNING:
            raise RolloutRefused("roll-out %d is not under way" % number)
        self._db.execute("UPDATE rollouts SET status=?, why=? WHERE id=?", (STOPPED, why, number))
        self._owed.add(number)
        await self._withdraw_stopped(number)

    def all(self):
        """Dicts of all roll-outs, the newest first."""
        return self._rows("ORDER BY id DESC")

    def outcomes(self, number):
        """[(terminal, step, outcome)] of one roll-out."""
        query = "SELECT terminal, step, outcome FROM rollout_groups WHERE rollout=? ORDER BY step, terminal"
        return self._db.execute(query, (number,)).fetchall()

    def _group(self, number, step):
        query = "SELECT terminal, outcome FROM rollout_groups WHERE rollout=? AND step=? ORDER BY terminal"
        return self._db.execute(query, (number, step)).fetchall()

    def _rows(self, clause):
        cursor = self._db.execute("SELECT * FROM rollouts " + clause)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    async def _offer(self, terminals, kind, line):
        for terminal in terminals:
            await change(self._state, "terminal:%s" % terminal, lambda doc: {**doc, kind: line})

    async def _withdraw(self, terminals, kind, line=None):
        """Takes away what the terminals are offered of `kind`, if it is this `line` or whatever it is."""

        def without(doc):
            return {name: held for name, held in doc.items() if name != kind or line not in (None, held)}

        for terminal in terminals:
            await change(self._state, "terminal:%s" % terminal, without)


def _outcome(rollout, line, standing, now):
    kind = rollout["kind"]
    if standing is not None and standing.has.get(kind) == line["version"]:
        return _TOOK
    heard = standing is not None and standing.contact >= rollout["begun"]
    if heard and kind in standing.bad and standing.bad[kind][1] in (None, line["version"]):
        return _REFUSED
    return _SILENT if now - max(rollout["begun"], standing.contact if heard else 0) > rollout["silent_s"] else _WAITS


def _now(now):
    return int(time.time()) if now is None else now
