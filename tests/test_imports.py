"""Folders are the pipeline, and imports only flow down it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pbr"

# From the top to the bottom: a module may import its own folder and those after it.
PIPELINE = (
    "cli",
    "publish",
    "disclosure",
    "validation",
    "assessment",
    "proofs",
    "examples",
    "audit",
    "log",
    "comparison",
    "statement",
    "engine",
    "expectations",
    "submission",
    "plan",
    "terms",
    "language",
    "values",
    "platform",
    "problem",
)

# Where a package from outside may be imported at all. A folder stands for everything in it.
ONLY_IN = {
    "click": ("cli",),
    "cryptography": ("platform/signing.py",),
    "duckdb": ("platform/duck.py",),
    "_duckdb": ("platform/duck.py",),
    "openpyxl": ("validation/marking_xlsx.py",),
    "great_expectations": ("expectations/child.py",),
    "pandas": ("submission", "expectations/child.py"),
    "py4j": ("engine/spark",),
    "pyspark": ("engine/spark",),
    "pydantic": ("terms",),
    "python_calamine": ("submission",),
    "numpy": ("disclosure/highs.py",),
    "highspy": ("disclosure/highs.py",),
    "stdnum": ("submission/checkdigits.py",),
    "zstandard": ("submission/packed.py",),
    "ruamel": ("terms",),
}

# Too slow to start with, or not needed to say what a command does.
HEAVY = (
    "duckdb",
    "_duckdb",
    "cryptography",
    "sqlglot",
    "pandas",
    "great_expectations",
    "openpyxl",
    "python_calamine",
    "pydantic",
    "numpy",
    "ruamel",
    "highspy",
    "stdnum",
    "zstandard",
)


@dataclass(frozen=True)
class Import:
    """``types_only``: it stands under ``if TYPE_CHECKING`` and never runs. ``path`` is relative to pbr/."""

    path: Path
    line: int
    module: str
    types_only: bool

    def __str__(self) -> str:
        return f"pbr/{self.path}:{self.line} imports {self.module}"


def _walk(tree: ast.AST, types_only: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, types_only
        elif isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            for child in node.body:
                yield from _walk(ast.Module([child], []), True)
            for child in node.orelse:
                yield from _walk(ast.Module([child], []), types_only)
        else:
            yield from _walk(node, types_only)


def imports_of(path: Path, source: str) -> list[Import]:
    """Every import of a file, wherever it stands. ``from pbr import x`` counts as ``pbr.x``; a relative one is made absolute."""
    found = []
    for node, types_only in _walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            base = node.module or ""
            if node.level:
                folder = ("pbr", *path.parent.parts)
                base = ".".join([*folder[: len(folder) - node.level + 1], *([base] if base else [])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        found += [Import(path, node.lineno, name, types_only) for name in names]
    return found


@cache
def _all() -> tuple[Import, ...]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return tuple(found for path in paths for found in imports_of(path.relative_to(PACKAGE), path.read_text(encoding="utf-8")))


def _level(part: str) -> str:
    return part.removesuffix(".py")


def up_the_pipeline(found: Import) -> bool:
    """Whether an import goes against the flow. The package's own doors (``__init__``, ``__main__``) stand above everything."""
    parts = found.module.split(".")
    here = _level(found.path.parts[0])
    if parts[0] != "pbr" or here in ("__init__", "__main__"):
        return False
    if len(parts) < 2 or parts[1] == "__version__":
        return False
    return PIPELINE.index(parts[1]) < PIPELINE.index(here)


def test_every_folder_has_its_place_in_the_pipeline() -> None:
    folders = {_level(path.name) for path in PACKAGE.iterdir() if not path.name.startswith("__")}
    assert folders <= set(PIPELINE)


def test_imports_only_flow_down() -> None:
    assert [str(found) for found in _all() if up_the_pipeline(found)] == []


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_package_from_outside_has_one_home(package: str) -> None:
    homes = ONLY_IN[package]
    strays = [
        str(found)
        for found in _all()
        if found.module.split(".")[0] == package
        and not found.types_only
        and not any(found.path.as_posix() == home or found.path.as_posix().startswith(f"{home}/") for home in homes)
    ]
    assert strays == []


def test_the_two_engines_do_not_know_each_other() -> None:
    sides = {"record": ("columns", "spark"), "columns": ("record", "spark"), "spark": ("record", "columns")}
    mixed = [
        str(found)
        for found in _all()
        if found.path.parts[0] == "engine"
        and len(found.path.parts) > 2
        and any(f"{found.module}.".startswith(f"pbr.engine.{side}.") for side in sides[found.path.parts[1]])
    ]
    assert mixed == []


def test_only_the_standard_library_and_what_is_declared_is_imported() -> None:
    allowed = {*sys.stdlib_module_names, "pbr", *ONLY_IN}
    assert [str(found) for found in _all() if found.module.split(".")[0] not in allowed] == []


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["assess", "--help"], ["check", "--help"], ["explain", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from pbr.cli.main import main\n"
        f"sys.argv = ['pbr', *{arguments!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    code = end.code or 0\n"
        f"print('loaded:', *sorted(set(sys.modules) & set({HEAVY!r})))\n"
        "sys.exit(code)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "loaded:"


def test_the_walk_itself_sees_what_it_should() -> None:
    source = (
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import duckdb\nelse:\n    import pandas\n"
        "def late():\n    from pbr.cli import main\n    from . import sibling\n    from ..terms.models import Contract\n"
    )
    found = {(item.module, item.types_only) for item in imports_of(Path("plan/build.py"), source)}
    assert found == {
        ("typing.TYPE_CHECKING", False),
        ("duckdb", True),
        ("pandas", False),
        ("pbr.cli.main", False),
        ("pbr.plan.sibling", False),
        ("pbr.terms.models.Contract", False),
    }
    assert up_the_pipeline(Import(Path("plan/build.py"), 1, "pbr.cli.main", False))
    assert not up_the_pipeline(Import(Path("plan/build.py"), 1, "pbr.terms.models", False))
    assert up_the_pipeline(Import(Path("audit/verify.py"), 1, "pbr.assessment", True))
