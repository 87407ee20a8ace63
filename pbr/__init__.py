"""pbr: settles payment-by-results contracts, exactly, and explains every line.

``pbr.assess(contract, tables, complete_to=..., out=None)`` and ``pbr.validate(contract, tables, ...)`` are the Python API; everything else is
the command ``pbr``.
Nothing heavy is imported here: see ``docs/how-it-works.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pbr.assessment import assess as assess
    from pbr.validation.validating import validate as validate

__version__ = "0.4.0"
__all__ = ["__version__", "assess", "validate"]


def __getattr__(name: str) -> Any:
    """Import ``assess`` and ``validate`` only when they are asked for (they bring DuckDB with them)."""
    if name == "assess":
        from pbr.assessment import assess

        return assess
    if name == "validate":
        from pbr.validation.validating import validate

        return validate
    raise AttributeError(f"module 'pbr' has no attribute {name!r}")
