"""What is shipped, said beside each contract in ``published.yaml``, and computed here by running the contract.

``published.yaml``:
  country     where the contract is, or is modelled on
  about       one sentence: what it is modelled on, and how faithfully
  generator   the script of benchmarks/synthetic that made ``submission/``, where there is one
  complete_to the day (or a map of table to day) that ``submission/`` is complete to
  control_totals  table to (name to total), where the contract asks for them
  figures     a list; each has ``what``, ``published`` (as its source prints it), ``source``, ``mark``, and one way to our figure:
                example, item, key    the value of an item (or ``total``) in a worked example; key only where the item has rows
                submission: ITEM, key the same from the synthetic submission (``total`` only)
                function: NAME        a function of tests/contracts/figures_ID.py that reads the shared data and returns the text of ours
              ``note`` says why the two may differ, where they do.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import pbr
from pbr.examples.expecting import Expecting
from pbr.examples.showing import show
from pbr.language.types import Type
from pbr.plan.build import build
from pbr.plan.plan import Plan
from pbr.statement.lines import LONGEST
from pbr.terms.loading import Loaded, load_contract
from pbr.values.value import Value
from tests.contracts.mechanisms import used
from tests.sums_again import false_sums

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "contracts").glob("*/*/contract.yaml"))


@dataclass(frozen=True)
class Figure:
    what: str
    published: str
    source: str
    mark: str
    example: str = ""
    item: str = ""
    key: str = ""
    submission: str = ""
    function: str = ""
    note: str = ""


@dataclass(frozen=True)
class Published:
    country: str
    about: str
    figures: tuple[Figure, ...]
    generator: str = ""
    complete_to: Any = ""
    control_totals: Mapping[str, Mapping[str, str]] | None = None


def published(name: str) -> Published:
    """What ``published.yaml`` of a contract says. Every scalar is text, as it was written."""
    text = (ROOT / name / "published.yaml").read_text(encoding="utf-8")
    told = YAML(typ="base", pure=True).load(text)
    figures = tuple(Figure(**figure) for figure in told.get("figures", []))
    return Published(
        told["country"], told["about"], figures, told.get("generator", ""), told.get("complete_to", ""), told.get("control_totals")
    )


@cache
def compiled(name: str) -> tuple[Loaded, Plan]:
    loaded = load_contract(ROOT / name)
    return loaded, build(loaded)


class _Worked(Expecting):
    """One worked example, asked for single values."""

    def ours(self, item: str, key: str) -> str:
        machine = self._given() if self.example.rows is None else self._rows()
        assert machine is not None and not self.problems, self.problems
        if item == "total":
            sums = [line.amount for line in machine.lines() if line.result != "sets" and line.amount is not None]
            return show(Value.known(sum(sums)), Type("money"), self.world.sign)
        row = next(row for row in machine.keys(self.plan.step(item).grain) if tuple(str(part) for part in row) == self._key(key))
        value = self._paid(machine, item, row) if self._capped(item) else machine.value(item, row)
        return show(value, self.plan.step(item).type, self.world.sign)


def ours(name: str, figure: Figure, total: str = "") -> str:
    """Our figure, computed now. ``total``: of the submission, where it was assessed."""
    if figure.function:
        module = importlib.import_module(f"tests.contracts.figures_{Path(name).name.replace('-', '_')}")
        return str(getattr(module, figure.function)())
    if figure.submission:
        assert figure.submission == "total", figure
        return total
    loaded, plan = compiled(name)
    example = next(one for one in loaded.contract.examples if one.name.text == figure.example)
    return _Worked(loaded, plan, example).ours(figure.item, figure.key)


def assessed(name: str, out: Path) -> Mapping[str, Any]:
    """The statement of the contract's own submission. Each file of ``submission/`` is named after its table."""
    told = published(name)
    files = sorted((ROOT / name / "submission").iterdir())
    tables = {path.name.partition(".")[0]: path for path in files}
    done = pbr.assess(ROOT / name, tables, complete_to=told.complete_to or None, out=out, control_totals=told.control_totals)
    assert not unreadable(done.statement)
    return done.statement


def unreadable(statement: Mapping[str, Any]) -> list[str]:
    """Sentences of lines that nobody would say: too long, or a formula with a choice in it; and sums that do not come to what they say."""
    told = {str(line["because"]) for line in statement.get("payments", [])}
    return sorted(
        text for text in told if len(text) > LONGEST or re.search(r"\b(if .* then|least\(|greatest\(|round\()", text) or false_sums(text)
    )


def runs_from(name: str) -> str:
    """``rows`` where an example or a submission is computed from rows of the data, else ``injected values``."""
    loaded, _ = compiled(name)
    rows = any(example.rows is not None for example in loaded.contract.examples) or (ROOT / name / "submission").is_dir()
    return "rows" if rows else "injected values"


def mechanisms(name: str) -> list[str]:
    """What a contract uses, but for the plain operations of arithmetic and of yes and no."""
    return sorted(mechanism for mechanism in used(*compiled(name)) if not mechanism.startswith("operation "))
