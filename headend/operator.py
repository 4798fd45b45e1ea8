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
from headend.accounts import RIGHTS, may
from headend.errors import HeadendError, LedgerUnusable
from headend.operator_deeds import DEEDS, Deeds
from headend.operator_pages import ASKED, Pages
from headend.operator_words import LANGUAGES, said, words
from headend.settlement import prove

TEMPLATES = pathlib.Path(__file__).parent / "templates"
COOKIE = "gatepost-session"
PAGES = (
    ("fleet", None), ("taps", None), ("cards", "search"), ("counts", None), ("settlement", "settle"),
    ("rollouts", "rollout"), ("commands", "command"), ("alarms", None), ("audit", "audit"),
)  # fmt: skip
_FILES = (("settlement.csv", operator_settlement.sums_csv), ("settlement-cases.csv", operator_settlement.cases_csv))
_STATIC = (("style.css", "text/css"), ("live.js", "text/javascript"))
_CHINA = datetime.timezone(datetime.timedelta(hours=8))
_TICK_S = 1
_log = logging.getLogger("gatepost.headend")
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
        self._pages = Pages(desk)
        deeds = Deeds(desk, self._pages, self._page)
        self._app = Starlette(
            routes=[
                Route("/", self._home, methods=["GET"]),
                *(Route("/" + name, _static(name, kind), methods=["GET"]) for name, kind in _STATIC),
                Route("/log_in", self._log_in, methods=["GET", "POST"]),
                Route("/log_out", self._done(None, self._log_out), methods=["POST"]),
                *(Route("/" + name, self._shown(name, right), methods=["GET"]) for name, right in PAGES),
                *(Route("/" + name, self._file(name, make), methods=["GET"]) for name, make in _FILES),
                *(
                    Route("/" + name, self._done(right, getattr(deeds, name)), methods=["POST"])
                    for name, right in DEEDS.items()
                ),
            ],
            lifespan=self._lifespan,
        )

    async def __call__(self, scope, receive, send):
        await self._app(scope, receive, send)

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
            asked = [request.query_params.get(field, "").strip() for field in ASKED.get(name, ())]
            return self._page(request, name, session, **await getattr(self._pages, name)(*asked))

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
