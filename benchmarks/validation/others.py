"""The checks of ``run.CHECKS`` by pandera or Great Expectations on pandas: prints [seconds, processor seconds, rows found wrong]. Exits 3 where the
library is not installed.

    python benchmarks/validation/others.py pandera|great_expectations FILE

Columns are read as text and matched by pattern; days that do not exist, bounds and the check digit are asked by vectorised expressions, whose
results are columns of yes and no, as neither library has them. Both are asked for every row that fails.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from generate import BANDS, PROVIDERS

DAYS = ("date_of_birth", "referred_on", "started_on", "ended_on")
PATTERNS = {
    "referral_id": r"^R[0-9]{8}$",
    "nhs_number": r"^[0-9]{10}$",
    "sessions": r"^[0-9]+$",
    "score_before": r"^[0-9]+(\.[0-9])?$",
    "score_after": r"^([0-9]+(\.[0-9])?)?$",
    "fee": r"^£?[0-9,]+(\.[0-9]{1,2})?$",
}
LISTS = {"provider_code": PROVIDERS, "band": BANDS, "employed": ("yes", "no")}
MOST = {"sessions": 52, "score_before": 27, "score_after": 27, "fee": 5000}
UNIQUE = "referral_id"


def with_answers(path: str) -> tuple[Any, list[str]]:
    """The rows as text, with a column of yes and no for each check that the libraries do not have; and the names of those columns."""
    import pandas

    rows = pandas.read_csv(path, dtype=str, keep_default_na=False)
    for name in DAYS:
        day = pandas.to_datetime(rows[name], format="%Y-%m-%d", errors="coerce")
        rows[f"ok_{name}"] = day.notna() | ((rows[name] == "") & (name == "ended_on"))
    for name, most in MOST.items():
        value = pandas.to_numeric(rows[name].str.replace(",", ""), errors="coerce")
        rows[f"ok_{name}"] = (value.between(0, most)) | ((rows[name] == "") & (name == "score_after"))
    digits = pandas.to_numeric(rows["nhs_number"], errors="coerce").fillna(1).astype("int64")
    rows["ok_nhs_number"] = sum((digits // 10 ** (10 - weight)) % 10 * weight for weight in range(1, 11)) % 11 == 0
    return rows, [name for name in rows.columns if name.startswith("ok_")]


def pandera(path: str) -> int:
    import pandera.pandas as pa

    rows, answers = with_answers(path)
    columns = {name: pa.Column(str, pa.Check.str_matches(pattern), unique=name == UNIQUE) for name, pattern in PATTERNS.items()}
    columns |= {name: pa.Column(str, pa.Check.isin(values)) for name, values in LISTS.items()}
    columns |= {name: pa.Column(bool, pa.Check.eq(True)) for name in answers}
    try:
        pa.DataFrameSchema(columns).validate(rows, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return int(errors.failure_cases["index"].nunique())
    return 0


def great_expectations(path: str) -> int:
    import great_expectations as gx
    import great_expectations.expectations as gxe

    rows, answers = with_answers(path)
    rows["_row"] = range(1, len(rows) + 1)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = (
        context.data_sources.add_pandas("p")
        .add_dataframe_asset("rows")
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": rows})
    )
    asked: list[Any] = [gxe.ExpectColumnValuesToBeUnique(column=UNIQUE)]
    asked += [gxe.ExpectColumnValuesToMatchRegex(column=name, regex=pattern) for name, pattern in PATTERNS.items()]
    asked += [gxe.ExpectColumnValuesToBeInSet(column=name, value_set=list(values)) for name, values in LISTS.items()]
    asked += [gxe.ExpectColumnValuesToBeInSet(column=name, value_set=[True]) for name in answers]
    complete = {"result_format": "COMPLETE", "unexpected_index_column_names": ["_row"]}
    result = batch.validate(gx.ExpectationSuite("s", expectations=asked), result_format=complete)
    return len({row["_row"] for one in result.results for row in one.result.get("unexpected_index_list") or []})


if __name__ == "__main__":
    try:
        __import__(sys.argv[1])
    except ImportError:
        sys.exit(3)
    clock, processor = time.perf_counter(), time.process_time()
    wrong = {"pandera": pandera, "great_expectations": great_expectations}[sys.argv[1]](sys.argv[2])
    print(json.dumps([time.perf_counter() - clock, time.process_time() - processor, wrong]))
