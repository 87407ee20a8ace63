"""A contract's own disclosure rule: it protects more people than the usual one, and says which rows are of people."""

from __future__ import annotations

from pathlib import Path

import pytest

import pbr
from pbr.disclosure.release import release
from pbr.disclosure.released import WITHHELD, Released
from pbr.plan.build import build
from pbr.publish.reading import read
from pbr.terms.loading import load_text
from tests.publish.test_planted_leaks import CONTRACT

STAYS = CONTRACT.replace("identifies: person", "identifies: event").replace("term:", "{publish}term:")
ROWS = 200


def published(home: Path, publish: str, working: int) -> tuple[Released, tuple[str, str]]:
    """Of an assessment of stays, so many of which end in work; and what the site says of whom it protects, and how."""
    home.mkdir()
    text = STAYS.replace("{publish}", f"publish: {{{publish}}}\n" if publish else "")
    (home / "contract.yaml").write_text(text, encoding="utf-8")
    rows = [
        f"s{n},2023-05-01,{'yes' if n < working else 'no'},{'yes' if n % 2 else 'no'},{'yes' if n % 3 else 'no'}\n" for n in range(ROWS)
    ]
    (home / "people.csv").write_text("person_id,started_on,at_work,at_home,at_school\n" + "".join(rows), encoding="utf-8")
    pbr.assess(home / "contract.yaml", {"people": home / "people.csv"}, "2023-06-30", home / "assessment")
    site, table = read([home / "assessment"])
    return release(table), (site.contracts[0].protects, site.contracts[0].rule)


@pytest.mark.parametrize(
    ("publish", "working", "shown"),
    [
        ("", 4, "4"),  # rows of events: nobody's, as far as the contract says
        ("people: [people]", 4, "[c]"),
        ("people: [people]", 9, "10"),
        ("people: [people], threshold: 10", 9, "[c]"),
        ("people: [people], threshold: 10, base: 20", 33, "40"),
    ],
)
def test_a_contract_says_whom_it_protects_and_how_much(tmp_path: Path, publish: str, working: int, shown: str) -> None:
    released, _ = published(tmp_path / "one", publish, working)
    figure = released.figures["harbour/2023-06-30/outcomes/working/yes"]
    assert figure.text == shown and (figure.how == WITHHELD) == (shown == "[c]")


def test_the_site_says_the_rule_of_each_contract(tmp_path: Path) -> None:
    assert published(tmp_path / "none", "", 4)[1] == ("No table of this contract names people.", "")
    protects, rule = published(tmp_path / "own", "people: [people], threshold: 10, base: 20", 33)[1]
    assert protects == "Nothing on these pages is about one person."
    assert "from 1 to 10 is not shown" in rule and "nearest 20" in rule


def test_the_strictest_rule_of_all_versions_holds(tmp_path: Path) -> None:
    published(tmp_path / "one", "people: [people], threshold: 12", 33)
    published(tmp_path / "two", "people: [people], base: 10", 9)
    _, table = read([tmp_path / "one" / "assessment", tmp_path / "two" / "assessment"])
    assert table.own == {"harbour": (12, 10)}


def test_no_word_of_it_changes_the_plan(tmp_path: Path) -> None:
    digests = set()
    for name, text in (
        ("one", STAYS.replace("{publish}", "# no rule of its own\n")),
        ("two", STAYS.replace("{publish}", "publish: {threshold: 9}\n")),
    ):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        digests.add(build(load_text((tmp_path / f"{name}.yaml").read_bytes(), name)).digest)
    assert len(digests) == 1
