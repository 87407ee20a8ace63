"""Where every row went, what outcomes were answered, what limits took: the figures about the data and about the whole statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pbr.plan.plan import Plan
from pbr.publish.reading_cohorts import like_an_outcome, not_in
from pbr.publish.reading_forms import Lineage, of, summed
from pbr.publish.reading_texts import Texts
from pbr.publish.site import Limit, Outcome, Rows, Slot
from pbr.statement import words
from pbr.submission.codes import in_short


def rows_of(texts: Texts, statement: dict[str, Any]) -> Iterator[Rows]:
    """Each table: submitted = used + excluded + rejected + unused. Reasons of exclusion and rejection that do not occur are not listed, but for those that an outcome decides."""
    plan, ledger = texts.trail.plan, texts.ledger
    reasons = _reasons(texts)
    for table in plan.tables:
        counts = statement["rows"].get(table.name)
        if counts is None:
            continue
        says = _codes(plan, table.name)
        by_outcome = _by_outcome(plan, table.name)  # listed though there be none: that nobody has a certain outcome is protected
        left_out: dict[str, int] = dict(sorted({**dict.fromkeys(by_outcome, 0), **counts["excluded"]}.items()))
        secret = {f"excluded {code}" for code in by_outcome}
        parts = {"used": counts["used"], "unused": counts["unused"], "rejected": counts["rejected"]}
        parts |= {f"excluded {code}": number for code, number in left_out.items()}
        names = {
            part: _rows(texts, table.name, part, number, part in secret)
            for part, number in {"submitted": counts["submitted"], **parts}.items()
        }
        if table.name in texts.lineages.people:
            ledger.known({**{names[part]: 1 for part in parts}, names["submitted"]: -1}, 0, 0)
        cells = {
            part: _cell(texts, table.name, part, number, names[part])
            for part, number in {"submitted": counts["submitted"], **parts}.items()
        }
        excluded = tuple((says.get(code, code), cells[f"excluded {code}"]) for code in left_out)
        complete = (statement.get("complete_to") or {}).get(table.name)
        yield Rows(
            table.name, table.supplied_by, cells["submitted"], cells["used"], cells["unused"], excluded,
            tuple(_rejected(texts, table.name, reasons.get(table.name, []), names["rejected"], counts["rejected"])), cells["rejected"], words.day(complete) if complete else "",
        )  # fmt: skip


def _rows(texts: Texts, table: str, part: str, number: int, zero: bool = False) -> str:
    return texts.ledger.unknown(
        ("rows", table, part),
        (table, "rows", part),
        number,
        f"rows of {words.plural(table)}: {part}",
        table in texts.lineages.people,
        zero,
    )


def _cell(texts: Texts, table: str, part: str, number: int, name: str) -> Slot:
    return texts.ledger.count(("rows", table, part), ("data", table, part), number, f"{words.plural(table)}: {part}", of(name), "rows")


def _codes(plan: Plan, table: str) -> dict[str, str]:
    """Why rows are excluded, in the contract's words."""
    return {code: f"{says} ({code})" if says else code for cohort in plan.cohorts if cohort.of == table for code, _, says in cohort.codes}


def _by_outcome(plan: Plan, table: str) -> list[str]:
    """The reasons of exclusion that an outcome decides, as far as one is behind them."""
    cohorts = [cohort for cohort in plan.cohorts if cohort.of == table]
    found = [code for cohort in cohorts for code, step, _ in cohort.codes if like_an_outcome(plan, step)]
    if plan.table(table).use == "cohorts":  # of several cohorts it is the first that says it
        found += [left_out for cohort in cohorts[:1] for left_out, step in not_in(plan, cohort).items() if like_an_outcome(plan, step)]
    return found


def _reasons(texts: Texts) -> dict[str, list[tuple[str, int]]]:
    """By table, how many rows were rejected for each reason."""
    out: dict[str, list[tuple[str, int]]] = {}
    if texts.trail.columns_of("findings"):
        counted = 'SELECT TABLE_NAME, CODE, count(DISTINCT "ROW") FROM findings WHERE SEVERITY = \'reject\' AND "ROW" IS NOT NULL'
        for table, code, rows in texts.trail.select(f"{counted} GROUP BY 1, 2 ORDER BY 1, 2"):
            out.setdefault(str(table), []).append((str(code), int(rows)))
    return out


