"""The operations over the rows of one table, as ``pbr.plan.operations`` has the others: the machinery of a rate card and of a pot."""

from __future__ import annotations

from pbr.plan.operation import Operation

WINDOW_OPERATIONS = (
    Operation(
        "place",
        "window",
        "(its place among the same person's same claims)",
        "args (counts: truth, on: date, then the values that must be equal). Among rows of the same table whose last arguments are equal, ordered by on then the table's key: "
        "(range) low = rows before this one with counts yes, + 1; high = rows before this one with counts yes or unknown, + 1. "
        "Own on, or any equal-argument, unknown: unknown, own reason; other rows with an unknown on or argument are ignored",
        ("reason",),
    ),
    Operation(
        "achieved",
        "window",
        "(what must come first has been achieved)",
        "args (counts: truth, needs: code or none, code: code, on: date, subject). needs none: yes. Else yes if a row of the same table with counts yes has the same subject, "
        "code equal to this row's needs, and on <= this row's on; else unknown if such a row has counts unknown, or this row's needs, on or subject is unknown (own reason); else no. "
        "params.windows, [[code, 'days' or 'months', n], ...] (may be left out): for a row with one of these codes, such a row's on must also be so late that this row's on "
        "< on + n days or months, added in one step and clamped to the month's end; a row whose own code is unknown is then unknown too (own reason)",
        ("reason", "windows?"),
    ),
    Operation(
        "divide",
        "window",
        "(its part of the pot)",
        "args (counts: truth, pot, weight, least, most: whole minor units and a weight of 0 or more, then the values that make a group). Members: the rows of the same table with counts yes "
        "whose last arguments are equal. Each has level x weight, but at least `least` and then at most `most`; the level is the one at which the parts come to the pot. No level is high enough: each with a weight has `most`, "
        "the others `least`. Parts are then whole minor units: rounded down, and the minor units left over go one each to the largest remainders, ties by the table's key. counts no: 0. "
        "A row with counts unknown, an argument of a member that is not known, leasts above the pot or most below least, or with left_over refused a pot that no level reaches: every row of the group with counts "
        "not no is unknown, own reason; of a row whose group is not known, every row of every group",
        ("reason", "left_over"),
    ),
)
