"""The checkpoints that a log keeps with the cosignatures they were given: ``cosigned/SIZE`` (docs/log-format.md, step 7)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pbr.log.checkpoints import LARGEST, NotACheckpoint, SignedCheckpoint, read_checkpoint
from pbr.log.contents import COSIGNED, Folder, shown
from pbr.log.findings import Finding, Findings
from pbr.log.leaves import Leaves
from pbr.log.notes import LONGEST
from pbr.log.policy import Policy
from pbr.log.trust import judge

_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass
class Cosigned:
    """``right``: the sizes, rising, whose checkpoints the log's entries give the root of. ``times``: of the witnesses' cosignatures in those,
    as (size, seconds since 1970, name of the key). ``witnessed``: those of ``right`` that the log and enough witnesses stand by."""

    right: list[int] = field(default_factory=list)
    witnessed: list[int] = field(default_factory=list)
    times: list[tuple[int, int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check_cosigned(
    folder: Folder, signed: SignedCheckpoint, leaves: Leaves, policy: Policy | None, own: Policy | None, findings: Findings
) -> Cosigned:
    """Everything that stands under ``cosigned``. ``policy``: the one to judge by; ``own``: the log's. Findings are of step 7."""
    origin, size = signed.checkpoint.origin, signed.checkpoint.size
    found = Cosigned()
    read = _read(folder, origin, findings, found)
    roots = leaves.roots(at for at in read if at <= size)
    for at, one in sorted(read.items()):
        path = f"{COSIGNED}/{at}"
        judged = judge(one, policy, own) if policy is not None else None
        if judged is not None:
            for says in judged.troubles():
                findings.add(7, Finding("signature", says, file=path))
            if not judged.by_log and not judged.witnesses:
                findings.add(7, Finding("unsigned", "neither the log nor a witness of the policy has signed it", file=path))
        if at > size:
            says = f"the log has {size:,} entries, and this checkpoint was given for {at:,}"
            findings.add(7, Finding("rollback", says, size, path))
        elif roots[at] is not None and roots[at] != one.checkpoint.root:
            says = "the entries up to its size do not give its root: the change is here or after it"
            findings.add(7, Finding("history", says, found.right[-1] if found.right else 0, path))
        elif roots[at] is not None:
            found.right.append(at)
            if judged is not None:
                found.times += [(at, time, name) for time, name in judged.times]
                if judged.witnessed:
                    found.witnessed.append(at)
    return found


def _read(folder: Folder, origin: str, findings: Findings, found: Cosigned) -> dict[int, SignedCheckpoint]:
    """The checkpoints that can be read, by size; what cannot be is a finding."""
    read: dict[int, SignedCheckpoint] = {}
    kind = folder.files.kind(folder.root / COSIGNED)
    if kind == "nothing":
        return read
    if kind != "folder":
        findings.add(7, Finding("file", "it is no folder", file=COSIGNED))
        return read
    empty = cut_off = 0
    for path, what in folder.walk(COSIGNED):
        name = path.removeprefix(f"{COSIGNED}/")
        if what == "empty":
            empty += 1
        elif what == "nothing":
            continue
        elif what == "file" and name.rpartition("/")[2].startswith("."):
            cut_off += 1
        elif what != "file":
            findings.add(7, Finding("file", "it is a link, not a file" if what == "link" else "it is not a plain file", file=shown(path)))
        elif not _SIZE.fullmatch(name) or int(name) > LARGEST:
            findings.add(7, Finding("file", "its name is not the size of a log", file=shown(path)))
        else:
            try:
                one = read_checkpoint(folder.read(path, LONGEST + 1))
            except NotACheckpoint as trouble:
                findings.add(7, Finding("file", f"it is no checkpoint: {trouble}", file=path))
                continue
            if (one.checkpoint.origin, one.checkpoint.size) != (origin, int(name)):
                findings.add(7, Finding("file", "it is a checkpoint of another log or another size", file=path))
            else:
                read[int(name)] = one
    if empty or cut_off:
        found.notes.append(f"in {COSIGNED} lie {empty} empty folders and {cut_off} files that a write has left behind")
    return read
