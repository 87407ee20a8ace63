"""The stand-alone verifiers that come with the program, byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pbr

JAVASCRIPT: Final = "verify.js"
PYTHON: Final = "verify.py"


def verifier(name: str) -> bytes:
    """The file: beside the package's modules where it is installed, else in the source tree."""
    package = Path(pbr.__file__).parent
    installed = package / "verifiers" / name
    return (installed if installed.is_file() else package.parent / "verifiers" / name).read_bytes()
