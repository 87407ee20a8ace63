"""The Merkle tree against the RFC's recursive definition and its published roots."""

from __future__ import annotations

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from pbr.audit.merkle import EMPTY, leaf_hash, root


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


@given(st.lists(st.binary(max_size=3), max_size=70))
def test_is_the_tree_of_the_rfc(leaves: list[bytes]) -> None:
    assert root(leaves) == by_definition(leaves).hex()


def test_roots_that_certificate_transparency_publishes() -> None:
    leaves = [
        bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
    ]
    assert EMPTY == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root(leaves[:1]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root(leaves[:7]) == "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    assert root(leaves) == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_published_tree() -> None:
    from tests.shared import shared

    tree = json.loads(shared("vectors/rfc6962-transparency-dev/tree.json").read_text())
    leaves = [bytes.fromhex(text) for text in tree["leaf_inputs_hex"]]
    assert [root(leaves[:size]) for size in range(len(leaves) + 1)] == tree["root_hashes_by_size_hex"]
