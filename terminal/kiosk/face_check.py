"""An outside face check: a camera box beside the kiosk that compares by itself and says yes or no.

POST /v1/face, JSON {"token": permuted token, "identity": the holder's number or null}; the answer is {"result": "same",
"other" or "refused" (who stood there turned away)}. No picture comes to this terminal, none is asked for.
"""

import json

from micropython import const

from terminal.more_errors import AnswerMalformed

PATIENCE_MS = const(20000)
SAME, OTHER, REFUSED, LATE, AWAY = "same", "other", "refused", "late", "away"
_PATH = "/v1/face"
_TIMED_OUT = const(110)


class FaceCheck:
    """The `face` port over a box that speaks HTTP. `http`: an http_client.HttpClient of its own."""

    def __init__(self, http):
        self._http = http

    async def check(self, holder):
        """One of SAME, OTHER, REFUSED, LATE (no answer in time), AWAY (no box, or one that talks nonsense)."""
        said = json.dumps({"token": holder.token, "identity": holder.identity}).encode()
        headers = (("Content-Type", "application/json"),)
        try:
            answer = await self._http.request("POST", _PATH, said, headers, timeout_ms=PATIENCE_MS)
            result = json.loads(answer.body).get("result") if answer.status == 200 else None
        except OSError as error:
            return LATE if error.args and error.args[0] == _TIMED_OUT else AWAY
        except (AnswerMalformed, ValueError, AttributeError):
            return AWAY
        return result if result in (SAME, OTHER, REFUSED) else AWAY
