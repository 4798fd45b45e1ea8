"""Host only: a resident's telephone before a kiosk: it scans the code on the screen and confirms who it is."""

import json
import urllib.error
import urllib.request

from simulator.errors import TargetMissing

_PATH = "/v1/login/"


def confirm(world, url, number, match=None):
    """Whether the head-end at `url` took the confirmation for the code that the kiosk shows now.

    `match`: the two digits that are keyed in, those of the screen when it is left out. TargetMissing when no such code is on the screen.
    """
    links = [op[4] for op in world.display_list if op[0] == "q" and _PATH in op[4]]
    if not links:
        raise TargetMissing("no code to sign in with on %s" % world.view["screen"])
    said = json.dumps({"number": number, "match": match or world.view["match"]}).encode()
    request = urllib.request.Request(
        url + links[0][links[0].index(_PATH) :], said, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status == 200
    except urllib.error.HTTPError:
        return False
