"""Where a card is made, mended or asked about near a kiosk: as rows on its screen, as a map on a telephone."""

import html
import math
from collections import namedtuple

from starlette.responses import HTMLResponse

from headend.demonstration.case import entries, nothing, ok, operation, row

_Branch = namedtuple("_Branch", "zh en kind metres days hours phone degrees")
_DAYS = {"每日": "daily", "周一至周五": "Mon-Fri", "周一至周六": "Mon-Sat"}
_RINGS = (500, 1000, 2000)  # metres
_SIDE, _EDGE = 320, 20  # pixels
_PAGE = """<!doctype html><html lang="zh"><meta name="viewport" content="width=device-width"><title>服务网点 Branches</title>
<style>body{font:18px sans-serif;margin:1em auto;max-width:28em;padding:0 1em}svg{width:100%%}li{margin:.6em 0}a{color:#0b57d0}</style>
<h1>服务网点 Branches</h1><svg viewBox="0 0 %d %d" role="img" aria-label="地图 map">%s</svg><ol>%s</ol>
<p>以自助机为中心，上为北。The kiosk is in the middle, north is up.</p></html>"""


def near(need="any"):
    """[_Branch] for what somebody needs, the nearest first."""
    found = []
    for line in entries("branch"):
        kind, metres, days, hours, phone, degrees = line["more"].split()
        if need in ("any", kind):
            found.append(_Branch(line["zh"], line["en"], kind, int(metres), days, hours, phone, int(degrees)))
    return sorted(found, key=lambda branch: branch.metres)


@operation("branches", anonymous=True)
def branches(case):
    need = case.fields.get("need", "any")
    found = near(need)
    if not found:
        return nothing("附近没有。", "None near here.")
    rows = [
        row(
            branch.zh,
            branch.en,
            "%d m, %s %s, %s" % (branch.metres, case.say(branch.days, _DAYS[branch.days]), *branch[5:7]),
        )
        for branch in found
    ]
    return ok(rows, link="%s/v1/page/branches?need=%s" % (case.asked.base, need))


async def page(request):
    """The map that a telephone shows."""
    found = near(request.query_params.get("need", "any"))
    scale = (_SIDE // 2 - _EDGE) / max([branch.metres for branch in found] or [1])
    middle = _SIDE // 2
    drawn = [
        '<circle cx="%d" cy="%d" r="%d" fill="none" stroke="#c8d0da"/><text x="%d" y="%d" font-size="11" fill="#5a6675">%d m</text>'
        % (middle, middle, metres * scale, middle + 2, middle - metres * scale - 2, metres)
        for metres in _RINGS
        if metres * scale < middle
    ]
    drawn.append('<rect x="%d" y="%d" width="12" height="12" fill="#0b57d0"/>' % (middle - 6, middle - 6))
    for number, branch in enumerate(found, 1):
        angle = math.radians(branch.degrees)
        x = middle + branch.metres * scale * math.sin(angle)
        y = middle - branch.metres * scale * math.cos(angle)
        drawn.append(
            '<circle cx="%d" cy="%d" r="11" fill="#c5221f"/><text x="%d" y="%d" font-size="14" fill="#fff" '
            'text-anchor="middle">%d</text>' % (x, y, x, y + 5, number)
        )
    listed = [
        '<li>%s %s<br>%d m · %s %s · <a href="tel:%s">%s</a></li>'
        % (*map(html.escape, branch[:2]), branch.metres, branch.days, branch.hours, branch.phone, branch.phone)
        for branch in found
    ]
    return HTMLResponse(_PAGE % (_SIDE, _SIDE, "".join(drawn), "".join(listed)))
