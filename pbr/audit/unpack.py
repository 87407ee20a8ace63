"""``pbr unpack``: the folder of an assessment out of its pack again, byte for byte, where the pack has nothing wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pbr.audit import pack_layout as at
from pbr.audit.bag import read_bag
from pbr.audit.bag_writing import read_pieces
from pbr.audit.pack_check import PackChecked, check_pack
from pbr.log.kept import Kept
from pbr.log.policy import Policy
from pbr.platform.files import Files, WholeFolder, files_here
from pbr.problem import Place, refuse

SHOWN = 5


def unpack(pack: Path, out: Path, *, policy: Policy | None = None, kept: Kept | None = None, files: Files | None = None) -> PackChecked:
    """Checks the pack, then writes its assessment as the folder ``out``, which is whole or absent; no bytes are written but those that were checked.

    Raises Refused PBR653 (no pack), PBR654 (it is broken), PBR655 (it is redacted), PBR656 (it changed meanwhile), PBR601 to PBR604.
    """
    files = files or files_here()
    require_pack(pack, files)
    checked = check_pack(pack, files, policy=policy, kept=kept)
    place = Place(str(pack))
    if checked.findings:
        told = [f"  {one}" for one in checked.findings[:SHOWN]]
        if len(checked.findings) > SHOWN:
            told.append(f"  and {len(checked.findings) - SHOWN} more: pbr unpack {pack} --check")
        raise refuse("PBR654", "\n".join(["The pack is broken:", *told]), "Ask for it again. Nothing was unpacked.", place)
    if checked.redacted:
        says = "This pack is redacted: it holds no assessment's folder, only its rows under pseudonyms."
        raise refuse("PBR655", says, "Check it with `--check`. Who may see persons asks for a pack that is not redacted.", place)
    named = read_bag(pack, files).named
    with WholeFolder(files, out) as target:
        for file in sorted(checked.payload):
            if file.startswith(at.ASSESSMENT):
                _write(pack / file, target / file.removeprefix(at.ASSESSMENT), named.get(file, {}).get("sha256", ""), files, place)
    return checked


def require_pack(pack: Path, files: Files) -> None:
    """Raises Refused PBR653 where nothing of a bag is there."""
    if not files.exists(pack / "bagit.txt") and not files.exists(pack / at.PACK):
        says = f"{pack} is not an evidence pack: neither bagit.txt nor {at.PACK} is in it."
        raise refuse("PBR653", says, "Give the folder that `pbr pack --out` wrote.", Place(str(pack)))


def _write(source: Path, target: Path, sha256: str, files: Files, place: Place) -> None:
    _make(target.parent, files)
    running = hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        for piece in read_pieces(source, files):
            running.update(piece)
            yield piece

    files.write_pieces(target, pieces())
    if running.hexdigest() != sha256:
        raise refuse("PBR656", f"{source.name} was changed while the pack was unpacked.", "Nothing was unpacked. Run it again.", place)


def _make(folder: Path, files: Files) -> None:
    if not files.exists(folder):
        _make(folder.parent, files)
        files.make_folder(folder)
