"""Terms of a contract with their marks: what is verified against a source and what is not."""

from __future__ import annotations

from collections.abc import Iterator

from pbr.plan.plan import Term
from pbr.plan.then import kind_of
from pbr.terms import models
from pbr.terms.loading import Source


def unverified(contract: models.Contract, source: Source) -> tuple[Term, ...]:
    """Every parameter, and every other item that carries a mark, in the order of the file."""
    return tuple(sorted(_terms(contract, source), key=lambda term: (term.line, term.name)))


def _text(leaf: models.Scalar | None) -> str:
    return leaf.text if leaf is not None else ""


def _term(name: str, value: str, item: models.Item, line: int) -> Term:
    return Term(name, value, _text(item.clause), _text(item.source), _text(item.mark), line)


def _dated(name: str, value: str, dated: models.DatedValue | models.DatedRows, parameter: models.Parameter) -> Term:
    """A value from a day on: what it does not say of itself, its parameter says. Where it comes from is said by one of the two alone."""
    comes = dated if dated.clause is not None or dated.source is not None else parameter
    mark = dated.mark if dated.mark is not None else parameter.mark
    return Term(name, value, _text(comes.clause), _text(comes.source), _text(mark), dated.from_.place.line)


def _terms(contract: models.Contract, source: Source) -> Iterator[Term]:
    for name, parameter in contract.parameters.items():
        line = source.place("parameters", name).line
        if parameter.value is not None:
            yield _term(name, parameter.value.text, parameter, line)
        for dated in parameter.values or []:
            yield _dated(name, f"{dated.value.text} from {dated.from_.text}", dated, parameter)
        for version in parameter.versions or []:
            yield _dated(name, f"a card of {len(version.rows)} lines from {version.from_.text}", version, parameter)
        if parameter.rows is not None:
            yield _term(name, f"a card of {len(parameter.rows)} lines", parameter, line)
    for block in ("cohorts", "spans", "steps", "facts", "outcomes", "measures", "payments"):
        for name, item in getattr(contract, block).items():
            if item.mark is not None:
                yield _term(name, "", item, source.place(block, name).line)
    for number, step in enumerate(contract.statement.then):
        if step.mark is not None:
            kind = kind_of(step)
            figure = step.at_most if kind == "mix" else getattr(step, kind)
            yield _term(kind, _text(figure), step, source.place("statement", "then", number).line)
