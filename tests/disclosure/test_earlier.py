"""What an earlier site has shown is known now."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from pbr.disclosure.cells import Table
from pbr.disclosure.earlier import Earlier
from pbr.disclosure.release import decide, release
from pbr.disclosure.released import WITHHELD, Released
from pbr.disclosure.rule import Rule
from pbr.disclosure.writing import from_json, to_json
from pbr.problem import Refused
from tests.disclosure.tables import adds_up, counts, form, money, share, table


def group() -> Table:
    made = table(yes=3, no=97, all=100)
    adds_up(made, "all", "yes", "no")
    return made


def earlier(released: Released, *names: str) -> tuple[Earlier, ...]:
    return (Earlier("the site given as earlier", released, frozenset(names or released.figures)),)


def withheld(released: Released) -> set[str]:
    return {name for name, figure in released.figures.items() if figure.how == WITHHELD}


def test_two_releases_that_are_harmless_alone_give_somebody_away_together() -> None:
    first, second = group(), group()
    money(first, "no", form(no=1_000))
    money(second, "all", form(all=1_000))
    before = release(first)
    assert withheld(before) == withheld(release(second)) == set()
    counts(second, "yes", "no")
    money(second, "no", form(no=1_000), worth=5)
    released = release(second, earlier=earlier(before))
    # the sum for "no" is out; showing it again harms nobody, and the sum for all must not be added to it exactly
    assert released.figures["all/money"].how == "rounded" and released.figures["no/money"].how == "exact"
    assert not any("earlier" in sentence for sentence in released.unchecked)


def test_without_earlier_sites_and_without_their_folders_it_says_what_was_not_checked() -> None:
    made = group()
    counts(made, "all")
    alone = release(made)
    assert alone.unchecked == (
        "No earlier site was given, so what could be learned from the difference between two sites was not checked.",
    )
    other = release(made, earlier=earlier(alone, "something/else"))
    assert other.unchecked == (
        "Some figures of the site given as earlier are of assessments that are not among those published now: what could be learned from the difference to them was not checked.",
    )


def test_what_an_earlier_site_has_given_away_by_itself_is_no_reason_to_refuse_now() -> None:
    careless = group()
    money(careless, "no", form(no=1_000))
    money(careless, "all", form(all=1_000))
    shown = release(careless, Rule(1, 1))
    assert withheld(shown) == set()
    now = group()
    money(now, "no", form(no=1_000))
    money(now, "all", form(all=1_000))
    protection = decide(now, earlier=earlier(shown))
    assert protection.gone == ["people who are yes"]


def test_a_site_that_shows_something_else_is_refused() -> None:
    made = group()
    money(made, "all", form(all=1_000))
    before = release(made)
    wrong = replace(before, figures={"all/money": replace(before.figures["all/money"], value="999.00", text="£999.00")})
    with pytest.raises(Refused) as refused:
        release(made, earlier=earlier(wrong))
    assert str(refused.value).startswith("PBR667\n   the site given as earlier shows £999.00 for paid for all, and the folder")


def test_rounding_of_then_counts() -> None:
    made = table(yes=40, all=60)
    share(made, "yes", "all", places=1)
    counts(made, "yes", "all")
    coarse = release(made, Rule(7, 10))
    assert coarse.figures["yes/count"].base == "10"
    assert withheld(release(made, earlier=earlier(coarse))) == set()


def test_a_sum_that_was_rounded_then_is_the_same_sum_and_tells_no_more_than_it_did() -> None:
    """What the earlier site shows is 97 people at £10 to the nearest £200: between 90 and 110 of them. With all 100, up to 10 are left."""
    then, now = group(), group()
    money(then, "no", form(no=1_000))
    money(now, "no", form(no=1_000), worth=5)
    money(now, "all", form(all=1_000))
    before = release(then)
    told = replace(before.figures["no/money"], how="rounded", text="about £1,000", value="1000.00", base="200")
    both = [earlier(before), earlier(replace(before, figures={"no/money": told}))]
    shown = [[release(now, earlier=site).figures[name].text for name in ("no/money", "all/money")] for site in both]
    assert shown == [["£970.00", "about £1,000"], ["about £1,000", "£1,000.00"]]  # what was exact stays known exactly
    with pytest.raises(Refused):
        release(now, earlier=earlier(replace(before, figures={"no/money": replace(told, value="800.00")})))


def test_the_list_is_the_same_after_writing_and_reading() -> None:
    made = group()
    counts(made, "yes", "no", "all")
    share(made, "no", "all")
    released = release(made)
    assert from_json(to_json(released), "figures.json") == released
    assert to_json(from_json(to_json(released), "figures.json")) == to_json(released)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"figures": [{}]}', b'{"figures": [], "shown": 1, "withheld": 0, "threshold": "7"}', b"\xff", b"[" * 100_000],
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        from_json(data, "figures.json")
    assert "PBR667" in str(refused.value)


def test_nothing_private_is_in_the_list() -> None:
    made = group()
    made.unknowns["yes"] = replace(made.unknowns["yes"], what="secretword")
    counts(made, "yes", "no", "all")
    written = to_json(release(made)).decode()
    assert "secretword" not in written and '"3"' not in written and '"97"' not in written
    assert Fraction(made.cells[0].value) == 3
