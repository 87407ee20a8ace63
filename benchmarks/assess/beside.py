"""The same work by other tools (``others/``), and how ``run.py`` takes them: what each needs, what it writes, how its answers are compared."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

OTHERS = Path(__file__).resolve().parent / "others"


@dataclass(frozen=True)
class Tool:
    """``script`` in ``others/``; ``needs``: its packages; ``parquet``: what else it needs to read Parquet, None where it cannot; ``same_outputs``:
    whether it writes all that pbr writes, digests too, or payment lines and findings alone."""

    script: str
    says: str
    needs: tuple[str, ...]
    parquet: tuple[str, ...] | None
    same_outputs: bool


TOOLS = (
    Tool("pandas_gx", "pandas + Great Expectations (lines and findings only)", ("pandas", "great_expectations"), ("pyarrow",), False),
    Tool("polars_same", "polars, the same outputs", ("polars", "polars-hash"), (), True),
    Tool("decimals", "row by row with Decimal (lines and findings only)", (), None, False),
)
ASK = """
import importlib.metadata, json, sys
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        found[name] = None
print(json.dumps(found))
"""


def installed(python: str) -> dict[str, str | None]:
    """The version of each package that some tool needs; None where it is not installed for this Python."""
    names = sorted({name for tool in TOOLS for name in (*tool.needs, *(tool.parquet or ()))})
    said = subprocess.run([python, "-c", ASK, *names], capture_output=True, text=True, check=True).stdout
    found: dict[str, str | None] = json.loads(said)
    return found


def why_not(tool: Tool, kind: str, found: dict[str, str | None]) -> str:
    """Why a tool cannot be measured on files of this kind; empty where it can."""
    if kind == "parquet" and tool.parquet is None:
        return "it reads no Parquet"
    missing = [name for name in (*tool.needs, *(tool.parquet or () if kind == "parquet" else ())) if found[name] is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


def command(python: str, tool: Tool, submission: Path, out: Path) -> list[str]:
    return [python, str(OTHERS / f"{tool.script}.py"), str(submission), str(out)]
