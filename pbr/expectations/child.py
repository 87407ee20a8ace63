"""Great Expectations in a process of its own: ``python -m pbr.expectations.child FOLDER``.

The folder holds ``job.json`` ({"rows": bool, "tables": [name, ...]}) and per table N, from 0, ``N-suite.json`` and ``N-rows.csv``. What is left
there: ``done.json``, written last and renamed into place, so that its being there says that all was done; and, unless failing rows are asked
for, ``N-results.html`` and ``N-suite.html``, the pages as GX makes them, not yet fit for a browser. Or ``absent.txt`` when GX is not installed.
"""

from __future__ import annotations

import html
import json
import os
import sys
from pathlib import Path
from typing import Any


def main(folder: Path) -> None:
    """Does the job of the folder. What GX raises goes to stderr as it is, and ``done.json`` is not written."""
    sys.addaudithook(_no_network)
    # With pyspark and without all that pyspark wants, importing GX ends the process with code 0, in silence. Nothing here needs it.
    sys.modules["pyspark"] = None  # type: ignore[assignment]
    try:
        import great_expectations as gx
        import pandas
    except ImportError as error:
        (folder / "absent.txt").write_text(str(error), encoding="utf-8")
        return
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    context: Any = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_pandas("submission")
    done = []
    for number, name in enumerate(job["tables"]):
        suite = gx.ExpectationSuite(**json.loads((folder / f"{number}-suite.json").read_text(encoding="utf-8")))
        frame = pandas.read_csv(folder / f"{number}-rows.csv", dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8")
        frame["_row"] = frame["_row"].astype("int64")
        whole = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("whole")
        how = {"result_format": "COMPLETE" if job["rows"] else "SUMMARY", "unexpected_index_column_names": ["_row"]}
        results = whole.get_batch({"dataframe": frame}).validate(suite, result_format=how)
        done.append({"name": name, "records": len(frame), "results": [_told(result) for result in results.results]})
        if not job["rows"]:
            _pages(folder, number, name, suite, results)
    whole_answer = folder / "done.part"
    whole_answer.write_text(json.dumps({"version": gx.__version__, "tables": done}), encoding="utf-8")
    os.replace(whole_answer, folder / "done.json")


def _no_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise PermissionError("validating a submission reaches no network")


def _told(result: Any) -> dict[str, Any]:
    """One expectation's result; ``rows``: the failing ones, where they were asked for."""
    config = result.expectation_config
    raised = result.exception_info or {}
    each = [raised] if "raised_exception" in raised else list(raised.values())
    messages = [str(one.get("exception_message")) for one in each if one.get("raised_exception")]
    indexes = result.result.get("unexpected_index_list") or []
    return {
        "id": config.meta["pbr"]["id"],
        "type": config.type,
        "success": bool(result.success),
        "failing": int(result.result.get("unexpected_count") or 0),
        "raised": messages[0] if messages else "",
        "rows": [int(one["_row"]) for one in indexes],
    }


def _pages(folder: Path, number: int, name: str, suite: Any, results: Any) -> None:
    from great_expectations.render import renderer, view

    made: Any = renderer  # not all of it is typed
    shown: Any = view

    # GX writes the values of cells into its pages as they are: "<script>" in a cell is a script in the page. So they are escaped before.
    for result in results.results:
        result.result = _escaped(result.result)
        result.expectation_config.description = _escaped(result.expectation_config.description)
    for expectation in suite.expectations:
        expectation.description = _escaped(expectation.description)
    results.meta["batch_kwargs"] = {"data_asset_name": name}
    pages = {
        "results": made.ValidationResultsPageRenderer().render(results),
        "suite": made.ExpectationSuitePageRenderer().render(suite),
    }
    for kind, page in pages.items():
        (folder / f"{number}-{kind}.html").write_text(shown.DefaultJinjaPageView().render(page), encoding="utf-8")


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return html.escape(value, quote=False)
    if isinstance(value, dict):
        return {_escaped(name): _escaped(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_escaped(one) for one in value)
    return value


if __name__ == "__main__":
    main(Path(sys.argv[1]))
