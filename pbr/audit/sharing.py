"""A trace compared by several processes, each with a reference engine of its own: what is found is what one process finds, in the same order.

Every process has all rows, and compares some of them. An engine works out what it is asked, and what that needs: a group's share needs every person, so whoever is asked for it works
out every person. To keep that low, the values that other rows or the payment lines read come back, and are remembered by the engine of the process that goes on from there. They are
the values that it would work out itself; nothing depends on which come back but time.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from pbr.audit import layout
from pbr.audit.compare_trace import Compared, Grains, Part
from pbr.audit.difference import Difference, Enough, Found
from pbr.engine.record.machine import Machine
from pbr.engine.record.rows import Records, Rows
from pbr.engine.record.tables import WINDOW
from pbr.plan.plan import Plan
from pbr.platform.duck import connect, database_errors, glob_text
from pbr.platform.limits import Limits
from pbr.platform.processes import Helpers, answer, helpers, what_was_given
from pbr.submission.accepted import Accepted
from pbr.values.value import Value

ENOUGH: Final = 50_000  # rows of data for each process, from which on one more is worth its start
LEAST: Final = 1_000  # rows of a file, below which it is not cut in parts
AHEAD: Final = 2  # parts that each helper has to do at a time
PARTS: Final = 6  # of each file for each process: whoever is done first takes the next


@dataclass(frozen=True)
class Told:
    """What came of a part: ``differences`` in their order; ``compared``, None where there were enough of them, or ``trouble`` with the file. ``values`` of the part's rows, by step."""

    compared: Compared | None
    differences: list[Difference]
    trouble: BaseException | None = None
    values: dict[str, list[Value]] = field(default_factory=dict)


