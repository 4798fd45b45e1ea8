"""The operator page: what happens at the gates, and what operators, technicians and auditors may do about it.

Server-rendered; a few lines of script fetch again what moves. It needs no certificate but a log-in; serve it inside only, or behind a TLS proxy.
"""

import asyncio
import contextlib
import datetime
import logging
import pathlib
import sqlite3
import time
import urllib.parse

import jinja2
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from headend import operator_settlement
from headend import operator_views as views
from headend.accounts import RIGHTS, may
from headend.errors import CommandRefused, HeadendError, LedgerUnusable, PlaceRefused, RolloutRefused
from headend.operator_fleet import standings
from headend.operator_words import LANGUAGES, said, words
from headend.registry_csv import token_of_number
from headend.settlement import look_again, prove
from terminal.errors import WireMalformed
from terminal.media.credential import SCHEMES
from terminal.more_errors import PackageError
from terminal.names import check_name

TEMPLATES = pathlib.Path(__file__).parent / "templates"
COOKIE = "gatepost-session"
PAGES = (
    ("fleet", None), ("taps", None), ("cards", "search"), ("counts", None), ("settlement", "settle"),
    ("rollouts", "rollout"), ("commands", "command"), ("alarms", None), ("audit", "audit"),
)  # fmt: skip
CHOICES = ("mode free_passage", "mode closed", "mode in_service", "reboot", "log all", "log brief", "resend")
_ASKED = {"fleet": ("find",), "settlement": ("day",)}
_FILES = (("settlement.csv", operator_settlement.sums_csv), ("settlement-cases.csv", operator_settlement.cases_csv))
_STATIC = (("style.css", "text/css"), ("live.js", "text/javascript"))
_CHINA = datetime.timezone(datetime.timedelta(hours=8))
_TICK_S = 1
_log = logging.getLogger("gatepost.headend")
_MOST_TERMINALS = 300
_LONGEST_PACKAGE = 64 << 20
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Desk:
    """What the page works with: the engine's log, the ledger, the operators' store, and who acts upon them."""

    def __init__(self, log, database, db, registry, lists, commands, rollouts, accounts, audit, psam=None):
        self.log = log
        self.database = database
        self.db = db
        self.registry = registry
        self.lists = lists
        self.commands = commands
        self.rollouts = rollouts
        self.accounts = accounts
        self.audit = audit
        self.psam = psam  # the key service, shaped like headend.settlement.SoftwarePsam
        self.lock = asyncio.Lock()  # one change of the registry at a time


