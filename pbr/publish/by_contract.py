"""Each contract by itself: it is read, what may be shown of it is decided, and only that is kept. Contracts share no number, so what is decided of one does not hang on another.

True values are let go before the next contract is read. Two processes may do it side by side: what they give is put together in one order, so the site has the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Final, TypeVar

from pbr.audit import layout
from pbr.disclosure.cells import MONEY, Table
from pbr.disclosure.earlier import Earlier
from pbr.disclosure.release import decide
from pbr.disclosure.release import released as released_of
from pbr.disclosure.released import WITHHELD, Released
from pbr.publish.reading import Folders, read_contract
from pbr.publish.site import Contract

ENOUGH: Final = 40  # assessments, from which on a second process is worth its start

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Decided:
    """What is public of one contract. And for whoever publishes: ``gone``, ``known_anyway``, ``guessed`` as of ``Protection``; ``sizes``: by currency, the sizes of all sums of payment lines that are shown, and of all, in minor units."""

    contract: Contract
    released: Released
    gone: tuple[str, ...]
    known_anyway: tuple[str, ...]
    guessed: tuple[str, ...]
    sizes: Mapping[str, tuple[int, int]]


def read_and_decide(folders: Folders) -> Decided:
    """Raises Refused as reading and disclosure do."""
    table = Table()
    return decided(read_contract(folders, table), table)


def decided(contract: Contract, table: Table, earlier: Sequence[Earlier] = ()) -> Decided:
    """``table``: of this contract alone; ``earlier``: what earlier sites show of it."""
    protection = decide(table, earlier=earlier)
    released = released_of(protection, earlier=earlier)
    return Decided(
        contract,
        released,
        tuple(protection.gone),
        tuple(protection.known_anyway),
        tuple(protection.guessed),
        sizes([contract], released, table),
    )


def together(each: Sequence[Decided]) -> Released:
    """What is shown of all contracts, in their order."""
    first = each[0].released
    return replace(
        first,
        figures={cell: figure for one in each for cell, figure in one.released.figures.items()},
        shown=sum(one.released.shown for one in each),
        withheld=sum(one.released.withheld for one in each),
        unchecked=tuple(dict.fromkeys(sentence for one in each for sentence in one.released.unchecked)),
        rules={name: rule for one in sorted(each, key=lambda one: one.contract.slug) for name, rule in one.released.rules.items()},
    )


def sizes(contracts: Sequence[Contract], released: Released, table: Table) -> dict[str, tuple[int, int]]:
    """By currency, the sizes of the sums of payment lines that are shown, and of all. They are true ones, and go to whoever publishes, not into the site."""
    true = {cell.name: cell for cell in table.cells if cell.kind == MONEY}
    found: dict[str, tuple[int, int]] = {}
    payments = (payment for contract in contracts for one in contract.assessments for payment in one.payments)
    for slot in (line.amount for payment in payments for line in payment.lines if line.amount.cell in true):
        cell = true[slot.cell]
        size, (shown, whole) = abs(int(cell.value)), found.get(cell.unit, (0, 0))
        found[cell.unit] = shown + (size if released.figures[slot.cell].how != WITHHELD else 0), whole + size
    return found


def size_of(folders: Folders) -> int:
    """How much work a contract will be, as far as can be said at first look: the bytes of its plans."""
    plans = (seen.folder / layout.PLAN for seen, _, _ in folders.each)
    return sum(plan.stat().st_size for plan in plans if plan.is_file())


def side_by_side(
    work: Callable[[Given], Made], given: Sequence[Given], processes: int, size: Callable[[Given], int] = lambda _: 0
) -> Iterator[Made]:
    """What ``work`` makes of each, in their order. Those of the largest ``size`` are begun first, so that no process is left alone with a large one. Work and what it is given and gives must be what another process can take."""
    if processes < 2 or len(given) < 2:
        yield from map(work, given)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(min(processes, len(given)), mp_context=get_context("spawn")) as pool:
        order = sorted(range(len(given)), key=lambda at: (-size(given[at]), at))
        made = dict(zip(order, pool.map(work, [given[at] for at in order]), strict=True))
    yield from (made[at] for at in range(len(given)))
