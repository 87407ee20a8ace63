"""Texts kept beside the test that prints them. PBR_UPDATE_GOLDEN=1 writes them anew: read the difference before committing it."""

from __future__ import annotations

import os
from pathlib import Path


def assert_golden(printed: str, golden: Path) -> None:
    """``printed`` is exactly what the file ``golden`` holds."""
    if os.environ.get("PBR_UPDATE_GOLDEN") == "1":
        golden.write_bytes(printed.encode("utf-8"))
    assert printed == golden.read_bytes().decode("utf-8")
