"""The decision's table suite: every file of tests/data/decisions, one at a time, on every interpreter."""

from tests.portable import decision_cases


def _play(topic):
    failed = []
    count = 0
    for line, tariff, words, expected in decision_cases.cases(topic):
        count += 1
        found = decision_cases.faults(decision_cases.play(tariff, words), expected)
        if found:
            failed.append("%s: %s" % (line, "; ".join(found)))
    assert not failed, "%s:\n%s" % (topic, "\n".join(failed))
    assert count >= 10, topic
    return count


def test_standing():
    _play("standing")


def test_same_city():
    _play("same_city")


def test_concessions():
    _play("concessions")


def test_zones():
    _play("zones")


def test_distance():
    _play("distance")


def test_matrix():
    _play("matrix")


def test_journeys():
    _play("journeys")


def test_bands():
    _play("bands")


def test_transfers():
    _play("transfers")


def test_caps():
    _play("caps")


def test_passes():
    _play("passes")


def test_slots():
    _play("slots")


def test_entry():
    _play("entry")


def test_modes():
    _play("modes")


def test_sessions():
    _play("sessions")


def test_rules():
    _play("rules")


def test_effective():
    _play("effective")


def test_skew():
    _play("skew")
