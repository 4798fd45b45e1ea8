"""What a card or code says about its holder, in one shape for every medium."""

from collections import namedtuple

from micropython import const

SOCIAL_CARD = const(1)
PURSE = const(2)
RIDE_CODE = const(3)
ACCOUNT_CODE = const(4)

SCHEMES = {SOCIAL_CARD: "social_card", PURSE: "purse", RIDE_CODE: "ride_code", ACCOUNT_CODE: "account_code"}

# What was proved about the medium, not about the holder.
PROVED_NOTHING = const(0)
PROVED_PSAM = const(1)
PROVED_SIGNATURE = const(2)

ADULT = "adult"
CLASSES = (ADULT, "student", "elder", "test", "soldier", "disabled", "veteran", "child")

Credential = namedtuple(
    "Credential",
    (
        "scheme",  # one of SCHEMES
        "token",  # 16 bytes, see token_of
        "issuer",  # str, hex of the issuer id, or of the card's issuing region
        "region",  # str, city code as the scheme writes it (GB/T 13497 for purses, GB/T 2260 for social cards)
        "holder_class",  # one of CLASSES
        "valid_from",  # UTC seconds, 0 when the medium does not say
        "valid_to",  # UTC seconds, first second after the validity; 0 when the medium does not say
        "proved",  # one of PROVED_*
        "balance",  # fen, None when there is no purse
    ),
)


def token_of(scheme, identity):
    """The 16-byte token under which lists and records know `identity` (bytes, as the medium carries it).

    A social card's identification code already has 16 bytes and is its own token; shorter identities get
    the scheme in front and zeros behind, so that schemes never share a token.
    """
    if scheme == SOCIAL_CARD and len(identity) == 16:
        return bytes(identity)
    if len(identity) > 15:
        raise ValueError("identity of %d bytes: at most 15 fit a token" % len(identity))
    return bytes((scheme,)) + bytes(identity) + bytes(15 - len(identity))
