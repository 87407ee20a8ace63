"""HiGHS itself: a linear programme without an aim, or one in whole numbers. Both are asked for numbers alone; what is given back is floating point, and is believed by nobody (``attack_solver.py``).

Asked through its own package and not through scipy: that takes several times as long as HiGHS does for programmes as small as these and half a second to import, has no way to be told of the prices (Farkas) of one that cannot
be kept, and begins each search with a heuristic (feasibility jump) that is half of its time and finds nothing here. Each question has a solver of its own, so an answer hangs on its question alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

HEURISTICS: Final = {"mip_heuristic_run_feasibility_jump": False, "mip_heuristic_run_zi_round": True, "mip_heuristic_run_shifting": True}
INFINITE: Final = float("inf")


@dataclass(frozen=True)
class Programme:
    """``low`` <= sum of ``by`` * unknown ``across`` <= ``high`` for each row, whose terms begin at ``starts``; ``least`` <= unknown <= ``most``."""

    starts: Sequence[int]
    across: Sequence[int]
    by: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    least: Sequence[float]
    most: Sequence[float]


@dataclass(frozen=True)
class Said:
    """``numbers``: of each unknown; None: there are none. ``prices``: of each row, of a linear programme without numbers. ``stopped``: by the clock; ``given_up``: after so many nodes, or with nothing that can be used."""

    numbers: Sequence[float] | None = None
    prices: Sequence[float] | None = None
    stopped: bool = False
    given_up: bool = False


def fractions(programme: Programme, seconds: int) -> Said:
    """Numbers, whole or not, that keep all rows; or the prices that say why there are none."""
    return _said(programme, seconds, {"presolve": "off"}, whole=False)


def whole_numbers(programme: Programme, seconds: int, nodes: int) -> Said:
    """Whole numbers that keep all rows."""
    return _said(programme, seconds, {"mip_max_nodes": nodes, **HEURISTICS}, whole=True)


def _said(programme: Programme, seconds: int, options: dict[str, Any], *, whole: bool) -> Said:
    from highspy import _core as core

    # What `highspy.Highs` adds to it, callbacks and a banner on the console, takes longer than a small question.
    solver: Any = core._Highs()
    for name, value in {"output_flag": False, "threads": 1, "time_limit": float(seconds), **options}.items():
        solver.setOptionValue(name, value)
    solver.passModel(_model(core, programme, whole))
    solver.run()
    status, statuses = solver.getModelStatus(), core.HighsModelStatus
    if status == statuses.kOptimal:
        return Said(solver.getSolution().col_value)
    if status == statuses.kTimeLimit:
        return Said(stopped=True)
    if status != statuses.kInfeasible:
        return Said(given_up=True)
    if whole:
        return Said()
    _, found, ray = solver.getDualRay()
    return Said(prices=ray.tolist() if found else ())


def _model(core: Any, programme: Programme, whole: bool) -> Any:
    import numpy

    model, unknowns, rows = core.HighsLp(), len(programme.least), len(programme.low)
    model.num_col_, model.num_row_ = unknowns, rows
    model.col_cost_ = numpy.zeros(unknowns)
    model.col_lower_, model.col_upper_ = numpy.array(programme.least), numpy.array(programme.most)
    model.row_lower_, model.row_upper_ = numpy.array(programme.low), numpy.array(programme.high)
    matrix = model.a_matrix_
    matrix.format_, matrix.num_col_, matrix.num_row_ = core.MatrixFormat.kRowwise, unknowns, rows
    matrix.start_, matrix.index_, matrix.value_ = numpy.array(programme.starts), numpy.array(programme.across), numpy.array(programme.by)
    if whole:
        model.integrality_ = [core.HighsVarType.kInteger] * unknowns
    return model
