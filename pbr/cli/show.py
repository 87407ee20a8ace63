"""``pbr show``: the reading copy of a contract."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli.options import json_option, rules_option
from pbr.cli.printing import print_json


@click.command("show")
@click.argument("contract", type=click.Path(exists=True, path_type=Path))
@rules_option
@json_option
def command(contract: Path, rules: tuple[Path, ...], as_json: bool) -> None:
    """Print CONTRACT (a folder or a YAML file) clause by clause, in sentences.

    \b
    Example:
      pbr show contracts/justice/hmp-doncaster

    With --json: the plan it compiles to, as in plan.json.
    """
    from pbr.plan.build import build
    from pbr.statement.reading_copy import reading_copy
    from pbr.terms.loading import load_contract

    loaded = load_contract(contract, rules)
    plan = build(loaded)
    if as_json:
        print_json(plan.to_json())
    else:
        click.echo(reading_copy(loaded, plan).rstrip("\n"))
