"""The random contracts of the agreement tests are the compiler's material too."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "agreement"))
