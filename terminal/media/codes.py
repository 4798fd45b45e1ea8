"""Presented codes, verified offline: the ministry's ride code and our own account code.

The order is: length and version, time window, revocation, known issuer, replay, standing (hotlist, anti-passback),
and only then curve work, from the outermost signature that is not yet trusted inwards: at most three verifications a
scan. A code that is refused, or decided against, is not burnt: `verify` marks nothing, `accept` does.
"""

from collections import namedtuple

from micropython import const

from terminal.crypto import sm2, sm3
from terminal.media import chain_code
from terminal.media.code_schemes import SIGNERS, anchor_of, chained, is_shown_again, raw_bytes, recognise
from terminal.media.trust import Trust
from terminal.media.verified import Verified, VerifiedBytes
from terminal.more_errors import CodeMalformed

_AHEAD = const(20)  # seconds a phone's clock may run before ours
_PAUSE = const(2)  # seconds without curve work after too many forgeries in a row
_FORGERIES = const(3)
_CERTIFICATES = const(4)  # issuer keys kept, 2 KB each once they have a comb
_ANCHORS = const(32)

_CHAIN = bytes((chain_code.VERSION,))

# credential: Credential or None; reason: None or a key of terminal.reasons; fields: RideCode, AccountCode or None;
# signatures: {signer: True, False, or None when it was not looked at}; mark: what `accept` remembers.
CodeResult = namedtuple("CodeResult", "credential reason fields signatures mark")


