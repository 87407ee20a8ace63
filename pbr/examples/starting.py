"""What a worked example starts from: rows of tables read as a submission, or values given by name."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from pbr.engine.record.rows import Rows, load
from pbr.engine.record.watching import Watched
from pbr.examples.exact import taken_apart
from pbr.language.literals import parse_literal
from pbr.language.tree import Name, Number, Quoted
from pbr.language.trouble import Trouble
from pbr.language.types import Type
from pbr.plan.naming import World
from pbr.plan.parameters import value_of
from pbr.plan.plan import Plan
from pbr.plan.quantities import SIGNS, same
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake
from pbr.problem import Place, Problem
from pbr.terms.loading import Loaded
from pbr.terms.models import Example, Scalar
from pbr.values.value import NO_SUCH, UNKNOWN, Value

Key = tuple[str, ...]


class Starting:
    """Reads what an example gives. Problems are collected in ``problems``, with the example's name."""

    def __init__(self, loaded: Loaded, plan: Plan, example: Example) -> None:
        self.loaded, self.plan, self.example = loaded, plan, example
        self.world = World(plan.currency, SIGNS[plan.currency], plan.first_day, plan.last_day)
        self.problems: list[Problem] = []
        self.names: set[str] = set()
        self.asserted = 0
        self.notes: list[str] = []
        self.rows: Rows | None = None  # once they are read

    def _problem(self, code: str, says: str, hint: str, place: Place | None) -> None:
        self.problems.append(
            self.loaded.source.problem(code, f"Example `{self.example.name.text}`: {says}", hint, place or self.example.name.place)
        )

    def _single(self, leaf: Any) -> bool:
        """Whether this is one value; if not, that is said."""
        if not isinstance(leaf, Scalar):
            self._problem("PBR503", "a single value is needed here.", "Write one value for each key.", place_of(leaf))
        return isinstance(leaf, Scalar)

    @staticmethod
    def _key(text: str) -> Key:
        return tuple(part.strip() for part in text.split(" | ")) if text else ()

    def _cells(self, told: Any, grain: str) -> Iterator[tuple[Key, Any]]:
        if isinstance(told, Mapping):
            for key, leaf in told.items():
                yield self._key(str(key)), leaf
        else:
            if grain != "contract":
                self._problem("PBR503", f"one value is given, but there is one per {grain}.", "Write {KEY: VALUE, ...}.", place_of(told))
                return
            yield (), told

    def _literal(self, leaf: Any, type_: Type, *, of_a_file: bool = False) -> Value | None:
        """``of_a_file``: only what a cell can hold."""
        if not self._single(leaf):
            return None
        if leaf.text in ("unknown", "held"):
            return Value.unknown(1)
        if leaf.text == "none":
            return NO_SUCH
        if type_.kind == "code" and type_.codes and leaf.text not in type_.codes:
            self._problem(
                "PBR503",
                f"`{leaf.text}` is not one of the codes {', '.join(type_.codes[:12])}.",
                closest(leaf.text, type_.codes, "Write one of them."),
                leaf.place,
            )
            return None
        if type_.kind == "codes":
            self._problem("PBR503", "a set of codes cannot be written here.", "Give it in `rows`.", leaf.place)
            return None
        if type_.kind in ("identifier", "text", "code"):
            return Value.known(leaf.text)
        apart = taken_apart(leaf.text) if type_.numeric and not of_a_file else None
        try:
            tree = parse_literal(apart[0] if apart is not None else leaf.text)
            if isinstance(tree, (Name, Quoted)):
                raise Mistake("PBR503", f"`{leaf.text}` is not {type_.phrase}.", "Write the value as it would come out, with its unit.")
            found, value = value_of(self.world, tree)
        except Trouble as trouble:
            self._problem(trouble.code, trouble.says, trouble.hint, leaf.place if apart is not None else leaf.at(trouble.at, trouble.end))
            return None
        except Mistake as mistake:
            self._problem(mistake.code, mistake.says, mistake.hint, leaf.place)
            return None
        ratio = isinstance(tree, Number) and tree.places < 0  # 48/216: a percentage as the two counts behind it
        if same(found, type_) is None and not (ratio and type_.kind in ("percent", "points")):
            self._problem(
                "PBR503", f"`{leaf.text}` is {found.phrase}; {type_.phrase} is needed.", "Write the value with its unit.", leaf.place
            )
            return None
        if type_.kind == "date":
            return Value.known(date.fromisoformat(str(value)))
        if type_.numeric and isinstance(tree, Number):
            return Value.known(Fraction(value) * (apart[1] if apart is not None else 1))
        return Value.known(value)

    def _names(self) -> list[str]:
        """What an example can give or expect, hidden steps apart."""
        return [
            *(step.name for step in self.plan.steps if "." not in step.name),
            *(step.name for step in self.plan.then if step.name),
            *(c.name for table in self.plan.tables for c in table.columns),
        ]

    def _named(self, name: str) -> tuple[str, str, Type] | None:
        """Full name, grain and type of a step or a column."""
        step = next((step for step in self.plan.steps if step.name == name), None)
        if step is not None:
            return name, step.grain, step.type
        own = self.plan.adjustment(name)
        if own is not None:
            return name, own.per_name, Type("money")
        table_name, _, column_name = name.rpartition(".")
        for table in self.plan.tables:
            if table_name in ("", table.name):
                for column in table.columns:
                    if column.name == column_name:
                        return f"{table.name}.{column.name}", table.name, column.type
        return None

    def _complete_to(self) -> dict[str, date | None]:
        told = self.example.complete_to
        days: dict[str, date | None] = dict.fromkeys((table.name for table in self.plan.tables), None)
        if isinstance(told, Scalar):
            day = self._day(told)
            return dict.fromkeys(days, day)
        for name, leaf in (told or {}).items():
            if name not in days:
                self._problem("PBR501", f"there is no table `{name}`.", f"Tables: {', '.join(days)}.", leaf.place)
            days[name] = self._day(leaf)
        return days

    def _day(self, leaf: Scalar) -> date | None:
        try:
            return date.fromisoformat(leaf.text)
        except ValueError:
            self._problem("PBR503", f"`{leaf.text}` is not a date.", "Write it as 2012-04-01.", leaf.place)
            return None

    def _rows(self) -> Watched | None:
        self.rows = self.read()
        return None if self.rows is None else Watched(self.plan, self.rows)

    def read(self) -> Rows | None:
        """The rows of the example, read as a file would be; None after noting a problem."""
        from pbr.platform.duck import connect
        from pbr.submission.inputs import Input
        from pbr.submission.reading import read_submission

        assert self.example.rows is not None
        inputs, names = [], {table.name for table in self.plan.tables}
        for name, rows in self.example.rows.items():
            if name not in names:
                self._problem(
                    "PBR501",
                    f"there is no table `{name}`.",
                    f"Tables: {', '.join(sorted(names))}.",
                    rows[0][0].place if rows and rows[0] else None,
                )
                continue
            inputs.append(Input(name, None, None, [[leaf.text for leaf in row] for row in rows], name))
        for table in self.plan.tables:
            if table.name not in self.example.rows:
                inputs.append(Input(table.name, None, None, [[column.name for column in table.columns]], table.name))
        complete_to = self._complete_to()
        if self.problems:
            return None
        with tempfile.TemporaryDirectory(prefix="pbr-example-") as folder:
            con = connect(Path(folder), [])
            try:
                accepted = read_submission(self.plan, {}, inputs, complete_to, con, Path(folder))
                found = con.execute("SELECT TABLE_NAME, ROW, SAYS FROM findings ORDER BY ALL").fetchall()
                self.notes = [f"{table} row {row}: {says}" if row is not None else f"{table}: {says}" for table, row, says in found]
                rows_ = load(accepted, self.plan)
            finally:
                con.close()
        return rows_

    def _given(self) -> Watched | None:
        given: dict[str, dict[Key, Value]] = {}
        for name, told in (self.example.given or {}).items():
            table = next((table for table in self.plan.tables if table.name == name), None)
            if table is not None and isinstance(told, list):
                given[name] = {self._key(leaf.text): NO_SUCH for leaf in told if self._single(leaf)}
                continue
            found = self._named(name)
            if found is None:
                self._problem(
                    "PBR502",
                    f"nothing is called `{name}`.",
                    closest(name, self._names(), "Give columns, facts, outcomes and measures by name."),
                    place_of(told),
                )
                continue
            full, grain, type_ = found
            values: dict[Key, Value] = {}
            for key, leaf in self._cells(told, grain):
                value = self._literal(leaf, type_, of_a_file=full != name or "." in name)
                if value is not None and value.state == UNKNOWN and "unknown" not in type_.absent and not type_.ranged:
                    self._problem(
                        "PBR503",
                        f"`{leaf.text}` is given for {full}, which can never be unknown.",
                        "Give a value; or say in the contract that it may be unknown, such as `blank: unknown` of a column.",
                        leaf.place,
                    )
                elif value is not None:
                    values[key] = value
            given[full] = values
        complete_to = self._complete_to()
        if self.problems:
            return None
        tables: dict[str, Any] = {table.name: [] for table in self.plan.tables}
        none: dict[str, Any] = {table.name: [] for table in self.plan.tables}
        counts = {table.name: 0 for table in self.plan.tables}
        return Watched(self.plan, Rows(tables, none, counts, complete_to), given=given)


def place_of(told: Any) -> Place | None:
    if isinstance(told, Scalar):
        return told.place
    if isinstance(told, list) and told:
        return place_of(told[0])
    if isinstance(told, Mapping) and told:
        return place_of(next(iter(told.values())))
    return None
