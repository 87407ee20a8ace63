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

    Says which terms are not verified and which named items no example reaches. The examples are run by the reference engine.

    \b
    Example:
      pbr check contracts/justice/hmp-doncaster
    """
    from pbr.examples import run_examples, unreached
    from pbr.plan.build import build
    from pbr.terms.loading import load_contract

    loaded = load_contract(contract)
    plan = build(loaded)
    results = run_examples(loaded, plan)
    failed = [result for result in results if not result.ok]
    unverified = [term for term in plan.terms if term.mark == "M"]
    missed = unreached(plan, results)
    if as_json:
        print_json(
            {
                "ok": not failed,
                "contract": plan.contract,
                "version": plan.version,
                "plan": plan.digest,
                "examples": [
                    {"name": one.name, "ok": one.ok, "asserted": one.asserted, "problems": [problem_json(p) for p in one.problems]}
                    for one in results
                ],
                "unreached": missed,
                "unverified_terms": [{"name": term.name, "value": term.value} for term in unverified],
                "problems": [problem_json(problem) for one in failed for problem in one.problems],
            }
        )
    else:
        click.echo(f"{plan.title}  ·  version {plan.version}\n")
        click.echo(
            f"  compiles   {counted(len(plan.steps), 'step')}, {counted(len(plan.payments), 'payment')}, {counted(len(plan.tables), 'table')}"
        )
        asserted = sum(one.asserted for one in results if one.ok)
        passed = (
            f"{len(results) - len(failed)} of {len(results)} pass, {counted(asserted, 'value')} asserted" if results else "none are given"
        )
        click.echo(f"  examples   {passed}")
        click.echo(f"  no example reaches: {', '.join(missed) or 'nothing; all are reached'}")
        click.echo(
            f"  unverified terms: {', '.join(f'{term.name} ({term.value})' if term.value else term.name for term in unverified) or 'none'}"
        )
        problems = [problem for one in failed for problem in one.problems]
        for problem in problems:
            click.echo(f"\n{problem}", err=True)
        if failed:
            names = "; ".join(one.name for one in failed)
            click.echo(f"\n{counted(len(problems), 'problem')} in {counted(len(failed), 'example')}: {names}", err=True)
    if failed:
        click.get_current_context().exit(exits.PROBLEMS)
