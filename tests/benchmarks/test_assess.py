"""The benchmark of ``pbr assess`` measures the same work: data that is the same each time, a contract that holds, and a floor that agrees."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from pbr.assessment import assess
from pbr.cli.main import cli

HERE = Path(__file__).resolve().parents[2] / "benchmarks" / "assess"


def module(name: str) -> ModuleType:
    """A script of the benchmark. It is no package, and its name is not taken from others."""
    spec = importlib.util.spec_from_file_location(f"bench_assess_{name}", HERE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made  # dataclasses look their module up
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    return module("generate")


def test_the_contract_checks(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["check", str(HERE / "contract")], standalone_mode=False)
    assert "4 of 4 pass" in capsys.readouterr().out


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, generate: ModuleType) -> None:
    files = generate.write(tmp_path, 300, "csv", 0.01)
    digests = [hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in files]
    assert digests == DIGESTS


DIGESTS = ["0a09fe400ff180ed", "765af7bdbb088aa9", "15ae4c8ef834a8c4"]


@pytest.mark.parametrize(("kind", "dirty"), [("csv", 0.003), ("parquet", 0.0)])
def test_the_floor_agrees_to_the_last_value(tmp_path: Path, generate: ModuleType, kind: str, dirty: float) -> None:
    files = generate.write(tmp_path / "given", 3000, kind, dirty)
    assess(HERE / "contract", files, generate.COMPLETE_TO, tmp_path / "pbr")
    module("floor").Floor(tmp_path / "given", tmp_path / "floor", None, None).run()
    run = load_run(generate)
    run.compare(tmp_path / "pbr", tmp_path / "floor")
    rejected = [counts["rejected"] for counts in run.manifest(tmp_path / "pbr")["rows"].values()]
    assert all(rejected) if dirty else not any(rejected)


def test_the_comparison_sees_a_penny(tmp_path: Path, generate: ModuleType) -> None:
    files = generate.write(tmp_path / "given", 300, "csv", 0.0)
    assess(HERE / "contract", files, generate.COMPLETE_TO, tmp_path / "pbr")
    floor = module("floor")
    floor.PRICES["trained"] += 1
    floor.Floor(tmp_path / "given", tmp_path / "floor", None, None).run()
    with pytest.raises(SystemExit, match="payments"):
        load_run(generate).compare(tmp_path / "pbr", tmp_path / "floor")


def load_run(generate: ModuleType) -> ModuleType:
    sys.modules["generate"] = generate
    before = list(sys.path)
    try:
        return module("run")
    finally:
        sys.path[:] = before
        del sys.modules["generate"]
