"""`gatepost operator`: accounts, cards and keys from the command line."""

import stat
from contextlib import closing

from typer.testing import CliRunner

from headend.accounts import Accounts
from headend.operator_keys import signing_key
from headend.operator_store import open_operator_store
from technician.operator import app
from terminal.crypto import sm2


def run(*arguments, **options):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], **options)


def test_an_account_is_made_and_logs_in(tmp_path):
    done = run("user", "li", "--role", "operator", "--folder", tmp_path, input="a long password\na long password\n")
    assert done.exit_code == 0 and "li may log in as operator" in done.output
    with closing(open_operator_store(tmp_path)) as db:
        assert Accounts(db).log_in("li", "a long password")


def test_cards_are_taken_and_published(tmp_path):
    source = tmp_path / "cards.csv"
    source.write_text("scheme,number,class,status,valid_to\npurse,03104830100000000001,adult,valid,\n")
    done = run("cards", source, "--folder", tmp_path, "--publish")
    assert done.output.splitlines() == ["1 cards taken", "whitelist 1 published"]
    source.write_text("scheme,number,class,status,valid_to\npurse,5,adult,valid,\n")
    failed = run("cards", source, "--folder", tmp_path)
    assert failed.exit_code == 1 and str(failed.exception).startswith("line 2: ")


def test_keys_are_kept_private_and_sign_as_terminals_verify(tmp_path):
    assert run("keys", "--folder", tmp_path).output.split()[::2] == ["lists", "operation", "slips"]
    path = tmp_path / "keys" / "lists.sm2"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    public, sign = signing_key(path)
    signature = sign(b"a package")
    assert sm2.verify(public, b"a package", signature) and not sm2.verify(public, b"another", signature)
    assert signing_key(path)[0] == public
