"""What stands in the folder of an assessment, format ``pbr-trail/1``: names, nothing else. Described in ``docs/trail-format.md``."""

from __future__ import annotations

from pbr.plan.plan import Plan

FORMAT = "pbr-trail/1"
MANIFEST, RUN, PLAN = "manifest.json", "run.json", "plan.json"
CONTRACT, RULES, INPUTS, TRACE = "contract/contract.yaml", "contract/rules", "inputs", "trace"
FINDINGS, REJECTED, MEASURES = "findings.parquet", "rejected.csv", "measures.json"
PAYMENTS, STATEMENT, STATEMENT_TEXT = "payments.parquet", "statement.json", "statement.txt"
DUE = "due.parquet"  # only where it was said what was paid before

DOCUMENTS = (CONTRACT, PLAN, REJECTED, MEASURES, STATEMENT, STATEMENT_TEXT)  # files whose bytes are a function of the inputs
# Where a row stood in its file is a matter of the file, not of the result: these columns take no part in a table's digest.
LEFT_OUT = {FINDINGS: ("ROW", "LINE")}
LEFT_OUT_OF_TRACE = ("_row",)
FINDINGS_COLUMNS = ("TABLE_NAME", "ROW", "LINE", "COLUMN_NAME", "CODE", "SEVERITY", "VALUE", "SAYS")
# ROW and LINE come last, so that rows in another order in the file give the same rows, in the same order, of what is digested
FINDINGS_ORDER = ("TABLE_NAME", "CODE", "COLUMN_NAME", "VALUE", "SEVERITY", "SAYS", "ROW", "LINE")


def grains(plan: Plan) -> list[str]:
    """The grains that have a file under ``trace/``: every data table, every cohort's table of groups, and ``contract`` if it has steps."""
    out = [table.name for table in plan.every_table] + [cohort.name for cohort in plan.cohorts if cohort.parts]
    return out + (["contract"] if any(step.grain == "contract" for step in plan.steps) else [])


def rule_file(name: str) -> str:
    """Where a rule that the contract uses is kept, by its full name."""
    return f"{RULES}/{name}.yaml"


def trace_file(grain: str) -> str:
    return f"{TRACE}/{grain}.parquet"


def tables(plan: Plan, settled: bool = False) -> list[str]:
    """The Parquet files of the folder, in the order they are checked. ``settled``: it says what was paid before."""
    return [FINDINGS, *(trace_file(grain) for grain in grains(plan)), PAYMENTS, *([DUE] if settled else [])]


def left_out(file: str) -> tuple[str, ...]:
    """The columns of a Parquet file that its digest does not cover."""
    return LEFT_OUT_OF_TRACE if file.startswith(f"{TRACE}/") else LEFT_OUT.get(file, ())
