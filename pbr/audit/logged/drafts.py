"""Entries before they are numbered, dated and signed: what each kind says (docs/log-format.md, *Entries*)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pbr.audit.logged.adoption import approval_of, terms_of
from pbr.audit.logged.history import APPROVAL, ASSESSMENT, CHALLENGE, CONTRACT, SEED, SUBMISSION, VARIATION
from pbr.log.entries import ROLES
from pbr.terms.loading import Loaded


@dataclass(frozen=True)
class Draft:
    """``kind`` and the members of its own; ``document``: what its commitment is to; ``disclosed``: what its disclosure is to. ``new``: how many of
    the entries before it in the same batch are submissions that it was made from."""

    kind: str
    members: Mapping[str, Any]
    document: Mapping[str, Any] | None = None
    disclosed: Mapping[str, Any] | None = None
    new: int = 0

    def numbered(self, number: int) -> dict[str, Any]:
        """The members, where the entry is number ``number``."""
        if not self.new:
            return dict(self.members)
        return dict(self.members) | {"submissions": [*self.members["submissions"], *range(number - self.new, number)]}


def contract(loaded: Loaded, keys: Mapping[str, Sequence[str]]) -> Draft:
    return Draft(CONTRACT, {"terms": terms_of(loaded), "keys": _lists(keys), "approval": approval_of(loaded)})


def variation(loaded: Loaded, keys: Mapping[str, Sequence[str]], varies: int) -> Draft:
    return Draft(VARIATION, {"terms": terms_of(loaded), "keys": _lists(keys), "approval": approval_of(loaded), "contract": varies})


def submission(files: Sequence[Mapping[str, Any]], under: int) -> Draft:
    """``files``: the name, table or None, SHA-256 and size of each."""
    told = [{name: one[name] for name in ("name", "table", "sha256", "size")} for one in files]
    return Draft(SUBMISSION, {"contract": under}, {"files": told})


def seed(commitment: str, under: int) -> Draft:
    """``commitment``: to 32 bytes that nobody can guess. Its opening is not kept beside the log, where those could read it who assess."""
    return Draft(SEED, {"contract": under, "commitment": commitment})


def assessment(
    digests: Mapping[str, str], disclosed: Mapping[str, Any], under: int, submissions: Sequence[int], new: int, previous: int | None
) -> Draft:
    """``digests``: ``manifest`` and ``run``, the SHA-256 of the two files. ``new``: how many submissions stand right before it in the batch."""
    members = {"contract": under, "submissions": sorted(submissions), "previous": previous}
    return Draft(ASSESSMENT, members, dict(digests), disclosed, new)


def approval(manifest: str, reason: str, under: int, about: int, answers: Sequence[int]) -> Draft:
    members = {"contract": under, "assessment": about, "answers": sorted(answers)}
    return Draft(APPROVAL, members, {"manifest": manifest, "line": None, "reason": reason})


def challenge(manifest: str, reason: str, under: int, about: int, line: Mapping[str, Any] | None) -> Draft:
    return Draft(CHALLENGE, {"contract": under, "assessment": about}, {"manifest": manifest, "line": line, "reason": reason})


def file_of(path: Path, table: str | None, digest: tuple[str, int]) -> dict[str, Any]:
    return {"name": path.name, "table": table, "sha256": digest[0], "size": digest[1]}


def _lists(keys: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {role: list(keys.get(role, ())) for role in ROLES}
