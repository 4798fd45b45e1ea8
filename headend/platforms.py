"""The platforms behind opaque codes: whose electronic social card, whose medical voucher is this. And outside checks:
may the holder of this permuted token go on (terminal/tap/outside_check.py), answered {"eligible": true or false}.

Their interfaces are not public: an operator puts an adapter of his own before each and names its address in
`platforms.json`, {"social_card": "http://127.0.0.1:9000/resolve", ...}. It is asked as terminals ask the head-end
(terminal/media/opaque_code.py). Nothing of a code is kept or logged.
"""

import asyncio
import json
import urllib.error
import urllib.request
from pathlib import Path

from headend.errors import PlatformAway, PlatformsUnusable
from terminal.errors import WireMalformed
from terminal.wire import load_json

FILE = "platforms.json"
_PATIENCE_S = 1.8  # terminals wait two seconds
_LONGEST_ANSWER = 4096
_TOLD = ("account", "region", "class", "valid_to", "eligible")


class Platforms:
    """`addresses`: {service: URL of its adapter}."""

    def __init__(self, addresses):
        self._addresses = addresses

    async def resolve(self, service, code):
        """{"account": hex, "region", "class", "valid_to"}, None for a code that nobody knows. PlatformAway."""
        address = self._addresses.get(service)
        return None if address is None else await asyncio.to_thread(_ask, address, service, code)


def open_platforms(folder):
    """The Platforms that `folder` names, none without the file. PlatformsUnusable."""
    path = Path(folder) / FILE
    if not path.exists():
        return Platforms({})
    try:
        addresses = json.loads(path.read_text("utf8"))
    except ValueError as error:
        raise PlatformsUnusable("%s is not JSON: %s" % (path, error)) from None
    if not isinstance(addresses, dict) or not all(_is_address(address) for address in addresses.values()):
        raise PlatformsUnusable('%s: write {"SERVICE": "http://..."}' % path)
    return Platforms(addresses)


def _is_address(text):
    return isinstance(text, str) and text.startswith(("http://", "https://"))


def _ask(address, service, code):
    body = json.dumps({"service": service, "code": code}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:
            told = load_json(answer.read(_LONGEST_ANSWER))
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise PlatformAway("the platform of %s answered %d" % (service, error.code)) from None
    except (OSError, WireMalformed) as error:  # no connection, no answer in time, no JSON
        raise PlatformAway("the platform of %s: %s" % (service, error)) from None
    if not isinstance(told, dict):
        raise PlatformAway("the platform of %s answered no object" % service)
    return {name: told[name] for name in _TOLD if name in told}
