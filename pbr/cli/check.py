"""``pbr check``: everything that can be known about a contract before there is data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pbr.cli import exits
from pbr.cli.options import json_option, rules_option
from pbr.cli.printing import counted, print_json, problem_json

if TYPE_CHECKING:
    from pbr.examples import Coverage
    from pbr.plan.points import Point
    from pbr.proofs import Proof

_MISSED, _SHOWN = 5, 8  # how many are named before "and ... more"
_PLURAL = {"clause": "clauses", "branch": "branches", "card row": "card rows", "result": "result words"}


@click.command("check")
@click.argument("contract", type=click.Path(exists=True, path_type=Path))
@click.option("--proofs", "all_proofs", is_flag=True, help="Print every proof, with its reason and the rows that show it.")
@click.option("--coverage", "all_missed", is_flag=True, help="Print everything that no example reaches.")
@click.option("--cliffs", metavar="SUM", help="No threshold may move a payment by more than this, such as £10,000.00.")
@click.option("--thorough", is_flag=True, help="Try many more tables for counterexamples: minutes instead of seconds.")
@rules_option
@json_option
def command(
    contract: Path,
    all_proofs: bool,
    all_missed: bool,
    cliffs: str | None,
    thorough: bool,
    rules: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Check CONTRACT (a folder or a YAML file): its words, units, dates and bounds, then its worked examples, then what can be proved of it.

    Says which terms are not verified, what no example reaches, and for each proof whether it is proved, has a counterexample (rows that
    run), or is not decided. The examples are run by the reference engine.

    \b
    Examples:
      pbr check contracts/justice/hmp-doncaster
      pbr check contracts/justice/hmp-doncaster --proofs --cliffs "£250,000.00"
    """
    from pbr.examples import coverage, run_examples, unreached
    from pbr.plan.build import build
    from pbr.proofs import prove, stated_sum
    from pbr.terms.loading import load_contract

    loaded = load_contract(contract, rules)
    plan = build(loaded)
    limit = None if cliffs is None else stated_sum(plan, cliffs)
    results = run_examples(loaded, plan)
    failed = [result for result in results if not result.ok]
    unverified = [term for term in plan.terms if term.mark == "M"]
    reached = coverage(plan, results)
    proofs, broken = prove(loaded, plan, thorough=thorough, cliff=limit, ran=results)
    problems = [*(problem for one in failed for problem in one.problems), *broken]
    if as_json:
        print_json(
            {
                "ok": not problems,
                "contract": plan.contract,
                "version": plan.version,
                "plan": plan.digest,
                "examples": [
                    {"name": one.name, "ok": one.ok, "asserted": one.asserted, "problems": [problem_json(p) for p in one.problems]}
                    for one in results
                ],
                "unreached": unreached(plan, results),
                "coverage": _coverage_json(reached),
                "proofs": [_proof_json(proof) for proof in proofs],
                "unverified_terms": [{"name": term.name, "value": term.value} for term in unverified],
                "problems": [problem_json(problem) for problem in problems],
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
        _print_coverage(reached, all_missed)
        _print_proofs(proofs, all_proofs)
        click.echo(
            f"  unverified terms: {', '.join(f'{term.name} ({term.value})' if term.value else term.name for term in unverified) or 'none'}"
        )
        for problem in problems:
            click.echo(f"\n{problem}", err=True)
        if failed:
            names = "; ".join(one.name for one in failed)
            click.echo(f"\n{counted(len(problems) - len(broken), 'problem')} in {counted(len(failed), 'example')}: {names}", err=True)
        if broken:
            click.echo(
                f"\n{counted(len(broken), 'thing')} that the contract states of itself {'is' if len(broken) == 1 else 'are'} not so.",
                err=True,
            )
    if problems:
        click.get_current_context().exit(exits.PROBLEMS)


def _print_coverage(reached: Coverage, everything: bool) -> None:
    counts = ", ".join(f"{_PLURAL.get(kind, kind + 's')} {there} of {all_}" for kind, there, all_ in reached.counts())
    click.echo(f"  reached    {counts}")
    missed = [_missed(point) for point in reached.missed if point.kind != "clause"]
    missed += [f"clause {point.item}" for point in reached.missed if point.kind == "clause"]
    if everything:
        click.echo("  no example reaches:")
        for one in missed:
            click.echo(f"    {one}")
        return
    more = f"; and {len(missed) - _MISSED} more (--coverage)" if len(missed) > _MISSED else ""
    click.echo(f"  no example reaches: {'; '.join(missed[:_MISSED])}{more}" if missed else "  no example reaches: nothing; all is reached")


def _missed(point: Point) -> str:
    if point.kind in ("item", "line"):
        return point.item
    if point.kind == "result":
        return f"a line of {point.item} that {'is held' if point.at == 'held' else point.says}"
    if point.kind == "exclusion":
        return f"exclusion {point.at} of {point.item}"
    return f"{point.item}, {'where ' if point.kind == 'branch' else ''}{point.says}"


def _print_proofs(proofs: list[Proof], everything: bool) -> None:
    from pbr.proofs import NOT_DECIDED
    from pbr.proofs.showing import changes, yaml_lines

    open_ = [proof for proof in proofs if proof.answer == NOT_DECIDED]
    bad = [proof for proof in proofs if proof.trouble]
    click.echo(
        f"  proofs     {counted(len(proofs), 'claim')}: {len(proofs) - len(open_) - len(bad)} hold, {len(bad)} {'does' if len(bad) == 1 else 'do'} not, {len(open_)} not decided"
    )
    if not everything:
        shown = [*bad, *(proof for proof in open_ if proof.name != "unreachable")]
        for proof in shown[:_SHOWN]:
            click.echo(f"    {_where(proof)}{_said(proof)}")
        if shown or open_:
            more = f"{len(shown) - _SHOWN} more, " if len(shown) > _SHOWN else ""
            click.echo(f"    {more}every claim with its reason, and rows that show it: --proofs")
        return
    for proof in proofs:
        click.echo(f"\n    {_where(proof)}{_said(proof)}")
        if proof.shown is not None and not proof.fine:
            for line in yaml_lines(proof.shown, f"{proof.name} of {proof.item}"):
                click.echo(f"        {line}")
            for line in changes(proof.shown):
                click.echo(f"        # {line}")
    click.echo("")


def _said(proof: Proof) -> str:
    """A claim and what became of it. That something can be reached is hoped for, so it is said as that."""
    from pbr.proofs import NOT_DECIDED

    if proof.name == "unreachable" and "no row reaches" in proof.claim:
        reached = proof.claim.replace("no row reaches", "rows reach")
        if proof.fine:
            return f"reachable: {reached}; {proof.why}"
        if proof.answer == NOT_DECIDED:
            return f"reachable: {reached}; not decided: {proof.why}"
    return f"{proof.name}: {proof.claim}; {proof.answer}: {proof.why}"


def _where(proof: Proof) -> str:
    return f"line {proof.place.line}  " if proof.place is not None and proof.place.line else ""


def _proof_json(proof: Proof) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "name": proof.name,
        "item": proof.item,
        "line": proof.place.line if proof.place is not None else None,
        "claim": proof.claim,
        "answer": proof.answer,
        "why": proof.why,
        "as_it_should_be": proof.fine,
        "stated": proof.stated,
        "sum": proof.sum,
        "shown": asdict(proof.shown) if proof.shown is not None else None,
    }


def _coverage_json(reached: Coverage) -> dict[str, Any]:
    return {
        "counts": {kind: {"reached": there, "of": all_} for kind, there, all_ in reached.counts()},
        "missed": [{"kind": p.kind, "item": p.item, "at": p.at, "says": p.says, "line": p.line or None} for p in reached.missed],
    }
