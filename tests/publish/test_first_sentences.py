"""Which sentences stand first is chosen among those that are shown: nothing tells where in the order one stands that is withheld, and the number of lines that are not told is true."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

import pbr
from pbr.disclosure.release import release
from pbr.disclosure.released import CONFIDENTIAL, WITHHELD, Released
from pbr.publish.only_shown import MORE, MOST, SOME_LEFT_OUT, only_listed, only_shown
from pbr.publish.publishing import everything
from pbr.publish.reading import read
from pbr.publish.site import Site, Slot, Text
from tests.publish.numbers import stray_numbers

LINES = 20
CONTRACT = """
pbr: 1
contract: towns
title: Towns
version: 2024.1
parties: {commissioner: a council, provider: a charity}
currency: GBP
term: {from: 2023-04-01, to: 2025-03-31}
data:
  towns:
    one_row_per: town
    supplied_by: provider
    columns:
      town: {type: identifier}
      fell: {type: whole number}
payments:
  fee: {per: towns, only_if: fell >= 5, pays: "£1,000.00"}
statement: {then: []}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Released]:
    """A line for each of 20 towns; the first 10 are paid nothing for."""
    home = tmp_path_factory.mktemp("towns")
    (home / "contract.yaml").write_text(CONTRACT, encoding="utf-8")
    rows = "".join(f"T{n:02},{1 if n <= 10 else 9}\n" for n in range(1, LINES + 1))
    (home / "towns.csv").write_text(f"town,fell\n{rows}", encoding="utf-8")
    pbr.assess(home / "contract.yaml", {"towns": home / "towns.csv"}, "2023-12-31", home / "assessment")
    site, table = read([home / "assessment"])
    return site, release(table)


def without(released: Released, *towns: str) -> Released:
    """With everything about these towns' lines withheld."""
    hidden = {name: one for name, one in released.figures.items() if any(f"/{town}/" in name for town in towns)}
    assert hidden
    figures = {name: replace(one, how=WITHHELD, text=CONFIDENTIAL, value=None) for name, one in hidden.items()}
    return replace(released, figures={**released.figures, **figures})


def towns_of(sentences: tuple[Text, ...]) -> list[str]:
    return [str(text[0]).partition(":")[0] for text in sentences if str(text[0]).startswith("T")]


def shown(site: Site, released: Released) -> tuple[tuple[Text, ...], tuple[Text, ...], int]:
    """What was achieved, why not more, and how many more lines there are said to be."""
    one = only_shown(site, released).contracts[0].assessments[0]
    more = [figure for name, figure in only_listed(site, released).figures.items() if name.endswith(MORE)]
    said = [text for text in one.why_not_more if any(isinstance(piece, Slot) and piece.cell.endswith(MORE) for piece in text)]
    assert len(said) == len(more) <= 1
    return one.achieved, one.why_not_more, int(more[0].text) if more else 0


def test_the_first_are_those_of_the_order(made: tuple[Site, Released]) -> None:
    achieved, why, more = shown(*made)
    assert towns_of(achieved) == towns_of(why) == [f"T{n:02}" for n in range(1, MOST + 1)]
    assert more == LINES - MOST and SOME_LEFT_OUT not in why
    assert len(made[0].contracts[0].assessments[0].why_not_more) == LINES


@pytest.mark.parametrize("hidden", ["T01", "T06", "T07", "T15", "T20"])
def test_there_are_as_many_whichever_is_withheld(made: tuple[Site, Released], hidden: str) -> None:
    site, released = made[0], without(made[1], hidden)
    achieved, why, more = shown(site, released)
    assert len(towns_of(achieved)) == len(towns_of(why)) == MOST and hidden not in (*towns_of(achieved), *towns_of(why))
    assert more == LINES - 1 - MOST and why[-1] == SOME_LEFT_OUT
    assert all(one < other for one, other in pairwise(towns_of(why)))
    assert not [one for one in stray_numbers(dict(everything(site, released)), site, released) if "ocds" not in one.where]


def test_where_few_are_left_all_are_told(made: tuple[Site, Released]) -> None:
    site, released = made[0], without(made[1], *(f"T{n:02}" for n in range(1, LINES - MOST + 1)))
    _, why, more = shown(site, released)
    assert (towns_of(why), more) == ([f"T{n:02}" for n in range(LINES - MOST + 1, LINES + 1)], 0)
    again = only_shown(only_shown(site, released), released)
    assert again == only_shown(site, released)
