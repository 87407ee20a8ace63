"""The reference engine's tables of operations: together they cover ``pbr.plan.operations.OPERATIONS``, each once.

READ are the leaves that reach for another row; only the machine can do that.
"""

from __future__ import annotations

from collections.abc import Callable

from pbr.engine.record.aggregates import AGGREGATE as OF_ROWS
from pbr.engine.record.call import Function
from pbr.engine.record.comparison import COMPARISON
from pbr.engine.record.counted import Group
from pbr.engine.record.curves import CURVE
from pbr.engine.record.dates import DATE
from pbr.engine.record.dividing import divide
from pbr.engine.record.leaves import LEAF
from pbr.engine.record.numbers import NUMBER
from pbr.engine.record.spells import DAYS, SPELLS
from pbr.engine.record.truth import TRUTH
from pbr.engine.record.windows import WINDOW as OF_LIKE
from pbr.engine.record.windows import Window
from pbr.values.value import Value

SCALAR: dict[str, Function] = {**LEAF, **TRUTH, **COMPARISON, **DATE, **NUMBER, **DAYS, **CURVE}
AGGREGATE: dict[str, Callable[[Group], Value]] = {**OF_ROWS, **SPELLS}
WINDOW: dict[str, Window] = {**OF_LIKE, "divide": divide}
READ = ("column", "item")

__all__ = ["AGGREGATE", "READ", "SCALAR", "WINDOW"]
