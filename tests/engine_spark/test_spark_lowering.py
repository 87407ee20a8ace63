"""Spark's lowering, as far as it is text: these tests need neither Spark nor Java."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from spark_making import NUMBER, given, maybe, plan_of, table

from pbr.engine.spark import session
from pbr.engine.spark.frames import WIDEST, Native, of_decimals
from pbr.engine.spark.handing import write_accepted
from pbr.engine.spark.integers import Int, const
from pbr.engine.spark.layers import Layers
from pbr.engine.spark.lowering import AGGREGATES, LOWERING
from pbr.engine.spark.text import Sql, quote_name, quote_text, sql
from pbr.plan.node import Shape
from pbr.plan.operations import OPERATIONS
from pbr.plan.plan import Column
from pbr.problem import Refused
from pbr.submission.accepted import Accepted

X = Column("x", maybe(NUMBER), Shape(100, 10**12), blank="unknown")


class NoSession:
    """Stands where a session would: touching it is an error."""

    conf = property(lambda self: pytest.fail("a session was used"))


def test_every_operation_of_the_language_is_lowered() -> None:
    assert set(LOWERING) & set(AGGREGATES) == set()
    assert set(LOWERING) | set(AGGREGATES) == set(OPERATIONS)
    assert set(AGGREGATES) == {name for name, operation in OPERATIONS.items() if operation.group == "aggregate"}


def test_a_quotient_without_proof_is_no_plan() -> None:
    with pytest.raises(ValueError, match="32"):
        Int(Sql("c0"), 10**37).over(const(10**5))
    with pytest.raises(ValueError, match="32"):
        Int(Sql("c0"), 10**37).over(Int(Sql("c1"), 10**30))
    assert Int(Sql("c0"), 10**37).over(Int(Sql("c1"), 10**30), least=10**6).top == 10**31  # the divisor is known to be large enough


def test_the_type_of_an_integer_follows_from_its_bound() -> None:
    small, wide = Int(Sql("a"), 10**17), Int(Sql("b"), 10**30)
    assert (small + small).sql.text == "(a) + (a)"
    assert "DECIMAL" in (small * small).sql.text
    assert "DECIMAL" in (small + wide).sql.text
    assert (wide % const(7)).sql.text.startswith("CAST(") and (wide % const(7)).sql.text.endswith("AS BIGINT)")
    assert "div" not in wide.over(const(7)).sql.text and "nullif" in wide.over(small).sql.text
    assert "-(" not in (-wide).sql.text and "abs" not in wide.absolute().sql.text


def test_layers_name_what_is_read_twice_and_nothing_else() -> None:
    layers, views = Layers(), []
    once = layers.let(sql("{} + 1", Sql("c0")))
    twice = layers.let(sql("{} * 2", once))
    window = layers.let(sql("count(*) OVER (PARTITION BY {})", Sql("c1")))
    word = layers.let(Sql(quote_text("n1 and n2")), always=True)  # names within a literal are no names
    (joined,) = layers.join(f"SELECT {word.text} AS w, 1 AS a FROM {{layer}}", ["a"], Sql(f"m.w = l.{word.text}", word.depth))
    outputs = [f"{twice.text} + {twice.text} AS x", f"{window.text} AS y", f"{joined.text} AS z"]

    def view(query: str) -> str:
        views.append(query)
        return "v0"

    text = layers.query(lambda needed: f"SELECT {', '.join(sorted(needed & {'c0', 'c1'}))} FROM t", outputs, view)
    assert len(views) == 1 and "'n1 and n2' AS n4" in views[0] and "SELECT c0, c1 FROM t" in views[0]
    assert f" AS {once.text}" not in views[0] + text and "(((c0) + 1)) * 2 AS n2" in views[0]
    assert text.startswith("SELECT n2 + n2 AS x, n3 AS y, j0_a AS z FROM (")


def test_accepted_rows_are_handed_over_as_they_are_and_never_as_floats(tmp_path: Path) -> None:
    con = duckdb.connect()
    wide = Column("w", maybe(NUMBER), Shape(1, 10**37), blank="unknown")
    con.execute("CREATE TABLE accepted_t (_row BIGINT, id VARCHAR, x BIGINT, w HUGEINT)")
    con.execute("INSERT INTO accepted_t VALUES (2, 'b', NULL, NULL), (1, 'a', 7, 12345678901234567890123456789012345678)")
    con.execute("CREATE TABLE rejected_t (_row BIGINT)")
    plan = plan_of(given(table(X, wide), []), "t", [])
    write_accepted(plan, Accepted(con, {"t": 5}, {"t": 3}, {"t": 0}, {"t": None}), tmp_path / "handed")
    found = con.execute(f"SELECT * FROM read_parquet('{tmp_path}/handed/accepted/t.parquet')")
    assert [str(column[1]) for column in found.description] == ["BIGINT", "VARCHAR", "BIGINT", "DECIMAL(38,0)"]
    assert [tuple(row) for row in found.fetchall()] == [(2, "b", None, None), (1, "a", 7, 12345678901234567890123456789012345678)]


def test_functions_of_python_give_null_for_null_and_never_a_number_that_is_too_wide() -> None:
    tenfold = of_decimals(Native("f", lambda a, b: a * b, 2).function)
    assert tenfold(Decimal(10**20), Decimal(7)) == 7 * 10**20
    assert tenfold(None, Decimal(7)) is None
    assert tenfold(Decimal(WIDEST), Decimal(-1)) == -WIDEST
    with pytest.raises(OverflowError, match="38"):
        tenfold(Decimal(10**19), Decimal(10**19))


def test_literals_cannot_end_early() -> None:
    assert quote_text("it's \\") == r"'it\'s \\'"
    assert "$" not in quote_text("${x}")  # Spark would put a variable there
    assert quote_name("a`b") == "`a``b`"
    with pytest.raises(ValueError, match="NUL"):
        quote_text("a\0b")


def test_what_is_missing_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(session, "find_spec", lambda name: None)
    assert session.missing() == "not installed: pyspark and grpcio (pip install pyspark==4.3.0 'grpcio>=1.60')"
    wanted = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text())["project"]["optional-dependencies"][
        "spark"
    ]
    assert list(session._WANTED.values()) == [one if "==" in one else f"'{one}'" for one in wanted]
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
