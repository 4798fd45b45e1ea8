"""The fast share of the storms; `python -m tests.storms` has the others, and many rounds."""

from tests.storms import boards, weather


def test_nothing_acknowledged_is_lost_on_bad_lines_and_when_gateway_and_servers_are_killed(cluster):
    print(weather.together(cluster, seed=6))


def test_micropython_terminals_on_bad_lines_with_pulled_plugs_lose_nothing(compiled_tree, tmp_path):
    print(boards.storm(compiled_tree, tmp_path, seed=6, number=3, count=120, rounds=1))
