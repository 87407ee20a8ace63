"""docs/commands.md is made from the commands' own --help. PBR_UPDATE_GOLDEN=1 writes it again."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest

from pbr.cli.exits import MEANINGS
from pbr.cli.group import COMMANDS
from pbr.cli.main import cli

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
HEAD = """# Commands

Made from each command's `--help` by `tests/cli/test_commands_page.py`; do not edit by hand.

Every command takes `--json`: what it says then comes as JSON on stdout, problems too. Problems, progress and everything that is not
the answer go to stderr; progress is shown only on a terminal and only when the work is long. No colour is used.

## Exit codes

| code | means |
|---|---|
"""


def _context(name: str) -> click.Context:
    context = click.Context(cli, info_name="pbr", terminal_width=100, max_content_width=100, help_option_names=["-h", "--help"])
    for word in name.split():
        group = context.command
        assert isinstance(group, click.Group)
        command = group.get_command(context, word)
        assert command is not None
        context = click.Context(command, info_name=word, parent=context)
    return context


def help_of(name: str) -> str:
    """``name``: empty for ``pbr`` itself, ``verify``, ``log audit``."""
    context = _context(name)
    return context.command.get_help(context)


def all_names() -> list[str]:
    """Every command, the ones of a group after it."""
    names: list[str] = []
    for name in COMMANDS:
        names += _with_inner(name)
    return names


def _with_inner(name: str) -> list[str]:
    context = _context(name)
    inner = context.command.list_commands(context) if isinstance(context.command, click.Group) else []
    return [name, *(deeper for one in inner for deeper in _with_inner(f"{name} {one}"))]


def page() -> str:
    codes = "".join(f"| {code} | {text} |\n" for code, text in MEANINGS.items())
    parts = [f"\n## `{('pbr ' + name).strip()}`\n\n```\n{help_of(name)}\n```\n" for name in ("", *all_names())]
    return HEAD + codes + "".join(parts)


def test_the_page_is_what_help_says() -> None:
    if os.environ.get("PBR_UPDATE_GOLDEN") == "1":
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "run this test with PBR_UPDATE_GOLDEN=1"


@pytest.mark.parametrize("name", all_names())
def test_every_command_shows_an_example_and_takes_json(name: str) -> None:
    text = help_of(name)
    # the log stands before what is appended to it
    assert f"pbr {name} " in text.replace(" append LOG", " append") and "Example" in text
    assert "--json" in text or isinstance(_context(name).command, click.Group)


def test_every_exit_code_in_use_is_explained() -> None:
    from pbr.cli import exits

    codes = {value for name, value in vars(exits).items() if name.isupper() and isinstance(value, int)}
    assert codes == set(MEANINGS)