class Sharing:
    """``parts``: all of the trace, in order. ``processes``: how many share them, with this one. ``others``: whom to ask, None: nobody."""

    def __init__(self, plan: Plan, parts: list[Part], processes: int = 1, others: Helpers | None = None) -> None:
        self.plan, self.parts, self._others = plan, parts, others
        # asked for at a time: whoever waits for work has some, and what nobody was asked for can be done here
        self._most = AHEAD * (processes - 1)
        self._windows = windows(plan)
        self._waiting: deque[int] = deque()  # numbers of parts
        self._asked: dict[int, Future[Told]] = {}
        if others is not None:
            self._waiting.extend(self._cut(lambda grain: grain not in self._windows))
            # this process has other things to do first
            self._ask(len(self._waiting) if self._windows else len(self._waiting) * (processes - 1) // processes)

    def _cut(self, wanted: Callable[[str], bool]) -> list[int]:
        """Numbers of parts, but of whole files: they are small, and done last, where what they need is known."""
        return [number for number, part in enumerate(self.parts) if wanted(part.grain) and not part.whole]

    def _ask(self, most: int, machine: Machine | None = None) -> None:
        """Others for as much as makes ``most`` that they have to do. A window is worked out over all rows at once: it is done here, and they are told what came of it."""
        open_ = sum(not asked.done() for asked in self._asked.values())
        while self._others is not None and self._waiting and open_ < most:
            number = self._waiting.popleft()
            part = self.parts[number]
            known = _values_of(machine, part, self._windows.get(part.grain, ())) if machine is not None else {}
            self._asked[number] = self._others.ask(_helped, part, known)
            open_ += 1

    def _done_here(self, grains: Grains) -> Iterator[tuple[int, Told]]:
        """What the others are not asked for, from the end."""
        if self._others is not None:
            self._waiting.extend(self._cut(lambda grain: grain in self._windows))
        self._ask(self._most, grains.machine)
        while self._waiting:
            number = self._waiting.pop()
            yield number, compare_part(grains, self.parts[number])
            self._ask(self._most, grains.machine)

    def compare(self, machine: Machine, con: Any, folder: Path, found: Found) -> tuple[int, int]:
        """Adds every difference to ``found``; gives the numbers of rows and of values compared. What no helper has begun is done here, from the end.
        Raises Enough, and duckdb.Error for a file that cannot be read."""
        grains = Grains(self.plan, machine, con, folder)
        own = dict(self._done_here(grains))
        rows = values = 0
        broken_off = ""  # the grain of which no more is compared
        for number, part in enumerate(self.parts):
            if part.grain == broken_off:
                continue
            if number in own:
                told = own[number]
            elif number in self._asked:
                told = answer(self._asked[number])
                _remember(machine, part.of(machine.keys(part.grain)), told.values)
            else:
                told = compare_part(grains, part)
            for difference in told.differences:
                found.add(difference)
            if told.trouble is not None:
                raise told.trouble
            assert told.compared is not None, "a part ends early only with enough differences, and they are added above"
            rows, values = rows + told.compared.rows, values + told.compared.values
            if told.compared.broken_off:
                broken_off = part.grain
        return rows, values


@contextmanager
def shared(plan: Plan, accepted: Accepted, con: Any, folder: Path, home: Path, limits: Limits, processes: int) -> Iterator[Sharing]:
    """The comparison, begun by others where the data is worth it: with this one they are ``processes`` at most. ``home``: a folder for what they need. They have ended when the block has."""
    processes = min(processes, _worth(accepted))
    parts = list(_parts(plan, con, folder, processes))
    if processes < 2 or len(parts) < 2:
        yield Sharing(plan, parts)
        return
    with helpers(processes - 1, (plan, Records.fetch(accepted, plan), folder, home, limits)) as others:
        yield Sharing(plan, parts, processes, others)


def _parts(plan: Plan, con: Any, folder: Path, processes: int) -> Iterator[Part]:
    for grain in layout.grains(plan):
        rows = _rows_of(con, folder / layout.trace_file(grain)) if processes > 1 else 0
        if rows < LEAST:
            yield Part(grain)
            continue
        size = max(LEAST // 2, rows // (processes * PARTS) + 1)
        firsts = range(0, rows, size)
        yield from (Part(grain, first, first + size) for first in firsts[:-1])
        yield Part(grain, firsts[-1])


def _rows_of(con: Any, path: Path) -> int:
    try:
        return int(con.execute(f"SELECT count(*) FROM read_parquet({glob_text(path)}, hive_partitioning = false)").fetchone()[0])
    except database_errors():
        return 0  # it is said when it is compared


def _worth(accepted: Accepted) -> int:
    """How many processes the data is worth."""
    return max(1, (sum(accepted.submitted.values()) - sum(accepted.rejected.values())) // ENOUGH)


def compare_part(grains: Grains, part: Part) -> Told:
    found = Found()
    try:
        return Told(grains.compare(part, found), found.differences)
    except Enough:
        return Told(None, found.differences)
    except database_errors() as trouble:
        return Told(None, found.differences, trouble)


def _remember(machine: Machine, keys: list[Any], values: dict[str, list[Value]]) -> None:
    for name, worked_out in values.items():
        for key, value in zip(keys, worked_out, strict=True):
            machine.remember(name, key, value)


def _values_of(machine: Machine, part: Part, names: Sequence[str]) -> dict[str, list[Value]]:
    keys = part.of(machine.keys(part.grain))
    return {name: [machine.value(name, key) for key in keys] for name in names}


# ---- in a helper ---------------------------------------------------------------------------------------------------


def _helped(part: Part, known: dict[str, list[Value]]) -> Told:
    """``known``: values of the part's rows, by step."""
    grains, wanted = _opened()
    _remember(grains.machine, part.of(grains.machine.keys(part.grain)) if known else [], known)
    told = compare_part(grains, part)
    if told.compared is None or told.differences:
        return told  # somebody will look at this, and nobody waits for it
    return Told(told.compared, [], None, _values_of(grains.machine, part, wanted.get(part.grain, ())))


@cache
def _opened() -> tuple[Grains, dict[str, list[str]]]:
    """What a helper needs for each part, and the names of the steps whose values it gives back, by grain."""
    plan, records, folder, home, limits = what_was_given()
    work = home / f"helper-{os.getpid()}"
    work.mkdir(mode=0o700)
    con = connect(work, [folder], threads=1, memory=limits.memory_text)
    return Grains(plan, Machine(plan, Rows.of(records, plan)), con, folder), read_elsewhere(plan)


def windows(plan: Plan) -> dict[str, list[str]]:
    """The steps with a window over the rows of a table, by grain."""
    out: dict[str, list[str]] = {}
    for step in plan.steps:
        if any(node.op in WINDOW for node in step.node.walk()):
            out.setdefault(step.grain, []).append(step.name)
    return out


def read_elsewhere(plan: Plan) -> dict[str, list[str]]:
    """The steps that the payment lines read, or rows other than their own."""
    names = {payment.amount for payment in plan.payments}
    names |= {name for cohort in plan.cohorts for name in (cohort.member, *cohort.keys)}
    for then in plan.then:
        names |= {name for _, name in (*then.per, *then.limit)} | {name for _, order in then.order for name in order}
    for step in plan.steps:
        for node in step.node.walk():
            if node.op == "item" and (node.params["row"] != "own" or plan.step(node.params["step"]).grain != step.grain):
                names.add(node.params["step"])
    out: dict[str, list[str]] = {}
    for step in plan.steps:
        if step.name in names:
            out.setdefault(step.grain, []).append(step.name)
    return out
