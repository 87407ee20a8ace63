"""What a compiled library prints by itself does not reach the output."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes
from pbr.platform.quiet import quiet
said = ctypes.CDLL(None).puts
print("before")
with quiet():
    said(b"the solver says")
print("after")
try:
    with quiet():
        said(b"and again")
        raise ValueError
except ValueError:
    print("refused")
"""


@pytest.mark.skipif(os.name != "posix", reason="asks the C library by its POSIX name")
def test_what_a_library_prints_goes_nowhere_and_what_pbr_prints_stays() -> None:
    assert ctypes.CDLL(None).puts
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["before", "after", "refused"]
