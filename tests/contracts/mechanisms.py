"""Which mechanisms of the language a contract uses, told from its terms and its plan. One table names them all: ``WORDS`` by the words of the contract, ``OPERATIONS``
by the operations of the plan, ``VALUES`` by what is written after a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from pbr.plan.operations import OPERATIONS as DEFINED
from pbr.plan.plan import Plan
from pbr.terms.loading import Loaded

# Which model has the word, and the word: the mechanism.
WORDS: Mapping[tuple[str, str], str] = {
    ("Contract", "spans"): "spans", ("Contract", "steps"): "steps of a span", ("Contract", "uses"): "rules", ("Contract", "variations"): "variations",
    ("Contract", "laws"): "laws", ("Contract", "cliffs"): "cliffs stated", ("Contract", "layout"): "layout",
    ("Parameter", "values"): "dated terms", ("Parameter", "versions"): "card that changes", ("Parameter", "rows"): "card by code",
    ("Parameter", "coefficients"): "column family", ("Parameter", "measured"): "baseline with its age",
    ("Table", "matched_to"): "matched register", ("Table", "register_"): "register", ("Table", "charged_once_per"): "charged once per",
    ("Table", "must_cover"): "must cover", ("Table", "control_totals"): "control totals", ("Table", "families"): "column family",
    ("TableLayout", "wide_to_long"): "layout: wide to long",
    ("Check", "reject"): "check: reject", ("Check", "flag"): "check: flag", ("Check", "per"): "check of a group",
    ("BetweenRows", "repeated"): "check: repeated", ("BetweenRows", "out_of_order"): "check: out of order",
    ("Cohort", "each"): "cohort: each", ("Cohort", "by"): "cohort: by", ("Cohort", "periods"): "cohort: periods", ("Cohort", "only"): "cohort: only",
    ("Cohort", "exclude"): "cohort: exclude",
    ("Span", "and_also"): "span: and also", ("Span", "less"): "span: less", ("Span", "join_gaps_up_to"): "span: gaps joined",
    ("Span", "runs_begin"): "span: runs begin", ("Span", "within"): "span: within",
    ("Outcome", "date"): "outcome by date", ("Outcome", "evidence"): "outcome evidence", ("Outcome", "counts_once"): "counts once",
    ("Fact", "counts_once"): "counts once", ("Fact", "needs"): "needs a number", ("Fact", "when_held"): "when held", ("Fact", "when_rejected"): "when rejected",
    ("Outcome", "when_rejected"): "when rejected", ("Fact", "if_none"): "if none", ("Fact", "settles"): "number that settles",
    ("SettlesWhenSeen", "yes"): "settles when seen",
    ("Payment", "pays"): "payment: pays", ("Payment", "kind"): "payment: tariff", ("Payment", "factor"): "payment: factor", ("Payment", "at_risk"): "payment: at risk",
    ("Payment", "ladder"): "payment: ladder", ("Payment", "linear"): "payment: linear", ("Payment", "choose"): "payment: choose", ("Payment", "one_of"): "payment: one of",
    ("Payment", "difference"): "payment: difference", ("Payment", "share"): "payment: share", ("Payment", "divide"): "payment: divide", ("Payment", "settles"): "payment: settles",
    ("Payment", "only_if"): "payment only if", ("Payment", "unless"): "payment unless", ("Payment", "needs"): "payment needs a number", ("Payment", "may_be"): "payment may be negative",
    ("Payment", "if_empty"): "payment if empty", ("Payment", "evidence"): "payment evidence", ("Alternative", "evidence"): "payment evidence", ("Payment", "not_used"): "suspended item",
    ("Fact", "not_used"): "suspended item", ("Outcome", "not_used"): "suspended item", ("Payment", "round"): "payment rounded",
    ("Then", "cap"): "statement: cap", ("Then", "floor"): "statement: floor", ("Then", "mix"): "statement: mix", ("Then", "deduct"): "statement: deduct",
    ("Then", "net"): "statement: net", ("Then", "for_"): "cap for life",
    ("Law", "never_pays_more_than"): "law: never pays more than", ("Law", "never_pays_less_than"): "law: never pays less than", ("Law", "monotone_in"): "law: monotone in",
    ("Law", "at_most_one_pays"): "law: at most one pays", ("Example", "expect_maximum"): "expected maximum",
}  # fmt: skip
VALUES: Mapping[tuple[str, str, str], str] = {
    ("Ladder", "takes", "whole"): "ladder takes whole", ("Ladder", "takes", "marginal"): "ladder takes marginal", ("Ladder", "takes", "per_point"): "ladder takes per point",
    ("Share", "takes", "whole"): "share takes whole",
}  # fmt: skip
CARD: Mapping[str, str] = {
    "times": "card: times", "after_achieved": "card: after achieved", "after_paid": "card: after paid", "window": "card: window", "no_later_than": "card: no later than",
}  # fmt: skip

# Operations under the name that a reader knows; those that are not here go by their own.
NAMED: Mapping[str, str] = {
    "verdict": "significance", "logistic": "logistic model", "weigh": "column family", "share": "rate", "day_sum": "running sum to a threshold", "first_of": "first row",
    "last_of": "last row", "fall": "relative fall", "rise": "relative rise", "dated": "dated terms", "round": "rounding as written", "lookup": "card by code",
}  # fmt: skip
OPERATIONS: Mapping[str, str] = {op: NAMED.get(op, f"operation {op}") for op in DEFINED}

ALL = frozenset({*WORDS.values(), *VALUES.values(), *CARD.values(), *OPERATIONS.values(), "statement: round"})


def used(loaded: Loaded, plan: Plan) -> frozenset[str]:
    """Every mechanism that a contract uses, operations among them."""
    return frozenset(_words(loaded.contract)) | {OPERATIONS[node.op] for step in plan.steps for node in step.node.walk()}


def _words(value: object) -> Iterator[str]:
    if isinstance(value, BaseModel):
        model = type(value).__name__
        for word in value.model_fields_set:
            inner = getattr(value, word)
            text = getattr(inner, "text", "")
            if (model, word) in WORDS:
                yield WORDS[model, word]
            if (model, word, text) in VALUES:
                yield VALUES[model, word, text]
            yield from _words(inner)
        if model == "Then" and "round" in value.model_fields_set and not {"deduct", "cap"} & value.model_fields_set:
            yield "statement: round"
        if model == "Card":
            yield from (CARD[column.text] for column in getattr(value, "columns", ()) if column.text in CARD)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _words(inner)
