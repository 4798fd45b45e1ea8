"""The telephone's side of a kiosk, for demonstrations: signing in (who one is, and the digits), typing a text, the map."""

import html

from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from headend.demonstration import branches
from headend.demonstration.people import BY_NUMBER, RESIDENTS

_PAGE = """<!doctype html><html lang="zh"><meta name="viewport" content="width=device-width"><title>社保卡扫码登录</title>
<style>body{font:18px sans-serif;margin:1em auto;max-width:28em}button{font-size:1em;width:100%%;margin:.2em 0;padding:.6em}</style>
<h1>扫码登录 Sign in</h1><p>请输入自助机上的两位数字。Key in the two digits on the kiosk.</p>
<form method="post"><input name="match" size="2" maxlength="2" inputmode="numeric" required>%s</form>
<p>演示页面：实际由电子社保卡应用确认。For demonstrations; in service the e-card's own app confirms.</p></html>"""
_TEXT = """<!doctype html><html lang="zh"><meta name="viewport" content="width=device-width"><title>手机输入</title>
<style>body{font:18px sans-serif;margin:1em auto;max-width:28em}textarea,button{font-size:1em;width:100%%;margin:.2em 0}</style>
<h1>%s</h1><form method="post"><textarea name="text" rows="4" maxlength="60" required></textarea>
<button>发送到自助机 Send to the kiosk</button></form></html>"""
_LONGEST_TEXT = 60
_BUTTON = '<button name="who" value="%d">%s</button>'
_DONE = "<!doctype html><html lang=zh><title>已登录</title><h1>已登录 Signed in</h1><p>请看自助机。Look at the kiosk.</p></html>"
_OVER = "<!doctype html><html lang=zh><title>已失效</title><h1>已失效 Over</h1><p>请重新扫码。Scan again.</p></html>"
_PLACE = "<!doctype html><html lang=zh><title>%s</title><h1>%s</h1><p>演示页面。A page for demonstrations.</p></html>"


def routes(facts):
    """The Routes over the demonstration's Facts."""

    def pending(code):
        value = facts.get("login", "", code)
        return value if value and value["number"] is None and not value["used"] else None

    async def ask(request):
        if pending(request.path_params["code"]) is None:
            return HTMLResponse(_OVER, 410)
        buttons = "".join(_BUTTON % (at, html.escape(resident.name)) for at, resident in enumerate(RESIDENTS))
        return HTMLResponse(_PAGE % buttons)

    async def confirm(request):
        """JSON {"number", "match"}, or the page's form; one try: a wrong pair of digits ends the code."""
        code = request.path_params["code"]
        value = pending(code)
        if value is None:
            return HTMLResponse(_OVER, 410)
        if request.headers.get("content-type", "").startswith("application/json"):
            said = await request.json()
            number = said.get("number") if said.get("number") in BY_NUMBER else None
        else:
            said = await request.form()
            at = said.get("who", "")
            number = RESIDENTS[int(at)].number if at.isdecimal() and int(at) < len(RESIDENTS) else None
        good = number is not None and said.get("match") == value["match"]
        changed = dict(value, number=number) if good else dict(value, used=True)
        facts.put("login", "", code, changed, value["until"])
        return HTMLResponse(_DONE) if good else JSONResponse({"error": "mismatch"}, 403)

    async def place(request):
        name = html.escape(request.path_params["name"])
        return HTMLResponse(_PLACE % (name, name))

    return [
        Route("/v1/login/{code}", ask, methods=["GET"]),
        Route("/v1/login/{code}", confirm, methods=["POST"]),
        *_text_routes(facts),
        Route("/v1/page/branches", branches.page, methods=["GET"]),
        Route("/v1/page/{name}", place, methods=["GET"]),
    ]


def _text_routes(facts):
    """The page on which a text is typed for a form at a kiosk."""

    def asked_for(code):
        value = facts.get("text", "", code)
        return value if value and value["text"] is None else None

    async def form(request):
        value = asked_for(request.path_params["code"])
        if value is None:
            return HTMLResponse(_OVER, 410)
        return HTMLResponse(_TEXT % " ".join(html.escape(str(part)) for part in value["ask"][:2]))

    async def write(request):
        """JSON {"text"}, or the page's form."""
        code = request.path_params["code"]
        value = asked_for(code)
        if value is None:
            return HTMLResponse(_OVER, 410)
        is_json = request.headers.get("content-type", "").startswith("application/json")
        text = str((await request.json() if is_json else await request.form()).get("text", "")).strip()
        if not text:
            return JSONResponse({"error": "empty"}, 400)
        facts.put("text", "", code, dict(value, text=text[:_LONGEST_TEXT]), value["until"])
        return HTMLResponse(_DONE)

    return [Route("/v1/text/{code}", form, methods=["GET"]), Route("/v1/text/{code}", write, methods=["POST"])]
