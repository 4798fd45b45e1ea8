"""The fast share of the storms; `python -m tests.storms` has silent lines, the leader's death, partitions, many rounds."""

from tests.storms import weather


def test_nothing_acknowledged_is_lost_on_bad_lines_and_when_gateway_and_servers_are_killed(cluster):
    print(weather.together(cluster, seed=6))
