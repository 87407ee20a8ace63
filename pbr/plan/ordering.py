"""The order in which named things can be typed: each after what it reads. A circle is reported with its whole way round."""

from __future__ import annotations

from pbr.language.parser import parse
from pbr.language.phrases import parse_days_of, parse_each, parse_per, parse_runs_begin, parse_window
from pbr.language.tree import Aggregate, names_in, parts_of
from pbr.language.trouble import Trouble
from pbr.plan.forms.choose import leaves_of
from pbr.plan.forms.table import builder_of
from pbr.plan.leaves import Problems
from pbr.plan.naming import World
from pbr.terms import models

KINDS = ("cohorts", "spans", "steps", "facts", "outcomes", "measures", "payments")


def _leaf_names(leaf: models.Scalar | None) -> set[str]:
    """Names in a leaf; nothing when it does not parse (the typing of it will say so)."""
    if leaf is None:
        return set()
    try:
        return set(names_in(parse(leaf.text)))
    except Trouble:
        return set()


def _per_names(leaf: models.Scalar) -> set[str]:
    try:
        phrase = parse_per(leaf.text)
    except Trouble:
        return set()
    return {name for name in (phrase.table, phrase.cohort) if name}


def _span_names(model: models.Span) -> set[str]:
    names: set[str] = set()
    try:
        for leaf in (*model.days_of, *(model.and_also or []), *(model.less or [])):
            days = parse_days_of(leaf.text)
            names |= {days.table, days.first.parts[0], days.last.parts[0], *names_in(days.where)}
        for text, read in ((model.runs_begin, parse_runs_begin), (model.within, parse_window)):
            if text is not None:
                window = read(text.text)
                names |= {*names_in(window.span), *names_in(window.start)}
    except Trouble:
        return set()
    return names | _leaf_names(model.join_gaps_up_to)


def _leaves(contract: models.Contract, kind: str, name: str) -> tuple[list[models.Scalar | None], set[str]]:
    """The expressions of an item, and the names that its phrases bear."""
    model = getattr(contract, kind)[name]
    leaves: list[models.Scalar | None] = []
    names: set[str] = set()
    if kind == "cohorts":
        leaves += [model.only, *(model.by or []), *(item.when for item in model.exclude)]
        if model.each is not None:
            try:
                names.add(parse_each(model.each.text).by[0])
            except Trouble:
                names |= set()
    else:
        names |= _per_names(model.per)
    if kind in ("facts", "measures"):
        leaves += leaves_of(model.equals.choose) if isinstance(model.equals, models.Chosen) else [model.equals]
        leaves.append(model.settles)
    elif kind == "spans":
        names |= _span_names(model)
    elif kind == "steps":
        leaves += [model.of, model.after, model.every, model.at_most]
    elif kind == "outcomes":
        leaves += [model.yes_when, model.date]
        leaves.append(model.settles.no if isinstance(model.settles, models.SettlesWhenSeen) else model.settles)
    elif kind == "payments":
        leaves += [model.only_if, model.unless, model.settles, *builder_of(model).reads(model)]
    if kind not in ("cohorts", "spans"):
        leaves.append(getattr(model, "dated_by", None))
    needs = getattr(model, "needs", None)
    if needs is not None:
        leaves += [needs.at_least, needs.of, needs.else_ if needs.else_.text not in ("hold", "nothing") else None]
        names |= {needs.of.text}
    return leaves, names


def _reads(contract: models.Contract, kind: str, name: str) -> set[str]:
    leaves, names = _leaves(contract, kind, name)
    for leaf in leaves:
        names |= _leaf_names(leaf)
    for parameter in names & set(contract.parameters):
        names |= _leaf_names(contract.parameters[parameter].dated_by)
    return names


def _looks_back(contract: models.Contract, kind: str, name: str) -> bool:
    """Whether an item is made of earlier groups."""
    for leaf in _leaves(contract, kind, name)[0]:
        try:
            if leaf is not None and any(isinstance(part, Aggregate) and part.earlier for part in parts_of(parse(leaf.text))):
                return True
        except Trouble:
            continue
    return False


def _way_out(contract: models.Contract, kinds: dict[str, str], circle: list[str]) -> str:
    if any(_looks_back(contract, kinds[name], name) for name in circle):
        return (
            "What a group has may not be made out of what earlier groups have of the same: state what each group has by itself in one measure, "
            "and add up, or take the largest of, that one over the earlier groups in another."
        )
    named = "" if len(set(circle)) > 1 else " If a code of that name is meant, quote it."
    return f"One of them must be decided without the others.{named}"


def in_order(contract: models.Contract, problems: Problems, world: World) -> list[tuple[str, str]]:
    """(kind, name) of every cohort, fact, outcome, measure and payment, each after what it reads; file order otherwise."""
    kinds = {name: kind for kind in KINDS for name in getattr(contract, kind)}
    place = {name: number for number, name in enumerate(kinds)}
    reads = {name: sorted(_reads(contract, kind, name) & set(kinds), key=place.__getitem__) for name, kind in kinds.items()}
    done: dict[str, None] = {}
    state: dict[str, int] = {}
    for start in kinds:
        stack = [(start, iter(reads[start]))]
        if start in state:
            continue
        state[start] = 1
        while stack:
            here, rest = stack[-1]
            for other in rest:
                if state.get(other) == 1:
                    way = [name for name, _ in stack]
                    circle = [*way[way.index(other) :], other]
                    problems.add(
                        "PBR361",
                        f"{' reads '.join(f'`{name}`' for name in circle)}: a circle.",
                        _way_out(contract, kinds, circle),
                        problems.source.place(kinds[other], other),
                    )
                elif other not in state:
                    state[other] = 1
                    stack.append((other, iter(reads[other])))
                    break
            else:
                stack.pop()
                state[here] = 2
                done[here] = None
    return [(kinds[name], name) for name in done]
