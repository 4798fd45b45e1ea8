"""The help pages: every command is in a section, says what each argument is, and has examples that it takes."""

import shlex

import pytest
from typer.main import get_command

from technician import cli, help_pages

ROOT = get_command(cli.app)


def commands(group=ROOT, path=()):
    """(words, command) of every command that does something."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(commands())


def test_every_command_is_in_one_section():
    named = [name for _, names in help_pages.SECTIONS for name in names]
    assert sorted(named) == sorted(ROOT.commands)


def test_every_command_has_examples():
    assert set(help_pages.EXAMPLES) == set(COMMANDS)


@pytest.mark.parametrize("example", [line for lines in help_pages.EXAMPLES.values() for line in lines])
def test_examples_are_taken(example):
    words = shlex.split(example)
    count = 1 if words[0] in COMMANDS else 2
    command = COMMANDS[" ".join(words[:count])]
    ctx = command.context_class(command, resilient_parsing=True)
    given, more, _ = command.make_parser(ctx).parse_args(words[count:])  # an unknown option raises
    assert more == []
    missing = [
        each.name
        for each in command.params
        if each.required and not given.get(each.name) and not getattr(each, "prompt", None)
    ]
    assert missing == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_of_a_command(name, capsys):
    with pytest.raises(SystemExit):
        ROOT.main([*name.split(), "--help"], prog_name="gatepost")
    page = capsys.readouterr().out
    assert page.startswith("Usage: gatepost %s [OPTIONS]" % name) and "{" not in page.splitlines()[0]
    assert [each.name for each in COMMANDS[name].params if each.param_type_name == "argument" and not each.help] == []
    assert "\nExamples:\n  gatepost " in page


def test_a_metro_asks_at_which_station(capsys):
    with pytest.raises(SystemExit):
        ROOT.main(["tariff", "explain", "metro"], prog_name="gatepost")
    out = capsys.readouterr().out
    assert "no_fare" in out and "--here station=NAME" in out and "gulou" in out
