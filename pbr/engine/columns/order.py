"""Milestones out of order once checks have taken rows away: a row that was rejected does not stand for the next milestone.

Rows out of order were rejected when the submission was read, before any check was asked. Of the other rules between rows none needs a
second look: rows that repeat, and a service charged twice, are found among more rows then, and taking rows away never makes two rows alike.
"""

from __future__ import annotations

from collections.abc import Sequence

from pbr.engine.columns.database import Database
from pbr.engine.columns.text import quote_name, quote_text
from pbr.plan.plan import RowRule, Table
from pbr.submission.raw import SHOWN
from pbr.submission.written import named_sql, values_sql


def ordered(table: Table) -> list[RowRule]:
    """The rules of a table that reject milestones out of order."""
    return [rule for rule in table.rules if rule.kind == "out of order" and rule.severity == "reject"]


def add_out_of_order(db: Database, table: Table, leaving: str) -> None:
    """``leaving`` (_row, columns, value, code, says) also gets the rows of ``accepted_T`` that are out of order without the rows in it, until
    there are no more. As in reading, a row that leaves for another reason has this one too where it is so."""
    places = [(rule, db.table(_places(table, rule))) for rule in ordered(table)]
    gone = db.table(f"SELECT DISTINCT _row FROM {leaving}")
    while places:
        # one set for all rules: what one of them takes away is lacking for the others
        without = " UNION ".join(f"SELECT _row FROM ({_unsupported(place, gone)}) AS u" for _, place in places)
        fresh = db.table(f"SELECT u._row AS _row FROM ({without}) AS u ANTI JOIN {gone} AS g ON u._row = g._row")
        db.run(f"INSERT INTO {gone} SELECT _row FROM {fresh}")
        found = db.rows(f"SELECT count(*) FROM {fresh}")
        if not found or not found[0][0]:
            break
    for rule, place in places:
        db.run(f"INSERT INTO {leaving} {_told(table, rule, place, gone)}")


def _places(table: Table, rule: RowRule) -> str:
    """SQL: the accepted rows with a milestone of the list: _row, _per (whose they are), _place (0 the first), _day."""
    asked = [*rule.columns, rule.milestone, rule.day]
    there = " AND ".join(f"({quote_name(name)} IS NOT NULL)" for name in asked)
    per = ", ".join(f"{quote_name(f'k{i}')} := {quote_name(name)}" for i, name in enumerate(rule.columns))
    codes = " ".join(f"WHEN {quote_text(code)} THEN {place}" for place, code in enumerate(rule.codes))
    return (
        f"SELECT * FROM (SELECT CAST(_row AS BIGINT) AS _row, struct_pack({per}) AS _per, CASE {quote_name(rule.milestone)} {codes} END AS _place, "
        f"{quote_name(rule.day)} AS _day FROM {quote_name('accepted_' + table.name)} WHERE {there}) AS m WHERE _place IS NOT NULL"
    )


def _unsupported(place: str, gone: str) -> str:
    """SQL: the rows at a later milestone for which no row that stays reached the one before by their day."""
    stays = f"SELECT p.* FROM {place} AS p ANTI JOIN {gone} AS g ON p._row = g._row"
    since = f"SELECT _per, _place, min(_day) AS _since FROM ({stays}) AS s GROUP BY _per, _place"
    return (
        f"SELECT m.* FROM {place} AS m ANTI JOIN ({since}) AS b "
        "ON (b._per = m._per) AND (b._place = m._place - 1) AND (b._since <= m._day) WHERE m._place > 0"
    )


def _told(table: Table, rule: RowRule, place: str, gone: str) -> str:
    """SQL: ``leaving``'s columns for the rows that are out of order now, in the words of reading a submission."""
    shown = (*rule.columns, rule.milestone, rule.day)
    accepted = quote_name("accepted_" + table.name)
    # it was in order before, so a row that is gone had the milestone before in time: the earliest is named, the first by key on one day
    name = named_sql(table, table.key, "r.")
    lost = (
        f"SELECT p._per AS _per, p._place + 1 AS _place, min(row(p._day, {name})) AS _first FROM {place} AS p "
        f"SEMI JOIN {gone} AS g ON p._row = g._row JOIN {accepted} AS r ON p._row = r._row GROUP BY 1, 2"
    )
    says = quote_text(rule.says) if rule.says else _plain(rule)
    return (
        f"SELECT u._row AS _row, {quote_text(', '.join(shown))} AS columns, left({values_sql(table, shown, 'a.')}, {SHOWN}) AS value, "
        f"{quote_text(rule.code)} AS code, {says} AS says FROM ({_unsupported(place, gone)}) AS u "
        f"JOIN {accepted} AS a ON u._row = a._row LEFT JOIN ({lost}) AS l ON (l._per = u._per) AND (l._place = u._place)"
    )


def _plain(rule: RowRule) -> str:
    """SQL: the sentence of a rule that says nothing itself."""
    needs = " ".join(
        f"WHEN {place} THEN {quote_text(f'{code} needs {before}')}"
        for place, (before, code) in enumerate(zip(rule.codes, rule.codes[1:], strict=False), 1)
    )
    whose = quote_text(f" for the same {_listed(rule.columns)} on the same day or earlier: ")
    because = "'the row with ' || l._first[2] || ' has it, and was rejected'"
    return f"CASE u._place {needs} END || {whose} || coalesce({because}, 'no row has it')"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
