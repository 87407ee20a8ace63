"""Which versions of the program made folders that this one can make again, byte for byte.

A folder says itself which version made it, and anybody can change what it says. So a version earns a full comparison by standing in this
table, and every other one costs the verdict "internally consistent": claiming one must never make checking more lenient.
"""

from __future__ import annotations

from typing import Any

NAME = "pbr"
# Released versions whose every file this version writes the same. A release that writes a value or a sentence otherwise begins a new table.
SAME_RESULTS = ("0.4.0",)


def can_make_again(engine: dict[str, Any]) -> bool:
    """``engine``: as in the manifest, name and version."""
    return engine["name"] == NAME and engine["version"] in SAME_RESULTS


def said_maker(engine: dict[str, Any]) -> str:
    """The maker a manifest names, as "pbr 0.4.0"."""
    return f"{engine['name']} {engine['version']}"
