from terminal import reasons
from tests.portable.checks import raises


def test_numbers_keys_and_codes_belong_together():
    keys = reasons.keys()
    numbers = [reasons.number(key) for key in keys]
    assert len(keys) > 60 and len(set(keys)) == len(keys)
    assert numbers == sorted(set(numbers)) and numbers[0] == 0 and numbers[-1] < 256
    for key, number in zip(keys, numbers):
        assert reasons.key(number) == key
        assert reasons.code(key) == "R%02d" % number
        assert reasons.action(key)


def test_numbers_that_records_in_the_field_carry():
    for key, number in (
        ("ok", 0),
        ("expired_card", 1),
        ("low_balance", 7),
        ("code_replayed", 24),
        ("journal_full", 40),
    ):
        assert reasons.number(key) == number


def test_what_is_not_there():
    assert reasons.key(255) == "unknown"
    assert reasons.action("of a newer core") == "desk"
    raises(KeyError, reasons.number, "full ")
    raises(KeyError, reasons.number, "low")
