"""Runs the tests of verifiers/verify.js, which are in JavaScript."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="Node is not installed: verifiers/verify.js was not tested")
def test_verify_js() -> None:
    assert NODE is not None
    tests = Path(__file__).with_name("verify_js.test.js")
    result = subprocess.run([NODE, str(tests)], capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
