"""The form `share`: a part of a saving, once it has passed a dead band; and of a loss, where losses are shared too."""

from __future__ import annotations

from collections.abc import Iterable

from pbr.language.types import Type
from pbr.plan.forms import nodes
from pbr.plan.forms.difference import limits_told
from pbr.plan.forms.form import Form, Made
from pbr.plan.node import Node
from pbr.plan.plan import Told
from pbr.plan.trouble import Mistake
from pbr.plan.typer import Typer
from pbr.terms import models
from pbr.terms.payments import Share as Words

_TAKES = {"whole": "of the whole of it", "beyond": "of what lies beyond that"}


class Share(Form):
    """``NAME.saving``, ``NAME.band``: the saving, and what it must come to before any of it is shared. Equality passes the band."""

    def may_take_back(self) -> bool:
        return super().may_take_back() or self.words.losses is not None

    @property
    def words(self) -> Words:
        assert self.model.share is not None
        return self.model.share

    @staticmethod
    def reads(model: models.Payment) -> Iterable[models.Scalar | None]:
        words = model.share
        if words is None:
            return ()
        losses = (words.losses.above, words.losses.share) if words.losses is not None else ()
        return (words.of, words.above, words.benchmark, words.share, words.most_paid, words.most_repaid, *losses)

    @staticmethod
    def told(model: models.Payment) -> list[str]:
        words = model.share
        assert words is not None
        takes = _TAKES.get(words.takes.text, words.takes.text)
        out = [
            f"If {words.of.text} comes to {words.above.text} of {words.benchmark.text} or more, it pays {words.share.text} {takes}; if to less, nothing."
        ]
        if words.losses is not None:
            out.append(
                f"If it is a loss of {words.losses.above.text} of {words.benchmark.text} or more, it takes back {words.losses.share.text} {takes}."
            )
        return [*out, *limits_told(words.most_paid, words.most_repaid)]

    def leaf(self) -> models.Scalar:
        return self.words.of

    def make(self) -> Made:
        words = self.words
        if words.losses is None and words.most_repaid is not None:
            with self.problems.about(words.most_repaid):
                raise Mistake("PBR307", "`most_repaid` changes nothing where no losses are shared.", "Take it away, or write `losses`.")
        typer = self.typer()
        saving = self.money_of(typer, words.of)
        self.step(f"{self.name}.saving", "hidden", saving, typer, words.of.text)
        self._band("band", words.above)
        if words.losses is not None:
            self._band("loss_band", words.losses.above)
        return self.under_condition(self._sum)

    def _band(self, name: str, above: models.Scalar) -> None:
        typer = self.typer()
        part, benchmark = self._part(typer, above), self.money_of(typer, self.words.benchmark)
        self.check_sign(benchmark, self.words.benchmark)
        node = nodes.mul(typer, part, benchmark)
        assert node is not None
        self.step(f"{self.name}.{name}", "hidden", node, typer, f"{above.text} of {self.words.benchmark.text}")

    def _part(self, typer: Typer, leaf: models.Scalar) -> Node:
        node = self.expression(typer, leaf)
        value = nodes.fixed(node)
        with self.problems.about(leaf):
            if node.type.kind != "percent" or (value is not None and not 0 <= value <= 1):
                raise Mistake("PBR848", f"`{leaf.text}` is not a share of anything.", "Write a percentage from 0% to 100%.")
        self.check_sign(node, leaf)
        return node

    def _sum(self, typer: Typer) -> Node:
        """The part of a saving; less the part of a loss, where losses are shared. One of them is nothing."""
        words = self.words
        part = self.typer()
        shared = self._side(part, self.item(part, f"{self.name}.saving"), "band", words.share)
        gain = self._limited(part, "gain", shared, words.most_paid, f"{words.share.text} of the saving")
        self.tell(gain, *self._told("paid", words.above, words.share, words.most_paid))
        if words.losses is None:
            return self.item(typer, gain)
        part = self.typer()
        lost = nodes.sub(part, self.zero(part), self.item(part, f"{self.name}.saving"))
        shared = self._side(part, lost, "loss_band", words.losses.share)
        loss = self._limited(part, "loss", shared, words.most_repaid, f"{words.losses.share.text} of the loss")
        self.tell(loss, *self._told("repaid", words.losses.above, words.losses.share, words.most_repaid))

        def told() -> Iterable[Told]:
            own = self.typer()
            below = nodes.compare(own, "lt", self.item(own, f"{self.name}.saving"), self.zero(own))
            yield Told("{0:told}", (self.item(own, loss),), below)
            yield Told("{0:told}", (self.item(own, gain),))

        def net(own: Typer) -> Node:
            return nodes.sub(own, self.item(own, gain), self.item(own, loss))

        return self.summed(typer, net, f"{words.share.text} of a saving, less {words.losses.share.text} of a loss", told)

    def _limited(self, typer: Typer, name: str, amount: Node, most: models.Scalar | None, text: str) -> str:
        """The step with a side's share, and after it, where there is one, the step that cuts it at its most."""
        found = self.step(f"{self.name}.{name}", "hidden", amount, typer, text).name
        if most is None:
            return found
        typer = self.typer()
        return self.step(
            f"{self.name}.{name}_paid", "hidden", self.at_most(typer, self.item(typer, found), most), typer, f"{text}, at most {most.text}"
        ).name

    def _told(self, part: str, above: models.Scalar, share: models.Scalar, most: models.Scalar | None) -> Iterable[Told]:
        """The share and what it is a share of; or what was not reached."""
        words, typer = self.words, self.typer()
        lost = part == "repaid"
        name, band, amount, side = ("a loss", "loss_band", "{0:minus}", "loss") if lost else ("a saving", "band", "{0}", "gain")
        saving, limit = self.item(typer, f"{self.name}.saving"), self.item(typer, f"{self.name}.{band}")
        rate, of = self.figure(f"{side}_share", share), (self.figure(f"{side}_above", above), self.figure("benchmark", words.benchmark))
        some = nodes.compare(typer, "gt", self.item(typer, f"{self.name}.{side}"), self.zero(typer))
        reached = f"{{2}} of {{3}}{'' if above.text in ('0%', '100%') else ' ({4})'}"
        places = (saving, rate, *of, limit)
        if words.takes.text == "beyond":
            shared = self.limit(part, f"{self.name}.{side}", most, Told(f"{{1}} of what {name} of {amount} has beyond {reached}", places))
        else:
            shared = self.limit(part, f"{self.name}.{side}", most, Told(f"{{1}} of {name} of {amount}", places), f"; it reached {reached}")
        for told in shared:
            when = some if told.when is None else typer.make("and", Type("truth"), (some, told.when), phrase="{0} and {1}")
            yield Told(told.says, told.of, when)
        if not lost and words.losses is None:
            yield Told("a loss of {0:minus} is no saving", (saving,), nodes.compare(typer, "lt", saving, self.zero(typer)))
        yield Told(f"{name} of {amount} is less than {reached}", (saving, rate, *of, limit))

    def _side(self, typer: Typer, amount: Node, band: str, share: models.Scalar) -> Node:
        limit = self.item(typer, f"{self.name}.{band}")
        passed = amount if self.words.takes.text == "whole" else nodes.sub(typer, amount, limit)
        shared = nodes.mul(typer, self._part(typer, share), nodes.extreme(typer, "greatest", passed, self.zero(typer)))
        assert shared is not None
        if self.words.takes.text == "beyond":
            return shared  # already nothing up to the band
        return self.choice(typer, nodes.compare(typer, "ge", amount, limit), shared, self.zero(typer))
