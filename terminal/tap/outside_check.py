"""What another system says of the person before the gate, such as a hospital's triage: go on, or to the desk first.

The head-end carries the question (media.opaque_code.Resolver); the other system gets the permuted token and nothing
else, and nothing of its answer but yes or no is asked for, shown or kept.
"""

import binascii

from micropython import const

PATIENCE_MS = const(2000)


class OutsideCheck:
    """`resolver` has resolve(service, text, limit_ms, breathe); `service` is the other system's name at the head-end."""

    def __init__(self, resolver, service, breathe):
        self._resolver = resolver
        self._service = service
        self._breathe = breathe

    async def ask(self, token):
        """True, False, or None when nobody answered within two seconds. `token` is the permuted one."""
        text = binascii.hexlify(token).decode()
        answer = await self._resolver.resolve(self._service, text, PATIENCE_MS, self._breathe)
        if answer is None or not isinstance(answer.get("eligible"), bool):
            return None
        return answer["eligible"]
