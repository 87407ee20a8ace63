"""Files that other projects keep because they are dirty: each is read with the counts that an independent reader finds, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shared import shared
from tests.submission.hostile.independent import independent, outcome

REFUSED = {
    "csvlint/invalid_many_rows.csv": "PBR410",
    "csvlint/title-row.csv": "PBR407",
    "frictionless/capital-invalid.csv": "PBR407",
    "frictionless/column.csv": "PBR405",
    "frictionless/compression/implicit-gz.csv": "PBR404",
    "frictionless/compression/implicit-zip.csv": "PBR404",
    "frictionless/duplicate-column.csv": "PBR407",
    "frictionless/duplicate-headers.csv": "PBR407",
    "frictionless/empty.csv": "PBR405",
    "frictionless/invalid.csv": "PBR407",
    "frictionless/issue-1138.csv": "PBR410",
    "frictionless/table-10MB.csv": "PBR405",
    "frictionless/table-10x100k.csv": "PBR405",
    "frictionless/table-5MB.csv": "PBR405",
    "frictionless/table-5x100k.csv": "PBR405",
    "frictionless/table.tsv": "PBR404",
}
# how many records there are, by hand or by the independent reader when this list was made
READ = {
    "csv-spectrum/csvs/comma_in_quotes.csv": 1,
    "csv-spectrum/csvs/empty.csv": 2,
    "csv-spectrum/csvs/empty_crlf.csv": 2,
    "csv-spectrum/csvs/escaped_quotes.csv": 2,
    "csv-spectrum/csvs/json.csv": 1,
    "csv-spectrum/csvs/location_coordinates.csv": 1,
    "csv-spectrum/csvs/newlines.csv": 3,
    "csv-spectrum/csvs/newlines_crlf.csv": 3,
    "csv-spectrum/csvs/quotes_and_newlines.csv": 2,
    "csv-spectrum/csvs/simple.csv": 1,
    "csv-spectrum/csvs/simple_crlf.csv": 1,
    "csv-spectrum/csvs/utf8.csv": 2,
    "csvlint/cr-line-endings.csv": 2,
    "csvlint/crlf-line-endings.csv": 2,
    "csvlint/inconsistent-line-endings-unquoted.csv": 2,
    "csvlint/inconsistent-line-endings.csv": 2,
    "csvlint/invalid-byte-sequence.csv": 23,
    "csvlint/lf-line-endings.csv": 2,
    "csvlint/valid.csv": 2,
    "csvlint/valid_many_rows.csv": 6,
    "csvlint/white space in filename.csv": 2,
    "csvlint/windows-line-endings.csv": 1,
    "frictionless/Table With Data.csv": 2,
    "frictionless/[table].csv": 2,
    "frictionless/accent.csv": 2,
    "frictionless/analysis-data.csv": 9,
    "frictionless/ascii-notvalid.csv": 1,
    "frictionless/ascii.csv": 1,
    "frictionless/blank-cells.csv": 5,
    "frictionless/blank-headers.csv": 2,
    "frictionless/blank-rows-multiple.csv": 13,
    "frictionless/blank-rows-no-fields.csv": 2,
    "frictionless/blank-rows.csv": 3,
    "frictionless/bom.csv": 2,
    "frictionless/capital-3.csv": 5,
    "frictionless/capital-valid.csv": 5,
    "frictionless/capitals.csv": 5,
    "frictionless/chunk1.csv": 1,
    "frictionless/chunk2.csv": 1,
    "frictionless/chunk2.headless.csv": 0,
    "frictionless/chunk3.csv": 0,
    "frictionless/countries-cleaned.csv": 4,
    "frictionless/countries-truefalsevalues.csv": 2,
    "frictionless/countries.csv": 6,
    "frictionless/country-1.csv": 5,
    "frictionless/country-2.csv": 6,
    "frictionless/country-3.csv": 5,
    "frictionless/data.csv": 2,
    "frictionless/data2.csv": 3,
    "frictionless/defective-rows.csv": 2,
    "frictionless/delimiter.csv": 2,
    "frictionless/dialect.csv": 2,
    "frictionless/doublequote.csv": 5,
    "frictionless/duplicate-rows.csv": 3,
    "frictionless/encoding-issue-274.csv": 507,
    "frictionless/escaping.csv": 3,
    "frictionless/floats.csv": 5,
    "frictionless/infer/data.csv": 2,
    "frictionless/infer/data2.csv": 3,
    "frictionless/invalid/data.csv": 2,
    "frictionless/invalid/data2.csv": 3,
    "frictionless/issue-1004-data1.csv": 5,
    "frictionless/issue-1004-data2.csv": 3,
    "frictionless/issue-1009-comma.csv": 1,
    "frictionless/issue-1009-semicolon.csv": 1,
    "frictionless/issue-1066-largecellsize.csv": 19,
    "frictionless/issue-1066-largecellsizewithdeviation.csv": 19,
    "frictionless/issue-1066-smallcellsize.csv": 12,
    "frictionless/issue-1066-smallcellsizewithdeviation.csv": 12,
    "frictionless/issue-1100.csv": 2,
    "frictionless/issue-1105-timezone.csv": 2,
    "frictionless/issue-1109.csv": 3,
    "frictionless/issue-1232.csv": 5,
    "frictionless/issue-1341.csv": 99,
    "frictionless/issue-1478/table.csv": 9,
    "frictionless/issue-493.csv": 9,
    "frictionless/issue-825.csv": 2,
    "frictionless/issue-833.csv": 3,
    "frictionless/issue-844.csv": 2,
    "frictionless/issue-905/bad.csv": 1,
    "frictionless/issue-905/ok1.csv": 1,
    "frictionless/issue-905/ok2.csv": 1,
    "frictionless/issue-991.csv": 1,
    "frictionless/latin1.csv": 2,
    "frictionless/leading-zeros.csv": 3,
    "frictionless/long.csv": 6,
    "frictionless/matrix-with-comment.csv": 5,
    "frictionless/matrix.csv": 4,
    "frictionless/nested-invalid.csv": 5,
    "frictionless/nested.csv": 4,
    "frictionless/number/number-test.csv": 13,
    "frictionless/numeric-labels.csv": 3,
    "frictionless/package/data.csv": 2,
    "frictionless/package/data2.csv": 3,
    "frictionless/package-dialect-no-header.csv": 2,
    "frictionless/primary-file-types.csv": 2,
    "frictionless/schema-errors.csv": 4,
    "frictionless/skip-blank-at-the-end.csv": 2,
    "frictionless/skip-rows-before-headers.csv": 3,
    "frictionless/skip-rows.csv": 4,
    "frictionless/structure-errors.csv": 4,
    "frictionless/sync-schema.csv": 2,
    "frictionless/table-delimiter.csv": 2,
    "frictionless/table-infer-increase-limit.csv": 199,
    "frictionless/table-infer-iso-8859-7.csv": 4,
    "frictionless/table-infer-missing-values.csv": 7,
    "frictionless/table-infer-row-limit.csv": 11,
    "frictionless/table-infer-utf8.csv": 5,
    "frictionless/table-infer.csv": 4,
    "frictionless/table-limits.csv": 3,
    "frictionless/table-output.csv": 2,
    "frictionless/table-reverse.csv": 2,
    "frictionless/table-unicode-headers.csv": 2,
    "frictionless/table-with-accents.csv": 638,
    "frictionless/table.csv": 2,
    "frictionless/table_with_data.csv": 2,
    "frictionless/tables/chunk1.csv": 1,
    "frictionless/tables/chunk2.csv": 1,
    "frictionless/timezone-with-id.csv": 4,
    "frictionless/timezone.csv": 4,
    "frictionless/transform-groups.csv": 6,
    "frictionless/transform-pivot.csv": 12,
    "frictionless/transform.csv": 3,
    "frictionless/transpose.csv": 2,
    "frictionless/unique-field.csv": 9,
    "frictionless/vix.csv": 2,
    "frictionless/without-headers-extra.csv": 2,
    "frictionless/without-headers.csv": 2,
    "frictionless/without-rows.csv": 0,
    "frictionless/zipped-resources/ogd10_energieforschungstatistik_ch.csv": 2311,
    "frictionless/Таблица.csv": 2,
}


def _files() -> dict[str, Path]:
    folder = shared("data/dirty")
    return {path.relative_to(folder).as_posix(): path for ending in ("csv", "tsv") for path in folder.rglob(f"*.{ending}")}


def test_every_dirty_file_has_an_expectation() -> None:
    assert set(_files()) == {*REFUSED, *READ} and not set(REFUSED) & set(READ)


@pytest.mark.parametrize("part", range(4))
def test_dirty_files_are_read_whole_or_refused(part: int) -> None:
    files = _files()
    for name in sorted(files)[part::4]:
        if name in REFUSED:
            header = [] if name.startswith("frictionless/compression") else independent(files[name].read_bytes())[0]
            assert (name, outcome(files[name], header)) == (name, REFUSED[name])
        else:
            header, records = independent(files[name].read_bytes())
            assert (name, outcome(files[name], header), len(records)) == (name, READ[name], READ[name])


def test_a_declared_delimiter_reads_what_commas_cannot() -> None:
    from tests.submission.submitting import scalar

    path = _files()["frictionless/issue-1009-semicolon.csv"]
    header, records = independent(path.read_bytes(), ";")
    assert len(header) > 1 and outcome(path, header, delimiter=scalar("semicolon")) == len(records)
