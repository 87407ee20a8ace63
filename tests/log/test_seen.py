"""By when a witness had seen an entry."""

from __future__ import annotations

from pbr.log.seen import DAY, Seen


def test_the_earliest_look_that_holds_the_entry_counts() -> None:
    seen = Seen.of([(5, 300), (2, 100), (3, 400), (9, 0), (5, 500)])
    assert seen.steps == ((2, 100), (5, 300))
    assert [seen.at(number) for number in range(6)] == [100, 100, 300, 300, 300, None]


def test_an_entry_older_than_the_look_by_more_than_a_day() -> None:
    seen = Seen.of([(2, 10 + DAY)])
    assert list(seen.late([9, 10, 0])) == [0]
    assert (Seen().at(0), list(Seen().late([1]))) == (None, [])
