"""Why a condition came out as it did: read off stored sides, and never against the stored answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hand_made_runs import column, doncaster, figure, item
from hypothesis import given
from hypothesis import strategies as st

from pbr.language.types import Type
from pbr.plan.node import Node
from pbr.plan.plan import Plan, Step
from pbr.statement.saying import Reader
from pbr.statement.stored import Row, Trail
from pbr.statement.truth import findings, verdict

PLAN: Plan = doncaster()
TRUTH = Type("truth")
SIGNS = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
HOLDS: dict[str, Any] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
}


def reader(node: Node, cells: dict[str, Any] | None = None) -> Reader:
    """A step whose own value is not stored: what can be read, must be read off its parts."""
    return Reader(Trail(PLAN, None), Row("releases", ("r1",), cells or {}), Step(99, "test", "fact", "releases", node, "as written"))


def comparison(op: str, a: int, b: int) -> Node:
    sides = (figure("whole", str(a), str(a)), figure("whole", str(b), str(b)))
    return Node(op, TRUTH, sides, {}, None, f"{{0}} {SIGNS[op]} {{1}}")


def evaluated(node: Node) -> bool:
    if node.op == "not":
        return not evaluated(node.args[0])
    if node.op in ("and", "or"):
        return (all if node.op == "and" else any)(evaluated(arg) for arg in node.args)
    left, right = (int(arg.params["value"]["n"]) for arg in node.args)
    return bool(HOLDS[node.op](left, right))


def joined(op: str, args: list[Node]) -> Node:
    return Node(op, TRUTH, tuple(args), {}, None, f" {op} ".join(f"({{{n}}})" for n in range(len(args))))


small = st.integers(0, 3)
leaves = st.builds(comparison, st.sampled_from(sorted(SIGNS)), small, small)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda arg: Node("not", TRUTH, (arg,), {}, None, "not ({0})"), inner),
        st.builds(joined, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=8,
)


@given(trees)
def test_what_is_read_off_the_sides_is_the_answer(tree: Node) -> None:
    answer = evaluated(tree)
    assert verdict(reader(tree), ()) is answer
    found = findings(reader(tree), (), answer)
    assert found and all(finding.answer is not None and finding.says for finding in found)


@given(st.sampled_from(["and", "or"]), st.lists(leaves, min_size=2, max_size=4))
def test_only_the_parts_that_decided_are_told(op: str, parts: list[Node]) -> None:
    tree = joined(op, parts)
    answer = evaluated(tree)
    deciding = [part for part in parts if evaluated(part) is answer]
    told = findings(reader(tree), (), answer)
    assert [finding.answer for finding in told] == [answer] * len(deciding)


@pytest.mark.parametrize(
    ("op", "a", "b", "says"),
    [
        ("ge", 12, 25, "12 is below 25, 13 short"),
        ("ge", 30, 25, "30 is at least 25, 5 to spare"),
        ("ge", 25, 25, "25 is at least 25"),
        ("gt", 25, 25, "25 is not above 25"),
        ("le", 30, 25, "30 is above 25, 5 over"),
        ("lt", 25, 25, "25 is not below 25"),
        ("eq", 3, 4, "3 is not 4"),
        ("ne", 3, 4, "3 is not 4"),
    ],
)
def test_comparisons_in_words(op: str, a: int, b: int, says: str) -> None:
    node = comparison(op, a, b)
    assert [str(finding) for finding in findings(reader(node))] == [says]


def test_days_in_words() -> None:
    day = column("releases", "released_on", Type("date"))
    limit = Node("literal", Type("date"), (), {"value": "2012-03-01"}, None, "2012-03-01")
    cells = {"released_on": date(2012, 2, 28)}
    before = Node("ge", TRUTH, (day, limit), {}, None, "{0} >= {1}")
    assert [str(f) for f in findings(reader(before, cells))] == ["released_on (28 February 2012) is before 1 March 2012, by 2 days"]
    window = Node("within", TRUTH, (day, figure("months", "12", "12 months"), limit), {"mode": "from"}, None, "{0} within {1} from {2}")
    assert [str(f) for f in findings(reader(window, cells), (), False)] == [
        "released_on (28 February 2012) is not within 12 months from 1 March 2012"
    ]


def test_percentages_that_differ_never_read_alike() -> None:
    a, b = figure("percent", "49999/100000", "49.999%"), figure("percent", "1/2", "half", "half")
    node = Node("ge", TRUTH, (a, b), {}, None, "{0} >= {1}")
    (said,) = [str(finding) for finding in findings(reader(node))]
    assert said == "49.999% is below half (50.000%), 0.001 percentage points short"


def test_an_unknown_side_is_named() -> None:
    cells = {"change": None, "change.of": None, "change.hi": None, "change.hi.of": None, "change.why": 1}
    gap = PLAN.step("change")
    node = Node(
        "ge",
        TRUTH,
        (item("change", "releases", gap.type, gap.node.shape), figure("points", "1/20", "target", "target")),
        {},
        None,
        "{0} >= {1}",
    )
    assert [str(finding) for finding in findings(reader(node, cells))] == ["change is not known"]