def _rejected(texts: Texts, table: str, found: list[tuple[str, int]], all_of_them: str, number: int) -> Iterator[tuple[str, Slot]]:
    """Rejected rows by what was wrong. A row can have several reasons, so that these may come to more than the rows."""
    ledger = texts.ledger
    names = []
    for code, rows in found:
        part = f"rejected {code}"
        name = _rows(texts, table, part, int(rows))
        names.append(name)
        yield _why(texts, table, str(code)), _cell(texts, table, part, int(rows), name)
        if table in texts.lineages.people and int(rows) <= number:
            ledger.known({name: 1, all_of_them: -1}, None, 0)
    if table in texts.lineages.people and sum(ledger.table.unknowns[name].value for name in names) >= number:
        ledger.known({**dict.fromkeys(names, 1), all_of_them: -1}, 0, None)


def _why(texts: Texts, table: str, code: str) -> str:
    step = next((step for step in texts.trail.plan.steps if step.name == f"check.{table}.{code}"), None)
    rule = next((rule for rule in texts.trail.plan.table(table).rules if rule.code == code), None)
    says = step.says if step is not None else rule.says if rule is not None else in_short(code)
    return f"{says.rstrip('.')} ({code})" if says else code


def outcomes_of(texts: Texts, statement: dict[str, Any]) -> Iterator[Outcome]:
    """Yes, no, not known yet, of all used rows."""
    plan, ledger = texts.trail.plan, texts.ledger
    found = (statement.get("evidence_totals") or {}).get("outcomes", {})
    for name, told in found.items():
        step, people = plan.step(name), told["table"] in texts.lineages.people
        names = {}
        for word in ("yes", "no", "held"):
            what = f"{words.plural(told['table'])} of which {words.plural(name)} is {word}"
            names[word] = ledger.unknown(("outcome", name, word), (name, word), told[word], what, people, word != "held")
        if (
            people and not told["held"]
        ):  # the lines say it: while an answer is open, one that counts it is held, and how many are held is shown
            ledger.known({names["held"]: 1}, 0, 0)
        slots = [
            ledger.count(
                ("outcome", name, word),
                ("outcomes", name, word),
                told[word],
                f"{words.plural(name)}: {word}",
                of(names[word]),
                words.plural(told["table"]),
            )
            for word in names
        ]
        used = ledger.unknowns.get(("rows", told["table"], "used"))
        if people and used is not None:
            whole = sum(told[word] for word in names)
            ledger.known(
                {**dict.fromkeys(names.values(), 1), used: -1},
                0 if whole == ledger.table.unknowns[used].value else None,
                0 if whole <= ledger.table.unknowns[used].value else None,
            )
        yield Outcome(name, step.says or step.text, told["table"], slots[0], slots[1], slots[2], told["decided_by"], told["rests_on"])


def limits_of(texts: Texts, statement: dict[str, Any], money: dict[str, list[tuple[int, Lineage]]]) -> Iterator[Limit]:
    """Each step of the statement: what there was before it, and what it left."""
    ledger = texts.ledger
    for told in statement["totals"]["steps"]:
        lineage = summed(lineage for payment in told["over"] for _, lineage in money.get(payment, ()))
        cells = [
            ledger.money(
                ("step", told["step"], end),
                ("limits", str(told["step"]), end),
                words.minor_units(told[end]),
                f"{told['says']}: {end} it",
                lineage,
                60,
            )
            for end in ("before", "after")
        ]
        limit = (
            ledger.term(
                words.money(words.minor_units(told["cap"]), ledger.currency),
                f"limit {told['step']}",
                words.minor_units(told["cap"]),
                ledger.currency,
            )
            if "cap" in told
            else None
        )
        yield Limit(told["says"], told["clause"], limit, cells[0], cells[1])
