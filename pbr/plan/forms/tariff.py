"""The form `kind: tariff`: a claim is priced by its code, in the order and as often as the card allows."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from pbr.language.types import NONE, UNKNOWN, Type
from pbr.plan import shapes
from pbr.plan.forms.cards import CardRow, read_card
from pbr.plan.forms.form import Form, Made
from pbr.plan.node import Node
from pbr.plan.trouble import Mistake
from pbr.plan.typer import encode
from pbr.terms import models

LAST = "9999-12-31"


class Tariff(Form):
    """The steps of a tariff: what must come first, how often, and the price."""

    @staticmethod
    def reads(model: models.Payment) -> Iterable[models.Scalar | None]:
        return (model.code, model.subject, model.on)

    @staticmethod
    def told(model: models.Payment) -> list[str]:
        assert model.code is not None and model.subject is not None and model.on is not None
        return [f"Pays by the card below: the code is {model.code.text}, for each {model.subject.text}, in the order of {model.on.text}."]

    def leaf(self) -> models.Scalar:
        assert self.model.kind is not None
        return self.model.kind

    def line_form(self) -> str:
        return "tariff"

    def make(self) -> Made:
        model = self.model
        assert (
            model.kind is not None
            and model.code is not None
            and model.subject is not None
            and model.on is not None
            and model.card is not None
        )
        typer = self.typer()
        code, subject, on = (self.expression(typer, leaf) for leaf in (model.code, model.subject, model.on))
        with self.problems.about(model.code):
            if code.type.kind != "code":
                raise Mistake(
                    "PBR394",
                    f"`{model.code.text}` is {code.type.phrase}; the card is looked up by a code.",
                    "Name a column of type code whose codes are the card's: `one_of: PAYMENT.card.code`.",
                )
        with self.problems.about(model.on):
            if on.type.kind != "date":
                raise Mistake(
                    "PBR335",
                    f"`{model.on.text}` is {on.type.phrase}; a date is needed here.",
                    "Name the day on which the claim was achieved.",
                )
        for leaf, node in ((model.code, code), (model.subject, subject), (model.on, on)):
            with self.problems.about(leaf):
                if node.type.absent:
                    raise Mistake(
                        "PBR378",
                        f"`{leaf.text}` may be blank, and a claim without it could not be counted against the limits of others.",
                        "Declare it `blank: refused`: such a claim is then rejected, with the reason.",
                    )
        card = read_card(self.world, self.problems, model.card, code.type.codes)
        typer = self.typer()
        counts: Node = typer.literal(Type("truth"), True, "yes")
        if model.only_if is not None or model.unless is not None:
            counts = self.item(typer, str(self.allowed("only_if")[0]))
        typer = self.typer()
        member = self.doubtful(typer)
        if member is not None:  # a claim that may not belong takes its place among the others in doubt only
            both = (
                member
                if counts.op == "literal"
                else typer.make("and", Type("truth"), (member, self.item(typer, counts.params["step"])), phrase="{0} and {1}")
            )
            self.step(f"{self.name}.belongs", "hidden", both, typer, f"in {self.within}")
            typer = self.typer()
            counts = self.item(typer, f"{self.name}.belongs")
        if any(row.after for row in card):
            counts = self._qualifies(card, counts)
            typer = self.typer()
            counts = self.item(typer, f"{self.name}.qualifies")
        if any(row.no_later_than for row in card):
            counts = self.item(self.typer(), self._in_time(card, counts))
        condition = self._in_turn(card, counts) if any(row.after_paid for row in card) else self._limited(card, counts)
        typer = self.typer()
        prices = [[[row.code], encode(Type("money"), row.price)] for row in card]
        price = typer.make("lookup", Type("money"), (self.expression(typer, model.code),), {"name": f"{self.name}.card.price", "rows": prices},
                           shapes.several([row.price for row in card]), "price of {0}")  # fmt: skip
        return condition, self.choice(typer, self.item(typer, condition), price, self.zero(typer)), typer

    def _qualifies(self, card: tuple[CardRow, ...], counts: Node) -> Node:
        model = self.model
        typer = self.typer()
        if counts.op == "item":
            counts = self.item(typer, counts.params["step"])
        code, subject, on = (self.expression(typer, leaf) for leaf in (model.code, model.subject, model.on) if leaf is not None)
        rows = [[[row.code], row.after] for row in card]
        needs = Node(
            "lookup",
            Type("code", codes=code.type.codes, absent=frozenset({NONE})),
            (code,),
            {"name": f"{self.name}.card.after_achieved", "rows": rows},
            None,
            "what {0} needs first",
        )
        bit = typer.reason("missing", "an earlier claim")
        windows = [[row.code, row.window[0], str(row.window[1])] for row in card if row.window is not None]
        params, first = (
            ({"reason": bit, "windows": windows}, "{1} was achieved first, in time")
            if windows
            else ({"reason": bit}, "{1} was achieved first")
        )
        achieved = typer.make("achieved", Type("truth"), (counts, needs, code, on, subject), params, None, first, cause=True)
        self.step(f"{self.name}.achieved", "hidden", achieved, typer, "what the card asks for first has been achieved")
        typer = self.typer()
        parts = (self.item(typer, counts.params["step"]) if counts.op == "item" else counts, self.item(typer, f"{self.name}.achieved"))
        node = typer.make("and", Type("truth"), parts, phrase="{0} and {1}") if counts.op == "item" else parts[1]
        self.step(f"{self.name}.qualifies", "hidden", node, typer, "what the card asks for first has been achieved")
        return node

    def _in_time(self, card: tuple[CardRow, ...], counts: Node) -> str:
        """Whether the claim is not after the last day of its line. A line without one has the end of all days."""
        assert self.model.code is not None and self.model.on is not None
        typer = self.typer()
        code, on = self.expression(typer, self.model.code), self.expression(typer, self.model.on)
        rows = [[[row.code], row.no_later_than or LAST] for row in card]
        last = typer.make(
            "lookup", Type("date"), (code,), {"name": f"{self.name}.card.no_later_than", "rows": rows}, None, "last day of {0}"
        )
        node = typer.make("le", Type("truth"), (on, last), {}, None, "{0} <= {1}")
        if counts.op == "item":
            node = typer.make("and", Type("truth"), (self.item(typer, counts.params["step"]), node), phrase="{0} and {1}")
        return self.step(f"{self.name}.in_time", "hidden", node, typer, "not after the last day of its line").name

    def _in_turn(self, card: tuple[CardRow, ...], counts: Node) -> str:
        """Lines that ask for what was paid first, after it: those that ask for nothing, then those that ask for these, and so on.

        The card has no circle, so each code has its turn; limits are counted among claims of one code, which all have the same turn.
        """
        needs = {row.code: row.after_paid for row in card}
        turns: dict[str, int] = {}
        for code in needs:
            chain = [code]
            while (first := needs[chain[-1]]) is not None:
                chain.append(first)
            turns[code] = len(chain) - 1
        paid = ""
        for turn in range(max(turns.values()) + 1):
            now = self._limited(card, self._whose_turn(card, counts, [code for code in needs if turns[code] == turn], paid), f".{turn}")
            if paid:
                typer = self.typer()
                either = typer.make("or", Type("truth"), (self.item(typer, paid), self.item(typer, now)), phrase="{0} or {1}")
                last = turn == max(turns.values())
                kind, name = ("condition", "condition") if last else ("hidden", f"paid.{turn}")
                now = self.step(
                    f"{self.name}.{name}", kind, either, typer, "on the card, after what must be paid first, in time and within its limit"
                ).name
            paid = now
        return paid

    def _whose_turn(self, card: tuple[CardRow, ...], counts: Node, codes: list[str], paid: str) -> Node:
        model = self.model
        typer = self.typer()
        code, subject, on = (self.expression(typer, leaf) for leaf in (model.code, model.subject, model.on) if leaf is not None)
        node = typer.make("in", Type("truth"), (code,), {"items": codes}, None, f"{{0}} in ({', '.join(codes)})")
        if counts.op == "item":
            node = typer.make("and", Type("truth"), (self.item(typer, counts.params["step"]), node), phrase="{0} and {1}")
        if paid:
            rows = [[[row.code], row.after_paid if row.code in codes else None] for row in card]
            first = Node("lookup", Type("code", codes=code.type.codes, absent=frozenset({NONE})), (code,),
                         {"name": f"{self.name}.card.after_paid", "rows": rows}, None, "what must be paid before {0}")  # fmt: skip
            bit = typer.reason("missing", "an earlier claim")
            args = (self.item(typer, paid), first, code, on, subject)
            before = typer.make("achieved", Type("truth"), args, {"reason": bit}, None, "{1} was paid first", cause=True)
            node = typer.make("and", Type("truth"), (node, before), phrase="{0} and {1}")
        turn = f"{self.name}.turn.{codes[0]}"
        self.step(turn, "hidden", node, typer, "what the card asks to be paid first has been paid")
        return self.item(self.typer(), turn)

    def _limited(self, card: tuple[CardRow, ...], counts: Node, turn: str = "") -> str:
        """The claim's place among the others of its code, where the card limits them."""
        model = self.model
        typer = self.typer()
        counts = self.item(typer, counts.params["step"]) if counts.op == "item" else counts
        if all(row.times is None for row in card):
            return self.step(f"{self.name}.condition{turn}", "condition", counts, typer, "on the card").name
        code, subject, on = (self.expression(typer, leaf) for leaf in (model.code, model.subject, model.on) if leaf is not None)
        bit = typer.reason("missing", "other claims of the same code")
        place = typer.make("place", Type("whole", absent=frozenset({UNKNOWN}), ranged=True), (counts, on, code, subject), {"reason": bit}, shapes.count(shapes.ROWS),
                           "its place among this subject's claims of the same code", cause=True)  # fmt: skip
        self.step(f"{self.name}.place{turn}", "hidden", place, typer, "its place among this subject's claims of the same code")
        typer = self.typer()
        counts = self.item(typer, counts.params["step"]) if counts.op == "item" else counts
        code = self.expression(typer, model.code)  # type: ignore[arg-type]
        free = typer.make(
            "lookup",
            Type("truth"),
            (code,),
            {"name": f"{self.name}.card.no_limit", "rows": [[[row.code], row.times is None] for row in card]},
            None,
            "{0} has no limit",
        )
        most = typer.make("lookup", Type("whole"), (code,), {"name": f"{self.name}.card.times", "rows": [[[row.code], encode(Type("whole"), row.times or 0)] for row in card]},
                          shapes.several([Fraction(row.times or 0) for row in card]), "times for {0}")  # fmt: skip
        within = typer.make("le", Type("truth"), (self.item(typer, f"{self.name}.place{turn}"), most), {}, None, "{0} <= {1}")
        allowed = typer.make("or", Type("truth"), (free, within), {}, None, "{0} or ({1})")
        node = allowed if counts.op == "literal" else typer.make("and", Type("truth"), (counts, allowed), {}, None, "{0} and ({1})")
        return self.step(f"{self.name}.condition{turn}", "condition", node, typer, "on the card, in time and within its limit").name
