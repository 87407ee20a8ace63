"""The Merkle tree of RFC 6962, section 2.1: SHA-256, 0x00 before a leaf's bytes, 0x01 before two children. Hashes are of 32 bytes.

Leaves are counted from 0. ``lo`` and ``hi`` name the leaves from ``lo`` up to ``hi``, that one not included.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes: Iterable[bytes]) -> bytes:
    """The root of the tree over leaves with these hashes; memory grows with the logarithm of their number."""
    stack: list[tuple[int, bytes]] = []  # complete subtrees, their heights falling from left to right
    for node in hashes:
        push(stack, 0, node)
    return fold(stack)


def push(stack: list[tuple[int, bytes]], height: int, node: bytes) -> None:
    """Adds a complete subtree on the right of those on the stack, none of which is lower than it."""
    while stack and stack[-1][0] == height:
        node = node_hash(stack.pop()[1], node)
        height += 1
    stack.append((height, node))


def fold(stack: Iterable[tuple[int, bytes]]) -> bytes:
    """The root of the tree that complete subtrees, their heights falling from left to right, make up."""
    nodes = [node for _, node in stack]
    if not nodes:
        return EMPTY_ROOT
    node = nodes.pop()
    while nodes:
        node = node_hash(nodes.pop(), node)
    return node


def inclusion_parts(index: int, size: int) -> list[tuple[int, int]]:
    """The subtrees, each ``(lo, hi)``, whose roots prove that leaf ``index`` is in the tree of ``size`` leaves, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    parts = []
    lo, hi = 0, size
    while hi - lo > 1:
        split = lo + _split(hi - lo)
        if index < split:
            parts.append((split, hi))
            hi = split
        else:
            parts.append((lo, split))
            lo = split
    return parts[::-1]


def consistency_parts(old: int, new: int) -> list[tuple[int, int]]:
    """The subtrees whose roots prove that the tree of ``new`` leaves continues that of ``old``; none where nothing is to be proved."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} continues none of {old}")
    parts: list[tuple[int, int]] = []
    if old in (0, new):
        return parts
    lo, hi, whole = 0, new, True  # whole: the old tree is exactly the part lo to hi, whose root the reader has
    while old != hi:
        split = lo + _split(hi - lo)
        if old <= split:
            parts.append((split, hi))
            hi = split
        else:
            parts.append((lo, split))
            lo, whole = split, False
    if not whole:
        parts.append((lo, hi))
    return parts[::-1]


def inclusion(hashes: Sequence[bytes], index: int, size: int) -> list[bytes]:
    """The proof that leaf ``index`` is in the tree of the first ``size`` of these leaf hashes."""
    return [root(hashes[lo:hi]) for lo, hi in inclusion_parts(index, size)]


def consistency(hashes: Sequence[bytes], old: int, new: int) -> list[bytes]:
    """The proof that the tree of the first ``new`` of these leaf hashes continues that of the first ``old``."""
    return [root(hashes[lo:hi]) for lo, hi in consistency_parts(old, new)]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows that a leaf with the hash ``leaf`` is number ``index`` of the tree of ``size`` leaves with this root."""
    if not 0 <= index < size or not _hashes(leaf, root, *proof):
        return False
    return _climb(leaf, index, size - 1, proof) == root


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that the tree of ``new`` leaves continues that of ``old`` (RFC 9162, section 2.1.4.2). From an empty tree
    nothing is shown and the proof is empty; between equal sizes it is empty and the roots are equal."""
    if not 0 <= old <= new or not _hashes(old_root, new_root, *proof):
        return False
    if old == 0:
        return not proof
    if old == new:
        return not proof and old_root == new_root
    path = list(proof)
    if old & (old - 1) == 0:  # the old tree is one complete subtree, which the reader has
        path.insert(0, old_root)
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = path[0]
    for hash in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            before, after = node_hash(hash, before), node_hash(hash, after)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, hash)
        node, last = node >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def part_root(lo: int, hi: int, subtree: Callable[[int, int], bytes]) -> bytes:
    """The root over the leaves from ``lo`` to ``hi``, a part that :func:`inclusion_parts` or :func:`consistency_parts` names.
    ``subtree(height, number)``: the root of the complete subtree of 2^height leaves that begins at leaf number * 2^height."""
    stack = []
    while lo < hi:
        height = (hi - lo).bit_length() - 1
        if lo:
            height = min(height, (lo & -lo).bit_length() - 1)
        stack.append((height, subtree(height, lo >> height)))
        lo += 1 << height
    return fold(stack)


def _climb(node: bytes, index: int, last: int, proof: Sequence[bytes]) -> bytes | None:
    for hash in proof:
        if last == 0:
            return None
        if index & 1 or index == last:
            node = node_hash(hash, node)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            node = node_hash(node, hash)
        index, last = index >> 1, last >> 1
    return node if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two below ``size``, which is 2 or more."""
    return 1 << ((size - 1).bit_length() - 1)


def _hashes(*values: bytes) -> bool:
    return all(len(value) == HASH for value in values)
