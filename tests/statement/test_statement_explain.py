"""Explanations print stored values, in words, and need no code that computes."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from statement_golden import check_golden

import pbr.statement
from pbr.problem import Refused
from pbr.statement.explain import explain


@pytest.mark.parametrize(
    ("name", "run", "asked", "answer"),
    [
        ("totals", "decided", [], None),
        ("payment", "decided", ["fee_at_risk"], None),
        ("kept", "decided", ["fee_at_risk", "2011/12"], None),
        ("repaid", "decided", ["fee_at_risk", "2012/13"], None),
        ("held", "held", ["fee_at_risk", "2012/13"], None),
        ("measure", "held", ["change", "2012/13"], None),
        ("outcome", "decided", ["reconvicted", "r01"], None),
        ("outcome-held", "held", ["reconvicted", "r19"], None),
        ("measure-without-key", "held", ["reconviction_rate"], None),
        ("answer-yes", "decided", ["reconvicted", "2012/13"], "yes"),
        ("answer-held", "held", ["reconvicted"], "held"),
        ("answer-of-payment", "decided", ["fee_at_risk"], "no"),
        ("card-paid", "card", ["claim_payment", "c1"], None),
        ("card-cut", "card", ["claim_payment", "c2"], None),
        ("card-over", "card", ["claim_payment", "c3"], None),
    ],
)
def test_explanations(here: Path, name: str, run: str, asked: list[str], answer: str | None) -> None:
    found = explain(Path(run), asked, answer)
    json.dumps(found.to_json())
    check_golden(f"explain-{name}", found.text)


def test_a_key_can_be_typed_in_several_ways(here: Path) -> None:
    texts = {explain(Path("decided"), ["fee_at_risk", *key]).text for key in (["2012/13"], [" 2012/13 "])}
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("asked", "answer", "code", "said"),
    [
        (["fee_at_rsik"], None, "PBR751", "Did you mean fee_at_risk?"),
        (["nothing"], None, "PBR751", "There are: fee_at_risk, reconvicted, reconviction_rate, change."),
        (["fee_at_risk", "2012/31"], None, "PBR754", "Close to it: 2012/13, 2011/12."),
        (["reconvicted", "zzz"], None, "PBR754", "A key of releases is release_id."),
        (["reconvicted"], "maybe", "PBR755", "Answers are yes, no and held."),
        (["change"], "yes", "PBR755", "is percentage points, so it is never yes"),
        (["reconvicted", "2020/21"], "yes", "PBR754", "Groups of releases: 2011/12, 2012/13."),
        ([], "yes", "PBR755", "--answer needs a name."),
    ],
)
def test_what_is_not_there_is_said_with_the_nearest(here: Path, asked: list[str], answer: str | None, code: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        explain(Path("decided"), asked, answer)
    assert [problem.code for problem in refused.value.problems] == [code]
    assert said in str(refused.value)


def test_a_folder_that_is_no_assessment_is_refused(tmp_path: Path, runs: Path) -> None:
    for folder in (tmp_path / "none", tmp_path):
        with pytest.raises(Refused, match="PBR752"):
            explain(folder, [])
    broken = tmp_path / "broken"
    shutil.copytree(runs / "decided", broken)
    for name, text in (("statement.json", "{"), ("plan.json", "[]"), ("plan.json", '{"tables": 3}')):
        kept = (broken / name).read_bytes()
        (broken / name).write_text(text)
        with pytest.raises(Refused, match="PBR753"):
            explain(broken, [])
        (broken / name).write_bytes(kept)
    (broken / "trace" / "year.parquet").write_bytes(b"not parquet")
    with pytest.raises(Refused, match="PBR753"):
        explain(broken, ["fee_at_risk", "2012/13"])


def test_it_prints_what_is_stored_and_works_nothing_out_again(tmp_path: Path, runs: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(runs / "decided", changed)
    file = changed / "trace" / "year.parquet"
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE y AS SELECT * FROM '{file}'")
        con.execute("""UPDATE y SET "reconviction_rate" = 7, "reconviction_rate.hi" = 7 WHERE year = '2012/13'""")
        con.execute(f"COPY y TO '{file}' (FORMAT parquet)")
    text = explain(changed, ["fee_at_risk", "2012/13"]).text
    assert "7 of 9 (77.8%)" in text
    assert "58.0% - 77.8% (7/9) = 2.4 percentage points" in text  # the change as stored, though it no longer follows
    assert "£1,660,000.00 is repaid" in text


BLOCKED = """
import sys
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("pbr.engine", "pbr.plan.operations", "pbr.plan.build", "pbr.plan.operators")):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Gone())
from pathlib import Path
from pbr.statement.explain import explain
sys.stdout.reconfigure(encoding="utf-8")
print(explain(Path("held"), ["fee_at_risk", "2012/13"]).text, end="")
assert not [name for name in sys.modules if name.startswith("pbr.engine")]
"""


def test_it_works_after_the_code_of_the_operations_is_gone(here: Path) -> None:
    root = str(Path(pbr.statement.__file__).parents[2])
    found = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, cwd=here, env={"PYTHONPATH": root}, check=False)
    assert found.returncode == 0, found.stderr.decode()
    assert found.stdout.decode() == explain(Path("held"), ["fee_at_risk", "2012/13"]).text


def test_nothing_here_imports_what_computes() -> None:
    folder = Path(pbr.statement.__file__).parent
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else []
            )
            assert not [name for name in names if name.startswith(("pbr.engine", "pbr.plan.operations", "pbr.plan.build"))], file.name
