"""CSV and JSON: valid by their own metadata and schema, the same each time, harmless in a spreadsheet, and without a number that was not released."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pbr.disclosure.released import WITHHELD, Figure, Released
from pbr.publish.data.csv_files import DECIMAL, Column, Sheet, to_csv, to_metadata
from pbr.publish.data.files import data_files, downloads
from pbr.publish.data.json_text import to_json
from pbr.publish.data.ocds.naming import Naming
from pbr.publish.only_shown import SOME_LEFT_OUT, only_shown
from pbr.publish.site import Site
from tests.publish.csvw import Faulty, read_csvw
from tests.publish.portfolio import hostile, portfolio
from tests.publish.site_schema import schema

LICENSED = Naming(licence="https://licences.example/open")
SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "open-data.json"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return dict(data_files(*portfolio(), naming=LICENSED))


def _rows(files: dict[str, bytes], path: str) -> list[dict[str, object]]:
    return list(map(dict, read_csvw(files[path], files[f"{path}-metadata.json"])))


def test_each_csv_is_what_its_metadata_says(files: dict[str, bytes]) -> None:
    tables = [path for path in files if path.endswith(".csv")]
    assert len(tables) == 5 * 6
    for path in tables:
        assert _rows(files, path), path
        said = json.loads(files[f"{path}-metadata.json"])
        assert path.endswith("/" + said["url"]) and said["dc:license"] == {"@id": "https://licences.example/open"}
    assert b"dc:license" not in dict(data_files(*portfolio()))["data/lines.csv-metadata.json"]


def test_the_same_portfolio_gives_the_same_bytes_in_the_same_order(files: dict[str, bytes]) -> None:
    assert list(files.items()) == list(data_files(*portfolio(), naming=LICENSED))


def test_lines_and_comparisons_say_what_the_pages_say(files: dict[str, bytes]) -> None:
    line = next(one for one in _rows(files, "data/lines.csv") if one["line"] == "2012-13")
    assert (line["amount"], line["result"], line["how"], line["number"]) == (Decimal("-1660000.00"), "deducted", "exact", None)
    assert str(line["page"]).endswith("2015-06-30/index.html#p-fee_at_risk--2012-13")
    one = next(one for one in _rows(files, "data/comparisons.csv") if one["line"] == "2012-13")
    assert (one["met"], one["numerator"], one["denominator"], one["result"]) == ("no", 790, 1445, "3.3 percentage points")


def test_the_list_holds_every_figure_and_an_assessment_those_of_its_pages(files: dict[str, bytes]) -> None:
    released = portfolio()[1]
    assert [one["cell"] for one in _rows(files, "data/cells.csv")] == sorted(released.figures)
    mine = {str(one["cell"]) for one in _rows(files, "contracts/northmoor/2015-06-30/data/cells.csv")}
    assert "northmoor/2015-06-30/paid" in mine and "northmoor/baseline" in mine and not any("2014" in cell for cell in mine)


def test_a_withheld_figure_has_no_number_anywhere(files: dict[str, bytes]) -> None:
    withheld = {one.cell for one in portfolio()[1].figures.values() if one.how == WITHHELD}
    for one in _rows(files, "data/cells.csv"):
        assert (one["value"] is None and one["text"] == "[c]") == (one["cell"] in withheld), one
    assert b'"how": "withheld",\n' in files["data/site.json"]


def _without_the_result() -> tuple[Site, Released, str]:
    site, released = portfolio()
    line = site.contracts[0].assessments[0].payments[0].lines[1]
    hidden = replace(released.figures[line.result.cell], how=WITHHELD, text="[c]", value=None)
    return site, replace(released, figures={**released.figures, line.result.cell: hidden}), line.slug


def test_where_a_result_is_withheld_so_are_the_words_that_would_say_it() -> None:
    site, released, slug = _without_the_result()
    files = dict(data_files(site, released))
    line = next(one for one in _rows(files, "data/lines.csv") if one["line"] == slug and one["assessment"] == "2015-06-30")
    assert line["result"] == "[c]" and "below" not in str(line["why"])
    compared = [one["line"] for one in _rows(files, "contracts/northmoor/2015-06-30/data/comparisons.csv")]
    assert compared == ["2011-12"]
    told = json.loads(files["contracts/northmoor/2015-06-30/data/assessment.json"])["assessment"]["payments"][0]["lines"][1]
    assert told["comparisons"] == told["derived"] == []
    once = only_shown(site, released)
    assert only_shown(once, released) == once != site


def test_a_sentence_of_the_first_screen_goes_with_a_figure_in_it() -> None:
    site, released = portfolio()
    first = site.contracts[0].assessments[0]
    cell = first.payments[0].lines[1].amount.cell
    hidden = replace(released.figures[cell], how=WITHHELD, text="[c]", value=None)
    shown = only_shown(site, replace(released, figures={**released.figures, cell: hidden})).contracts[0].assessments[0]
    assert first.why_not_more and shown.why_not_more == (SOME_LEFT_OUT,) and shown.achieved == first.achieved


def test_a_point_that_is_withheld_does_not_say_that_it_is_provisional() -> None:
    site, released = portfolio()
    series = site.contracts[0].series[0]
    point = replace(series.points[0], state="[p]")
    site = replace(site, contracts=(replace(site.contracts[0], series=(replace(series, points=(point,)),)), *site.contracts[1:]))
    assert only_shown(site, released).contracts[0].series[0].points[0].state == "[p]"
    hidden = replace(released.figures[point.value.cell], how=WITHHELD, text="[c]", value=None)
    shown = only_shown(site, replace(released, figures={**released.figures, point.value.cell: hidden}))
    assert shown.contracts[0].series[0].points[0].state == ""


def test_a_slot_without_a_figure_makes_no_file() -> None:
    site, released = portfolio()
    cell = "riverside-homes/2024-09-30/rows/e2"
    with pytest.raises(LookupError, match=cell):
        dict(data_files(site, replace(released, figures={name: one for name, one in released.figures.items() if name != cell})))


def test_hostile_titles_are_escaped_as_json_and_as_csv() -> None:
    site, released = hostile()
    assert json.loads(dict(data_files(site, released))["data/site.json"])["site"]["title"] == site.title


RISKY = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "'x", "＝1", 'a "b", c', " x ", "=cmd|'/c calc'!A0")


def test_what_a_spreadsheet_would_run_is_text_and_comes_back_as_it_was() -> None:
    columns = (Column("text", "Text", "x"), Column("number", "Number", "x", DECIMAL, signs=True))
    sheet = Sheet("risky", "x", columns, ("text",), tuple((text, "-5") for text in RISKY))
    data = to_csv(sheet)
    assert [(one["text"], one["number"]) for one in read_csvw(data, to_metadata(sheet))] == [(text, -5) for text in RISKY]
    assert b",-5\r\n" in data and b"'=1+1," in data


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b",790,", b",7 90,", "no decimal"),
        (b",790,", b",,", "is blank"),
        (b",790,", b",", "18 cells"),
        (b"2014-06-30,", b"2015-06-30,", "the key of another"),
        (b"result_value", b"value", "the header row"),
        (b",change,", b",=change,", "would be run"),
    ],
)
def test_what_the_reader_complains_of(files: dict[str, bytes], old: bytes, new: bytes, fault: str) -> None:
    data = files["data/comparisons.csv"]
    assert old in data
    with pytest.raises(Faulty, match=fault):
        read_csvw(data.replace(old, new), files["data/comparisons.csv-metadata.json"])


def test_a_blank_cell_or_a_short_row_is_a_defect() -> None:
    column = Column("a", "A", "x")
    for row in (("",), ("1", "2")):
        with pytest.raises(ValueError, match="a blank, or too few or too many"):
            to_csv(Sheet("x", "x", (column,), ("a",), (row,)))


def test_the_json_is_as_its_schema_says(files: dict[str, bytes]) -> None:
    made = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("PBR_UPDATE_GOLDEN"):
        SCHEMA.write_text(made, encoding="utf-8")
    assert SCHEMA.read_text(encoding="utf-8") == made, "PBR_UPDATE_GOLDEN=1 writes it again"
    validator = Draft202012Validator(json.loads(made))
    whole = [path for path in files if path.endswith(("site.json", "assessment.json"))]
    assert len(whole) == 6
    for path in whole:
        assert [error.message for error in validator.iter_errors(json.loads(files[path]))] == [], path
    broken = json.loads(files["data/site.json"])
    del broken["site"]["contracts"][0]["assessments"][0]["paid"]["text"]
    assert not validator.is_valid(broken)


def test_every_file_that_is_offered_is_there(files: dict[str, bytes]) -> None:
    offered = [one.path for one in downloads(portfolio()[0])]
    assert len(set(offered)) == len(offered) and set(offered) == {path for path in files if not path.endswith("-metadata.json")}


def test_the_page_about_publishing_says_what_each_file_is(files: dict[str, bytes]) -> None:
    page = (SCHEMA.parents[1] / "publishing.md").read_text(encoding="utf-8")
    section = page[page.index("## The open data") :]
    for name in {path.rpartition("/")[2] for path in files if not path.endswith("-metadata.json")}:
        assert f"`{name}`" in section, name


def test_json_is_written_digit_by_digit_or_not_at_all() -> None:
    told = {"a": [Decimal("16600000.10"), True, None, 3, "é"], "b": {}, "c": []}
    assert to_json(told) == '{\n "a": [\n  16600000.10,\n  true,\n  null,\n  3,\n  "é"\n ],\n "b": {},\n "c": []\n}\n'.encode()
    for bad in (0.5, Decimal("NaN"), {1: 2}, Figure("a", "count", "exact", "1", "1")):
        with pytest.raises(TypeError):
            to_json(bad)
