"""Where the shared data stands: test input that is not part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def shared(path: str) -> Path:
    """The shared file or folder ``path``: under the folder that PBR_SHARED names, else under ``../shared`` beside the checkout. The test
    is skipped, with one line, where it is not there."""
    folder = Path(os.environ.get("PBR_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    if not (folder / path).exists():
        pytest.skip(f"shared data not here: {path} (set PBR_SHARED to its folder)")
    return folder / path
