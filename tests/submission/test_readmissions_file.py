"""One wide sheet that is two tables, as published: 2,980 hospitals, six conditions each."""

from __future__ import annotations

from pathlib import Path

from pbr.language.types import Type
from pbr.plan.node import Shape
from pbr.plan.plan import Column, Link, Table
from pbr.terms.models import TableLayout, WideToLong
from tests.shared import shared
from tests.submission.submitting import accepted, accounted, found, number, plan_of, scalar, submitted, text

CONDITIONS = ("ami", "copd", "hf", "pneumonia", "cabg", "tha_tka")


def ratio(name: str, most: str, blank: str) -> Column:
    return number(name, "number", 12, "half up", blank, at_least="0/1", at_most=most, top=10 * 10**12)


HOSPITALS = Table(
    "hospitals",
    ("hospital_ccn",),
    (text("hospital_ccn"), text("peer_group", "code", codes=("1", "2", "3", "4", "5")), ratio("neutrality", "2/1", "refused")),
    "commissioner",
)
RESULTS = Table(
    "results",
    ("hospital_ccn", "condition"),
    (
        text("hospital_ccn", link=True),
        text("condition", "code", codes=CONDITIONS),
        Column("discharges", Type("whole", absent=frozenset({"none"})), Shape(1, 10**9), "none", at_least="0/1"),
        ratio("excess_ratio", "10/1", "none"),
        ratio("drg_ratio", "1/1", "none"),
    ),
    "commissioner",
    parent=Link("children", "hospitals", ("hospital_ccn",), ("hospital_ccn",)),
)
PLAN = plan_of(HOSPITALS, RESULTS, currency="USD")
LAYOUT = {
    "all_from_one_file": TableLayout(
        header_row=scalar("1"), missing=[scalar("."), scalar("")], skip_rows_where={"hospital_ccn": scalar("end of worksheet")}
    ),
    "hospitals": TableLayout(columns={"peer_group": scalar("peer_group_assignment"), "neutrality": scalar("neutrality_modifier")}),
    "results": TableLayout(
        wide_to_long=WideToLong(
            key=scalar("condition"),
            columns={
                "discharges": scalar("discharges_{condition}"),
                "excess_ratio": scalar("err_{condition}"),
                "drg_ratio": scalar("drg_ratio_{condition}"),
            },
        )
    ),
}


def test_the_published_file() -> None:
    with submitted(PLAN, shared("data/readmissions-fy2025/hrrp_fy2025.csv"), layout=LAYOUT) as result:
        assert result.submitted == {"hospitals": 2980, "results": 17880}
        assert result.rejected == {"hospitals": 0, "results": 0} == result.unused
        assert accepted(result, "results")[0] == (1, "010001", "ami", 296, 948341243039, 26661015351)
        assert result.con.execute("SELECT count(excess_ratio) FROM accepted_results").fetchone() == (14843,)


def test_a_wide_sheet_is_accounted_per_table_and_record(tmp_path: Path) -> None:
    wide = [f"{name}_{code}" for code in CONDITIONS for name in ("discharges", "err", "drg_ratio")]
    head = ",".join(["hospital_ccn", "peer_group_assignment", "neutrality_modifier", *wide])
    cells = ",".join([".", ".", "7.9e-05"] * 6)
    lines = [head, f"A,1,1,{cells}", f"B,9,1,{cells}", "C,1", f"D,1,0.5,{cells}", "end of worksheet"]
    path = tmp_path / "sheet.csv"
    path.write_text("\n".join(lines) + "\n")
    with submitted(PLAN, path, layout=LAYOUT) as result:
        assert result.submitted == {"hospitals": 4, "results": 24} and result.rejected == {"hospitals": 2, "results": 12}
        assert accounted(result, "hospitals") and accounted(result, "results")
        assert [row[0] for row in accepted(result, "results")] == [*range(1, 7), *range(19, 25)]
        seen = {(row, line, code) for row, line, code in found(result, '"ROW", LINE, CODE')}
        assert {(2, 3, "PBR451"), (7, 3, "PBR462"), (12, 3, "PBR462"), (3, 4, "PBR430"), (13, 4, "PBR430"), (18, 4, "PBR430")} <= seen
