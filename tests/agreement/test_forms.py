"""Every form of payment against a plain rule: what a line comes to, in both engines; and what is not known never pays."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from both import compare, machine_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from random_forms import Forms, Row, make_forms

SETTINGS: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": [HealthCheck.too_slow],
    "phases": [Phase.explicit, Phase.generate],
}
READS = {  # what each payment's rule reads of a row
    "whole": ("rate",), "priced": ("n",), "marginal": ("n",), "per_point": ("rate",), "linear": ("rate",), "choose": ("code",), "one_of": ("a", "b", "n"),
    "difference": ("rate",), "share": ("spent",), "other": ("a", "b", "n", "rate", "code"), "enough": (), "settled": (),
}  # fmt: skip
ANY: dict[str, tuple[Any, ...]] = {  # of a long range a few
    "a": (True, False), "b": (True, False), "code": ("better", "same", "worse"), "rate": (Fraction(0), Fraction(1, 4), Fraction(1)), "n": (0, 16, 100),
    "spent": (Fraction(0), Fraction(100_000)),
}  # fmt: skip


def readings(row: Row, names: tuple[str, ...]) -> list[Row]:
    """The row with values that could stand where it is not known."""
    found = [row]
    for name in names:
        if row["text"][name] == "":
            found = [{**one, name: value} for one in found for value in (row[name], *ANY[name])]
    return found


def check_lines(forms: Forms) -> None:
    rows = {row["id"]: row for row in forms.rows}
    for line in machine_of(forms.case).lines():
        if line.payment == "card" and line.key[0] in forms.claims:
            assert line.amount == forms.claims[line.key[0]], f"seed {forms.case.seed}: {line.key}: {line.amount}"
        if line.grain != "rows":
            continue
        row, due = rows[line.key[0]], forms.due[line.payment]
        unknown = any(row["text"][name] == "" for name in READS[line.payment])
        where = f"seed {forms.case.seed}: {line.payment} {line.key}"
        if not unknown:
            assert line.result != "held" and line.amount == due(row), f"{where}: {line.amount}, not {due(row)}"
        elif line.result != "held":  # what is missing cannot have mattered
            assert {due(one) for one in readings(row, READS[line.payment])} == {line.amount}, where


@settings(max_examples=25, **SETTINGS)
@given(st.integers(0, 2**40))
def test_each_form_pays_what_its_rule_says_and_what_is_not_known_never_pays(seed: int) -> None:
    check_lines(make_forms(seed))


@settings(max_examples=6, **SETTINGS)
@given(st.integers(0, 2**40))
def test_both_engines_agree_on_every_value_of_every_form(seed: int) -> None:
    found = compare(make_forms(seed).case)
    assert not found.differences, f"seed {seed}: " + "\n".join(map(str, found.differences[:5]))


@settings(max_examples=40, **SETTINGS)
@given(st.integers(0, 2**40))
def test_the_laws_of_the_rules_themselves(seed: int) -> None:
    """More never pays less where it was not said that it may; and one line never pays two alternatives."""
    forms = make_forms(seed)
    row = forms.rows[0]
    points = [{**row, "rate": Fraction(tenth, 1000), "n": n} for tenth, n in zip(range(0, 1001, 50), range(0, 105, 5), strict=True)]
    names = ["priced", "marginal", "per_point", *(["whole"] if "may fall" not in forms.case.text else [])]
    for name in names:
        sums = [forms.due[name](point) for point in points]
        assert sums == sorted(sums), name
