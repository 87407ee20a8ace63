"""Published vectors: each set as it was published, with the exemptions that are named."""

from __future__ import annotations

import pytest

from tests.log import vectors

EXPECTED = {
    vectors.inclusion: 98,
    vectors.consistency: 97,
    vectors.trees: 12,
    vectors.real_log: 2,
    vectors.signed_notes: 5,
    vectors.bad_checkpoints: 7,
    vectors.bad_proofs: 6,
    vectors.rekor: 10,
    vectors.ml_dsa: 1,
    vectors.ed25519_edges: 914,
    vectors.dsse: 1,
    vectors.canonical_json: 4,
    vectors.bags: 37,
}
EXEMPT = {
    vectors.consistency: (f"consistency/{vectors.ROOTS_NOT_32_BYTES}",),
    vectors.canonical_json: ("structures (numbers with a point)", "values (numbers with a point)"),
    vectors.bags: (f"{vectors.FETCHED} (files that must be fetched are refused)",),
}


@pytest.mark.parametrize("counted", vectors.SETS, ids=lambda counted: counted.__name__)
def test_the_set_holds(counted: vectors.Callable[[], vectors.Counted]) -> None:
    checked, exempt = counted()
    assert checked == EXPECTED[counted]
    assert exempt == EXEMPT.get(counted, ())
