"""One line of an assessment, as a person names it: ``fee_at_risk[2012/13]``, or the payment alone where it has one line."""

from __future__ import annotations

import json
import tempfile
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from pbr.audit import layout
from pbr.platform.duck import connect, glob_text
from pbr.problem import Refused, refuse
from pbr.statement import words

MOST_CLOSE: Final = 5
MOST_COMPARED: Final = 20_000
_ROWS = "FROM read_parquet({}, hive_partitioning = false)"


def named_line(folder: Path, text: str) -> dict[str, Any]:
    """``{"payment":..., "grain":..., "key":[...]}`` of the line that ``text`` names in an assessment's folder. A key of several parts is
    written with ``|`` between them, as the statement prints it. Raises Refused PBR581 with the nearest lines when there is none."""
    payment, _, rest = text.strip().partition("[")
    key = rest.removesuffix("]").strip()
    rows = _ROWS.format(glob_text(folder / layout.PAYMENTS))
    with tempfile.TemporaryDirectory(prefix="pbr-") as temp:
        con = connect(Path(temp), [folder])
        try:
            names = [name for (name,) in con.execute(f"SELECT payment {rows} GROUP BY payment ORDER BY min(line)").fetchall()]
            if payment not in names:
                raise _no_such(text, f"There are: {', '.join(names)}." if names else "It has no lines.", get_close_matches(payment, names))
            for parts in dict.fromkeys(_readings(key)):
                found = con.execute(
                    f"SELECT grain, key {rows} WHERE payment = ? AND key = CAST(to_json(CAST(? AS VARCHAR[])) AS VARCHAR) LIMIT 1",
                    [payment, list(parts)],
                ).fetchone()
                if found is not None:
                    return {"payment": payment, "grain": found[0], "key": json.loads(found[1])}
            every = con.execute(f"SELECT key {rows} WHERE payment = ? ORDER BY line LIMIT {MOST_COMPARED}", [payment]).fetchall()
        finally:
            con.close()
    keys = [words.key(json.loads(one)) for (one,) in every]
    close = get_close_matches(key, keys, MOST_CLOSE, cutoff=0.5)
    raise _no_such(text, f"Its first line is {payment}[{keys[0]}].", [f"{payment}[{one}]" for one in close])


def line_text(line: dict[str, Any] | None) -> str:
    """The line as it can be typed; the whole statement where there is none."""
    if line is None:
        return "the whole statement"
    return f"{line['payment']}[{words.key(line['key'])}]" if line["key"] else str(line["payment"])


def _readings(key: str) -> list[tuple[str, ...]]:
    """The keys that a text can mean: none (the contract's one line), all of it as one, or cut at |."""
    if key in ("", "contract"):
        return [(), (key,)] if key else [()]
    return [(key,), tuple(part.strip() for part in key.split("|"))]


def _no_such(text: str, hint: str, close: list[str]) -> Refused:
    near = f"Close to it: {', '.join(close)}. " if close else ""
    return refuse("PBR581", f"The assessment has no line {text!r}.", f"{near}{hint} Write it as PAYMENT[KEY], in quotes.")
