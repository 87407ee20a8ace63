"""A contract and a family of submissions that differ in one person's secret, or in a few people's: each is assessed and published, and any two sites are compared to the byte.

What differs between members of a family that nobody should tell apart is a leak. Digests of files and of assessments are left out: they differ with every row, and those that are shown are of many rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import pbr
from pbr.cli.main import cli

HEAD = """
pbr: 1
contract: harbour
title: People housed
version: 2024.1
parties: {commissioner: a council, provider: a charity}
currency: GBP
term: {from: 2022-04-01, to: 2025-03-31}
"""
# and its table of people, to which further columns may be written
PEOPLE_HEAD = f"""{HEAD}
data:
  people:
    one_row_per: person_id
    supplied_by: commissioner
    columns:
      person_id:  {{type: identifier, identifies: person}}
      started_on: {{type: date}}"""
DAY = "2023-06-30"
_DIGESTS = re.compile(rb"\b[0-9a-f]{8,64}\b")

Rows = Sequence[Sequence[object]]  # the first is the head
Site = Mapping[str, bytes]  # by path, without digests


def assess(home: Path, text: str, tables: Mapping[str, Rows], day: str = DAY, **more: Any) -> Path:
    home.mkdir(parents=True)
    (home / "contract.yaml").write_text(text, encoding="utf-8")
    data = {name: home / f"{name}.csv" for name in tables}
    for name, rows in tables.items():
        data[name].write_text("".join(f"{','.join(map(str, row))}\n" for row in rows), encoding="utf-8")
    pbr.assess(home / "contract.yaml", data, day, home / "assessment", **more)
    return home / "assessment"


def publish(folders: Iterable[Path], out: Path, *options: str) -> Site | None:
    """None where publishing is refused, because somebody could be found: then nothing is told."""
    run = CliRunner().invoke(cli, ["publish", *map(str, folders), "--out", str(out), *options])
    if run.exit_code == 1 and "PBR665" in run.output:
        return None
    assert run.exit_code == 0, run.output
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {path.relative_to(out).as_posix(): _DIGESTS.sub(b"#", path.read_bytes()) for path in files}


def family(
    home: Path, text: str, submission: Callable[[int], Mapping[str, Rows]], secrets: Iterable[int], day: str = DAY
) -> dict[int, Site | None]:
    """The site of each member, by its secret."""
    return {secret: publish([assess(home / f"{secret}", text, submission(secret), day)], home / f"site-{secret}") for secret in secrets}


def shown(site: Site | None) -> dict[str, str]:
    """Every figure as it is written, by its name below the assessment; none where publishing was refused."""
    if site is None:
        return {}
    listed = json.loads(site["figures.json"])["figures"]
    return {one["cell"].split("/", 2)[-1]: one["text"] for one in listed if one["kind"] != "term"}


def differences(one: Site | None, other: Site | None) -> list[str]:
    """Files that are not the same in two sites, or are in one alone. That publishing is refused tells less than any figure does."""
    if one is None or other is None:
        return []
    return [path for path in sorted({*one, *other}) if one.get(path) != other.get(path)]


def pounds(text: str) -> int | None:
    """A sum that is shown exactly; None of any other."""
    found = re.fullmatch(r"£([\d,]+)\.00", text)
    return int(found[1].replace(",", "")) if found else None


def near(text: str, number: int, base: int = 5) -> bool:
    """Whether a number that is rounded to the nearest ``base`` can stand for this one; what is withheld can stand for any."""
    return not text.replace(",", "").isdigit() or abs(int(text.replace(",", "")) - number) * 2 <= base
