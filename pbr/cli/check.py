"""``pbr check``: everything that can be known about a contract before there is data."""

from __future__ import annotations

from pathlib import Path

import click

from pbr.cli import exits
from pbr.cli.options import json_option
from pbr.cli.printing import counted, print_json, problem_json


@click.command("check")
@click.argument("contract", type=click.Path(exists=True, path_type=Path))
@json_option
def command(contract: Path, as_json: bool) -> None:
    """Check CONTRACT (a folder or a YAML file): its words, units, dates and bounds, then its worked examples.

    Says which terms are not verified and which named items no example reaches.

    \b
    Example:
      pbr check contracts/justice/hmp-doncaster
    """
    from pbr.plan.build import build
    from pbr.plan.examples import run_examples
    from pbr.terms.loading import load_contract

    loaded = load_contract(contract)
    plan = build(loaded)
    examples = run_examples(loaded, plan)
