"""The reference engine's tables of operations: together they cover ``pbr.plan.operations.OPERATIONS``, each once.

READ are the leaves that reach for another row; only the machine can do that.
"""

from __future__ import annotations

from pbr.engine.record.aggregates import AGGREGATE
from pbr.engine.record.call import Function
from pbr.engine.record.comparison import COMPARISON
from pbr.engine.record.curves import CURVE
from pbr.engine.record.dates import DATE
from pbr.engine.record.leaves import LEAF
from pbr.engine.record.numbers import NUMBER
from pbr.engine.record.truth import TRUTH
from pbr.engine.record.windows import WINDOW

SCALAR: dict[str, Function] = {**LEAF, **TRUTH, **COMPARISON, **DATE, **NUMBER, **CURVE}
READ = ("column", "item")

__all__ = ["AGGREGATE", "READ", "SCALAR", "WINDOW"]
