"""pbr: settles payment-by-results contracts, exactly, and explains every line.

``pbr.assess(contract, tables, complete_to=..., out=None)`` is the Python API; everything else is the command ``pbr``.
Nothing heavy is imported here: see ``docs/how-it-works.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pbr.assessment import assess as assess

__version__ = "0.1.0"
__all__ = ["__version__", "assess"]


def __getattr__(name: str) -> Any:
    """Import ``assess`` only when it is asked for (it brings DuckDB with it)."""
    if name == "assess":
        from pbr.assessment import assess

        return assess
    raise AttributeError(f"module 'pbr' has no attribute {name!r}")
