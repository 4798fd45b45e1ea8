"""Host only: a resident's telephone before a kiosk: it scans the code on the screen and confirms who it is."""

import json
import urllib.error
import urllib.request

from simulator.errors import TargetMissing

_PATH = "/v1/login/"
_TEXT = "/v1/text/"


def confirm(world, url, number, match=None):
    """Whether the head-end at `url` took the confirmation for the code that the kiosk shows now.

    `match`: the two digits that are keyed in, those of the screen when it is left out. TargetMissing when no such code is on the screen.
    """
    path = _scanned(world, _PATH)
    return _post(url + path, {"number": number, "match": match or world.view["match"]})


def write(world, url, text):
    """Types a text at the phone that scanned the code on the screen; whether it was taken. TargetMissing likewise."""
    return _post(url + _scanned(world, _TEXT), {"text": text})


def _scanned(world, path):
    links = [op[4] for op in world.display_list if op[0] == "q" and path in op[4]]
    if not links:
        raise TargetMissing("no code to scan for that on %s" % world.view["screen"])
    return links[0][links[0].index(path) :]


def _post(url, said):
    request = urllib.request.Request(url, json.dumps(said).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status == 200
    except urllib.error.HTTPError:
        return False