class OperatorApp:
    """The ASGI application over a Desk."""

    def __init__(self, desk):
        self._desk = desk
        loader = jinja2.FileSystemLoader(TEMPLATES)
        self._templates = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
        shown = [Route("/" + name, self._shown(name, right), methods=["GET"]) for name, right in PAGES]
        self._app = Starlette(
            routes=[
                Route("/", self._home, methods=["GET"]),
                *(Route("/" + name, _static(name, kind), methods=["GET"]) for name, kind in _STATIC),
                Route("/log_in", self._log_in, methods=["GET", "POST"]),
                *shown,
                *(Route("/" + name, self._file(name, make), methods=["GET"]) for name, make in _FILES),
                *(Route("/" + name, self._done(*rest), methods=["POST"]) for name, *rest in self._deeds()),
            ],
            lifespan=self._lifespan,
        )

    async def __call__(self, scope, receive, send):
        await self._app(scope, receive, send)

    def _deeds(self):
        return (
            ("log_out", None, self._log_out), ("site", "command", self._name_site), ("cards", "search", self._card),
            ("commands", "command", self._command), ("rollouts", "rollout", self._begin), ("stop", "rollout", self._stop),
            ("place", "place", self._move), ("look_again", "place", self._look_again),
        )  # fmt: skip

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app):
        tasks = [asyncio.create_task(self._tick()), asyncio.create_task(self._prove())]
        yield
        for task in tasks:
            task.cancel()

    async def _tick(self):
        while True:
            await asyncio.sleep(_TICK_S)
            try:
                await self._desk.rollouts.tick()
                async with self._desk.lock:
                    if self._desk.registry.owes_hotlist():  # the servers were away when a card was blocked
                        await self._desk.lists.publish_hotlist()
            except (HeadendError, sqlite3.Error) as error:
                _log.error("roll-outs and hotlist wait: %s", error)

    async def _prove(self):
        """TACs are checked as their records come into the ledger, so that a day's sums are there when it ends."""
        desk = self._desk
        while desk.psam is not None:
            try:
                await prove(desk.database, desk.psam, [desk.registry.token_key])
            except SQLAlchemyError as error:
                _log.error("TACs wait to be checked: %s", type(error).__name__)
            await asyncio.sleep(_TICK_S)

    # -- who, and with what right

    def _session(self, request):
        return self._desk.accounts.session(request.cookies.get(COOKIE))

    def _asked(self, right, answer):
        """What is only looked at asks for a session and the right, in this order."""

        async def page(request):
            session = self._session(request)
            if session is None:
                return RedirectResponse("/log_in", 303)
            if right and not may(session, right):
                return self._page(request, "alarms", session, 403, notice="forbidden", lines=[])
            try:
                return await answer(request, session)
            except (HeadendError, SQLAlchemyError) as error:
                return self._failed(request, session, error)

        return page

    def _shown(self, name, right):
        async def show(request, session):
            asked = [request.query_params.get(field, "").strip() for field in _ASKED.get(name, ())]
            return self._page(request, name, session, **await getattr(self, "_show_" + name)(*asked))

        return self._asked(right, show)

    def _file(self, name, make):
        """A CSV of the settlement; who took it stands in the trail."""

        async def give(request, session):
            day = operator_settlement.day_of(request.query_params.get("day", ""), int(time.time()))
            date = operator_settlement.date_of(day)
            content = await asyncio.to_thread(make, self._desk.database, day)
            self._desk.audit.note(session.user, "download", "%s %s" % (name, date))
            names = {"Content-Disposition": 'attachment; filename="%s"' % name.replace(".", "-%s." % date)}
            return Response(content, media_type="text/csv; charset=utf-8", headers={**_HEADERS, **names})

        return self._asked("settle", give)

    def _done(self, right, deed):
        """A deed asks for a session, its CSRF token and the right, in this order."""

        async def page(request):
            session = self._session(request)
            if session is None:
                return RedirectResponse("/log_in", 303)
            async with request.form(max_part_size=_LONGEST_PACKAGE) as form:
                if form.get("csrf") != session.csrf or (right and not may(session, right)):
                    self._desk.audit.note(session.user, "refused", request.url.path)
                    return self._page(request, "alarms", session, 403, notice="forbidden", lines=[])
                try:
                    return await deed(request, session, form)
                except (HeadendError, SQLAlchemyError) as error:
                    self._desk.audit.note(session.user, "failed", request.url.path)
                    return self._failed(request, session, error)

        return page

    def _failed(self, request, session, error):
        if isinstance(error, SQLAlchemyError):
            error = LedgerUnusable("the ledger cannot be reached (%s): check the database" % type(error).__name__)
        return self._page(request, "alarms", session, 503, notice=str(error), lines=[])

    def _page(self, request, name, session, status=200, notice="", template=None, **facts):
        language = request.query_params.get("lang") or request.cookies.get("lang")
        language = language if language in LANGUAGES else "zh"
        w = words(language)
        csrf = session.csrf if session else ""
        text = self._templates.get_template(template or name + ".html").render(
            language=language, w=w, page=name, session=session, pages=PAGES, moment=_moment, notice=w.get(notice, notice),
            other_language="?" + urllib.parse.urlencode({**request.query_params, "lang": "en" if language == "zh" else "zh"}),
            rights=RIGHTS[session.role] if session else (),
            said=lambda prefix, value: said(w, prefix, value), yuan=_yuan, age=lambda seconds: _age(w, seconds),
            csrf=Markup('<input type="hidden" name="csrf" value="%s">') % csrf, **facts,
        )  # fmt: skip
        answer = HTMLResponse(text, status, headers=_HEADERS)
        if "lang" in request.query_params:
            answer.set_cookie("lang", language, max_age=10**7, samesite="strict")
        return answer

    async def _home(self, _request):
        return RedirectResponse("/fleet", 303)

    async def _log_in(self, request):
        if request.method == "GET":
            return self._page(request, "log_in", None)
        form = await request.form()
        name = str(form.get("name", ""))
        token = await asyncio.to_thread(self._desk.accounts.log_in, name, str(form.get("password", "")))
        self._desk.audit.note(name[:64], "log in" if token else "log in failed")
        if token is None:
            return self._page(request, "log_in", None, 403, notice="wrong")
        answer = RedirectResponse("/fleet", 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)
        return answer

    async def _log_out(self, request, session, _form):
        self._desk.accounts.log_out(request.cookies.get(COOKIE))
        self._desk.audit.note(session.user, "log out")
        return RedirectResponse("/log_in", 303)

    # -- pages

    async def _show_fleet(self, find=""):
        lines = await asyncio.to_thread(views.fleet, self._desk.db, self._desk.registry.issue_times())
        found = [line for line in lines if find in line.terminal or find in line.site]
        return {"lines": lines, "found": found[:_MOST_TERMINALS], "find": find}

    async def _show_taps(self):
        return {"lines": await asyncio.to_thread(views.taps, self._desk.database)}

    async def _show_counts(self):
        return {"lines": await asyncio.to_thread(views.counts, self._desk.database, self._desk.db)}

    async def _show_settlement(self, day=""):
        day = operator_settlement.day_of(day, int(time.time()))
        facts = await asyncio.to_thread(operator_settlement.view, self._desk.database, day)
        return {**facts, "has_key_service": self._desk.psam is not None}

    async def _show_alarms(self):
        return {"lines": await views.alarms(self._desk.log, self._desk.database)}

    async def _show_audit(self):
        return {"lines": self._desk.audit.lines(), "broken": self._desk.audit.broken_at()}

    async def _show_commands(self):
        terminals = [standing.terminal for standing in standings(self._desk.db)]
        return {
            "terminals": terminals,
            "choices": CHOICES,
            "lines": await asyncio.to_thread(self._desk.commands.recent),
        }

    async def _show_rollouts(self):
        rollouts = self._desk.rollouts
        return {"lines": [(rollout, rollouts.outcomes(rollout["id"])) for rollout in rollouts.all()]}

    async def _show_cards(self, token=None, scheme="purse"):
        desk = self._desk
        issue = desk.registry.issued("hotlist")
        permuted = None if token is None else desk.registry.permuted(token)
        reached, size = views.reach(desk.db, "hotlist", issue[0]) if issue else (0, 0)
        return {
            "schemes": tuple(SCHEMES.values()), "scheme": scheme, "issue": issue[0] if issue else None,
            "reached": reached, "fleet_size": size, "standing": None if token is None else desk.registry.standing(token),
            "lines": [] if token is None else await asyncio.to_thread(views.taps, desk.database, permuted),
        }  # fmt: skip

    # -- deeds

    async def _card(self, request, session, form):
        desk, scheme, deed = self._desk, str(form.get("scheme")), str(form.get("do"))
        try:
            token = token_of_number(scheme, str(form.get("number", "")))
        except ValueError:
            return self._page(request, "cards", session, 400, notice="bad_number", **await self._show_cards())
        notice = ""
        if deed in ("block", "unblock"):
            if not may(session, "block"):
                return self._page(request, "cards", session, 403, notice="forbidden", **await self._show_cards())
            notice = await self._set_blocked(token, deed == "block", str(form.get("reason", ""))[:40])
        desk.audit.note(session.user, deed, desk.registry.permuted(token).hex())
        return self._page(request, "cards", session, notice=notice, **await self._show_cards(token, scheme))

    async def _set_blocked(self, token, blocked, reason):
        registry = self._desk.registry
        async with self._desk.lock:
            changed = registry.block(token, reason) if blocked else registry.unblock(token)
            if not changed:
                return "unchanged"
            await self._desk.lists.publish_hotlist()
        return "blocked" if blocked else "published"

    async def _name_site(self, _request, session, form):
        terminal, site = str(form.get("terminal")), str(form.get("site", "")).strip()[:40]
        with contextlib.suppress(WireMalformed):
            self._desk.db.execute("INSERT OR REPLACE INTO sites VALUES (?, ?)", (check_name(terminal), site))
            self._desk.audit.note(session.user, "site", "%s %s" % (terminal, site))
        return RedirectResponse("/fleet", 303)

    async def _move(self, request, session, form):
        day = str(form.get("day", ""))
        try:
            said_so = await asyncio.to_thread(operator_settlement.move, self._desk.database, form, int(time.time()))
        except PlaceRefused as error:
            facts = await self._show_settlement(day)
            return self._page(request, "settlement", session, 400, notice=str(error), **facts)
        self._desk.audit.note(session.user, "place", said_so)
        return RedirectResponse("/settlement?" + urllib.parse.urlencode({"day": day}), 303)

    async def _look_again(self, _request, session, form):
        day = operator_settlement.day_of(str(form.get("day", "")), int(time.time()))
        await asyncio.to_thread(look_again, self._desk.database, day)
        date = operator_settlement.date_of(day)
        self._desk.audit.note(session.user, "look again", date)
        return RedirectResponse("/settlement?day=" + date, 303)

    async def _command(self, request, session, form):
        verb, _, argument = str(form.get("command", "")).partition(" ")
        argument = str(form.get("argument", "")).strip() if verb == "resend" else argument or "-"
        terminal = str(form.get("terminal", ""))
        try:
            await self._desk.commands.issue(terminal, verb, argument, session.user)
        except CommandRefused as error:
            return self._page(request, "commands", session, 400, notice=str(error), **await self._show_commands())
        self._desk.audit.note(session.user, "command", "%s %s %s" % (terminal, verb, argument))
        return RedirectResponse("/commands", 303)

    async def _begin(self, request, session, form):
        try:
            package = await form["package"].read()
            groups = [line.split() for line in str(form.get("groups", "")).splitlines() if line.split()]
            for terminal in (terminal for group in groups for terminal in group):
                check_name(terminal)
            most_failed, silent_s = int(form["most_failed"]), int(form["silent_s"])
            name = str(form["name"])[:60]
            await self._desk.rollouts.begin(name, package, groups, most_failed, silent_s)
        except (KeyError, AttributeError, ValueError):
            return self._page(request, "rollouts", session, 400, notice="forbidden", **await self._show_rollouts())
        except (RolloutRefused, PackageError, WireMalformed) as error:
            return self._page(request, "rollouts", session, 400, notice=str(error), **await self._show_rollouts())
        self._desk.audit.note(session.user, "roll-out", name)
        return RedirectResponse("/rollouts", 303)

    async def _stop(self, request, session, form):
        number = str(form.get("id", ""))
        try:
            await self._desk.rollouts.stop(int(number) if number.isdecimal() else 0, "stopped by %s" % session.user)
        except HeadendError as error:
            return self._page(request, "rollouts", session, 400, notice=str(error), **await self._show_rollouts())
        self._desk.audit.note(session.user, "emergency stop", number)
        return RedirectResponse("/rollouts", 303)


def _static(name, kind):
    async def file(_request):
        return FileResponse(TEMPLATES / name, media_type=kind)

    return file


def _yuan(fen):
    return "%s%d.%02d" % ("-" * (fen < 0), *divmod(abs(fen), 100)) if fen else ""


def _age(w, seconds):
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes"), (0, "seconds")):
        if seconds >= 2 * size:
            return "%d %s" % (seconds // max(1, size), w[unit])


def _moment(utc):
    return datetime.datetime.fromtimestamp(utc, _CHINA).strftime("%m-%d %H:%M:%S") if utc else ""
