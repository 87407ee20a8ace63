"""A file that is wrong as a whole: what is the matter with it is said before its rows, and once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbr.problem import Refused
from pbr.validation.headers import in_one_breath
from tests.golden import assert_golden
from tests.validation.validating_making import GOLDEN, GOOD, HEADER, SMALL, rows, validated

REFERRALS = (SMALL / "referrals.csv").read_text()
SESSIONS = rows()


def keyed(change: dict[str, str]) -> str:
    return "\n".join([HEADER, *(f"{change.get(person, person)},{text}" for person, text in GOOD.items())]) + "\n"


def suspected(text: str | bytes, tmp_path: Path) -> dict[str, str]:
    return {one["kind"]: one["says"] for one in validated(text, tmp_path).report["suspicions"]}


@pytest.mark.parametrize(
    ("write", "says"),
    [
        (str.lower, 'only capitals differ, such as "p01" here and "P01" there'),
        (lambda key: key.replace("P", "P-"), 'only blanks, hyphens or other signs differ, such as "P-01" here'),
        (lambda key: key[1:], '"P" at the start is missing, such as "01" here and "P01" there'),
        (lambda key: f"AB{key}", '"AB" at the start is too much, such as "ABP01" here'),
    ],
)
def test_what_makes_keys_differ_is_told(write: object, says: str, tmp_path: Path) -> None:
    assert callable(write)
    found = suspected(keyed({person: write(person) for person in GOOD}), tmp_path)
    assert set(found) == {"no match"} and says in found["no match"] and found["no match"].startswith("not one of the 10 rows")


def test_four_of_five_are_nearly_all_and_less_is_not(tmp_path: Path) -> None:
    people = list(GOOD)
    assert suspected(keyed({one: one.lower() for one in people[:8]}), tmp_path)["no match"].startswith(
        "8 of the 10 rows of mentoring belong"
    )
    assert suspected(keyed({one: one.lower() for one in people[:7]}), tmp_path) == {}


def test_people_who_are_others_are_not_explained_away(tmp_path: Path) -> None:
    says = suspected(keyed({person: f"Q{number * 7919}" for number, person in enumerate(GOOD, 11)}), tmp_path)["no match"]
    assert says == "not one of the 10 rows of mentoring belongs to a row of referrals by person_id"


def test_zeros_that_a_spreadsheet_dropped(tmp_path: Path) -> None:
    city = tmp_path / "city.csv"
    city.write_text("person_id,referred_on\n" + "".join(f"{n:04},2024-04-01\n" for n in range(1, 11)))
    from pbr.validation.validating import validate

    (tmp_path / "m.csv").write_text("\n".join([HEADER, *(f"{n},{text}" for n, text in enumerate(GOOD.values(), 1))]))
    done = validate(SMALL, [("referrals", city), ("mentoring", tmp_path / "m.csv")])
    assert 'only zeros at the start differ, such as "1" here and "0001" there' in done.text()


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (HEADER + ",notes", "has one name more than every record has fields (5 names, 4 fields)"),
        (HEADER.replace(",hours", ""), ""),
    ],
)
def test_a_header_with_another_number_of_names(header: str, says: str, tmp_path: Path) -> None:
    text = rows().replace(HEADER, header, 1)
    if says:
        assert says in suspected(text, tmp_path)["uneven header"]
    else:
        with pytest.raises(Refused):
            validated(text, tmp_path)


def test_a_comma_at_the_end_of_every_record_but_the_header(tmp_path: Path) -> None:
    text = "\n".join([HEADER, *(f"{person},{text}," for person, text in GOOD.items())]) + "\n"
    assert suspected(text, tmp_path) == {
        "uneven header": "the header of mentoring.csv has one name fewer than every record has fields (4 names, 5 fields)"
    }


def test_two_records_of_ten_say_nothing_about_the_header(tmp_path: Path) -> None:
    assert suspected(rows(P02="2024-05-02,8,no,", P03="2024-05-13,31.0,yes,"), tmp_path) == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_that_is_cut_short(encoding: str, tmp_path: Path) -> None:
    cut = rows()[: rows().index("P10") + 7]
    found = suspected(cut.encode(encoding), tmp_path)
    assert found == {"cut short": "mentoring.csv may be cut short: its last record (line 11) has 2 of 4 fields, and no line end follows it"}
    assert suspected(f"{cut}\n".encode(encoding), tmp_path) == {}, "a line end follows: a record with a fault"
    assert suspected(rows(P09="2024-09-09").rstrip("\n").encode(encoding), tmp_path) == {}, "the short one is not the last"


def refused(tmp_path: Path, mentoring: str, referrals: str = REFERRALS) -> Refused:
    from pbr.validation.validating import validate

    (tmp_path / "a.csv").write_text(mentoring)
    (tmp_path / "b.csv").write_text(referrals)
    with pytest.raises(Refused) as stopped:
        validate(SMALL, [("mentoring", tmp_path / "a.csv"), ("referrals", tmp_path / "b.csv")])
    return stopped.value


HEADERS = {
    "exchanged": (REFERRALS, SESSIONS),
    "twice-the-same": (REFERRALS, REFERRALS),
    "no-header": (SESSIONS.split("\n", 1)[1], REFERRALS),
    "renamed": (SESSIONS.replace("began_on", "began").replace("in_touch", "in touch"), REFERRALS.replace("referred_on", "on")),
    "two-empty-names": (SESSIONS.replace("hours,in_touch", "x,y", 1), REFERRALS),
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers_are_told_as_a_whole_and_programs_get_every_problem(name: str, tmp_path: Path) -> None:
    problems = refused(tmp_path, *HEADERS[name]).problems
    assert sum(one.code == "PBR406" for one in problems) >= 2
    assert_golden("\n\n".join(str(one) for one in in_one_breath(problems)) + "\n", GOLDEN / f"header-{name}.txt")


def test_a_header_of_years_is_a_header(tmp_path: Path) -> None:
    for header in ("name,2023,2024,2025", "person_id,1,2,3,4", "question 1,question 2,question 3"):
        assert {one.code for one in refused(tmp_path, f"{header}\nx,1,2,3\n").problems} == {"PBR406"}, header


def test_a_file_that_is_mostly_its_own_tables_is_not_called_anothers(tmp_path: Path) -> None:
    text = SESSIONS.replace("in_touch", "referred_on", 1)
    assert {one.code for one in refused(tmp_path, text).problems} == {"PBR406"}


def test_other_problems_stay_as_they_are() -> None:
    from pbr.problem import Place, Problem

    others = [Problem("PBR407", "twice", "", Place("a.csv", 1)), Problem("PBR406", "the header has no column 'a'; the table t needs it")]
    assert in_one_breath(others) == others
