"""Variations of a contract: from a day on, some of its parameters have other values. They become dated values, so that nothing else knows of them.

Which value counts is decided by the day that picks a dated value: a group's own first day, or what `dated_by` or `on` says. So a variation from a
day on changes nothing of a group that began before it.
"""

from __future__ import annotations

from pbr.plan.leaves import Problems
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake, Silent
from pbr.terms import models

_ABOUT = ("clause", "says", "source", "mark")


def varied(contract: models.Contract, problems: Problems) -> models.Contract:
    """The contract with each variation written into the parameters it replaces. Reports PBR893."""
    parameters = dict(contract.parameters)
    for number, variation in enumerate(contract.variations):
        for name, value in variation.replaces.items():
            try:
                with problems.about(None, problems.source.place("variations", number, "replaces", name)):
                    if name not in parameters:
                        raise Mistake(
                            "PBR893",
                            f"There is no parameter `{name}` to replace.",
                            closest(
                                name,
                                list(parameters),
                                "A variation gives parameters new values: name what changes as a parameter, and read it where it counts.",
                            ),
                        )
                    parameters[name] = _replaced(name, parameters[name], variation, value, contract.term.from_)
            except Silent:
                continue
    return contract.model_copy(update={"parameters": parameters}) if contract.variations else contract


def _replaced(
    name: str,
    parameter: models.Parameter,
    variation: models.Variation,
    value: models.Scalar | list[list[models.Scalar]],
    first: models.Scalar,
) -> models.Parameter:
    about = {key: getattr(variation, key) for key in _ABOUT}
    own = {key: getattr(parameter, key) for key in _ABOUT}
    if isinstance(value, models.Scalar):
        if parameter.by is not None:
            raise Mistake(
                "PBR893", f"`{name}` is a card, and one value is written for it.", "Write all its rows, as they are from that day on."
            )
        before = (
            [models.DatedValue(**{"from": first, "value": parameter.value, **own})]
            if parameter.value is not None
            else parameter.values or []
        )
        values = [*before, models.DatedValue(**{"from": variation.from_, "value": value, **about})]
        return parameter.model_copy(update={"value": None, "values": values})
    if parameter.by is None or parameter.columns is None:
        raise Mistake("PBR893", f"`{name}` is no card, and rows are written for it.", "Write its value from that day on.")
    if any(len(row) != len(parameter.columns) for row in value) or not value:
        raise Mistake(
            "PBR893",
            f"Each row of `{name}` has {len(parameter.columns)} cells: {', '.join(leaf.text for leaf in parameter.columns)}.",
            "Write one cell for each column.",
        )
    rows = [models.DatedRows(**{"from": first, "rows": parameter.rows, **own})] if parameter.rows is not None else parameter.versions or []
    return parameter.model_copy(
        update={"rows": None, "versions": [*rows, models.DatedRows(**{"from": variation.from_, "rows": value, **about})]}
    )
