"""The tables of G that boards carry in their flash are what their script makes."""

from terminal.crypto import base_tables


def test_the_tables_of_g_are_what_their_script_makes():
    for name, text in base_tables.texts().items():
        assert (base_tables.FOLDER / name).read_text("utf8") == text, "run python -m terminal.crypto.base_tables"
