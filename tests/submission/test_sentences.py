"""Sentences about cells and rows, as they are kept beside this test."""

from __future__ import annotations

from pathlib import Path

from pbr.plan.plan import Table
from tests.golden import assert_golden
from tests.submission.submitting import found, number, plan_of, submitted, text

GOLDEN = Path(__file__).parent / "golden" / "sentences.txt"
VISITS = Table(
    "visits",
    ("id",),
    (
        text("id"),
        text("began_on", "date"),
        text("ended_on", "date", blank="not yet"),
        text("seen_at", "date", take="date part"),
        number("fee", "money", at_least="0", at_most="123456789"),
        number("rate", "price", 4, at_least="-1000", at_most="0"),
        number("hours", "number", 1, at_most="10000"),
    ),
    "provider",
)
ROWS = [
    "1,2024-05-01T13:00,2024-05-02,2024-05-01 13:00,0,0,1",
    "2,45400,45400.25,45400,0,0,1",
    "3,01/05/2024,n/a,01/05/2024,0,0,1",
    "4,2024-05-01 25:00,4540,454000,0,0,1",
    "4b,2024-05-01T13:00Z,2024-05-02,2024-05-01T23:30:00+05:00,0,0,1",
    '4c,2024-05-01,2024-05-01,2024-05-01,"0,100",0,1',
    "5,2024-05-01,2024-05-01,2024-05-01,1234567.90,-1000.01,10000.1",
    "6,2024-05-01,2024-05-01,2024-05-01,1,0,1",
    "6,2024-05-01,2024-05-01,2024-05-01,2,0,1",
    "7,2024-05-01,2024-05-01,2024-05-01,1,0,1",
    "7,2024-05-01,2024-05-01,2024-05-01,1,0,2",
    "7,2024-05-01,2024-05-01,2024-05-01,1,0,3",
]


def test_what_is_said_about_cells_and_rows(tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(["id,began_on,ended_on,seen_at,fee,rate,hours", *ROWS]) + "\n")
    with submitted(plan_of(VISITS), path) as result:
        said = [f"{row} {value!r}\n   {says}\n" for row, value, says in found(result, '"ROW", VALUE, SAYS')]
    assert_golden("".join(said), GOLDEN)
