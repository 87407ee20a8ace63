"""Payments and their lines: result, sum and reason of each, and how it was worked out. Lines of people are told together, never one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from pbr.disclosure.cells import MONEY, NUMBER
from pbr.plan.node import Node
from pbr.plan.plan import Step
from pbr.publish.reading_achieved import Rank, called, rank_of, said_of
from pbr.publish.reading_choices import Choices
from pbr.publish.reading_forms import Lineage, both, known, mixed, of, summed
from pbr.publish.reading_ledger import slug
from pbr.publish.reading_people import grain_of_people
from pbr.publish.reading_people_lines import SAYS, lines_of_people
from pbr.publish.reading_steps import SIDES, step_line
from pbr.publish.reading_texts import Texts, spoken
from pbr.publish.site import Comparison, Derived, Line, Payment, Slot, Text
from pbr.statement import words
from pbr.statement.adjusting import because_of_step
from pbr.statement.derivation import Derivation, with_values
from pbr.statement.evidence import grades
from pbr.statement.lines import Line as Stored_line
from pbr.statement.lines import because, payment_of, read_lines
from pbr.statement.making import with_rows
from pbr.statement.missing import Chase
from pbr.statement.saying import Reader, say
from pbr.statement.stored import Row
from pbr.statement.truth import VERBS, findings

LINE_WORTH, TOTAL_WORTH = 50, 70
UNITS = {"points": "percentage points", "days": "days", "months": "months", "minutes": "minutes"}


@dataclass
class Lines:
    """``forms``: payment -> how it pays, out of the reading copy."""

    texts: Texts
    forms: Mapping[str, str]
    money: dict[str, list[tuple[int, Lineage]]] = field(default_factory=dict)  # payment -> what each line adds, and what that follows from
    results: dict[str, str] = field(default_factory=dict)  # line by its slug -> its stored result
    taken: dict[str, Slot] = field(default_factory=dict)  # of a line that deducts, how much, without the sign
    values: dict[str, tuple[Rank, Text]] = field(
        default_factory=dict
    )  # of a line, what it was worked out from that says best what was achieved
    held: list[Lineage] = field(default_factory=list)  # of each line, what it gives away that it is held, or that it is not

    @cached_property
    def stored(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """By payment and result, how many lines there are and what they come to, in minor units."""
        sql = "SELECT payment, result, count(*), CAST(coalesce(sum(amount), 0) AS VARCHAR) FROM payments GROUP BY ALL"
        return {(payment, result): (int(lines), int(minor)) for payment, result, lines, minor in self.texts.trail.select(sql)}

    @property
    def choices(self) -> Choices:
        return Choices(self.texts.lineages)

    @property
    def plan(self):  # type: ignore[no-untyped-def]
        return self.texts.trail.plan

    def payments(self) -> Iterator[Payment]:
        for payment in self.plan.payments:
            if grain_of_people(self.plan, payment.grain, self.texts.lineages.people):
                told, self.money[payment.name] = lines_of_people(self.texts, payment)
                lines = tuple(told)
                self.results |= {
                    line.slug: result for line in told for result, says in SAYS.items() if line.slug == slug(f"{payment.name}-{says}")
                }
            else:
                stored = read_lines(self.texts.trail, "payment = ?", [payment.name])
                lines = tuple(self._line(line, row) for line, row in with_rows(self.texts.trail, stored))
            found = grades(self.plan, payment)
            clause = payment.clause or self.plan.step(payment.amount).clause
            yield Payment(
                payment.name, title(payment.name), clause, self.forms.get(payment.name, payment.says), lines, self._total(payment.name, payment.form),
                found["decided_by"], found["rests_on"],
            )  # fmt: skip
        for step in self.plan.then:
            if step.name:
                lines = tuple(self._line(line, None) for line in read_lines(self.texts.trail, "payment = ?", [step.name]))
                yield Payment(step.name, title(step.name), step.clause, step.text, lines, self._total(step.name, step.kind))

    # ---- sums --------------------------------------------------------------------------------------------------------------

    def _total(self, name: str, form: str) -> Slot | None:
        if form == "factor":
            return None
        paid = sum(minor for (payment, _), (_, minor) in self.stored.items() if payment == name)
        lineage = summed(lineage for _, lineage in self.money.get(name, ()))
        return self.texts.ledger.money(("total", name), (name, "total"), paid, f"paid for {words.plural(name)}", lineage, TOTAL_WORTH)

    def _adds(self, name: str, lineage: Lineage, answer: Lineage, minor: int | None, held: Lineage | None) -> None:
        """What a line adds to the total of its payment: what its formula says, whichever way its conditions had gone. A held one adds nothing, and would not if it were certain; that it is held, and why, is told by how many are."""
        if minor is None:
            self.held.append(answer.as_answer())
            if held is not None:
                self.money.setdefault(name, []).append((0, held))
            return
        self.money.setdefault(name, []).append((minor, lineage))

    # ---- one line ----------------------------------------------------------------------------------------------------------

    def _line(self, line: Stored_line, row: Row | None) -> Line:
        ledger, trail = self.texts.ledger, self.texts.trail
        own = self.plan.adjustment(line.payment)
        key = own.key if own is not None else self.plan.key_of(line.grain)
        place = slug("-".join([line.payment, *line.key]))
        label = f"{words.plural(line.payment)}{f', {words.key(line.key)}' if line.key else ''}"
        together = f"{ledger.root}/{place}"
        answer = self._decides(line, row)
        adds = self._sum_of(line, answer, row) if line.of == 1 and line.result != "sets" else answer
        lineage = adds if line.amount is None else replace(adds, implies=both(adds, answer))
        held = self._while_held(line, row, answer)
        result = ledger.answer(
            (line.number, "result"),
            (line.payment, *line.key, "result"),
            SAYS[line.result],
            f"{label}: result",
            answer if held is None else replace(answer, implies=both(answer, self._nothing(held))),
            LINE_WORTH,
            together,
        )
        if line.of == 1 and line.result != "sets":
            self._adds(line.payment, adds, answer, line.amount, held)
        if line.amount is not None and row is not None and (condition := payment_of(self.plan, line.payment).condition) is not None:
            self.held.append(self.choices.decided(row, self.plan.step(condition)))
        amount = self._amount(line, label, lineage, together)
        why = because(trail, payment_of(self.plan, line.payment), line, row) if own is None else because_of_step(trail, own, line)
        clause = own.clause if own is not None else payment_of(self.plan, line.payment).clause
        told = self.texts.of(why, together, LINE_WORTH) or (f"decided by {clause or line.payment}",)
        told = tuple(plainly(piece) if isinstance(piece, str) else piece for piece in told)
        self.results[place] = line.result
        if line.result == "deducts" and line.amount is not None:
            address = (line.payment, *line.key, "taken")
            self.taken[place] = ledger.money(
                (line.number, "taken"), address, -line.amount, f"{label}: taken", lineage.scaled(Fraction(-1)), LINE_WORTH, together
            )
        return Line(
            place, tuple(zip(key, line.key, strict=True)), result, amount, told,
            tuple(self._comparisons(line, row, together)) if row is not None else (),
            tuple(self._derived(line, row, place)) if row is not None else (),
        )  # fmt: skip

    def _sum_of(self, line: Stored_line, lineage: Lineage, row: Row | None) -> Lineage:
        """A linear form as it is, of the answers of its conditions too. Of any other formula an amount of its own that gives away what it rests on: so a total over lines gives away none of them."""
        value = Fraction(line.amount or 0)
        if line.amount is not None and row is not None:
            amount = self.plan.step(payment_of(self.plan, line.payment).amount)
            found = self.choices.sum_of(row, amount, value)
            if found is not None:
                return found
        step = self.plan.adjustment(line.payment)
        if line.amount is not None and step is not None:
            under = [one for name in step.over for _, one in self.money.get(name, ())]
            found = step_line(self.choices, step, under, line.amount, (line.payment, *line.key, "amount"))
            if found is not None:
                return found
        own = lineage.checked(value, self.texts.ledger.table.unknowns)
        if line.amount is None or (own.num is not None and own.den is None and not own.reveals):
            return own  # of a sum that was chosen by a condition that is no linear one: the total is taken to say which way that went
        what = f"{words.plural(line.payment)}{f' of {words.key(line.key)}' if line.key else ''}"
        if step is not None:
            side = SIDES.get(step.kind, 0)
        else:
            side = -1 if line.amount < 0 or payment_of(self.plan, line.payment).form == "at_risk" else 1
        name = self.texts.ledger.chosen((line.number, "amount"), (line.payment, *line.key, "amount"), line.amount, what, own.hidden(), side)
        return replace(of(name), side=side)

    def _while_held(self, line: Stored_line, row: Row | None, why: Lineage) -> Lineage | None:
        """What a held line adds, as far as a condition holds it that is a linear one; of another, what is known of why it is held."""
        if line.amount is not None or row is None:
            return None
        payment = payment_of(self.plan, line.payment)
        found = self.choices.held(row, self.plan.step(payment.amount))
        if found is not None:
            return found
        if payment.condition is not None:
            why = self.texts.lineages.answer(Reader(self.texts.trail, row, self.plan.step(payment.condition)), ())
        if not why.names:
            return replace(known(0), implies=why.implies) if why.implies else None
        side = -1 if payment.form == "at_risk" else 1
        what = f"{words.plural(line.payment)}{f' of {words.key(line.key)}' if line.key else ''}"
        name = self.texts.ledger.chosen((line.number, "amount"), (line.payment, *line.key, "amount"), 0, what, why.as_answer(), side)
        return replace(of(name), side=side)

    def _nothing(self, held: Lineage) -> Lineage:
        """Who sees that a line is held knows that it adds nothing."""
        if held.num is None or held.constant is not None:
            return Lineage()
        return Lineage(implies=(self.texts.ledger.relation(held.num, 0, 0),))

    def _amount(self, line: Stored_line, label: str, lineage: Lineage, together: str) -> Slot:
        ledger, parts, identity = self.texts.ledger, (line.payment, *line.key, "sum"), (line.number, "sum")
        if line.amount is None:
            factor = any(payment.name == line.payment and payment.form == "factor" for payment in self.plan.payments)
            instead = NUMBER if factor else MONEY
            return ledger.answer(identity, parts, "[x]", f"{label}: sum", Lineage(), LINE_WORTH, together, instead=instead)
        if line.of != 1 or line.result == "sets":
            value = Fraction(line.amount, line.of)
            places = len(words.factor_text(line.amount, line.of).partition(".")[2])
            return ledger.cell(
                identity, parts, NUMBER, value, f"{label}: factor", lineage, places=places, worth=LINE_WORTH, together=together
            )
        return ledger.money(identity, parts, line.amount, f"{label}: sum", lineage, LINE_WORTH, together)

    def _decides(self, line: Stored_line, row: Row | None) -> Lineage:
        """What a line's sum follows from, and with it what its condition gives away."""
        if row is None:
            return mixed([one for name in self._under(line.payment) for _, one in self.money.get(name, ())])
        payment = payment_of(self.plan, line.payment)
        lineages = self.texts.lineages
        amount = lineages.of(row, self.plan.step(payment.amount))
        if payment.condition is None:
            return amount
        reader = Reader(self.texts.trail, row, self.plan.step(payment.condition))
        why = lineages.answer(reader, ())
        found = reader.value()
        if line.result == "held" and found is not None and not found.value.is_known:
            return why.as_answer()
        return Lineage(
            amount.num,
            amount.den,
            amount.reveals | why.reveals,
            (*amount.implies, *(one for one in why.implies if one not in amount.implies)),
        )

    def _under(self, name: str) -> tuple[str, ...]:
        own = self.plan.adjustment(name)
        return own.over if own is not None else ()

    # ---- comparisons and derivations -----------------------------------------------------------------------------------------

    def _comparisons(self, line: Stored_line, row: Row, together: str) -> Iterator[Comparison]:
        payment = payment_of(self.plan, line.payment)
        if payment.condition is None:
            return
        reader = Reader(self.texts.trail, row, self.plan.step(payment.condition))
        found = reader.value()
        answer = bool(found.value.low) if found is not None and found.value.is_known else None
        for finding in findings(reader, (), answer):
            if finding.at is not None:
                told = self._comparison(finding.at[0], finding.at[1], finding.answer, finding.by, together)
                if told is not None:
                    yield told

    def _comparison(self, reader: Reader, path: tuple[int, ...], answer: bool | None, by: str, together: str) -> Comparison | None:
        node = reader.node(path)
        left, right = (*path, 0), (*path, 1)
        one, other = reader.value(left), reader.value(right)
        if one is None or other is None or not one.type.numeric or one.value.low is None:
            return None
        currency = reader.currency
        result = self.texts.slots(say(one, currency), together)
        target = self.texts.slots(say(other, currency), together)
        if not result or not target:
            return None
        apart = self.texts.slots(by, together)
        counts, own = self._counts(reader, left), one.counts is not None
        item = reader.node(left)
        step = self.plan.step(item.params["step"]) if item.op == "item" else None
        own = own or (step is not None and "aggregate" in step.node.params)
        verb = VERBS[node.op][0 if answer is not False else 1]
        return Comparison(
            words.plural(reader.written(left)), verb, result[0], target[0], apart[0] if apart else None,
            counts[0] if counts else None, counts[1] if counts else None, counts[2] if counts else "", answer,
            UNITS.get(one.type.kind, ""), "" if step is None or "." in step.name else called(step), own,
        )  # fmt: skip

    def _counts(self, reader: Reader, path: tuple[int, ...]) -> tuple[Slot, Slot, str] | None:
        """The counts behind a share, or behind the one share that a value is made of at its own row."""
        found = reader.value(path)
        if found is not None and found.counts is not None and found.value.is_known:
            above, below = (
                found.shown(words.count(n), "count", n, how) for n, how in zip(found.counts, ("counted", "out of"), strict=True)
            )
            return (*self.texts.slots(above), *self.texts.slots(below), counted_of(reader.node(path), reader))  # type: ignore[return-value]
        node = reader.node(path)
        if node.op == "item" and node.params.get("row") == "own":
            there = self.texts.trail.reached(reader.row, node.params.get("via", []))
            return None if there is None else self._counts(Reader(reader.trail, there, self.plan.step(node.params["step"])), ())
        if "aggregate" in node.params:
            return None
        below_it = [counts for index in range(len(node.args)) if (counts := self._counts(reader, (*path, index))) is not None]
        return below_it[0] if len(below_it) == 1 else None

    def _derived(self, line: Stored_line, row: Row, place: str) -> Iterator[Derived]:
        payment = payment_of(self.plan, line.payment)
        walk = Walk(self.texts.trail, row, Chase(self.texts.trail, {}))
        for name in dict.fromkeys([payment.condition or payment.amount, payment.amount]):
            for there, step in walk.steps(row, self.plan.step(name)):
                told = self.texts.of(with_values(Reader(self.texts.trail, there, step)))
                values: Text = told if told is not None else (f"decided by {step.clause or step.name}",)
                made = "." in step.name
                found = self.texts.trail.of_step(there, step)
                own, label = (there.grain, there.key) == (row.grain, row.key), said_of(self.plan, payment, step)
                rank = rank_of(step, label, own)
                if rank is not None and (place not in self.values or rank < self.values[place][0]):  # whether it is known or not
                    known = found is not None and found.value.is_known
                    text = self.texts.of(say(found, self.plan.currency)) if found is not None and known else None
                    key = (f"{', '.join(line.key)}: ",) if own and line.key else ()
                    self.values[place] = (rank, () if not known else (*key, f"{label}: ", *(text or ("see below",)), "."))
                where = f" of {words.key(there.key)}" if there.key and (there.grain, there.key) != (row.grain, row.key) else ""
                yield Derived(
                    f"{words.plural(step.name.replace('.', ' '))}{where}",
                    step.text,
                    values,
                    "" if made else step.clause,
                    "" if made else step.says,
                )


class Walk(Derivation):
    """The named values that a line rests on, in the order in which they are explained."""

    def steps(self, row: Row, step: Step) -> Iterator[tuple[Row, Step]]:
        self.found: list[tuple[Row, Step]] = []
        for _ in self.of(row, step, show=False):
            pass
        return iter(self.found)

    def one(self, row: Row, step: Step):  # type: ignore[no-untyped-def]
        self.found.append((row, step))


def plainly(text: str) -> str:
    """Words of a reason as they are said: names without their underscores, and what is held as not known yet."""
    return spoken(text).replace("answers are held in: ", "it is not known yet for some of: ")


def counted_of(node: Node, reader: Reader) -> str:
    while node.op == "item":
        node = reader.trail.plan.step(node.params["step"]).node
    return words.plural(str(node.params.get("aggregate", {}).get("over", "")))


def title(name: str) -> str:
    """fee_at_risk -> Fee at risk."""
    text = words.plural(name)
    return text[:1].upper() + text[1:]
