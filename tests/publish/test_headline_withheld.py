"""What was paid, where a few people decide it and no rounding hides that: it is confidential, the site is published, and that it is confidential tells nothing.

Payments that follow from a share are taken to be any sum. Each test has its twin without the protection.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pbr.cli.main import cli
from pbr.disclosure import attack, rule
from pbr.disclosure.cells import MONEY
from pbr.disclosure.released import Released
from tests.publish.people_housed import CONTRACT, DAY, agrees, assessment, published

PEOPLE = 200
TRUTHS = ("housed", "worked")
ALL = range(13)


def _site(home: Path, housed: int, worked: int, payments: dict[str, str]) -> Released | None:
    """So many people are housed, and so many others work. ``payments``: what each pays, of their shares and of the share (half) that stays for long."""
    measures = {"housed": "housed", "worked": "worked", "stay": "(days > 25)"}
    text = CONTRACT.replace(
        "payments:",
        'measures:\n  days_each: {{per: contract, equals: "mean of days over people"}}\n' + "".join(f'  {name}_share: {{{{per: contract, equals: "share of people where {of}"}}}}\n' for name, of in measures.items()) + "payments:",
        1,
    ).format(
        columns="".join(f"      is_{name}: {{type: yes or no}}\n" for name in TRUTHS),
        outcomes="".join(f"  {name}: {{per: people, yes_when: is_{name}, settles: started_on}}\n" for name in TRUTHS),
        payments="".join(f'  {name}: {{per: contract, pays: "{pays}", round: "1 penny, half up"}}\n' for name, pays in payments.items()).rstrip(),
        then="[]",
    )  # fmt: skip
    rows = [(n < housed, n >= PEOPLE - worked) for n in range(PEOPLE)]
    return published(assessment(home / f"{housed}-{worked}", text, rows, TRUTHS), home / f"site-{housed}-{worked}")


def _sums(found: Released | None) -> dict[str, str] | None:
    return None if found is None else {name: one.text for name, one in found.figures.items() if one.kind == MONEY}


NOTHING_ELSE = {
    "homes": "housed_share * £100,000.00",
    "work": "worked_share * £80,000.00",
    "stays": "greatest(stay_share * £100,000.00 - £60,000.00, £0.00)",
}
FEW = [(0, 0), (1, 3), (3, 2), (5, 5)]


def test_where_few_decide_everything_that_is_paid_it_is_confidential_whatever_they_come_to(tmp_path: Path) -> None:
    """Nothing is paid, or £2,300 for 3 and 2 people: the same stands there."""
    first, *others = (_sums(_site(tmp_path, *few, NOTHING_ELSE)) for few in FEW)
    assert first is not None and first[f"harbour/{DAY}/paid"] == first[f"harbour/{DAY}/gross"] == "[c]"
    assert all(other == first for other in others)


def test_withheld_only_where_it_has_to_be_the_sign_tells_that_it_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule, "_of_few_alone", lambda *_: "")
    nothing, something = (_sums(_site(tmp_path, *few, NOTHING_ELSE)) for few in ((0, 0), (3, 2)))
    assert nothing is not None and something is not None
    assert (nothing[f"harbour/{DAY}/paid"], something[f"harbour/{DAY}/paid"]) == ("[c]", "£2,300.00")


SAME_PEOPLE = {"homes": "housed_share * £100,000.00", "rents": "housed_share * £50,000.00", "stays": "days_each * £20.00"}


def _housed(found: Released | None) -> set[int]:
    """What a reader is left with of the number who are housed: he knows the prices, and that nobody stays for more than 300 days."""
    assert found is not None
    shown = {name: found.figures[f"harbour/{DAY}/{name}"] for name in ("paid", "gross", "stays/total")}
    stays = [pounds for pounds in range(0, 6_001, 5) if agrees(shown["stays/total"], pounds)]
    return {n for n in ALL if any(agrees(shown["paid"], 750 * n + s) and agrees(shown["gross"], 750 * n + s) for s in stays)}


@pytest.mark.parametrize("housed", [3, 5])
def test_two_payments_for_the_same_few_are_put_together(housed: int, tmp_path: Path) -> None:
    found = _housed(_site(tmp_path, housed, 100, SAME_PEOPLE))
    assert min(found) < housed < max(found)


def test_looked_at_one_by_one_they_tell_how_many_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attack, "amounts_together", lambda *_: ())
    assert _housed(_site(tmp_path, 5, 100, SAME_PEOPLE)) == {5}


def test_the_site_says_why_what_was_paid_is_not_there(tmp_path: Path) -> None:
    assert _site(tmp_path, 3, 2, NOTHING_ELSE) is not None
    site = tmp_path / "site-3-2"
    told = CliRunner().invoke(cli, ["publish", str(tmp_path / "3-2/assessment"), "--out", str(tmp_path / "again")])
    assert f"what was paid is confidential: harbour/{DAY}; pbr disclosure explain says why" in told.output
    page = (site / f"contracts/harbour/{DAY}/index.html").read_text(encoding="utf-8")
    opening = page[page.index("What was paid</h2>") : page.index("What was bought</h2>")]
    assert "Not shown" in opening and "so few people that what was paid may not be said" in opening
    (release,) = json.loads((site / "data/ocds.json").read_text(encoding="utf-8"))["releases"]
    assert not any("value" in one for one in release["contracts"][0]["implementation"].get("transactions", ()))
    assert "Paid in all" not in (site / "index.html").read_text(encoding="utf-8")
