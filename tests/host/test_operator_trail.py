"""The trail of the operator page's deeds, and who may try passwords."""

import re
from pathlib import Path

from headend import operator_words
from headend.accounts import Accounts
from headend.audit import Audit
from headend.operator_store import open_operator_store

PASSWORD = "correct horse battery"


def test_every_deed_of_the_trail_has_a_word_in_both_languages():
    noted = set()
    for source in Path(operator_words.__file__).parent.glob("operator*.py"):
        noted |= {
            deed
            for call in re.findall(r"audit\.note\((.*)\)", source.read_text())
            for deed in re.findall('"([a-z -]+)"', call)
        }
    assert len(noted) > 10
    missing = [deed for lang in ("zh", "en") for deed in noted if "deed_" + deed not in operator_words.words(lang)]
    assert missing == []


def test_passwords_are_guessed_slowly(tmp_path):
    accounts = Accounts(open_operator_store(tmp_path))
    accounts.add("li", "operator", PASSWORD)
    assert [accounts.log_in("li", "guess") for _ in range(5)] == [None] * 5
    assert accounts.log_in("li", PASSWORD) is None


def test_a_changed_or_missing_line_of_the_trail_shows(tmp_path):
    db = open_operator_store(tmp_path)
    audit = Audit(db)
    for number in range(4):
        audit.note("li", "block", str(number))
    assert audit.broken_at() is None
    db.execute("UPDATE audit SET who='wang' WHERE id=2")
    assert audit.broken_at() == 2
    db.execute("UPDATE audit SET who='li' WHERE id=2")
    db.execute("DELETE FROM audit WHERE id=3")
    assert audit.broken_at() == 4
