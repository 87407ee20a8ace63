"""Assessments that Spark decides: the manifest, with the digest of every table and document, is the columns engine's to the byte."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pbr.assessment import assess
from pbr.audit import layout
from pbr.audit.verify import verify
from pbr.engine import on_spark
from pbr.engine.spark.run import bounded
from pbr.engine.spark.session import missing
from pbr.problem import Refused
from pbr.submission.controltotals import Controls

if WHY := missing():
    pytest.skip(f"not compared with Spark: {WHY}", allow_module_level=True)

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "contracts"
BENCH = ROOT / "benchmarks" / "assess"
SHIPPED = {
    "care/care-leavers-reboot-west": None,  # a check, a cap over lines
    "employment/work-programme": "2014-12-31",  # spans, and rows that are made of them
    "justice/electronic-monitoring": "2013-06-30",  # checks of four tables, orphans that they make
    "justice/hmp-doncaster": "2015-06-30",  # the rates of two years, rejected rows that could be anybody's
}
TOTALS = {"charges": {"rows": "2236", "people": "60"}}  # what electronic-monitoring asks for


class Kept:
    """The tests' session, which an assessment does not end."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def stop(self) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


@pytest.fixture
def here(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_spark, "open_session", lambda master: Kept(spark))


def both(contract: Path, files: list[Path], complete_to: str | None, folder: Path, totals: Controls | None = None) -> Path:
    """Assesses on both engines; the folder that Spark decided."""
    folders = {engine: folder / f"{engine} [1]" for engine in ("columns", "spark")}
    for engine, out in folders.items():
        assess(contract, files, complete_to, out, engine=engine, control_totals=totals)
    manifests = [json.loads((out / layout.MANIFEST).read_bytes()) for out in folders.values()]
    assert manifests[1]["tables"] == manifests[0]["tables"]
    assert len({(out / layout.MANIFEST).read_bytes() for out in folders.values()}) == 1
    assert {path.relative_to(folders["spark"]) for path in folders["spark"].rglob("*")} == {
        path.relative_to(folders["columns"]) for path in folders["columns"].rglob("*")
    }
    said = {engine: json.loads((out / layout.RUN).read_bytes())["machine"]["engine"] for engine, out in folders.items()}
    assert said == {"columns": "columns", "spark": "spark"}
    return folders["spark"]


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.usefixtures("here")
def test_shipped_contracts_have_the_same_manifest(name: str, tmp_path: Path) -> None:
    files = sorted((CONTRACTS / name / "submission").glob("*.csv"))
    both(CONTRACTS / name, files, SHIPPED[name], tmp_path, TOTALS if name.endswith("monitoring") else None)


@pytest.mark.usefixtures("here")
def test_the_bench_contract_on_parquet_has_the_same_manifest_and_verifies(tmp_path: Path) -> None:
    made = tmp_path / "made"
    words = [sys.executable, str(BENCH / "generate.py"), "400", str(made), "--format", "parquet", "--dirty", "0.02"]
    subprocess.run(words, check=True, capture_output=True, timeout=120)
    out = both(BENCH / "contract", sorted(made.glob("*.parquet")), "2025-03-31", tmp_path)
    assert verify(out).state == "internally consistent"


def test_an_overflow_is_said_wherever_spark_meets_it(spark: Any, tmp_path: Path) -> None:
    wide = spark.sql("SELECT sum(CAST(9000000000000000000 AS BIGINT)) AS x FROM range(3)")
    for attempt in (lambda: wide.collect(), lambda: wide.write.parquet(str(tmp_path / "x"))):
        with pytest.raises(Refused, match="PBR520"), bounded():
            attempt()


def test_work_that_spark_cannot_finish_is_refused_with_its_cause(spark: Any) -> None:
    spark.udf.register("falls", lambda x: 1 // x, "bigint")
    with pytest.raises(Refused) as caught, bounded():
        spark.sql("SELECT falls(id) AS x FROM range(2)").collect()
    assert [problem.code for problem in caught.value.problems] == ["PBR526"]
    assert "ZeroDivisionError" in caught.value.problems[0].says


def test_great_expectations_imports_beside_spark() -> None:
    program = "import pyspark.sql, grpc, great_expectations\nprint(great_expectations.__version__)"
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
