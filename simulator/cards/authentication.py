"""Internal and external authentication of the 3DES generations (fact sheet 1.7), as card and PSAM compute it."""

from micropython import const

from simulator.cards.card_os import CONDITIONS, WRONG_LENGTH, StatusWord
from terminal.crypto.des import Des3
from terminal.media import purse_keys

REFERENCE_NOT_FOUND = const(0x6A88)
BLOCKED_KEY = const(0x6983)
_TRIES = const(3)


def session_key(key, random):
    """The 8-byte key both sides derive from a 16-byte key and an 8-byte random number."""
    return Des3(key).encrypt_block(random)


def cryptogram(key, random, data):
    """What proves `key`: the 8 bytes of `data` under the session key of `random`."""
    return Des3(session_key(key, random)).encrypt_block(data)


def card_key(master, region, historical):
    """A card's own key: province, city, card, from the highest level down.

    `region` are the 6 digits of the card's region, `historical` its 13 historical bytes.
    """
    province = region[:2].encode() + b"0000sh"
    city = region.encode() + b"sx"
    for factor in (province, city, historical[5:13]):
        master = purse_keys.diversify(master, factor)
    return master


class Authentication:
    """The part of an application that authenticates. `internal` and `external` map key ids to 16-byte keys.

    `passed` holds the ids of the external keys whose owner has proved himself since the application was selected.
    """

    def __init__(self, internal, external, challenge):
        self.passed = set()
        self._internal = internal
        self._external = external
        self._new_challenge = challenge
        self._challenge = None
        self._tries = {}
        self.commands = {
            (0x00, 0x84): self._get_challenge,
            (0x00, 0x88): self._internal_authenticate,
            (0x00, 0x82): self._external_authenticate,
        }

    def reset(self):
        self.passed = set()
        self._challenge = None

    def _get_challenge(self, command):
        if command.le != 8:
            raise StatusWord(WRONG_LENGTH)
        self._challenge = self._new_challenge()
        return self._challenge

    def _internal_authenticate(self, command):
        if len(command.data) not in (16, 17):  # some terminals add a key version
            raise StatusWord(WRONG_LENGTH)
        key = self._internal.get(command.p2)
        if key is None:
            raise StatusWord(REFERENCE_NOT_FOUND)
        return cryptogram(key, command.data[:8], command.data[8:16])

    def _external_authenticate(self, command):
        proof = command.expect(16)
        key = self._external.get(command.p2)
        if key is None:
            raise StatusWord(REFERENCE_NOT_FOUND)
        tries = self._tries.get(command.p2, _TRIES)
        if tries == 0:
            raise StatusWord(BLOCKED_KEY)
        if self._challenge is None:
            raise StatusWord(CONDITIONS)
        challenge, self._challenge = self._challenge, None
        if cryptogram(key, challenge, proof[8:]) != proof[:8]:
            self._tries[command.p2] = tries - 1
            raise StatusWord(0x63C0 | (tries - 1))
        self._tries[command.p2] = _TRIES
        self.passed.add(command.p2)
        return b""


class SocialSam:
    """The part of a PSAM that proves itself to social security cards: 8-byte factors down from its masters.

    `masters` maps key ids to 16-byte keys. BF DE loads a session key, 80 FA enciphers with it.
    """

    def __init__(self, masters):
        self._masters = masters
        self.session = None

    def load(self, command):
        """BF DE usage keyId: factors, highest level first, then the random number."""
        levels = command.p1 >> 5
        data = command.data
        if not 1 <= levels <= 3 or len(data) != 8 * levels + 8:
            raise StatusWord(WRONG_LENGTH)
        key = self._masters.get(command.p2)
        if key is None:
            raise StatusWord(REFERENCE_NOT_FOUND)
        for at in range(0, 8 * levels, 8):
            key = purse_keys.diversify(key, data[at : at + 8])
        self.session = session_key(key, data[-8:])
        return b""

    def encipher(self, data):
        """Eight bytes under the loaded session key."""
        if self.session is None:
            raise StatusWord(CONDITIONS)
        return Des3(self.session).encrypt_block(data)
