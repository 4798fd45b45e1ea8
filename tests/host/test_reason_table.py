"""docs/reasons.md is what the core and the screens say, and the table suite reaches every reason of the decision."""

import pathlib

from technician import reason_table
from terminal import reasons

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Told by reader, codes, purse, lane, pad or printer, before or after the decision.
ELSEWHERE = {
    "unsupported_card", "blocked_card", "read_failed", "another_card", "two_cards", "list_missing", "psam_down", "fire", "gate_jam",
    "back_in_service", "paper_out", "printer_down", "print_unknown", "fund_unreachable", "fund_refused", "no_answer", "nothing_left", "free_passage", "exit_free", "train_fault", "skip_time", "skip_order", "skip_fare", "tariff_fault",
    "tailgating", "reverse", "forced", "turned_back",
}  # fmt: skip


def test_the_page_is_current():
    assert reason_table.PAGE.read_text("utf8") == reason_table.page(), "python -m technician.reason_table"
    assert reason_table.OPERATOR_WORDS.read_text("utf8") == reason_table.operator_words()
    assert reason_table.CHECK_WORDS.read_text("utf8") == reason_table.check_words()


def test_every_action_has_words():
    assert set(reason_table.ACTIONS) == {reasons.action(key) for key in reasons.keys()}
    assert all(len(pair) == 2 and all(pair) for pair in reason_table.ACTIONS.values())


def test_words_are_not_written_twice():
    for key in reason_table.RECORDED:
        assert not reason_table.catalogue.find("reason." + key), key


def test_the_table_suite_reaches_every_reason_of_the_decision():
    seen = set()
    for path in (ROOT / "tests" / "data" / "decisions").glob("*.txt"):
        for line in path.read_text("utf8").splitlines():
            _, arrow, outcome = line.partition("->")
            if arrow and outcome.split():
                words = outcome.split()
                seen.add("ok" if words[0] == "admit" else words[0])
                seen |= {word[7:] for word in words if word.startswith("charge=")}
    missing = {key for key in reasons.keys() if not key.startswith("code_")} - ELSEWHERE - seen
    assert not missing
