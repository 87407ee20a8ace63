"""The Merkle tree of the log (:mod:`pbr.log.tree`) over any leaves, its root in hexadecimal: how tables are digested."""

from __future__ import annotations

from collections.abc import Iterable

from pbr.log import tree
from pbr.log.tree import leaf_hash

__all__ = ["EMPTY", "leaf_hash", "root"]

EMPTY = tree.EMPTY_ROOT.hex()


def root(leaves: Iterable[bytes]) -> str:
    """The root, in hexadecimal, of the tree over these leaves' bytes; memory grows with the logarithm of their number."""
    return tree.root(map(leaf_hash, leaves)).hex()
