"""What is done on the operator page: each deed takes (request, session, form), notes itself in the trail, and answers."""

import asyncio
import contextlib
import time
import urllib.parse

from starlette.responses import RedirectResponse

from headend import operator_settlement, settlement
from headend.accounts import may
from headend.errors import CommandRefused, HeadendError, PlaceRefused, RolloutRefused
from headend.registry_csv import token_of_number
from terminal.errors import WireMalformed
from terminal.more_errors import PackageError
from terminal.names import check_name

DEEDS = {
    "site": "command", "cards": "search", "commands": "command", "rollouts": "rollout", "stop": "rollout", "place": "place",
    "look_again": "place",
}  # fmt: skip
"""{deed: the right it asks for}; deeds are methods of Deeds."""


class Deeds:
    """Over the Desk of headend.operator; `pages`: its Pages; `page(request, name, session, status, notice, **facts)` answers."""

    def __init__(self, desk, pages, page):
        self._desk = desk
        self._pages = pages
        self._page = page

    async def cards(self, request, session, form):
        desk, scheme, deed = self._desk, str(form.get("scheme")), str(form.get("do"))
        try:
            token = token_of_number(scheme, str(form.get("number", "")))
        except ValueError:
            return self._page(request, "cards", session, 400, notice="bad_number", **await self._pages.cards())
        notice = ""
        if deed in ("block", "unblock"):
            if not may(session, "block"):
                return self._page(request, "cards", session, 403, notice="forbidden", **await self._pages.cards())
            notice = await self._set_blocked(token, deed == "block", str(form.get("reason", ""))[:40])
        desk.audit.note(session.user, deed, desk.registry.permuted(token).hex())
        return self._page(request, "cards", session, notice=notice, **await self._pages.cards(token, scheme))

    async def _set_blocked(self, token, blocked, reason):
        registry = self._desk.registry
        async with self._desk.lock:
            changed = registry.block(token, reason) if blocked else registry.unblock(token)
            if not changed:
                return "unchanged"
            await self._desk.lists.publish_hotlist()
        return "blocked" if blocked else "published"

    async def site(self, _request, session, form):
        terminal, site = str(form.get("terminal")), str(form.get("site", "")).strip()[:40]
        with contextlib.suppress(WireMalformed):
            self._desk.db.execute("INSERT OR REPLACE INTO sites VALUES (?, ?)", (check_name(terminal), site))
            self._desk.audit.note(session.user, "site", "%s %s" % (terminal, site))
        return RedirectResponse("/fleet", 303)

    async def place(self, request, session, form):
        day = str(form.get("day", ""))
        try:
            said_so = await asyncio.to_thread(operator_settlement.move, self._desk.database, form, int(time.time()))
        except PlaceRefused as error:
            facts = await self._pages.settlement(day)
            return self._page(request, "settlement", session, 400, notice=str(error), **facts)
        self._desk.audit.note(session.user, "place", said_so)
        return RedirectResponse("/settlement?" + urllib.parse.urlencode({"day": day}), 303)

    async def look_again(self, _request, session, form):
        day = operator_settlement.day_of(str(form.get("day", "")), int(time.time()))
        await asyncio.to_thread(settlement.look_again, self._desk.database, day)
        date = operator_settlement.date_of(day)
        self._desk.audit.note(session.user, "look again", date)
        return RedirectResponse("/settlement?day=" + date, 303)

    async def commands(self, request, session, form):
        verb, _, argument = str(form.get("command", "")).partition(" ")
        argument = str(form.get("argument", "")).strip() if verb == "resend" else argument or "-"
        terminal = str(form.get("terminal", ""))
        try:
            await self._desk.commands.issue(terminal, verb, argument, session.user)
        except CommandRefused as error:
            return self._page(request, "commands", session, 400, notice=str(error), **await self._pages.commands())
        self._desk.audit.note(session.user, "command", "%s %s %s" % (terminal, verb, argument))
        return RedirectResponse("/commands", 303)

    async def rollouts(self, request, session, form):
        try:
            package = await form["package"].read()
            groups = [line.split() for line in str(form.get("groups", "")).splitlines() if line.split()]
            for terminal in (terminal for group in groups for terminal in group):
                check_name(terminal)
            most_failed, silent_s = int(form["most_failed"]), int(form["silent_s"])
            name = str(form["name"])[:60]
            await self._desk.rollouts.begin(name, package, groups, most_failed, silent_s)
        except (KeyError, AttributeError, ValueError):
            return self._page(request, "rollouts", session, 400, notice="forbidden", **await self._pages.rollouts())
        except (RolloutRefused, PackageError, WireMalformed) as error:
            return self._page(request, "rollouts", session, 400, notice=str(error), **await self._pages.rollouts())
        self._desk.audit.note(session.user, "roll-out", name)
        return RedirectResponse("/rollouts", 303)

    async def stop(self, request, session, form):
        number = str(form.get("id", ""))
        try:
            await self._desk.rollouts.stop(int(number) if number.isdecimal() else 0, "stopped by %s" % session.user)
        except HeadendError as error:
            return self._page(request, "rollouts", session, 400, notice=str(error), **await self._pages.rollouts())
        self._desk.audit.note(session.user, "emergency stop", number)
        return RedirectResponse("/rollouts", 303)
