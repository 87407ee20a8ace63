"""Troubled Families: the published fees come to £4,000 for each family whatever its year, and what the contract states of itself holds."""

from __future__ import annotations

from pbr.proofs import prove
from tests.contracts.catalogue import compiled, ours, published

NAME = "contracts/families/troubled-families"


def test_each_year_comes_to_the_published_4000_pounds() -> None:
    figures = [figure for figure in published(NAME).figures if figure.key in ("y1", "y2", "y3")]
    sums = {figure.what: ours(NAME, figure) for figure in figures}
    assert sums == {figure.what: figure.published for figure in figures}
    pence = [int(text.removeprefix("£").replace(",", "").replace(".", "")) for text in sums.values()]
    assert [at_start + result for at_start, result in zip(pence[::2], pence[1::2], strict=True)] == [400_000] * 3


def test_what_is_stated_of_the_contract_holds() -> None:
    assert prove(*compiled(NAME))[1] == []
