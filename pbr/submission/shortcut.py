"""The short way for cells that are written as most are: one cheap pattern and a cast for each, in one pass that all threads share.

``typed`` says what a cell means. Here is only a faster way to the same value for the plainest ways of writing it (a test compares the two on
any text): a row with a cell that is written otherwise, or that is wrong, is kept as it came and read by ``typed``. Patterns are such that a
byte decides what comes next, and cells are short: measured, 35 ns a cell and thread, where trimming alone takes 100.
"""

from __future__ import annotations

from pbr.language.currencies import SIGNS
from pbr.plan.plan import Column
from pbr.platform.sqltext import quote_name, quote_text
from pbr.submission.checkdigits import sure_sql
from pbr.submission.raw import BLANKS
from pbr.submission.typed import BIG, MOST, cell_sign, picture_pattern, scale_of, without_sign

_THIRTY_ONE, _THIRTY, _FEBRUARY = "(?:0[1-9]|[12][0-9]|3[01])", "(?:0[1-9]|[12][0-9]|30)", "(?:0[1-9]|1[0-9]|2[0-8])"
_DAY = (
    f"[1-9][0-9]{{3}}-(?:0(?:[13578]-{_THIRTY_ONE}|[469]-{_THIRTY}|2-{_FEBRUARY})|1(?:[02]-{_THIRTY_ONE}|1-{_THIRTY}))"  # not 29 February
)
_SEEN = "[!-~]"  # ASCII that can be seen: not trimmed, no control, nothing invisible
_YES = ("yes", "Yes", "YES", "y", "Y", "true", "True", "TRUE", "1")
_NO = ("no", "No", "NO", "n", "N", "false", "False", "FALSE", "0")
_DIGITS = 18  # what a BIGINT holds whatever they are
_MOST = 10**_DIGITS


def shortcut_sql(columns: tuple[Column, ...], keys: frozenset[str], missing: list[str], currency: str, raw: str, also: str = "") -> str:
    """A query over ``raw`` (_r0, _r1, ... text, in order): each column's value under its name, and _raw: NULL where all of the row's values are
    as ``typed_sql`` gives them and no cell has a code, else the row's cells as they came (its values then mean nothing). ``also``: a further
    column of ``raw`` to keep. A check digit is settled here only where ``sure_sql`` has a test.

    Rows keep their order: no join is in it, and nothing that DuckDB makes one of (a test looks at its plan).
    """
    cells, guards, values, tests, named = [], [], [], [], []
    for number, column in enumerate(columns):
        text, guard, value = f"_t{number}", f"_g{number}", f"_v{number}"
        needed = column.name in keys or column.link
        optional = column.blank != "refused" and column.blank_is is None and not needed
        cells.append(f"{_cell(column, needed, missing, f'_r{number}')} AS {text}")
        pattern = _pattern(column, currency)
        if pattern is None:
            matches = f"{text} = ''" if optional else "false"
        else:
            matches = f"regexp_full_match({text}, {quote_text(f'(?:{pattern})?' if optional else pattern)})"
        guards.append(f"{matches} AS {guard}")
        # nothing is cast that could fail: a branch of CASE is worked out for its own rows alone
        filled = f"{guard} AND {text} <> ''" if optional else guard
        values.append(f"CASE WHEN {filled} THEN {_value(column, text, currency)} END AS {value}")
        test = _test(column, text, value)
        tests += [f"{guard} AND ({text} = '' OR {test})" if optional else f"{guard} AND {test}"] if test else [guard]
        named.append(f"{_final(column, text if _as_written(column) else value)} AS {quote_name(column.name)}")
    came = ", ".join(f"_r{number}" for number in range(len(columns)))
    sql = raw
    for layer in (cells, guards, values):
        sql = f"SELECT *, {', '.join(layer)} FROM ({sql})"
    plain = " AND ".join(f"({test})" for test in tests)
    kept = ", ".join([*([also] if also else []), *named])
    return f"SELECT {kept}, CASE WHEN {plain} THEN NULL ELSE [{came}] END AS _raw FROM ({sql})"


def _cell(column: Column, needed: bool, missing: list[str], cell: str) -> str:
    """SQL: the cell's text, '' for a blank that may be; NULL or '' for one that may not, which no pattern matches."""
    marks = "|".join(_literal(mark) for mark in missing if mark)
    if marks:  # not nullif within nullif, whose argument DuckDB writes twice each time, and no list to look in, which it makes a join of
        cell = f"CASE WHEN regexp_full_match({cell}, {quote_text(marks)}) THEN NULL ELSE {cell} END"
    if needed:
        return cell
    if column.blank_is is not None:
        return f"coalesce(nullif({cell}, ''), {quote_text(column.blank_is)})"
    return cell if column.blank == "refused" else f"coalesce({cell}, '')"


def _as_written(column: Column) -> bool:
    return column.type.kind in ("identifier", "text", "code")


def _places(column: Column) -> tuple[int, int]:
    """How many digits before and after the point are taken the short way; none before it: no number is."""
    scale = scale_of(column)
    room = _DIGITS - (len(str(scale.times)) if scale.times > 1 else 0)
    before, after = min(max(scale.width - scale.places, 1), room - scale.places), scale.places
    if column.round_on_reading == "half up" and column.type.kind in ("number", "percent", "points", "price"):
        after += min(room - before - after, 12)
    return max(before, 0), after


