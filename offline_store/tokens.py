"""Tokens under a list key: a permutation, so the list stays exact and no card number lies on the medium."""

from binascii import unhexlify

from cryptolib import aes
from micropython import const

from .errors import TableError

TOKEN_BYTES = const(16)
_ECB = const(1)
_KEY_ID_TEXT = const(b"gatepost key id ")
_TAG_KEY_TEXT = const(b"gatepost tag key")
_LIST_ID_TEXT = const(b"gatepost list id")


def key_of(text):
    """The list key that a site names: 32 hex digits, as a head-end's key needs; sites made before have 16 letters."""
    return unhexlify(text) if len(text) == 2 * TOKEN_BYTES else bytes(text, "utf8")


class TokenKey:
    """The 16-byte key of one list. `permute_into` is AES-128-ECB: one call, no allocation on MicroPython."""

    def __init__(self, list_key):
        if len(list_key) != TOKEN_BYTES:
            raise TableError("a list key has 16 bytes, not %d" % len(list_key))
        self._key = bytes(list_key)
        self.permute_into = aes(self._key, _ECB).encrypt

    def permute(self, token16):
        """The permuted token as new bytes."""
        return bytes(self.permute_into(token16, bytearray(TOKEN_BYTES)))

    def unpermute(self, permuted):
        """The token behind a permuted one: for the head-end, which may know it."""
        return bytes(aes(self._key, _ECB).decrypt(permuted, bytearray(TOKEN_BYTES)))

    def key_id(self):
        """8 bytes that tell list keys apart and reveal nothing of them."""
        return self.permute(_KEY_ID_TEXT)[:8]

    def default_list_id(self):
        return self.permute(_LIST_ID_TEXT)

    def tag_key(self, list_id):
        """The key of the block tags of one list, derived so that tags and tokens never share one."""
        return self.permute(bytes(_TAG_KEY_TEXT[i] ^ list_id[i] for i in range(TOKEN_BYTES)))
