"""Two values that look like one: the same person or service written in two ways, which would be paid twice.

Flagged, never rejected: 007 and 7 may be two people, and only whoever keeps the list knows. Values of one column are compared, where the column
tells rows, people or services apart. Values are alike when they are equal once written in Unicode NFKC and with small letters, or once letters
that look like Latin ones are taken for these as well; and numbers are, when all that differs is the zeros before them.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from pbr.plan.plan import Column, Table
from pbr.platform.sqltext import quote_name, quote_text
from pbr.submission.codes import FINDINGS
from pbr.submission.raw import SHOWN, insert_columns
from pbr.submission.typed import INVISIBLE

if TYPE_CHECKING:
    import duckdb

CODE = "PBR485"
MOST = 10_000  # findings of one column
_NAMED = 3  # values that a sentence names
_BATCH = 50_000
# After the idea of Unicode's table of confusables; NFKC has dealt with the letters of full width, of mathematics and of ligatures before.
# Small Cyrillic letters of the form of their capitals go with these.
_PAIRS = {
    "АВЕЅЗІЈКМНОРСТУХҮԌԚԜѴӀ": "ABESZIJKMHOPCTYXYGQWVI",  # Cyrillic; З is set right below
    "авеѕіјкмнорстухүԛԝѵӏһԁ": "abesijkmhopctyxyqwvlhd",
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ": "ABEZHIKMNOPTYX",  # Greek
    "αικνορτυχγωηϲϳ": "aikvoptuxywncj",
    "ՕՍԼօոսհ": "OULonuh",  # Armenian
    "ıɑɡɩ×": "iagix",
    "Зз": "33",
    "‐‒–—−⁃": "------",
    "‘’ʼ′": "''''",
    "∕⁄∶꞉": "//::",
}
_LATIN = str.maketrans({odd: plain for odds, plains in _PAIRS.items() for odd, plain in zip(odds, plains, strict=True)})
_ODD = {chr(number) for number in _LATIN}
# RE2: ASCII, and Latin letters with accents that fold as they do in small letters (others become two letters, such as the sharp s, or lose dots)
PLAIN = "[ -~À-ÖØ-Þà-öø-įĴ-ľŁ-ňŊ-ž]*"


def compared(table: Table) -> list[Column]:
    """The columns that tell rows, people or services apart, but those whose picture leaves one way to write a value."""
    names = {*table.key, *table.once, *(name for rule in table.rules for name in rule.columns)}
    names.update(table.cover.columns if table.cover is not None else ())
    return [
        column
        for column in table.columns
        if column.type.kind in ("identifier", "text")
        and (column.name in names or column.link or column.type.names)
        and not (column.written_as and column.written_as.isascii())
    ]


def folded(value: str) -> set[str]:
    """What the value looks like: without its capitals and the forms of its letters, and again with letters taken for Latin ones."""
    plain = unicodedata.normalize("NFKC", value)
    forms = [plain] if _ODD.isdisjoint(plain) else [plain, plain.translate(_LATIN)]
    return {_key(unicodedata.normalize("NFKC", text.casefold())) for text in forms}


def _key(text: str) -> str:
    return text.lstrip("0") if text.isascii() and text.isdigit() else text


def flag_lookalikes(con: duckdb.DuckDBPyConnection, table: Table, typed: str, out: str) -> None:
    """Adds to ``findings``: of values that are alike, every row but those with the first in order. Copies (``out``: _row, _how) are not
    asked. At most ``MOST`` rows of a column, in their order; a finding without a row says how many there are in all."""
    columns = compared(table)
    if not columns:
        return
    # Values can only be alike in ways that these numbers rule out for most files, at a tenth of what it costs to compare them.
    asked = []
    odd = f"strlen({{0}}) <> length({{0}}) AND NOT regexp_full_match({{0}}, {quote_text(PLAIN)})"
    for column in columns:
        x = quote_name(column.name)
        asked += [f"count(*) FILTER ({test})" for test in (f"{x} <> upper({x})", f"{x} <> lower({x})", f"starts_with({x}, '0')")]
        asked += [f"count(*) FILTER ({odd.format(x)})", f"max(strlen({x})) - min(strlen({x}))", f"count({x})"]
    row = con.execute(f"SELECT {', '.join(asked)} FROM {typed}").fetchone()
    assert row is not None
    for number, column in enumerate(columns):
        small, capital, zero, strange, lengths, filled = (int(value or 0) for value in row[number * 6 : number * 6 + 6])
        x = quote_name(column.name)
        # of two that differ in capitals one has a capital, and one a small letter; of two that differ in zeros one begins with a zero
        suspects = []
        if small and capital:
            suspects.append((small, f"{x} <> upper({x})") if small <= capital else (capital, f"{x} <> lower({x})"))
        if zero and lengths:
            suspects.append((zero, f"starts_with({x}, '0')"))
        if suspects or strange:
            few = sum(count for count, _ in suspects) * 10 < filled
            _compare(con, table, column, typed, out, [test for _, test in suspects], few, bool(strange))


def _compare(
    con: duckdb.DuckDBPyConnection, table: Table, column: Column, typed: str, out: str, suspects: list[str], few: bool, odd: bool
) -> None:
    """``suspects``: SQL that holds of one at least of two plain values that are alike; ``few``: it holds of few rows. ``odd``: not all values
    are plain."""
    x, values, groups, alike = quote_name(column.name), f"_forms_{table.name}", f"_groups_{table.name}", f"_alike_{table.name}"
    key, rough = f"CASE WHEN regexp_full_match({x}, '[0-9]+') THEN ltrim({x}, '0') ELSE lower({x}) END", f"ltrim(lower({x}), '0')"
    plain = f"(strlen({x}) = length({x}) OR regexp_full_match({x}, {quote_text(PLAIN)}))"
    con.execute(f"CREATE TEMP TABLE {values} (value VARCHAR, key VARCHAR, shown VARCHAR)")
    if odd:
        # texts may hold what cannot be seen
        bare = f"regexp_replace(regexp_replace({x}, '[^\\P{{Zs}} ]', ' ', 'g'), {quote_text(INVISIBLE)}, '', 'g')"
        _fold(con, f"SELECT {x}, {bare} FROM (SELECT DISTINCT {x} FROM {typed} WHERE NOT {plain})", values)
        con.execute(
            f"INSERT INTO {values} SELECT DISTINCT {x}, {key}, {x} FROM {typed} WHERE {plain} AND {rough} IN "
            f"(SELECT ltrim(key, '0') FROM {values}) AND {key} IN (SELECT key FROM {values})"
        )
    if suspects:
        asked = plain
        if few:
            asked += f" AND {rough} IN (SELECT {rough} FROM {typed} WHERE {' OR '.join(suspects)})"
        twice = f"SELECT {key} AS _key FROM {typed} WHERE {asked} GROUP BY _key HAVING min({x}) <> max({x})"
        con.execute(
            f"INSERT INTO {values} SELECT DISTINCT {x}, {key}, {x} FROM {typed} WHERE {asked} AND {key} IN ({twice}) "
            f"AND {x} NOT IN (SELECT value FROM {values})"
        )
    con.execute(
        f"CREATE TEMP TABLE {groups} AS SELECT key, min(value) AS first, list_slice(list_sort(list(row(value, shown))), 1, {_NAMED + 1}) AS few, "
        f"count(*) AS n FROM {values} GROUP BY key HAVING count(*) > 1"
    )
    # a value may look like others in two ways, each a group of its own
    others = "list_filter(list_sort(list_distinct(flatten(list(few)))), lambda one: one[1] <> value)"
    con.execute(
        f"CREATE TEMP TABLE {alike} AS SELECT value, any_value(shown) AS shown, {others} AS others, max(n) AS n "
        f"FROM {values} JOIN {groups} USING (key) GROUP BY value HAVING bool_or(value > first)"
    )
    rows = f"SELECT _row, value, shown, others, n FROM {typed} JOIN {alike} ON {x} = value WHERE _row NOT IN (SELECT _row FROM {out} WHERE _how = 'unused')"
    listed = f"array_to_string(list_transform(list_slice(others, 1, {_NAMED}), lambda one: left(one[2], {SHOWN})), ', ')"
    more = f"CASE WHEN len(others) > {_NAMED} OR n > {_NAMED + 1} THEN ' and others' ELSE '' END"
    says = (
        f"{quote_text(column.name + ': ')} || left(shown, {SHOWN}) || ' looks like ' || {listed} || {more} || ', and is another value here'"
    )
    about = ", ".join(quote_text(text) for text in (column.name, CODE, FINDINGS[CODE][0]))
    con.execute(
        f"INSERT INTO findings SELECT {quote_text(table.name)}, _row, NULL, {about}, left(value, {SHOWN}), {says} FROM ({rows}) "
        f"ORDER BY _row LIMIT {MOST}"
    )
    counted = con.execute(f"SELECT count(*) FROM ({rows})").fetchone()
    assert counted is not None
    if counted[0] > MOST:
        told = f"{column.name}: {counted[0]:,} rows have a value that looks like another; the first {MOST:,} are listed"
        con.execute(f"INSERT INTO findings SELECT ?, NULL, NULL, {about}, '', ?", [table.name, told])
    for name in (alike, groups, values):
        con.execute(f"DROP TABLE {name}")


def _fold(con: duckdb.DuckDBPyConnection, query: str, values: str) -> None:
    """Adds the values that ``query`` gives (the value, what can be seen of it), as often as there are forms of them; a value is shown with
    the numbers of its odd letters."""
    con.execute(f"CREATE TEMP TABLE {values}_odd AS {query}")
    place = 0
    while batch := con.execute(f"SELECT * FROM {values}_odd WHERE rowid >= ? AND rowid < ?", [place, place + _BATCH]).fetchall():
        place += _BATCH
        whole = [(value, key, _shown(value)) for value, bare in batch for key in sorted(folded(bare))]
        insert_columns(con, values, [list(part) for part in zip(*whole, strict=True)], ["VARCHAR"] * 3)
    con.execute(f"DROP TABLE {values}_odd")


def _shown(value: str) -> str:
    odd = list(dict.fromkeys(f"U+{ord(letter):04X}" for letter in value if not letter.isascii()))
    return f"{value[:SHOWN]} ({', '.join(odd[:_NAMED])}{', ...' if len(odd) > _NAMED else ''})"