def _pattern(column: Column, currency: str) -> str | None:
    """What is read the short way when it is not blank; None for nothing."""
    kind = column.type.kind
    if column.type.numeric:
        before, after = _places(column)
        if not before:
            return None
        point = rf"(?:\.[0-9]{{1,{after}}})?" if after else ""
        if kind == "money":
            return f"-?{cell_sign(currency)}{_grouped(before)}{point}"
        return f"-?[0-9]{{1,{before}}}{point}{'%' if kind == 'percent' else ''}"
    if kind == "date":
        return _DAY
    if kind == "truth":
        return "|".join(_YES + _NO)
    if kind in ("code", "codes"):
        codes = [code for code in column.type.codes if code and code == code.strip(BLANKS)]
        one = "|".join(map(_literal, codes))
        if kind == "code" or not column.separator:
            return one or None
        # a code that shares a character with the separator could be split in two ways
        return f"(?:{one})(?:{_literal(column.separator)}(?:{one}))*" if not set(column.separator) & set("".join(codes)) and codes else None
    low, high = _lengths(column)
    if column.written_as:
        fits = (
            low <= len(column.written_as) <= high and column.written_as == column.written_as.strip(BLANKS) and column.written_as.isascii()
        )
        return picture_pattern(column.written_as) if fits else None
    if column.check_digit == "NHS number":
        return "[0-9]{10}" if low <= 10 <= high else None
    # accents are taken too, where characters need not be counted: each of these letters is one character, as Unicode's form NFC has it
    seen = _SEEN if column.shortest is not None or column.longest is not None else "[!-~À-ɏ]"
    return f"{seen}{{{low}}}" if low == high else f"{seen}+(?: +{seen}+)*"


def _grouped(before: int) -> str:
    """Up to so many digits, with commas between thousands or without; none after a leading zero."""
    groups, more = (before - 3) // 3, before - 3
    if groups < 1:
        return f"[0-9]{{1,{before}}}"
    commas = f"(?:,[0-9]{{3}}){{1,{groups}}}"
    return f"(?:0[0-9]{{0,{before - 1}}}|[1-9](?:{commas}|[0-9](?:{commas}|[0-9](?:{commas}|[0-9]{{1,{more}}})?)?)?)"


def _literal(text: str) -> str:
    """A pattern that matches this text alone."""
    return "".join(letter if letter.isascii() and letter.isalnum() else f"\\x{{{ord(letter):x}}}" for letter in text)


def _lengths(column: Column) -> tuple[int, int]:
    return max(column.shortest or 1, 1), MOST if column.longest is None else min(column.longest, MOST)


def _value(column: Column, text: str, currency: str) -> str:
    """SQL: the value of a text that the pattern matches; numbers in units of ``Scale``."""
    kind = column.type.kind
    if column.type.numeric:
        return _units(column, text, currency)
    if kind == "date":
        return f"CAST({text} AS DATE)"
    if kind == "truth":
        return f"ascii({text}) % 32 > 16"  # y, t and 1 are 25, 20 and 17 there, in capitals too; n, f and 0 are 14, 6 and 16
    if kind == "codes":
        parts = f"string_split({text}, {quote_text(column.separator)})" if column.separator else f"[{text}]"
        return f"list_sort(list_distinct({parts}))"
    return f"CAST({text} AS BIGINT)" if column.check_digit == "NHS number" else "true"


def _units(column: Column, text: str, currency: str) -> str:
    scale, kind = scale_of(column), column.type.kind
    before, after = _places(column)
    if kind == "percent":
        text = f"left({text}, -1)"
    if kind == "money":
        bare = without_sign(f"replace({text}, ',', '')", currency)
        sign = quote_text(SIGNS[currency].strip())
        text = f"CASE WHEN contains({text}, ',') OR contains({text}, {sign}) THEN {bare} ELSE {text} END"
    if not after:
        return f"CAST({text} AS BIGINT)"
    # the type holds every digit that the pattern lets in, so a cast rounds nothing; the product has ``after`` digits more
    read = f"CAST({text} AS DECIMAL({before + after}, {after}))"
    read = f"CAST({read if before + 2 * after <= _DIGITS else f'CAST({read} AS DECIMAL(38, {after}))'} * {10**after} AS BIGINT)"
    if after == scale.places:
        return read
    step = 10 ** (after - scale.places)
    return f"(CASE WHEN starts_with({text}, '-') THEN -1 ELSE 1 END) * ((abs({read}) + {step // 2}) // {step})"


def _test(column: Column, text: str, value: str) -> str:
    """SQL: what else must hold of a text that the pattern matches; "" for nothing."""
    if column.type.numeric:
        scale = scale_of(column)
        return f"{value} BETWEEN {max(scale.low, -_MOST)} AND {min(scale.high, _MOST)}"
    if column.type.kind not in ("identifier", "text"):
        return ""
    sure = sure_sql(column.check_digit, value) if column.check_digit else None
    low, high = _lengths(column)
    length = "" if low == high or column.written_as or sure else f"strlen({text}) BETWEEN {low} AND {high}"
    return length or sure or ""


def _final(column: Column, value: str) -> str:
    """SQL: the typed value, as ``typed_sql`` gives it."""
    if column.type.numeric:
        return f"CAST({value} * {scale_of(column).times} AS {type_of(column)})"
    return f"nullif({value}, '')" if _as_written(column) else value


def type_of(column: Column) -> str:
    """The type in DuckDB of a column's values."""
    if column.type.numeric:
        assert column.shape is not None
        return "BIGINT" if column.shape.top < BIG else "HUGEINT"
    return {"date": "DATE", "truth": "BOOLEAN", "codes": "VARCHAR[]"}.get(column.type.kind, "VARCHAR")
