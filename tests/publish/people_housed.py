"""A small contract that pays for people, submissions of it, and what a reader of the site can work out: by trying every number of people there could be, with none of the program's own arithmetic."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path

from click.testing import CliRunner

import pbr
from pbr.cli.main import cli
from pbr.disclosure.cells import TERM
from pbr.disclosure.released import WITHHELD, Figure, Released
from pbr.disclosure.writing import from_json

DAY = "2023-06-30"
CONTRACT = """
pbr: 1
contract: harbour
title: People housed
version: 2024.1
parties: {{commissioner: a council, provider: a charity}}
currency: GBP
term: {{from: 2023-04-01, to: 2025-03-31}}
data:
  people:
    one_row_per: person_id
    supplied_by: provider
    columns:
      person_id:  {{type: identifier, identifies: person}}
      started_on: {{type: date}}
      days:       {{type: number, decimals: 0, at_least: 0, at_most: 300}}
{columns}
outcomes:
{outcomes}
payments:
{payments}
statement: {{then: {then}}}
"""
HOMES = '  homes: {per: people, only_if: housed, pays: "£1,000.00"}\n'
PRICES = '  p: {per: people, only_if: housed, pays: "if worked then £1,500.00 else £1,000.00"}\n'
DAYS = '  p: {per: people, only_if: housed, pays: "days * £10.00"}\n'
PENALTY = '  p: {per: people, at_risk: {share: 50%, of: "£10.00", already_paid: yes, keep_if: housed}, round: "1 penny, half up"}\n'
RENTS = '  rents: {per: people, only_if: housed, pays: "£1,000.00"}\n'


def contract(payments: str, truths: Sequence[str] = ("housed",), then: str = "[]") -> str:
    """``truths``: outcomes, each answered by a column of its own (is_housed)."""
    columns = "\n".join(f"      is_{name}: {{type: yes or no}}" for name in truths)
    outcomes = "\n".join(f"  {name}: {{per: people, yes_when: is_{name}, settles: started_on}}" for name in truths)
    return CONTRACT.format(columns=columns, outcomes=outcomes, payments=payments.rstrip("\n"), then=then)


def assessment(home: Path, text: str, answers: Sequence[Sequence[bool]], truths: Sequence[str] = ("housed",)) -> Path:
    """A submission with a person for each row of answers, assessed."""
    home.mkdir(parents=True)
    (home / "contract.yaml").write_text(text, encoding="utf-8")
    rows = [f"p{n},2023-05-01,{n % 50 + 1},{','.join('yes' if one else 'no' for one in each)}\n" for n, each in enumerate(answers)]
    head = ",".join(["person_id", "started_on", "days", *(f"is_{name}" for name in truths)])
    (home / "people.csv").write_text(f"{head}\n{''.join(rows)}", encoding="utf-8")
    pbr.assess(home / "contract.yaml", {"people": home / "people.csv"}, DAY, home / "assessment")
    return home / "assessment"


def housed(home: Path, people: int, yes: int, payments: str = HOMES) -> Path:
    """So many people, of whom so many are housed."""
    return assessment(home, contract(payments), [(n < yes,) for n in range(people)])


def published(folder: Path, out: Path) -> Released | None:
    """Through the command; None where publishing is refused, because somebody could be found: then nothing is told."""
    run = CliRunner().invoke(cli, ["publish", str(folder), "--out", str(out)])
    if run.exit_code == 1 and "PBR665" in run.output:
        return None
    assert run.exit_code == 0, run.output
    return from_json((out / "figures.json").read_bytes(), "figures.json")


def says(people: int, yes: int, rejected: int, payments: Sequence[str]) -> Mapping[str, int]:
    """What each figure of the site is, as anybody works it out who has read the contract."""
    every, no = len(payments), people - yes
    out = {
        "data/people/submitted": people + rejected,
        "data/people/used": people,
        "data/people/unused": 0,
        "data/people/rejected": rejected,
    }
    out |= {"outcomes/housed/yes": yes, "outcomes/housed/no": no, "outcomes/housed/held": 0}
    out |= {"lines": every * people, "held": 0, "paid": every * 1_000 * yes, "gross": every * 1_000 * yes, "deducted": 0}
    for name in payments:
        out |= {f"{name}/pays/number": yes, f"{name}/pays/sum": 1_000 * yes, f"{name}/total": 1_000 * yes}
        out |= {f"{name}/pays-nothing/number": no, f"{name}/pays-nothing/sum": 0}
    return out


def left(released: Released | None, people: int, yes: int, payments: Sequence[str] = ("homes",)) -> set[tuple[int, int]]:
    """What a reader is left with: (how many people, how many of them are housed) near what they are. A line that a payment does not list has nobody: so he reads it."""
    near = [(n, y) for n in range(max(people - 12, 1), people + 13) for y in range(max(yes - 12, 0), min(yes + 12, n) + 1)]
    if released is None:
        return set(near)
    root = f"harbour/{DAY}/"
    shown = {name.removeprefix(root): one for name, one in released.figures.items() if one.kind != TERM}
    unlisted = {f"{name}/{result}/number" for name in payments for result in ("pays", "pays-nothing")} - shown.keys()
    found = set()
    for (n, y), rejected in product(near, range(13)):
        true = says(n, y, rejected, payments)
        if not any(true[name] for name in unlisted) and all(agrees(one, true[name]) for name, one in shown.items()):
            found.add((n, y))
    return found


def agrees(figure: Figure, true: int) -> bool:
    """Whether a figure can stand for this number. One that is withheld can stand for any."""
    if figure.how == WITHHELD:
        return True
    assert figure.value is not None
    return abs(true - float(figure.value)) * 2 <= float((figure.base or "0").replace(",", ""))


_DIGESTS = re.compile(r"\b[0-9a-f]{8,64}\b")
_NUMBERS = re.compile(r"\d[\d,]*(?:\.\d+)?")


def form(site: Path) -> dict[str, str]:
    """Every file of a site without its numbers and digests: what is left is its form. What is withheld stays as it is written."""
    files = sorted(path for path in site.rglob("*") if path.is_file())
    texts = {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in files}
    return {_NUMBERS.sub("#", name): _NUMBERS.sub("#", _DIGESTS.sub("#", text)) for name, text in texts.items()}
