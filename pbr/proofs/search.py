"""The search: many small tables, run once each, that every proof may look through for a counterexample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from pbr.plan.plan import Plan, Table
from pbr.plan.points import Point
from pbr.proofs.tables import Family, Maker, Tables, copies
from pbr.proofs.trying import Tried

TABLES, THOROUGH = 160, 1600
_TRIES = 8
_KINDS = 12  # kinds of family that are multiplied, per day on which they begin
_SIZES = (1, 2, 3, 5, 10, 30, 60, 200)


class Search:
    """``runs``: how many tables are made. ``pins``: columns that hold one code throughout. The same plan gives the same tables."""

    def __init__(self, plan: Plan, *, runs: int = TABLES, seed: int = 1, pins: Mapping[tuple[str, str], str] | None = None) -> None:
        self.plan, self.runs = plan, runs
        self.maker = Maker(plan, seed, pins)
        self.asks = any(step.kind == "check" for step in plan.steps)
        self._copied: dict[tuple[int, int], list[Tried]] = {}

    def family(self, root: Table, base: date, blanks: float = 0.0) -> Family:
        """A family that no check rejects a row of, if a few tries find one."""
        made = self.maker.family(root, base, blanks=blanks)
        for _ in range(_TRIES):
            if not self.asks or not Tried(self.plan, copies(self.plan, [made])).machine.checks():
                break
            made = self.maker.family(root, base, blanks=blanks)
        return made

    @cached_property
    def tried(self) -> tuple[Tried, ...]:
        """Tables of a few families, clean ones first; then with blanks, rows that checks reject, and days before anything is final."""
        out = [Tried(self.plan, copies(self.plan, []))]
        r, bases = self.maker.random, self.maker.bases()
        for number in range(self.runs):
            base = bases[number % len(bases)]
            if number % 4 == 3:
                families = self.maker.families(base, 1 + number % 3)
                late = r.choice([base, *self.maker.days]) if number % 8 == 7 else None
            else:
                families = [self.family(root, base, 0.1 * (number % 4 == 2)) for _ in range(1 + number % 4) for root in self.maker.roots]
                late = None
            out.append(Tried(self.plan, copies(self.plan, families, late)))
        return tuple(out)

    @cached_property
    def witnesses(self) -> Mapping[Point, Tried]:
        """For each point that some table comes to, the smallest one that does."""
        found: dict[Point, Tried] = {}
        for tried in sorted(self.tried, key=lambda one: one.tables.size):
            for point in sorted(tried.seen):
                found.setdefault(point, tried)
        return found

    @cached_property
    def kinds(self) -> tuple[tuple[date, tuple[tuple[Family, ...], ...]], ...]:
        """Per day on which families begin, a few sets of families, one of each root table."""
        return tuple(
            (base, tuple(tuple(self.family(root, base) for root in self.maker.roots) for _ in range(_KINDS)))
            for base in self.maker.bases()[:4]
        )  # fmt: skip

    def multiplied(self, most: int) -> Iterable[tuple[int, tuple[tuple[Family, ...], ...], list[Tried]]]:
        """(how many copies, sets of families that begin on one day, what comes of so many copies of each), from few copies to many. They are run
        once, whoever asks."""
        for size in _SIZES:
            for number, (_, sets) in enumerate(self.kinds):
                if size * max((sum(len(f.rows) for f in one) for one in sets), default=0) <= most:
                    if (size, number) not in self._copied:
                        self._copied[size, number] = [Tried(self.plan, self.tables([one] * size)) for one in sets]
                    yield size, sets, self._copied[size, number]

    def tables(self, families: Iterable[Iterable[Family]]) -> Tables:
        return copies(self.plan, [family for one in families for family in one])
