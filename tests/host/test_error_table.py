"""Error codes: each has one meaning, and its page is what the classes say."""

from technician import error_table
from tests.board_interpreter import ROOT


def test_each_error_has_a_code_of_its_own():
    seen = {}
    for error in error_table.errors():
        assert error.code not in seen, "%s: %s and %s" % (error.code, error.name, seen[error.code])
        assert error.meaning, "%s has no docstring" % error.name
        seen[error.code] = error.name
    assert len(seen) > 10


def test_the_page_of_errors_is_current():
    assert (ROOT / "docs" / "errors.md").read_text("utf8") == error_table.page(), "python -m technician.error_table"
