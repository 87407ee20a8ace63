"""The small contract of these tests, a file of its provider, and both validated in one call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pbr.validation.validating import Outputs, Validation, validate

HERE = Path(__file__).parent
SMALL = HERE / "small"
GOLDEN = HERE / "golden"
DAY = "2025-06-30"
HEADER = "person_id,began_on,hours,in_touch"
GOOD = {
    "P01": "2024-04-22,12.5,yes",
    "P02": "2024-05-02,8,no",
    "P03": "2024-05-13,31.0,yes",
    "P04": "2024-06-01,4,no",
    "P05": "2024-06-17,58,yes",
    "P06": "2024-06-30,10,yes",
    "P07": "2024-07-08,6,yes",
    "P08": "2024-07-22,15,yes",
    "P09": "2024-09-09,9,no",
    "P10": "2024-10-14,9,no",
}


def rows(**changed: str | None) -> str:
    """The provider's file; a person's cells can be others, or None: their row is not there."""
    cells: dict[str, str | None] = {**GOOD, **changed}
    return "\n".join([HEADER, *(f"{person},{text}" for person, text in cells.items() if text is not None)]) + "\n"


def validated(mentoring: str | bytes | Path, tmp_path: Path, day: str | None = DAY, contract: Path = SMALL, **more: Any) -> Validation:
    """The small contract with this file of the provider, and the city's own."""
    if not isinstance(mentoring, Path):
        path = tmp_path / "mentoring.csv"
        path.write_bytes(mentoring if isinstance(mentoring, bytes) else mentoring.encode())
        mentoring = path
    return validate(contract, [("mentoring", mentoring), ("referrals", SMALL / "referrals.csv")], day, **more)


def marked(mentoring: str | bytes | Path, tmp_path: Path, name: str = "marked.csv", **more: Any) -> tuple[Validation, bytes]:
    """The same with the provider's file marked: the report, and the bytes of the copy."""
    target = tmp_path / name
    done = validated(mentoring, tmp_path, outputs=Outputs(mark=(("mentoring", target),)), **more)
    return done, target.read_bytes()


def with_layout(tmp_path: Path, layout: str) -> Path:
    """The small contract with a layout, in a folder of its own."""
    folder = tmp_path / "contract"
    folder.mkdir()
    text = (SMALL / "contract.yaml").read_text(encoding="utf-8")
    (folder / "contract.yaml").write_text(text.replace("\ncohorts:\n", f"\nlayout:\n{layout}\ncohorts:\n", 1), encoding="utf-8")
    return folder
