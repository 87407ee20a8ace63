"""A small contract that is settled quarter by quarter, and what was submitted for it each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pbr.assessment import Assessment, assess

CONTRACT = Path(__file__).parent / "quarters" / "contract.yaml"
PEOPLE = ("p1,2023-04-10", "p2,2023-05-02", "p3,2023-06-20")
JUNE = ("j1,p1,2023-05-01,yes", "j2,p2,2023-06-01,yes", "j3,p3,2023-06-25,")


def submitted(folder: Path, jobs: tuple[str, ...], people: tuple[str, ...] = PEOPLE) -> list[Path]:
    """The two files of a submission, in a new folder."""
    folder.mkdir(parents=True)
    (folder / "people.csv").write_text("\n".join(["person_id,started_on", *people]) + "\n")
    (folder / "jobs.csv").write_text("\n".join(["job_id,person_id,began_on,checked", *jobs]) + "\n")
    return [folder / "people.csv", folder / "jobs.csv"]


def settle(out: Path, day: str, jobs: tuple[str, ...], people: tuple[str, ...] = PEOPLE, **more: Any) -> Assessment:
    """An assessment in ``out``, of files that are made beside it. ``more``: as ``pbr.assess`` takes it, ``contract`` too."""
    contract = more.pop("contract", CONTRACT)
    return assess(contract, submitted(out.parent / f"{out.name}-data", jobs, people), day, out, who="tester", **more)


def entries(found: Assessment) -> list[tuple[Any, ...]]:
    """(key, kind, sum, standing) of each entry of due.parquet."""
    rows = found.due[["key", "kind", "sum", "standing"]].itertuples(index=False)
    return [(key[2:-2], kind, int(sum_), int(standing)) for key, kind, sum_, standing in rows]
