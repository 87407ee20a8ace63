"""Run by ``run_breaks`` in a process of its own: compares the engines of a broken copy of the package, and names the first difference.

Arguments: the copy's folder, a file of pickled cases, an operation. Prints one JSON object: seed, where, columns, record, compared (values up
to and with that case); seed is null where nothing differed.
"""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path


def main(copy: str, cases: str, op: str) -> None:
    import pbr

    assert pbr.__file__ is not None
    assert Path(pbr.__file__).is_relative_to(copy), f"{pbr.__file__} is not the broken copy"
    import duckdb
    from both import Difference, compare

    compared = 0
    for case in pickle.loads(Path(cases).read_bytes()):
        holding = {step.name for step in case.plan.steps if any(node.op == op for node in step.node.walk())}
        if not holding:
            continue
        try:
            found = compare(case)
        except (ValueError, KeyError, TypeError, AssertionError, AttributeError, duckdb.Error):
            continue  # a crash is noticed by anybody; what is asked for is a value that differs
        compared += found.values
        own = [difference for difference in found.differences if difference.op == op]
        near = [difference for difference in found.differences if difference.where.split(" ")[1:2] and _step(difference) in holding]
        if own or near:
            first: Difference = (own or near)[0]
            told = {"seed": case.seed, "where": first.where, "columns": _said(first.columns), "record": _said(first.record)}
            print(json.dumps({**told, "compared": compared}))
            return
    print(json.dumps({"seed": None, "compared": compared}))


def _step(difference: object) -> str:
    """The step of a difference that says ``GRAIN(KEY) STEP [TEXT] OPERATION``."""
    where = str(getattr(difference, "where", ""))
    return where.split(" [")[0].rsplit(" ", 1)[-1].split(".")[0]


def _said(value: object) -> str:
    state, low, high, why = (getattr(value, name, None) for name in ("state", "low", "high", "why"))
    if state is None:
        return str(value)
    if state == "known":
        return {True: "yes", False: "no"}.get(low, str(low)) if isinstance(low, bool) else str(low)
    return f"{low} to {high}" if state == "range" else f"{state} ({why})" if why else str(state)


if __name__ == "__main__":
    main(*sys.argv[1:])
