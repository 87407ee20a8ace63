"""What Spark's lowering table lacks is refused by name, before anything starts: these tests need neither Spark nor Java."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction as F
from pathlib import Path

import duckdb
import pytest
from spark_making import NUMBER, TEXT, TRUTH, aggregate, col, given, maybe, quantum, table

from pbr.engine.spark import session
from pbr.engine.spark.integers import Int
from pbr.engine.spark.lowering import AGGREGATES, LOWERING
from pbr.engine.spark.run import Given, evaluate, summarise
from pbr.engine.spark.text import Sql, quote_text
from pbr.plan.node import Node, Shape
from pbr.plan.operations import OPERATIONS
from pbr.plan.plan import Column
from pbr.problem import Refused
from pbr.submission.accepted import Accepted

X = Column("x", maybe(NUMBER), Shape(100, 10**12), blank="unknown")
DATA = given(table(X), [{"x": 1}])


class NoSession:
    """Stands where a session would: touching it is an error."""

    conf = property(lambda self: pytest.fail("a session was used"))


def test_the_table_holds_operations_of_the_language_only() -> None:
    assert set(LOWERING) | set(AGGREGATES) <= set(OPERATIONS)
    assert {"round", "within", "sum"} <= set(LOWERING) | set(AGGREGATES)


@pytest.mark.parametrize("op", sorted(set(OPERATIONS) - set(LOWERING) - set(AGGREGATES)))
def test_every_operation_that_is_lacking_is_refused_by_name(op: str) -> None:
    node = Node("and", maybe(TRUTH), (Node(op, maybe(TRUTH)), Node(op, maybe(TRUTH))))
    with pytest.raises(Refused) as caught:
        evaluate(NoSession(), DATA, [node, node])  # type: ignore[arg-type]
    named = [problem.says.split("`")[1] for problem in caught.value.problems]
    assert sorted(named) == sorted({op, "and"})
    assert {problem.code for problem in caught.value.problems} == {"PBR523"}


def test_forms_that_are_lacking_are_refused() -> None:
    x = col(X)
    elsewhere = Node("column", TEXT, params={"table": "people", "column": "name", "row": "own", "via": [["parent", "people"]]})
    ratio = Node(
        "round",
        NUMBER,
        (Node("mul", NUMBER, (x, x), shape=Shape(None, 10**24, 10**6)),),
        {"quantum": quantum(F(1)), "mode": "floor"},
        Shape(1, 1),
    )
    for nodes, words in (
        ([elsewhere], "people.name, from t"),
        ([ratio], "ratio"),
        ([aggregate("count")], "over part of a table"),
    ):
        with pytest.raises(Refused, match=f"PBR523(.|\n)*{words}"):
            evaluate(NoSession(), DATA, nodes)  # type: ignore[arg-type]
    for node in (aggregate("count", kind="children"), aggregate("sum", x, table="other")):
        with pytest.raises(Refused, match="PBR523"):
            summarise(NoSession(), DATA, [node])  # type: ignore[arg-type]


def test_a_quotient_without_proof_is_no_plan() -> None:
    with pytest.raises(ValueError, match="32"):
        Int(Sql("c0"), 10**37).over(10**5)


def test_accepted_rows_are_taken_as_they_are() -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE accepted_t (_row BIGINT, id VARCHAR, x HUGEINT)")
    con.execute("INSERT INTO accepted_t VALUES (2, 'b', NULL), (1, 'a', 170141183460469231731687303715884105727)")
    found = Given.load(Accepted(con, {"t": 5}, {"t": 3}, {"t": 0}, {"t": None}), DATA.table)
    assert found.rows == [{"id": "a", "x": 2**127 - 1}, {"id": "b", "x": None}]
    assert (found.rejected, found.submitted, found.complete_to) == (3, 5, {"t": None})


def test_literals_cannot_end_early() -> None:
    assert quote_text("it's \\") == r"'it\'s \\'"
    assert "$" not in quote_text("${x}")  # Spark would put a variable there
    with pytest.raises(ValueError, match="NUL"):
        quote_text("a\0b")


def test_what_is_missing_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(session, "find_spec", lambda name: None)
    assert session.missing() == "not installed: pyspark and grpcio (pip install 'pbr-contracts[spark]')"
    monkeypatch.setattr(session, "find_spec", lambda name: object())
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert session.missing().startswith("Java is not installed")
    with pytest.raises(Refused, match="PBR521"):
        session.open_session()


def test_the_package_is_imported_without_spark() -> None:
    program = (
        "import sys\nimport pbr.engine.spark.run, pbr.engine.spark.session\nprint(sorted({'pyspark', 'py4j', 'grpc'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, env=os.environ, check=True)
    assert ran.stdout.strip() == "[]"
