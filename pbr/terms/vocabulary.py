"""What may stand where: the models' keys by path, and the likely spelling of a word that is not one of them."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pbr.terms import models
from pbr.terms.payments import FormModel
from pbr.terms.rulebook import models as rules
from pbr.terms.source import Path


@dataclass(frozen=True)
class Block:
    """A kind of map in a contract: how it is called in messages, and under which word LATER lists its later keys."""

    noun: str
    later: str | None = None


_BLOCKS: tuple[tuple[type[models.Model], Block], ...] = (
    (models.Contract, Block("a contract", "")),
    (rules.RuleText, Block("a rule")),
    (rules.Ask, Block("what a rule asks for")),
    (rules.AskedColumn, Block("a column that a rule asks for")),
    (models.Use, Block("the use of a rule")),
    (models.Parties, Block("`parties`")),
    (models.Term, Block("`term`")),
    (models.Approval, Block("`approval`")),
    (models.Publish, Block("`publish`")),
    (models.DatedValue, Block("a dated value")),
    (models.DatedRows, Block("a version of a card")),
    (models.Parameter, Block("a parameter", "parameter")),
    (models.Variation, Block("a variation")),
    (models.NotUsed, Block("`not_used`")),
    (models.Period, Block("a period")),
    (models.Column, Block("a column", "column")),
    (models.Family, Block("a family of columns")),
    (models.Check, Block("a check")),
    (models.BetweenRows, Block("a check between rows")),
    (models.OutOfOrder, Block("`out_of_order`")),
    (models.Table, Block("a table", "table")),
    (models.WideToLong, Block("`wide_to_long`")),
    (models.TableLayout, Block("the layout of a table")),
    (models.Exclusion, Block("an exclusion")),
    (models.Cohort, Block("a cohort", "cohort")),
    (models.Fact, Block("a fact or measure", "fact")),
    (models.Chosen, Block("`equals`")),
    (models.Span, Block("a span")),
    (models.Steps, Block("a table of steps")),
    (models.SettlesWhenSeen, Block("`settles`")),
    (models.Outcome, Block("an outcome", "outcome")),
    (models.Payment, Block("a payment", "payment")),
    (models.Then, Block("a step of the statement")),
    (models.Statement, Block("`statement`")),
    (models.Law, Block("a law")),
    (models.Cliffs, Block("`cliffs`")),
    (models.Measured, Block("`measured`")),
    (models.Example, Block("an example", "example")),
    (models.ExpectMaximum, Block("`expect_maximum`")),
)


def block_of(model: type[models.Model]) -> Block:
    if issubclass(model, FormModel):
        return Block(model.NOUN)
    return next((block for known, block in _BLOCKS if known is model), Block("this map"))


def keys_of(model: type[models.Model]) -> tuple[str, ...]:
    """The keys as a contract writes them, in the order of the model."""
    own = [field.alias or name for name, field in model.model_fields.items()]
    common = set(models.Item.model_fields)
    return (*(key for key in own if key not in common), *(key for key in own if key in common))


def later_of(model: type[models.Model]) -> tuple[str, ...]:
    later = block_of(model).later
    return models.LATER.get(later, ()) if later is not None else ()


def model_at(path: Path, root: type[models.Model] = models.Contract) -> type[models.Model] | None:
    """The model of the map at a path of a contract, or of another file; None where the path leads to no such map."""
    found: Iterable[Any] = (root,)
    for part in path:
        found = [inner for kind in found for inner in _inside(kind, part)]
    return next((kind for kind in found if _is_model(kind)), None)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, models.Model)


def _inside(kind: Any, part: str | int) -> Iterator[Any]:
    """The kinds of what stands under a key or position of a kind."""
    if _is_model(kind):
        for name, field in kind.model_fields.items():
            if (field.alias or name) == part:
                yield from _plain(field.annotation)
    elif get_origin(kind) is dict and isinstance(part, str):
        yield from _plain(get_args(kind)[1])
    elif get_origin(kind) is list and isinstance(part, int):
        yield from _plain(get_args(kind)[0])


def _plain(annotation: Any) -> Iterator[Any]:
    """The kinds an annotation allows, without Annotated, Optional and unions."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _plain(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for inner in get_args(annotation):
            yield from _plain(inner)
    else:
        yield annotation


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one likely spelling of a word, if there is one. Case, spaces and hyphens do not count."""
    by_form = {candidate.lower(): candidate for candidate in words}
    form = word.lower().replace(" ", "_").replace("-", "_")[:60]
    if form in by_form:
        return by_form[form]
    close = difflib.get_close_matches(form, by_form, n=1, cutoff=0.7)
    return by_form[close[0]] if close else None


def listed(words: Iterable[str]) -> str:
    """Words for a message: `a`, `b` or `c`."""
    ticked = [f"`{word}`" for word in words]
    return ", ".join(ticked[:-1]) + (" or " if len(ticked) > 1 else "") + ticked[-1] if ticked else "nothing"
