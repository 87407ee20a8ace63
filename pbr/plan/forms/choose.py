"""The table `choose`: one value for each code of a closed list. A form of payment, and a way to write a fact or measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pbr.language.types import NONE, UNKNOWN, Type
from pbr.plan import quantities, shapes
from pbr.plan.forms import nodes
from pbr.plan.forms.form import Form, Made
from pbr.plan.leaves import Problems
from pbr.plan.node import Node
from pbr.plan.spelling import closest
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models
from pbr.terms.payments import Choose as Words


def leaves_of(words: Words) -> Iterator[models.Scalar]:
    yield words.by
    yield from words.cases.values()


def chosen_text(words: Words) -> str:
    """On one line: choose by rating: good £5.00, poor £0.00."""
    return f"choose by {words.by.text}: {', '.join(f'{code} {leaf.text}' for code, leaf in words.cases.items())}"


def chosen(typer: Typer, problems: Problems, words: Words) -> Node:
    """The value of the case that the code says. Complete over the code's list (PBR356), and of one type."""
    tree = problems.tree(words.by)
    with problems.about(words.by):
        by = typer.strict(typer.expression(tree), tree)
        if by.type.kind != "code" or not by.type.codes:
            raise Mistake(
                "PBR846",
                f"`{words.by.text}` is {by.type.phrase}; a choice is made by a code with its list.",
                "Name a column of type code, or a verdict.",
            )
        missing = [code for code in by.type.codes if code not in words.cases]
        if missing:
            raise Mistake(
                "PBR356",
                f"There is no case for {', '.join(missing[:5])}.",
                "Every code needs a case: what is not priced is never taken as zero.",
            )
    values: list[tuple[str, Node]] = []
    for code, leaf in words.cases.items():
        with problems.about(leaf):
            if code not in by.type.codes:
                raise Mistake(
                    "PBR385",
                    f"`{code}` has a case here, but it is not one of the codes {', '.join(by.type.codes[:12])}.",
                    closest(code, by.type.codes, "Take it away."),
                )
        tree = problems.tree(leaf)
        with problems.about(leaf):
            node = typer.settled_date(typer.expression(tree))
            if values and quantities.same(values[0][1].type, node.type) is None:
                raise Mistake(
                    "PBR322",
                    f"The cases differ: {values[0][1].type.phrase} and {node.type.phrase}.",
                    "All must have one type and unit; a literal 0 has its unit too (£0.00, 0 days).",
                )
        values.append((code, node))
    with problems.about(words.by):
        return _nested(typer, by, values)
    raise AssertionError


def _nested(typer: Typer, by: Node, values: list[tuple[str, Node]]) -> Node:
    node = values[-1][1]
    for code, value in reversed(values[:-1]):
        is_it = nodes.compare(typer, "eq", by, typer.literal(Type("code", codes=by.type.codes), code, code))
        kind = quantities.same(value.type, node.type)
        assert kind is not None
        shape = None
        if kind.numeric:
            assert value.shape and node.shape
            shape = shapes.choice(value.shape, node.shape, unsure=UNKNOWN in is_it.type.absent)
        absent = (NONE,) if NONE in value.type.absent | node.type.absent else ()
        node = typer.make("if", kind.also(*absent), (is_it, value, node), {}, shape, "if {0} then {1} else {2}", ranged=True)
    return node


class Choose(Form):
    """A sum for each code. A case that takes money back needs `may_be: negative`."""

    @property
    def words(self) -> Words:
        assert self.model.choose is not None
        return self.model.choose

    @staticmethod
    def reads(model: models.Payment) -> Iterable[models.Scalar | None]:
        return leaves_of(model.choose) if model.choose is not None else ()

    @staticmethod
    def told(model: models.Payment) -> list[str]:
        assert model.choose is not None
        return [f"Pays by {model.choose.by.text}:", *(f"  - {code}: {leaf.text}" for code, leaf in model.choose.cases.items())]

    def leaf(self) -> models.Scalar:
        return self.words.by

    def make(self) -> Made:
        return self.under_condition(self._sum)

    def _sum(self, typer: Typer) -> Node:
        for leaf in self.words.cases.values():
            self.money_of(typer, leaf)
        return chosen(typer, self.problems, self.words)
