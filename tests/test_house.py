"""The rules of the house that a machine can check. Each is a function from text to findings, tried on a bad example first."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pbr"
MONEY = ("values", "plan", "engine", "statement")
LONGEST = 400


@cache  # every rule reads every file
def _tree(source: str) -> ast.Module:
    return ast.parse(source)


def _python(*folders: str) -> list[Path]:
    roots = [PACKAGE / folder for folder in folders] if folders else [PACKAGE]
    return sorted(path for root in roots for path in root.rglob("*.py"))


def _project_files() -> list[Path]:
    """Every text file that is, or is about to be, part of the project."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split("\0")
        paths = [ROOT / name for name in listed if name]
    else:  # unpacked from an archive
        paths = [path for path in ROOT.rglob("*") if ".venv" not in path.parts and not any(part.startswith(".") for part in path.parts)]
    return [path for path in paths if path.is_file()]


def _docstrings(tree: ast.AST) -> set[int]:
    """The ids of the constants that are documentation."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, owners) and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip


def floats(source: str) -> Iterator[int]:
    """Lines with a float literal or the name ``float``."""
    for node in ast.walk(_tree(source)):
        if (isinstance(node, ast.Constant) and isinstance(node.value, (float, complex))) or (
            isinstance(node, ast.Name) and node.id == "float"
        ):
            yield node.lineno


def wide_nets(source: str) -> Iterator[int]:
    """Lines that catch everything: a bare ``except``, ``Exception``, or a ``BaseException`` that is not raised again at the end."""
    for node in ast.walk(_tree(source)):
        if isinstance(node, ast.ExceptHandler):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names = {kind.id if isinstance(kind, ast.Name) else "" if kind else "Exception" for kind in kinds}
            tidies = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if "Exception" in names or ("BaseException" in names and not tidies):
                yield node.lineno


# Each loses rows, hides an overflow or answers in floating point without an error: measured, see the decision on plain SQL text.
LOOSE_SQL = re.compile(
    r"ignore_errors|store_rejects|null_padding|\btry\s*\(|try_cast|\bavg\s*\(|sniff|auto_detect\s*=\s*true|all_varchar|parallel\s*=\s*false",
    re.IGNORECASE,
)


def loose_sql(source: str) -> Iterator[int]:
    """Lines with a string (documentation apart) that holds a word of SQL that loses something silently."""
    tree = _tree(source)
    documentation = _docstrings(tree)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documentation
            and LOOSE_SQL.search(node.value)
        ):
            yield node.lineno


def evaluations(source: str) -> Iterator[int]:
    """Lines that run text as a program or load pickled objects: contracts and data are other people's."""
    for node in ast.walk(_tree(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec", "compile", "__import__"):
            yield node.lineno
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            if {"pickle", "marshal", "shelve", "yaml"} & {name.split(".")[0] for name in names}:
                yield node.lineno


# A path that exists on one machine only. Put together here, so that this file is not a finding itself.
PLACES = ("work", "root", "home", "Users", "farm")
ONE_MACHINE = re.compile(rf"(?<![\w.:/])/({'|'.join(PLACES)})/\w" + r"|\b[A-Z]:\\\w")


def machine_paths(text: str) -> Iterator[int]:
    for number, line in enumerate(text.splitlines(), 1):
        if ONE_MACHINE.search(line):
            yield number


def _findings(rule: Callable[[str], Iterator[int]], paths: list[Path]) -> list[str]:
    return [f"{path.relative_to(ROOT)}:{line}" for path in paths for line in rule(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        (floats, "x = 0.5", "x = Fraction(1, 2)  # not 0.5"),
        (floats, "def f(x: float): ...", "def f(x: int): ..."),
        (wide_nets, "try:\n    f()\nexcept:\n    pass", "try:\n    f()\nexcept OSError:\n    pass"),
        (wide_nets, "try:\n    f()\nexcept (OSError, Exception):\n    pass", "try:\n    f()\nfinally:\n    g()"),
        (wide_nets, "try:\n    f()\nexcept BaseException:\n    g()", "try:\n    f()\nexcept BaseException:\n    g()\n    raise"),
        (loose_sql, "q = f'SELECT try_cast({x} AS DATE)'", "def f():\n    '''Never try_cast.'''"),
        (loose_sql, "q = 'SELECT TRY (a)'", "q = 'SELECT entry(a)'"),
        (evaluations, "eval(text)", "parse(text)"),
        (evaluations, "from yaml import safe_load", "from ruamel.yaml import YAML"),
        (machine_paths, "see " + "/".join(["", "home", "somebody"]), "see docs/home/somebody and https://example.org/home/page"),
    ],
)
def test_each_rule_finds_what_it_should_and_nothing_else(rule: Callable[[str], Iterator[int]], bad: str, good: str) -> None:
    assert list(rule(bad)) and not list(rule(good))


def test_no_file_is_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in _python()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_no_float_comes_near_money() -> None:
    assert _findings(floats, _python(*MONEY)) == []


def test_nothing_catches_everything() -> None:
    assert _findings(wide_nets, _python()) == []


def test_no_sql_that_loses_something_silently() -> None:
    assert _findings(loose_sql, _python()) == []


def test_nothing_given_to_us_is_run() -> None:
    assert _findings(evaluations, _python()) == []


def test_modules_are_found_by_their_names() -> None:
    nameless = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [str(path.relative_to(ROOT)) for path in _python() if nameless & {path.stem, *path.relative_to(PACKAGE).parts}] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    found = []
    for path in _project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # not text: samples of bad encodings, Parquet
        found += [f"{path.relative_to(ROOT)}:{line}" for line in machine_paths(text)]
    assert found == []


def test_the_lock_names_hashes_and_no_place_to_fetch_from() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", " "))]
    assert lines and all("==" in line for line in lines)
    assert "://" not in text and "index-url" not in text and "find-links" not in text
    blocks = re.split(r"\n(?=\S)", text)
    assert [block for block in blocks if "==" in block and "--hash=sha256:" not in block] == []


def test_there_is_no_program_among_the_contracts() -> None:
    assert [str(path) for path in (ROOT / "contracts").rglob("*.py")] + [str(path) for path in (ROOT / "rules").rglob("*.py")] == []
