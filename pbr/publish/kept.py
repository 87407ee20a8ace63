"""The list of everything that a site shows, as the site itself carries it: for open data, for tests, and for the next site, which may not give away what this one withheld."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pbr.disclosure.earlier import Earlier
from pbr.disclosure.released import Figure, Released
from pbr.platform.files import Files
from pbr.problem import Place, refuse
from pbr.publish.site import Site

LIST: Final = "figures.json"
FORMAT: Final = "pbr-site/1"
LARGEST: Final = 500_000_000  # bytes of such a list


def listed(site: Site, released: Released) -> bytes:
    """The list, with the digest of each assessment by the first two parts of the names of its cells."""
    assessments = {f"{contract.slug}/{one.slug}": one.digest for contract in site.contracts for one in contract.assessments}
    rule = {
        "threshold": released.threshold,
        "base": released.base,
        "rules": {name: list(pair) for name, pair in sorted(released.rules.items())},
    }
    figures = [
        {key: value for key, value in vars(figure).items() if value not in ("", None)} for _, figure in sorted(released.figures.items())
    ]
    whole = {
        "format": FORMAT,
        "rule": rule,
        "shown": released.shown,
        "withheld": released.withheld,
        "checked": list(released.checked),
        "unchecked": list(released.unchecked),
        "assessments": assessments,
        "figures": figures,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def earlier(files: Files, folder: Path, site: Site, number: int) -> Earlier:
    """What the site in ``folder`` shows; ``number``: of the sites given, from 1. Refused PBR686 where it carries no list that can be read."""
    path = folder / LIST
    place = Place(str(path))
    if files.kind(path) != "file" or files.size(path) > LARGEST:
        raise refuse(
            "PBR686",
            f"{folder} is no site that this program can compare with: it has no {LIST}",
            "give the folder of an earlier site, as pbr publish made it",
            place,
        )
    try:
        whole = json.loads(files.read_bytes(path))
        released = _released(whole)
        before = dict(whole["assessments"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise refuse(
            "PBR686", f"{path.name} of the earlier site cannot be read: {error!r:.100}", "give the folder as pbr publish made it", place
        ) from error
    now = {f"{contract.slug}/{one.slug}": one.digest for contract in site.contracts for one in contract.assessments}
    same = {name for name, digest in before.items() if now.get(name) == digest}
    cells = frozenset(cell for cell in released.figures if "/".join(cell.split("/")[:2]) in same)
    return Earlier("the earlier site" if number == 1 else f"earlier site {number}", released, cells)


def _released(whole: dict[str, Any]) -> Released:
    """Raises KeyError, TypeError or ValueError where it is no such list."""
    if whole["format"] != FORMAT:
        raise ValueError(f"it is of the format {whole['format']!r}")
    figures = {one["cell"]: _figure(one) for one in whole["figures"]}
    rule = whole["rule"]
    rules = {str(name): (int(pair[0]), int(pair[1])) for name, pair in rule["rules"].items()}
    return Released(figures, int(whole["shown"]), int(whole["withheld"]), (), (), int(rule["threshold"]), int(rule["base"]), rules)


def _figure(one: dict[str, Any]) -> Figure:
    optional = {key: str(one[key]) for key in ("unit", "high", "base", "why") if key in one}
    value = one.get("value")
    return Figure(str(one["cell"]), str(one["kind"]), str(one["how"]), str(one["text"]), None if value is None else str(value), **optional)
