"""The tree against the RFC's recursive definitions, word by word, for every size that is small."""

from __future__ import annotations

from pbr.log import tiles, tree

LEAVES = [tree.leaf_hash(bytes([number])) for number in range(40)]


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, of leaves that are hashed already."""
    if not leaves:
        return tree.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = largest_power(len(leaves))
    return tree.node_hash(mth(leaves[:split]), mth(leaves[split:]))


def largest_power(size: int) -> int:
    split = 1
    while split * 2 < size:
        split *= 2
    return split


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    split = largest_power(len(leaves))
    if index < split:
        return [*path(index, leaves[:split]), mth(leaves[split:])]
    return [*path(index - split, leaves[split:]), mth(leaves[:split])]


def subproof(old: int, leaves: list[bytes], known: bool) -> list[bytes]:
    """RFC 6962, 2.1.2."""
    if old == len(leaves):
        return [] if known else [mth(leaves)]
    split = largest_power(len(leaves))
    if old <= split:
        return [*subproof(old, leaves[:split], known), mth(leaves[split:])]
    return [*subproof(old - split, leaves[split:], False), mth(leaves[:split])]


def test_roots_and_proofs_are_those_of_the_rfc() -> None:
    for size in range(1, len(LEAVES) + 1):
        leaves = LEAVES[:size]
        root = tree.root(leaves)
        assert root == mth(leaves)
        for index in range(size):
            proof = tree.inclusion(LEAVES, index, size)
            assert proof == path(index, leaves)
            assert tree.check_inclusion(leaves[index], index, size, proof, root)
            assert not tree.check_inclusion(leaves[index], (index + 1) % size, size, proof, root) or size == 1
        for old in range(1, size + 1):
            proof = tree.consistency(LEAVES, old, size)
            assert proof == subproof(old, leaves, True)
            assert tree.check_consistency(old, mth(LEAVES[:old]), size, root, proof)
            assert not tree.check_consistency(old, tree.EMPTY_ROOT, size, root, proof)


def test_from_an_empty_tree_nothing_is_proved() -> None:
    assert tree.check_consistency(0, tree.EMPTY_ROOT, 3, tree.root(LEAVES[:3]), [])
    assert not tree.check_consistency(0, tree.EMPTY_ROOT, 3, tree.root(LEAVES[:3]), [LEAVES[0]])
    assert not tree.check_consistency(3, tree.root(LEAVES[:3]), 2, tree.root(LEAVES[:2]), [])


def test_a_part_is_put_together_from_complete_subtrees() -> None:
    def subtree(height: int, number: int) -> bytes:
        return mth(LEAVES[number << height : (number + 1) << height])

    for size in range(1, len(LEAVES) + 1):
        parts = [part for index in range(size) for part in tree.inclusion_parts(index, size)]
        parts += [part for old in range(size + 1) for part in tree.consistency_parts(old, size)]
        for lo, hi in {(0, size), *parts}:
            assert tree.part_root(lo, hi, subtree) == mth(LEAVES[lo:hi])


def test_names_of_tiles_are_those_of_the_specification() -> None:
    assert tiles.Tile(0, 1_234_067).path == "tile/0/x001/x234/067"
    assert tiles.Tile(-1, 273, 112).path == "tile/entries/273.p/112"
    # the example of tlog-tiles
    widths: dict[int, list[int]] = {}
    for tile in tiles.needed(70_000):
        widths.setdefault(tile.level, []).append(tile.width)
    assert {level: (found.count(256), found[-1]) for level, found in widths.items()} == {
        -1: (273, 112),
        0: (273, 112),
        1: (1, 17),
        2: (0, 1),
    }
    assert [(tile.level, tile.width) for tile in tiles.needed(256)] == [(-1, 256), (0, 256), (1, 1)]
    assert list(tiles.needed(0)) == []


def test_a_path_is_a_tile_in_one_spelling_only() -> None:
    for tile in (*tiles.needed(257), tiles.Tile(63, 999_999, 255), tiles.Tile(-1, 1_000)):
        assert tiles.read_path(tile.path) == tile
    for path in ("tile/0/1", "tile/0/x000/001", "tile/00/001", "tile/64/001", "tile/0/001.p/0", "tile/0/001.p/256", "tile/0/001.p/01",
                 "tile/0/1000", "tile/0/x001/", "tile/-1/001", "checkpoint", "tile/0", "tile/0/٠٠١", "tile/entries/x001"):  # fmt: skip
        assert tiles.read_path(path) is None, path


def test_what_a_larger_tree_needs_anew() -> None:
    for old in (0, 1, 255, 256, 257, 511, 65_535, 65_536):
        for new in (old, old + 1, old + 256, old + 300):
            had = {tile.path for tile in tiles.needed(old)}
            assert {tile.path for tile in tiles.needed(new)} - had == {tile.path for tile in tiles.needed(new, old)}


def test_entries_stand_in_a_bundle_with_their_lengths() -> None:
    data = tiles.join_entries([b"a", b"b" * 65_535])
    assert tiles.split_entries(data) == ([b"a", b"b" * 65_535], 0)
    assert tiles.split_entries(data[:-1]) == ([b"a"], 2 + 65_534)
    assert tiles.split_entries(b"\0\0") == ([], 2)
    assert tiles.split_entries(data, 1) == ([b"a"], 2 + 65_535)
