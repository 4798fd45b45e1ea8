"""Why a presentation was refused or a terminal is out of service: stable numbers for records, keys for wording.

A number is never reused. The screen shows `code(key)`, the catalogue holds the words under the key.
"""

_REASONS = (
    (0, "ok"),
    (1, "expired_card"),
    (2, "not_yet_valid"),
    (3, "hotlisted"),
    (4, "not_listed"),
    (5, "list_damaged"),
    (6, "wrong_region"),
    (7, "low_balance"),
    (8, "unsupported_card"),
    (9, "blocked_card"),
    (10, "read_failed"),
    (11, "another_card"),
    (20, "code_malformed"),
    (21, "code_unknown"),
    (22, "code_expired"),
    (23, "code_not_yet_valid"),
    (24, "code_replayed"),
    (25, "code_tampered"),
    (26, "code_untrusted_issuer"),
    (27, "code_revoked"),
    (28, "code_too_soon"),
    (29, "code_show_full"),
    (30, "code_offline"),
    (40, "journal_full"),
    (41, "reader_down"),
    (42, "list_missing"),
    (43, "psam_down"),
    (44, "fire"),
    (45, "back_in_service"),
)

_NUMBERS = {key: number for number, key in _REASONS}
_KEYS = {number: key for number, key in _REASONS}


def number(key):
    """The record's number of a reason key."""
    return _NUMBERS[key]


def key(number):
    """The reason key of a record's number; "unknown" for one from a newer terminal."""
    return _KEYS.get(number, "unknown")


def code(key):
    """What a resident reads out to the service desk, such as R07."""
    return "R%02d" % _NUMBERS[key]


def keys():
    """All reason keys, in the order of their numbers."""
    return [entry[1] for entry in _REASONS]