class CodeVerifier:
    """Verifies codes against `trust` (Trust or its data) with a ReplayStore.

    `capacity` bounds the cache of verified credentials (about 150 bytes each). `standing(credential, now)`, when
    given, returns a reason key to refuse with before any curve work: hotlist, anti-passback.
    """

    def __init__(self, trust, replay, capacity=32, standing=None):
        self._replay = replay
        self._capacity = capacity
        self._standing = standing
        self._forgeries = 0
        self._paused_until = 0
        self.since = 0  # codes made before this second may have been used at a terminal that lost its memory of it
        self.verifications = 0
        self.trust(trust)

    def trust(self, trust):
        """Replaces the keys, after a keys package: everything verified under the old ones is forgotten."""
        self._trust = trust if isinstance(trust, Trust) else Trust(trust)
        self._issuers = Verified(_CERTIFICATES)
        self._met = set()  # issuers of account codes that were needed once: the next time is worth a comb
        self._users = VerifiedBytes(self._capacity)
        self._anchors = chain_code.Anchors(_ANCHORS)

    def revoke(self, handle):
        """Takes a certificate's or a credential's handle (see trust) out of use at once."""
        self._trust.revoke(handle)
        self._issuers.forget(handle)
        self._users.forget(handle)

    def verify(self, data, now):
        """The CodeResult of scanned `data` (raw bytes or base45 text) at `now` (UTC seconds)."""
        steps = self._judge(data, now)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                return done.value

    async def verify_between(self, data, now, breathe):
        """The same, with `await breathe()` before each signature: a verification takes a small board 0.4 s, and a
        fire input must not wait for three of them."""
        steps = self._judge(data, now)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                return done.value
            await breathe()

    def _judge(self, data, now):
        """Yields before each verification, returns the CodeResult."""
        raw = raw_bytes(data)
        if raw is None:
            return _refusal("code_unknown")
        try:
            if raw[:1] == _CHAIN:
                return self._chained(chain_code.parse(raw), raw, now)
            presented = recognise(raw, self._trust)
        except CodeMalformed:
            return _refusal("code_malformed")
        if presented is None:
            return _refusal("code_unknown")
        mark = None if is_shown_again(presented) else (sm3.sm3(raw)[:16], presented.closes, now)
        verdicts = dict.fromkeys(SIGNERS)
        reason = (
            standing_in_time(presented, now)
            or self._standing_in_trust(presented)
            or self._standing_here(presented, mark, now)
            or (yield from self._signatures(presented, raw, verdicts, now))
        )
        anchor = None if reason else anchor_of(presented)
        if anchor:
            self._anchors.put(*anchor)
        credential = None if reason else presented.credential
        return CodeResult(credential, reason, presented.fields, verdicts, mark)

    def _chained(self, code, raw, now):
        """A re-scan: no signature, as many hashes as steps went by since this terminal last saw the chain."""
        anchor = self._anchors.find(code.name)
        if anchor is None:
            return _refusal("code_show_full")
        if code.step > anchor.steps:
            return _refusal("code_expired")
        presented = chained(code, anchor)
        mark = raw[1:17], presented.closes, now
        reason = (
            standing_in_time(presented, now)
            or self._revoked(presented)
            or self._standing_here(presented, mark, now)
            or (None if self._anchors.holds(code) else self._forged("code_tampered", now))
        )
        return CodeResult(None if reason else anchor.credential, reason, code, dict.fromkeys(SIGNERS), mark)

    def accept(self, result):
        """Marks an admitted code as used, once the admission's record is durable. Before that it is not burnt."""
        if result.mark is not None:
            self._replay.mark(*result.mark)

    # Before any curve work

    def _revoked(self, presented):
        return "code_revoked" if any(self._trust.is_revoked(handle) for handle in presented.handles) else None

    def _standing_in_trust(self, presented):
        if self._revoked(presented):
            return "code_revoked"
        known = self._trust.root if presented.certified else self._trust.issuer
        return None if known(presented.key_index) else "code_untrusted_issuer"

    def _standing_here(self, presented, mark, now):
        if mark is not None and self._replay.used(mark[0], now):
            return "code_replayed"
        if mark is not None and presented.generated < self.since:
            return "code_expired"
        if 0 < self._paused_until - now <= _PAUSE:
            return "code_too_soon"
        return self._standing(presented.credential, now) if self._standing else None

    # Curve work

    def _signatures(self, presented, raw, verdicts, now):
        """Returns None when all signatures hold, else the reason; fills `verdicts`. Yields before each verification."""
        if is_shown_again(presented):
            issuer = yield from self._issuer_key(presented, raw, verdicts)
            yield
            if not self._holds(issuer, presented, raw, "issuer", verdicts):
                return self._forged("code_tampered", now)
            self._forgeries = 0
            return None
        start, end = presented.authorised
        name = sm3.sm3(raw[start:end])[:16]
        packed = self._users.get(name)
        if packed:
            user = sm2.PublicKey.unpack(packed)
            verdicts["root"] = True if presented.certified else None
            verdicts["issuer"] = True
        else:
            issuer = yield from self._issuer_key(presented, raw, verdicts)
            if issuer is None:
                return self._forged("code_untrusted_issuer", now)
            user = None
            yield
            if self._holds(issuer, presented, raw, "issuer", verdicts):
                user = sm2.PublicKey.read(presented.fields.user_key)
            if user is None:
                return self._forged("code_tampered", now)
            self._users.put(name, user.pack(), presented.handles)
        yield
        if not self._holds(user, presented, raw, "user", verdicts):
            return self._forged("code_tampered", now)
        self._forgeries = 0
        return None

    def _issuer_key(self, presented, raw, verdicts):
        """The issuer's PublicKey: held by the terminal, or certified by a root; None when the root did not sign it."""
        if not presented.certified:
            key = self._trust.issuer(presented.key_index).key
            if presented.key_index in self._met:
                return _fixed(key)
            self._met.add(presented.key_index)
            return key
        start, end = presented.certified
        name = sm3.sm3(raw[start:end])[:16]
        key = self._issuers.get(name)
        if key:
            verdicts["root"] = True
            return _fixed(key)
        yield
        if not self._holds(self._trust.root(presented.key_index), presented, raw, "root", verdicts):
            return None
        key = sm2.PublicKey.read(presented.fields.certificate.public_key)
        if key:
            self._issuers.put(name, key, presented.handles)
        return key

    def _holds(self, key, presented, raw, signer, verdicts):
        self.verifications += 1
        verdicts[signer] = signature_holds(key, presented, raw, signer)
        return verdicts[signer]

    def _forged(self, reason, now):
        self._forgeries += 1
        if self._forgeries >= _FORGERIES:
            self._forgeries = 0
            self._paused_until = now + _PAUSE
        return reason


def _refusal(reason):
    return CodeResult(None, reason, None, dict.fromkeys(SIGNERS), None)


def _fixed(key):
    """A key that is needed again earns its comb, where the heap has room for it."""
    try:
        return key.fix()
    except MemoryError:
        return key


def signature_holds(key, presented, raw, signer):
    """Does the signature of `signer` over its range of `raw` verify under the PublicKey `key`?"""
    (start, end), at = presented.signed[signer]
    return key.verify(raw[start:end], raw[at : at + 64])


def standing_in_time(presented, now):
    """The reason why the code cannot be used at `now`, or None."""
    if presented.generated - now > _AHEAD or now < presented.credential.valid_from:
        return "code_not_yet_valid"
    if now > presented.closes or now >= presented.ends[0]:
        return "code_expired"
    return "code_untrusted_issuer" if now >= presented.ends[-1] else None
