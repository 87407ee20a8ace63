"""What a log holds before it is written to, checked: whose it is, and that its right edge is what the checkpoint says. Few files are read.

Codes: PBR542, PBR543, PBR544.
"""

from __future__ import annotations

from pathlib import Path

from pbr.log import tiles, tree
from pbr.log.checkpoints import SignedCheckpoint, signed_by
from pbr.log.folder import CHECKPOINT, Tree
from pbr.platform.vkeys import SigningKey
from pbr.problem import Place, refuse


def check_signature(folder: Path, newest: SignedCheckpoint, keys: tuple[SigningKey, ...]) -> None:
    """That the log is that of these keys, and its checkpoint signed by the first of them. Nothing without keys."""
    place = Place(str(folder / CHECKPOINT))
    checkpoint = newest.checkpoint
    for key in keys:
        if key.name != checkpoint.origin:
            raise refuse(
                "PBR542",
                f"this is the log {checkpoint.origin}, and the key that was given is {key.name}",
                "give the key of this log, or the folder of the other one",
                place,
            )
    if not keys:
        return
    known = keys[0].verifier
    lines = newest.note.by(known)
    if not lines:
        raise refuse(
            "PBR542",
            f"this checkpoint is not signed by the key {known.keyid} that was given",
            "give the key that this log was made with",
            place,
        )
    if not all(signed_by(checkpoint, line, known) for line in lines):
        raise refuse(
            "PBR543",
            f"the signature by {known.keyid} is not one of this checkpoint: one of the two was changed",
            "take the checkpoint from a copy of the log, and find out who changed it",
            place,
        )


def check_edge(folder: Path, standing: Tree, root: bytes) -> None:
    """That the partial tiles on the disk give this root."""
    if tree.fold(tiles.subtrees(standing.edge())) != root:
        raise refuse(
            "PBR544",
            "the tiles of this log do not give the root that its checkpoint says",
            f"`pbr log audit {folder}` says which file is wrong; take it from a copy of the log",
            Place(str(folder / CHECKPOINT)),
        )


def last_bundle(folder: Path, standing: Tree) -> list[bytes]:
    """The entries of the last bundle, compared with their leaf hashes; none for a log without entries."""
    if not standing.size:
        return []
    number = (standing.size - 1) // tiles.WIDTH
    bundle = standing.entries(number)
    if [tree.leaf_hash(entry) for entry in bundle] != standing.hashes(0, number):
        raise refuse(
            "PBR544",
            "this bundle does not hold the entries whose hashes are in the tree",
            f"`pbr log audit {folder}` says which entry is wrong; take the file from a copy of the log",
            Place(str(folder / tiles.Tile(-1, number, len(bundle)).path)),
        )
    return bundle
