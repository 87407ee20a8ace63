"""The steps of ``statement: then:``: what each kind does to the lines. This is the definition; both engines are written from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever reads a plan that was written does without the words of contracts
    from pbr.terms import models

KINDS = ("cap", "floor", "mix", "deduct", "net", "round")
LINEWISE = ("cap", "mix")  # kinds that cut the lines themselves, in an order
TAKES = ("cap", "deduct", "round")  # kinds whose own lines take from a total


@dataclass(frozen=True)
class StatementStep:
    """A step over all lines. It reads the low and the high of each line as the step before left them, and leaves new ones.

    ``over``: the payments (and earlier steps with lines of their own) it reads. ``per``: per payment the step of the plan that says which
    group a line counts under, or none for one group of all lines; ``per_name``: its name, or ``contract``. Lines that are not in ``over``
    stay as they are. A low that is unknown counts as ``least`` says for its payment, a high as ``most`` says: the bounds proved for it.

    **Steps with an order** (no ``name``): cap and mix. The lines of a group in the order of ``order`` (per payment: names of steps at its
    grain), then payment in plan order, then key. With B = the sum of the highs of the lines before (0 for none), A = that of the lows, and
    L <= H the limit: ``last_line`` in part: low' = max(0, min(low, L - B)), high' = max(0, min(high, H - A)).
    Not at all: low' = low if B + high <= L else 0; high' = high if A + low <= H else 0.
      A line without a place (``dated``: the first of its order, or its group, has no value) may come before any other of its group, or of
      every group where ``by_day``: its high is in the B of each of them, its low in no A; its own low' = 0, and high' is as if it came first.
      Of ``later`` (a payment, a step at its grain, a mask, tables): where that step is unknown with no reason but those of the mask, the line's
      day is after C, the earliest day that one of the tables is complete to (all given); it is in no B of a line whose own day is C or before.
      cap   L = H = ``amount``; or with ``limit`` (per payment: a step with a sum of money) both ends of that sum for the line's own row:
            unknown is 0 and the bound proved for it.
      mix   with the share p = ``share``, and X the lines of ``others`` in the group: ``of`` "all paid after this step": L and H are
            floor(max(0, p / (1 - p) * the sum of X's lows)) and the same of the highs, so that the lines come to at most p of all;
            "all achieved": floor(max(0, p * (the sum of the lows of X and of ``over``))), and of the highs.

    **Steps with lines of their own** (``name``), one in each group that has a line under it, and one where ``per_name`` is contract. It is 0 until its step. With
    S = the sum of the group's lines, between SL (lows) and SH (highs), the step's line is f(S), between its two ends over SL..SH:
      cap     -max(0, S - amount)
      floor   max(0, amount - S)
      net     max(0, -S)
      deduct  -d, with S' = max(0, S): d = min(S', amount); or with ``share`` d = min(S', share * S' to ``unit`` minor units by ``mode``)
      round   r(S) - S, with r(S) = S to ``unit`` minor units by ``mode``. Where SL < SH: from max(1 - unit, r(SL) - SH) to
              min(unit - 1, r(SH) - SL).
    **What is taken now**, while the step's line is held (low < high): of a cap, deduct or round the part min(0, f(N)), with N the sum of what the
    group's lines pay as they stand before the step: a decided line its amount, a held line 0, or its part where it is a step's; the amount at its
    high for a cap and at its low for a deduct. It is the line's amount, unless it is 0, and the line stays held. Else a held line has no amount.
    So what is paid now is never more than the step leaves of it: min(N, N + f(N)).
    With ``amount_step`` (a step at ``contract``) ``amount`` is its value, from its low to its high: unknown is 0 and the bound proved for it.

    ``text``: the step as written. ``life``: the cap counts what earlier assessments paid.
    """

    number: int
    amount: int
    over: tuple[str, ...]
    order: tuple[tuple[str, tuple[str, ...]], ...] = ()
    per: tuple[tuple[str, str], ...] = ()
    per_name: str = "contract"
    last_line: str = "in part"
    text: str = ""
    clause: str = ""
    line: int = 0
    most: tuple[tuple[str, int], ...] = ()
    kind: str = "cap"
    name: str = ""
    says: str = ""
    least: tuple[tuple[str, int], ...] = ()
    share: str = ""
    of: str = ""
    others: tuple[str, ...] = ()
    unit: int = 1
    mode: str = ""
    mode_and_unit: str = ""  # as written
    limit: tuple[tuple[str, str], ...] = ()
    amount_step: str = ""
    life: bool = False
    dated: bool = False
    later: tuple[tuple[str, str, int, tuple[str, ...]], ...] = ()

    @property
    def one_sum(self) -> bool:
        """Whether it is a cap that cuts lines at one sum, the same for all of them."""
        return self.kind == "cap" and not self.name and not self.limit

    @property
    def by_day(self) -> bool:
        """Whether its groups are the periods in which lines were earned."""
        return self.dated and self.per_name.endswith("by dated_by")

    @property
    def key(self) -> tuple[str, ...]:
        """The parts of the key of its own lines."""
        return () if self.per_name == "contract" else (self.per_name,)


def kind_of(model: models.Then) -> str:
    """The kind of a step as written; ``round`` only where it stands alone, since a deduction is also rounded. "" where it has none."""
    return next((kind for kind in KINDS if getattr(model, kind) is not None), "")
