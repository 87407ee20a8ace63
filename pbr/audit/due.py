"""What is due now: each line's entitlement to date less what was paid for it before (``due.parquet``, decision 0020).

A line is known by payment, grain and key. Sums are whole minor units. What stands is never edited: a sum that was wrong is reversed whole, by an
entry that names the assessment and the line that paid it, and the right one is stated beside it. The entries of a line, in order:

  paid         nothing stood, and the line pays or deducts now
  nothing      nothing stood, and the line pays nothing
  held         the line is held, and nothing stood: nothing moves; or nothing stands any more, after a reversal under a step on a total
  unchanged    what stands is what the line comes to
  kept         the line is held, and what stands stays until it is decided
  reversal     what stood is taken back, whole: the line is gone, or comes to another sum
  restatement  the sum it comes to now, after its reversal

A held line that was paid keeps what was paid, but never more than the most that it can still come to: then it is reversed, and ``kept`` states
that most. ``standing`` is what stands after the entry.

Under a step on a total (one with lines of its own) a held line keeps nothing: what the step takes is worked out over the decided lines, and
would not be taken off what is kept. It is reversed until it is decided. Only what it had taken back (a sum below zero) stays. A held line
of the step itself stands at what it takes now, and else at nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.plan.plan import Plan
from pbr.platform.duck import glob_text
from pbr.platform.sqltext import quote_name, quote_text


@dataclass(frozen=True)
class Before:
    """What stood before this assessment. ``standing``: an SQL query for payment, grain, key, sum (not 0), of_assessment and of_line: the manifest's
    SHA-256 and the line that paid it. ``told``: what the statement says of the earlier assessment (``previous`` in its settlement); None where
    this one is the first. ``folder``: the earlier one; None where there is none, or it is not at hand."""

    standing: str
    told: dict[str, Any] | None = None
    folder: Path | None = None
    allowed: list[Path] = field(default_factory=list)


NOTHING = "SELECT '' AS payment, '' AS grain, '' AS key, 0::BIGINT AS sum, '' AS of_assessment, 0::BIGINT AS of_line WHERE false"
FIRST = Before(NOTHING)


def standing_after(folder: Path, sha256: str, plan: Plan) -> str:
    """The query of ``Before.standing`` for assessments after ``folder``, whose manifest has this digest and whose plan is ``plan``."""
    sha = quote_text(sha256)
    if not (folder / layout.DUE).is_file():  # nothing was said of earlier payments: what it pays is what it paid
        return (
            f"SELECT payment, grain, key, amount AS sum, {sha} AS of_assessment, line AS of_line FROM {_parquet(folder / layout.PAYMENTS)} "
            f"WHERE amount <> 0 AND payment IN ({_money(plan)})"
        )
    carried = "kind IN ('unchanged', 'kept') AND of_assessment IS NOT NULL AND sum = 0"
    return (
        f"SELECT payment, grain, key, standing AS sum, CASE WHEN {carried} THEN of_assessment ELSE {sha} END AS of_assessment, "
        f"CASE WHEN {carried} THEN of_line ELSE line END AS of_line FROM {_parquet(folder / layout.DUE)} WHERE standing <> 0"
    )


def standing_before(folder: Path) -> str:
    """The same query for the assessment ``folder`` itself, out of its own due.parquet: what it says was paid before it."""
    return (
        "SELECT payment, grain, key, CASE WHEN kind = 'reversal' THEN -sum ELSE standing END AS sum, of_assessment, of_line "
        f"FROM {_parquet(folder / layout.DUE)} WHERE kind IN ('reversal', 'unchanged') OR (kind = 'kept' AND sum = 0)"
    )


def write_due(plan: Plan, con: Any, folder: Path, before: Before) -> None:
    """Write due.parquet beside payments.parquet: every line of money, and every line that was paid and is no longer there."""
    last = f"high_{plan.then[-1].number}" if plan.then else "high"
    own = [step.name for step in plan.then if step.name]
    under = [name for step in plan.then if step.name for name in step.over]
    sql = f"""
      WITH standing AS ({before.standing}),
      own AS (
        SELECT line, payment, grain, key, amount, {quote_name(last)} AS high FROM {_parquet(folder / layout.PAYMENTS)} WHERE payment IN ({_money(plan)})),
      matched AS (
        SELECT coalesce(o.payment, s.payment) AS payment, coalesce(o.grain, s.grain) AS grain, coalesce(o.key, s.key) AS key,
               o.line, o.amount, s.sum AS stood, s.of_assessment, s.of_line,
               CASE WHEN o.line IS NULL THEN 0 WHEN o.amount IS NOT NULL THEN o.amount
                    WHEN s.sum IS NULL OR o.payment IN ({_listed(own)}) THEN 0
                    WHEN o.payment IN ({_listed(under)}) THEN least(s.sum, coalesce(o.high, s.sum), 0)
                    ELSE least(s.sum, coalesce(o.high, s.sum)) END AS stands
        FROM own o FULL OUTER JOIN standing s ON o.payment = s.payment AND o.grain = s.grain AND o.key = s.key),
      entries AS (
        SELECT *, 1 AS part, CASE
                 WHEN stood IS NOT NULL AND stood <> stands THEN 'reversal'
                 WHEN stood IS NOT NULL THEN CASE WHEN amount IS NULL THEN 'kept' ELSE 'unchanged' END
                 WHEN amount IS NULL THEN 'held' WHEN amount = 0 THEN 'nothing' ELSE 'paid' END AS kind,
               CASE WHEN stood IS NULL THEN stands WHEN stood <> stands THEN -stood ELSE 0 END AS sum,
               CASE WHEN stood IS NOT NULL AND stood <> stands THEN 0 ELSE stands END AS standing
        FROM matched
        UNION ALL
        SELECT *, 2 AS part, CASE WHEN amount IS NOT NULL THEN 'restatement' WHEN stands = 0 THEN 'held' ELSE 'kept' END AS kind,
               stands AS sum, stands AS standing
        FROM matched
        WHERE stood <> stands AND (stands <> 0 OR (line IS NOT NULL AND amount IS NULL AND payment IN ({_listed([*own, *under])}))))
      SELECT CAST(row_number() OVER (ORDER BY line NULLS LAST, payment, grain, key, part) AS BIGINT) AS entry, payment, grain, key, kind,
             CAST(line AS BIGINT) AS line, CAST(sum AS BIGINT) AS sum, CAST(standing AS BIGINT) AS standing, of_assessment,
             CAST(of_line AS BIGINT) AS of_line
      FROM entries ORDER BY entry"""
    con.execute(f"COPY ({sql}) TO {quote_text(str(folder / layout.DUE))} (FORMAT parquet)")


def _money(plan: Plan) -> str:
    """What has lines of money, as an SQL list; a factor is no sum, and nothing of it falls due."""
    return _listed(plan.money_lines())


def _listed(names: list[str]) -> str:
    return ", ".join(quote_text(name) for name in names) or "NULL"


def _parquet(path: Path) -> str:
    return f"read_parquet({glob_text(path)}, hive_partitioning = false)"
