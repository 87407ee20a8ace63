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
