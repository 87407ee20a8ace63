"""``pbr pack``: one assessment, and what was logged about it, as one bag that an auditor can check without us (``docs/pack-format.md``)."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr import __version__
from pbr.audit import layout
from pbr.audit import pack_layout as at
from pbr.audit.bag_writing import BagWriter
from pbr.audit.canonical import canonical, read_json
from pbr.audit.canonical_text import text_pieces
from pbr.audit.checking import Opened, check_digests, open_folder
from pbr.audit.crate import crate_json
from pbr.audit.difference import Enough, Found
from pbr.audit.pack_check import check_pack
from pbr.audit.pack_earlier import described
from pbr.audit.pack_log import Logged, copy_log, find_logged, put_receipts
from pbr.audit.pack_readme import Example, readme
from pbr.audit.pack_redacted import Redaction, redaction_of, write_redacted
from pbr.audit.sealing import digest_file, files_below
from pbr.platform.clock import Clock, RealClock
from pbr.platform.duck import connect, database_errors, glob_text
from pbr.platform.files import Files, WholeFolder, files_here
from pbr.platform.pseudonyms import PseudonymKey
from pbr.problem import Place, refuse
from pbr.statement import words


@dataclass(frozen=True)
class Packed:
    """``pack``: where it was written. ``files``, ``size``: how many the payload has, and their bytes. ``sha256``: of manifest.json, the name of the
    result. ``receipts``: the entries of the log whose receipts are in it. ``log``: the log is in it."""

    pack: Path
    files: int
    size: int
    sha256: str
    receipts: tuple[int, ...] = ()
    log: bool = False
    redacted: bool = False

    def to_json(self) -> dict[str, Any]:
        told = {"pack": str(self.pack), "files": self.files, "bytes": self.size, "assessment": self.sha256}
        return told | {"receipts": list(self.receipts), "log": self.log, "redacted": self.redacted}

    def text(self) -> str:
        """What `pbr pack` prints."""
        lines = [f"{'Redacted and packed' if self.redacted else 'Packed'} {self.files} files ({self.size:,} bytes) to {self.pack}"]
        if not self.receipts:
            lines.append(
                "No log was given, so nothing from elsewhere ties it to what was paid: checked alone it is at most internally consistent."
            )
        lines.append(f"What it is and how to check it: {self.pack}/data/README.txt   ·   check: pbr unpack {self.pack} --check")
        return "\n".join(lines)


def pack(
    folder: Path,
    out: Path,
    *,
    log: Path | None = None,
    private: Path | None = None,
    pseudonyms: PseudonymKey | None = None,
    files: Files | None = None,
    clock: Clock | None = None,
    random: Callable[[int], bytes] = os.urandom,
    progress: Callable[[str], None] | None = None,
) -> Packed:
    """Packs the assessment ``folder`` as the bag ``out``, which is whole or absent. It is read from the disk and checked before it gets its name.

    ``log``: where it was logged; the log goes into the pack, and the receipt of every entry that concerns it. ``private``: what is kept beside the log, where
    that is elsewhere. ``pseudonyms``: the pack is redacted, with pseudonyms under this key. ``random``: of the salts, where nothing was logged.

    Raises Refused PBR650 (no assessment), PBR651 (it is not as it was written), PBR652 (what was written does not check), PBR660 to PBR662 (the log),
    PBR601 to PBR604 (the place), and what the private side of a log raises.
    """
    files, clock, tell = files or files_here(), clock or RealClock(), progress or (lambda doing: None)
    with tempfile.TemporaryDirectory(prefix="pbr-") as temp:
        con = connect(Path(temp), [folder])
        try:
            tell("Checking the assessment")
            opened = whole(folder, con, files)
            about = about_of(opened, digest_file(folder / layout.MANIFEST, files)[0])
            logged = find_logged(log, private, about["sha256"], digest_file(folder / layout.RUN, files)[0], files) if log else None
            redaction = redaction_of(pseudonyms, logged, files, random)
            with WholeFolder(files, out) as target:
                bag = BagWriter(target, files)
                if redaction is None:
                    _put_assessment(bag, opened, con, files, tell)
                else:
                    write_redacted(bag, opened, redaction, about, tell)
                receipts: dict[int, str] = {}
                if logged is not None:
                    tell("Copying the log")
                    copy_log(bag, logged.log, files)
                    shown = ("commitment",) if redaction is None else ("disclosure",)
                    receipts = put_receipts(bag, target / at.LOG, logged, shown, files)
                if redaction is None:
                    bag.put(at.README, [readme(about, example_of(opened, con), receipts, logged is not None).encode()])
                finish(bag, about, run_of(folder, files), redaction, tuple(receipts), logged, clock)
                tell("Reading the pack again")
                found = check_pack(target, files)
                if found.findings:
                    raise unreadable_again(out, str(found.findings[0]))
        finally:
            con.close()
    size = sum(bag.sizes.values())
    return Packed(out, len(bag.sizes), size, about["sha256"], tuple(receipts), logged is not None, redaction is not None)


def _put_assessment(bag: BagWriter, opened: Opened, con: Any, files: Files, tell: Callable[[str], None]) -> None:
    tell("Copying the assessment")
    for name in files_below(opened.folder, files):
        bag.copy(f"{at.ASSESSMENT}{name}", opened.folder / name)
    tell("Writing every table as text")
    for table in opened.tables:
        bag.put(at.text_of(table), text_pieces(con, opened.folder / table, layout.left_out(table)))


def whole(folder: Path, con: Any, files: Files) -> Opened:
    """The assessment, every digest of which is that of what it names. Raises Refused PBR650, PBR651."""
    place = Place(str(folder))
    if not (folder / layout.MANIFEST).is_file():
        raise refuse("PBR650", f"{folder} is not an assessment.", "Give the folder that `pbr assess --out` wrote.", place)
    found, opened = Found(), None
    try:
        opened = open_folder(folder, files, found)
        if opened is not None:
            check_digests(opened, con, database_errors(), files, found)
    except Enough:
        pass
    if found.differences or opened is None:
        says = f"The assessment is not as it was written: {found.differences[0]}"
        raise refuse("PBR651", says, f"Look at it with `pbr verify {folder}`. Only a folder that is whole is packed.", place)
    return opened


def finish(
    bag: BagWriter,
    about: dict[str, Any],
    run: dict[str, Any],
    redaction: Redaction | None,
    receipts: tuple[int, ...],
    logged: Logged | None,
    clock: Clock,
) -> None:
    """What stands beside the evidence: pack.json, the description for machines, and what makes it a bag. Of a private folder nothing is said in a
    redacted pack: not who assessed it and when, nor the name of the result, nor of the one before."""
    redacted = redaction is not None
    bag.put(at.PACK, [canonical({"format": at.FORMAT, "redacted": redacted, "log": logged is not None, "receipts": list(receipts)})])
    day = clock.now().date().isoformat()
    earlier = described(*logged.follows) if logged is not None and logged.follows is not None and not redacted else None
    bag.put(at.CRATE, [crate_json(bag.sizes, about | {"redacted": redacted}, {} if redacted else run, day, (at.LOG,), earlier)])
    info = {
        "Bag-Software-Agent": f"pbr {__version__}",
        "Bagging-Date": day,
        "External-Description": f"{'Redacted evidence' if redacted else 'Evidence'} of one assessment of {about['id']} version {about['version']}",
    }
    if redaction is not None:
        info["Pseudonym-Key-Id"] = redaction.key.key_id
    else:
        info["External-Identifier"] = f"sha256:{about['sha256']}"
    bag.finish(info)


def about_of(opened: Opened, sha256: str) -> dict[str, Any]:
    """What is said of the assessment in words."""
    manifest, number = opened.manifest, len(opened.manifest["inputs"])
    elsewhere = not any(one["file"] for one in manifest["inputs"])
    return {
        "title": one_line(opened.plan.title),
        "id": manifest["contract"]["id"],
        "version": one_line(manifest["contract"]["version"]),
        "engine": manifest["engine"]["version"],
        "commissioner": one_line(dict(opened.plan.parties).get("commissioner", "the commissioner")),
        "inputs": f"{number} file{'' if number == 1 else 's'}{': kept elsewhere, only their digests are here' if elsewhere else ''}",
        "sha256": sha256,
        "verify": " --data DATA ..." * elsewhere + " --previous BEFORE" * bool(manifest.get("previous")),
    }


def run_of(folder: Path, files: Files) -> dict[str, Any]:
    """Who assessed it and when."""
    run = read_json(files.read_bytes(folder / layout.RUN), layout.RUN)
    return {name: one_line(str(run[name])) for name in ("by", "started", "ended")}


def example_of(opened: Opened, con: Any) -> Example | None:
    """A payment line to show the way by: the first that moves money, else the first; None where there is none. A line of a step of the
    statement is no example where there is another."""
    plan = opened.plan
    source = f"read_parquet({glob_text(opened.folder / layout.PAYMENTS)}, hive_partitioning = false)"
    own = [payment.name for payment in plan.payments]
    listed = ", ".join("?" for _ in own)
    found = con.execute(
        f"SELECT line, payment, grain, key, CAST(amount AS VARCHAR), of, result FROM {source} WHERE payment IN ({listed}) "
        "ORDER BY result NOT IN ('pays', 'deducts'), result = 'held', line LIMIT 1",
        own,
    ).fetchone()
    if found is None:
        return None
    line, name, grain, key, amount, of, result = found
    payment = next(one for one in plan.payments if one.name == name)
    values = [str(value) for value in json.loads(key)]
    clause = payment.clause or plan.step(payment.amount).clause
    comes_to = (
        "held"
        if amount is None
        else words.factor_text(int(amount), int(of))
        if result == "sets"
        else words.money(int(amount), plan.currency)
    )
    named = one_line(f"{name}[{words.key(values)}]")
    return Example(int(line), named, (name, *values), comes_to, one_line(clause), payment.line, grain)


def one_line(text: str) -> str:
    """Text of a contract as part of a line: what would end the line is a space."""
    return " ".join(text.split())


def unreadable_again(out: Path, says: str) -> Exception:
    return refuse(
        "PBR652",
        f"The pack was written and read again, and is not what it must be: {says}",
        "Nothing was kept. Run it again; if it happens again, look at the disk.",
        Place(str(out)),
    )
