"""The facts of each page of the operator page, by the page's name; the templates know how they look."""

import asyncio
import time

from headend import operator_settlement
from headend import operator_views as views
from headend.operator_fleet import standings
from terminal.media.credential import SCHEMES

CHOICES = (
    "mode free_passage", "mode closed", "mode maintenance", "mode in_service", "reboot", "log all", "log brief", "resend",
)  # fmt: skip
ASKED = {"fleet": ("find",), "settlement": ("day",)}
"""What a page takes from the query."""
_MOST_TERMINALS = 300


class Pages:
    """Over the Desk of headend.operator."""

    def __init__(self, desk):
        self._desk = desk

    async def fleet(self, find=""):
        lines = await asyncio.to_thread(views.fleet, self._desk.db, self._desk.registry.issue_times())
        found = [line for line in lines if find in line.terminal or find in line.site]
        return {"lines": lines, "found": found[:_MOST_TERMINALS], "find": find, "faulty": views.faulty(lines)}

    async def taps(self):
        return {"lines": await asyncio.to_thread(views.taps, self._desk.database)}

    async def counts(self):
        return {"lines": await asyncio.to_thread(views.counts, self._desk.database, self._desk.db)}

    async def settlement(self, day=""):
        day = operator_settlement.day_of(day, int(time.time()))
        facts = await asyncio.to_thread(operator_settlement.view, self._desk.database, day)
        return {**facts, "has_key_service": self._desk.psam is not None}

    async def alarms(self):
        return {"lines": await views.alarms(self._desk.log, self._desk.database)}

    async def audit(self):
        return {"lines": self._desk.audit.lines(), "broken": self._desk.audit.broken_at()}

    async def commands(self):
        terminals = [standing.terminal for standing in standings(self._desk.db)]
        return {
            "terminals": terminals,
            "choices": CHOICES,
            "lines": await asyncio.to_thread(self._desk.commands.recent),
        }

    async def rollouts(self):
        rollouts = self._desk.rollouts
        return {"lines": [(rollout, rollouts.outcomes(rollout["id"])) for rollout in rollouts.all()]}

    async def cards(self, token=None, scheme="purse"):
        desk = self._desk
        issue = desk.registry.issued("hotlist")
        permuted = None if token is None else desk.registry.permuted(token)
        reached, size = views.reach(desk.db, "hotlist", issue[0]) if issue else (0, 0)
        return {
            "schemes": tuple(SCHEMES.values()), "scheme": scheme, "issue": issue[0] if issue else None,
            "reached": reached, "fleet_size": size, "standing": None if token is None else desk.registry.standing(token),
            "lines": [] if token is None else await asyncio.to_thread(views.taps, desk.database, permuted),
        }  # fmt: skip
