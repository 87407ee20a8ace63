"""A number of which the terms, and how numbers hang together, leave one value: to withhold something hides nothing then. Whoever publishes is told whose it is; the number itself stands nowhere."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from pbr.cli.main import cli
from pbr.disclosure.cells import Relation
from pbr.disclosure.release import decide
from pbr.publish import reading
from pbr.publish.reading_texts import Texts
from tests.disclosure.tables import adds_up, counts, form, table
from tests.publish.people_housed import housed

SAYS = "known whatever is withheld, from the terms and from how numbers hang together"
WHOSE = "people of which housed is no"


@pytest.mark.parametrize(("most", "whose"), [(3, ["people who are yes"]), (4, []), (40, [])])
def test_whose_number_has_one_value_is_said_and_whose_has_two_is_not(most: int, whose: list[str]) -> None:
    made = table(yes=3, no=90, all=93)
    adds_up(made, "all", "yes", "no")
    counts(made, "all")
    made.relations.append(Relation(form(yes=1), Fraction(3), Fraction(most)))
    protection = decide(made)
    assert (protection.known_anyway, protection.gone) == (whose, [])


def _planted(texts: Texts) -> None:
    """As if the terms said how many are not housed."""
    name = texts.ledger.unknowns["outcome", "housed", "no"]
    number = texts.ledger.table.unknowns[name].value
    texts.ledger.known({name: 1}, number, number)


def test_it_is_told_to_whoever_publishes_without_the_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = housed(tmp_path / "a", 404, 400)
    asked = ("publish", str(folder), "--out", str(tmp_path / "site"))
    assert SAYS not in CliRunner().invoke(cli, asked).output
    monkeypatch.setattr(reading, "tie", _planted)
    run = CliRunner().invoke(cli, [*asked[:3], str(tmp_path / "again")])
    assert run.exit_code == 0 and f"  {SAYS}: {WHOSE}\n" in run.output
    run = CliRunner().invoke(cli, [*asked[:3], str(tmp_path / "json"), "--json"])
    assert WHOSE in json.loads(run.output)["known_whatever_is_withheld"]
    for options in ([], ["--json"]):
        assert WHOSE in CliRunner().invoke(cli, ["disclosure", "explain", str(folder), *options]).output
    assert not any(SAYS.encode() in path.read_bytes() for path in (tmp_path / "again").rglob("*") if path.is_file())
