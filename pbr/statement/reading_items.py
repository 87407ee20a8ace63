"""Tables, cohorts, facts, outcomes, measures and payments of a contract in sentences, for the reading copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbr.plan.forms.choose import chosen_text
from pbr.plan.forms.table import builder_of
from pbr.plan.plan import Cohort, Column, Plan, Step, Table
from pbr.statement import words
from pbr.statement.reading_tables import check_lines, completeness_lines, written
from pbr.statement.reading_words import grid, reference, says

if TYPE_CHECKING:
    from pbr.terms import models
    from pbr.terms.payments import Needs

SUPPLIERS = {"provider": "the provider", "commissioner": "the commissioner", "independent": "an independent source"}
BLANKS = {
    "unknown": "blank means it is not known",
    "none": "blank means there is none",
    "not yet": "blank means it had not happened by the day the table is complete to",
    "refused": "a blank is refused",
}
MOST_GROUPS = 12


def table_lines(table: Table, model: models.Table, plan: Plan) -> list[str]:
    key = words.listed(list(table.key))
    out = [f"### {table.name}", f"One row per {key}, supplied by {SUPPLIERS.get(table.supplied_by, table.supplied_by)}."]
    if table.parent is not None:
        by = words.listed(list(table.parent.columns))
        out.append(f"Each row belongs to one row of {table.parent.table}, by {by}; a row without it is rejected.")
    if table.matched is not None:
        by = words.listed(list(table.matched.columns))
        out.append(f"Rows are matched to {table.matched.table} by {by}; rows that match nothing are left unused.")
    if table.register:
        out.append("It is a register: the list as it stood on the day it is complete to.")
    if table.name in plan.complete_to:
        out.append("The day it is complete to must be given with it.")
    out += completeness_lines(table)
    out += [f"- {column.name}: {_column(column, model.columns.get(column.name))}" for column in table.columns]
    return [*out, *check_lines(table, model)]


def _column(column: Column, model: models.Column | None) -> str:
    parts = [f"a price per {column.priced_per}" if column.priced_per else column.type.phrase]
    if column.type.codes:
        one_of = [leaf.text for leaf in (model.one_of or [])] if model is not None else []
        card = one_of[0] if len(one_of) == 1 and one_of[0].endswith(".card.code") else ""
        parts[0] += f" (one of the {len(column.type.codes)} of {card})" if card else f" (one of {', '.join(column.type.codes)})"
    if column.type.names:
        parts[0] += f" of {'an' if column.type.names[0] in 'aeiou' else 'a'} {column.type.names}"
    if column.decimals is not None and column.type.kind != "money":
        places = words.counted(column.decimals, "decimal")
        parts.append(
            f"read at {places}, "
            + ("refused if it has more" if column.round_on_reading == "refuse" else f"rounded {column.round_on_reading}")
        )
    for bound, word in ((model.at_least, "at least"), (model.at_most, "at most")) if model is not None else ():
        if bound is not None:
            parts.append(f"{word} {bound.text}")
    parts += written(column)
    if column.take:
        parts.append(f"of a timestamp, the {column.take}")
    parts.append(BLANKS.get(column.blank, f"blank means {column.blank_is}"))
    if model is not None and model.clause is not None:
        parts.append(model.clause.text)
    return "; ".join(parts)


def cohort_lines(cohort: Cohort, model: models.Cohort, plan: Plan) -> list[str]:
    made = [leaf.text for leaf in ([model.each] if model.each is not None else []) + list(model.by or [])]
    clause = f" ({cohort.clause})" if cohort.clause else ""
    if cohort.parts:
        out = [f"### {cohort.name}", f"Rows of {cohort.of}, grouped by {words.listed(made)}{clause}. The groups come from this contract:"]
        for group in cohort.groups[:MOST_GROUPS]:
            days = f", {words.day(group.first_day)} to {words.day(group.last_day)}" if model.each is not None else ""
            out.append(f"- {words.key(group.key)}{days}")
        if len(cohort.groups) > MOST_GROUPS:
            out.append(f"- and {words.count(len(cohort.groups) - MOST_GROUPS)} more")
    else:
        out = [f"### {cohort.name}", f"Some rows of {cohort.of}{clause}."]
    if model.only is not None:
        out.append(f"Only rows where {model.only.text}.")
    for exclusion in model.exclude:
        said = f": {exclusion.says.text}" if exclusion.says is not None else ""
        at = f" ({exclusion.clause.text})" if exclusion.clause is not None else ""
        out.append(f"Left out with code {exclusion.code.text} where {exclusion.when.text}{said}{at}.")
    return out


def _step(plan: Plan, name: str) -> Step | None:
    return next((step for step in plan.steps if step.name == name), None)


def item_lines(name: str, model: models.Fact | models.Outcome, plan: Plan) -> list[str]:
    rule = getattr(model, "equals", None) or getattr(model, "yes_when", None) or getattr(model, "date", None)
    written = "" if rule is None else rule.text if hasattr(rule, "text") else chosen_text(rule.choose)
    word = "is yes when" if getattr(model, "yes_when", None) is not None else "is reached on" if hasattr(model, "date") else "is"
    step = _step(plan, name)
    unit = f", {step.type.phrase}" if step is not None else ""
    out = [f"- {name} (per {model.per.text}{unit}) {word} {written}{reference(model)}", *says(model)]
    settles = getattr(model, "settles", None)
    if settles is not None:
        if hasattr(settles, "yes"):
            out.append(f"  A yes is final {settles.yes.text}; a no is final on {settles.no.text}.")
        else:
            out.append(
                f"  The {'value' if hasattr(model, 'equals') else 'answer'} is final on {settles.text}, when every table it reads is complete to that day."
            )
    out += unused_lines(model, "it is none, and what reads it says what then")
    out += held_lines(model.when_held, model.when_rejected)
    out += needs_lines(model.needs)
    return out + evidence_lines(step)


def needs_lines(needs: Needs | None) -> list[str]:
    if needs is None:
        return []
    fewer = {"nothing": "nothing is paid", "hold": "it is held"}.get(needs.else_.text, f"it is {needs.else_.text}")
    return [f"  It needs at least {needs.at_least.text}, counting {needs.of.text}; with fewer {fewer}."]


def span_lines(name: str, model: models.Span, plan: Plan) -> list[str]:
    """A set of days, and what narrows it, in the order in which that is done."""
    days = " and ".join(leaf.text for leaf in model.days_of)
    out = [f"- {name} (per {model.per.text}) is the days of {days}{reference(model)}", *says(model)]
    out += [f"  and of these only the days that are also in {leaf.text}." for leaf in model.and_also or []]
    out += [f"  without the days of {leaf.text}." for leaf in model.less or []]
    if model.join_gaps_up_to is not None:
        out.append(f"  A gap of up to {model.join_gaps_up_to.text} is filled; a longer one breaks the run.")
    if model.runs_begin is not None:
        out.append(f"  Only runs that begin {model.runs_begin.text}.")
    if model.within is not None:
        out.append(f"  Only days within {model.within.text}.")
    return out + evidence_lines(_step(plan, name))


def steps_lines(name: str, model: models.Steps) -> list[str]:
    """A table whose rows are made out of a span: what makes one, and how many there can be."""
    after = f" after {model.after.text}" if model.after is not None else ""
    run = "in one unbroken run" if model.unbroken.text == "yes" else "added up, whatever lies between"
    most = words.counted(int(model.at_most.text), "row") if model.at_most.text.isdecimal() else f"{model.at_most.text} rows"
    return [
        f"- {name}: a row of {model.per.text} gives one row for each further {model.every.text} of {model.of.text}{after}, {run}; at most {most}{reference(model)}.",
        *says(model),
    ]


def unused_lines(model: models.Fact | models.Outcome | models.Payment, what: str) -> list[str]:
    by = f" by {model.dated_by.text}" if model.dated_by is not None else " by the group's first day"
    return [
        f"  Not used from {words.day(span.from_.text)} to {words.day(span.to.text)}{by}{reference(span)}: {what}."
        for span in model.not_used
    ]


def held_lines(held: models.Scalar | None, rejected: models.Scalar | None) -> list[str]:
    out = [f"  When answers under it are held: {held.text}."] if held is not None else []
    return out + ([f"  When rows were rejected: {rejected_words(rejected.text)}."] if rejected is not None else [])


def rejected_words(text: str) -> str:
    return text if not text.startswith("leave out up to") else f"{text} of the rows submitted, and hold above that"


def evidence_lines(step: Step | None) -> list[str]:
    if step is None or not step.decided_by:
        return []
    decided = SUPPLIERS.get(step.decided_by, step.decided_by)
    rests = SUPPLIERS.get(step.rests_on, step.rests_on)
    return [f"  Decided by what {decided} supplies" + (f"; rests also on what {rests} supplies." if rests and rests != decided else ".")]


def payment_lines(name: str, model: models.Payment, plan: Plan) -> list[str]:
    step = _step(plan, name)
    out = [f"### {name}", f"{_per(model.per.text)}{reference(model)}.", *[text.strip() for text in says(model)]]
    if model.only_if is not None:
        out.append(f"Only if {model.only_if.text}.")
    if model.unless is not None:
        out.append(f"Not if {model.unless.text}.")
    out += _form(model)
    out += [text.strip() for text in needs_lines(model.needs)]
    if model.round is not None:
        out.append(f"Rounded to {model.round.text}.")
    if model.settles is not None:
        out.append(f"What {model.settles.text} comes to is taken off: the line is the final figure less what was paid before.")
    if model.may_be is not None:
        out.append("It may take money back." if model.may_be.text == "negative" else f"It may be {model.may_be.text}.")
    out += [text.strip() for text in unused_lines(model, "it pays nothing")]
    if model.if_empty is not None:
        empty = {"hold": "is held", "nothing": "pays nothing", "as missed": "counts as missed"}
        out.append(f"A group with no rows {empty.get(model.if_empty.text, model.if_empty.text)}.")
    return out + [text.strip() for text in [*held_lines(model.when_held, model.when_rejected), *evidence_lines(step)]]


def _per(per: str) -> str:
    return "One line for the whole contract" if per == "contract" else f"One line for each row of {per}"


def _form(model: models.Payment) -> list[str]:
    card = grid([leaf.text for leaf in model.card.columns], model.card.rows) if model.card is not None else []
    return [*builder_of(model).told(model), *[f"  {line}" for line in card]]
