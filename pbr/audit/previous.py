"""The assessment before this one: opened, found whole, and found to be one that this one can follow."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pbr.audit import layout
from pbr.audit.due import FIRST, Before, standing_after
from pbr.audit.sealing import digest_file
from pbr.plan.plan import Plan
from pbr.platform.duck import connect, database_errors
from pbr.platform.files import Files
from pbr.problem import Place, Problem, Refused, refuse


def what_stood(
    plan: Plan, folder: Path | None, first: bool, days: Mapping[str, date | None], made_of: dict[str, Any], files: Files
) -> Before | None:
    """What was paid before the assessment of ``plan`` with ``days``; None where nothing was said of it. ``first``: it was said that nothing
    was. ``made_of``: the SHA-256 of the contract and of each input, and the control totals, as ``identity`` gives them.

    Raises Refused PBR910 to PBR916.
    """
    if folder is None:
        lifelong = [step for step in plan.then if step.life]
        if lifelong and not first:
            says = "This contract has a cap for life, and nothing was said of what was paid before: room that is spent would be paid again."
            raise refuse("PBR916", says, "Give the assessment before this one (--previous DIR), or say that there is none (--first).")
        return FIRST if first else None
    return read_previous(plan, folder, days, made_of, files)


def read_previous(plan: Plan, folder: Path, days: Mapping[str, date | None], made_of: dict[str, Any] | None, files: Files) -> Before:
    """Raises Refused PBR910 to PBR915. ``made_of`` None: that it is not the same assessment is known already."""
    # what checks a folder is imported where there is one
    from pbr.audit.checking import check_digests, open_folder
    from pbr.audit.difference import Enough, Found
    from pbr.comparison.terms import changed_terms

    place = Place(str(folder))
    found = Found()
    if not (folder / layout.MANIFEST).is_file():
        raise refuse("PBR910", f"{folder} is not an assessment.", "Give the folder that the earlier `pbr assess --out` wrote.", place)
    with tempfile.TemporaryDirectory(prefix="pbr-") as temp:
        con = connect(Path(temp), [folder])
        try:
            opened = open_folder(folder, files, found)
            if opened is not None:
                check_digests(opened, con, database_errors(), files, found)
        except Enough:
            opened = None
        finally:
            con.close()
    if found.differences or opened is None:
        says = f"The earlier assessment {folder} is not as it was written: {found.differences[0]}"
        raise refuse(
            "PBR911", says, f"Look at it with `pbr verify {folder}`. What was paid is taken only from a folder that is whole.", place
        )
    old, manifest = opened.plan, opened.manifest
    problems = _problems(plan, old, manifest, days, str(folder), place)
    if made_of is not None and not problems and made_of == identity(manifest) and _days(days) == manifest["complete_to"]:
        says = f"{folder} is this very assessment: the same contract, the same data, complete to the same days."
        problems.append(Problem("PBR915", says, "Give the one before it, which is settled already.", place))
    if problems:
        raise Refused(problems)
    sha256 = digest_file(folder / layout.MANIFEST, files)[0]
    told = {
        "sha256": sha256,
        "version": manifest["contract"]["version"],
        "engine": manifest["engine"]["version"],
        "complete_to": manifest["complete_to"],
        "terms_changed": [change.to_json() for change in changed_terms(old, plan)],
    }
    return Before(standing_after(folder, sha256, old), told, folder, [folder])


def _problems(plan: Plan, old: Plan, manifest: dict[str, Any], days: Mapping[str, date | None], folder: str, place: Place) -> list[Problem]:
    if old.contract != plan.contract:
        says = f"{folder} is an assessment of the contract {old.contract!r}; this one is of {plan.contract!r}."
        return [Problem("PBR912", says, "Give the earlier assessment of the same contract. Another version of it may be.", place)]
    out = []
    if old.currency != plan.currency:
        says = f"{folder} was paid in {old.currency}, and this version of the contract pays in {plan.currency}."
        out.append(Problem("PBR913", says, "Sums in two currencies cannot be set against each other: settle the old one by itself.", place))
    for table, before in sorted(manifest["complete_to"].items()):
        now = days.get(table)
        if before is not None and now is not None and date.fromisoformat(before) > now:
            says = f"{folder} is the later one: its {table} is complete to {before}, here to {now.isoformat()}."
            out.append(
                Problem("PBR914", says, "An assessment follows an earlier one, with data complete to the same day or a later one.", place)
            )
    return out


def identity(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What tells an assessment from others of other data: contract, rules, inputs, control totals. Not the days, nor what stood before."""
    return {
        "contract": manifest["contract"]["sha256"],
        "rules": sorted(one["sha256"] for one in manifest["rules"]),
        "inputs": sorted((one["sha256"], one["table"] or one["name"]) for one in manifest["inputs"]),
        "control_totals": dict(manifest.get("control_totals", {})),
    }


def _days(days: Mapping[str, date | None]) -> dict[str, str | None]:
    return {table: day.isoformat() if day else None for table, day in days.items()}
