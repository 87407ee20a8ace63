"""The program's own checking of a log, asked in this process: what `pbr log audit --json` prints."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from pbr.log.checking import check_log
from pbr.log.kept import read_kept
from pbr.log.policy import Policy, open_policy
from pbr.platform.files import files_here


@lru_cache(maxsize=1)
def _policy(path: Path) -> Policy:
    return open_policy(path, files_here())


def ask_program(folder: Path, policy: Path, view: Path) -> dict[str, Any]:
    files = files_here()
    return check_log(folder, files, policy=_policy(policy), kept=read_kept(view, files)).answer.to_json()


def ask_about_folder(
    folder: Path, log: Path | None, policy: Path, view: Path | None, private: Path, previous: Path | None
) -> dict[str, Any]:
    """What `pbr verify DIR --json` says, its findings about the folder, the log and their fit in one list. ``said``: what it says besides."""
    from pbr.audit.logged.reading import verify_with_log
    from pbr.audit.verify import verify
    from pbr.problem import Refused

    try:
        if log is None:
            answer = verify(folder, previous=previous).to_json()
            return {"verdict": answer["state"], "findings": answer["differences"], "said": []}
        answer = verify_with_log(folder, log, previous=previous, policy=policy, kept=view, private=private).to_json()
    except Refused as refused:
        where = [problem.place.file if problem.place is not None else "" for problem in refused.problems]
        named = [{"file": Path(file).relative_to(private).as_posix() if Path(file).is_relative_to(private) else file} for file in where]
        return {"verdict": "refused", "findings": named, "said": [str(refused)]}
    findings = [*answer["differences"], *answer["findings"], *answer["log"]["findings"]]
    return {"verdict": answer["state"], "findings": findings, "said": answer["said"], "witnessed": answer["log"]["witnessed"]}


def ask_about_pack(pack: Path, policy: Path, view: Path | None) -> dict[str, Any]:
    """What `pbr unpack --check --json` says."""
    from pbr.audit.pack_check import check_pack

    files = files_here()
    return check_pack(pack, files, policy=_policy(policy), kept=None if view is None else read_kept(view, files)).to_json()
