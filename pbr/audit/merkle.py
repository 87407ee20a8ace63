"""A Merkle tree as RFC 6962 draws it, over any leaves: SHA-256, 0x00 before a leaf's bytes, 0x01 before two children."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

EMPTY = hashlib.sha256(b"").hexdigest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def root(leaves: Iterable[bytes]) -> str:
    """The root, in hexadecimal, of the tree over these leaves' bytes; memory grows with the logarithm of their number."""
    stack: list[tuple[int, bytes]] = []  # complete subtrees, their heights falling from left to right
    for data in leaves:
        height, node = 0, leaf_hash(data)
        while stack and stack[-1][0] == height:
            node = _join(stack.pop()[1], node)
            height += 1
        stack.append((height, node))
    if not stack:
        return EMPTY
    node = stack.pop()[1]
    while stack:
        node = _join(stack.pop()[1], node)
    return node.hex()


def _join(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
