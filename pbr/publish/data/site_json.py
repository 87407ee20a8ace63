"""The whole site as JSON: every word, and a figure in each slot. docs/schema/site.json describes it, and docs/schema/assessment.json one assessment."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, Final

from pbr.disclosure.released import Figure, Released
from pbr.publish.data.figures import Shown
from pbr.publish.data.json_text import to_json
from pbr.publish.site import INSIDE, Assessment, Contract, Site, Slot

FORMAT: Final = "pbr-open-data/1"


def site_json(site: Site, released: Released) -> bytes:
    """data/site.json."""
    own = {contract: {"threshold": threshold, "base": base} for contract, (threshold, base) in sorted(released.rules.items())}
    rule = {"threshold": released.threshold, "base": released.base, "contracts": own}
    disclosure = {
        "rule": rule,
        "figures_shown": released.shown,
        "figures_withheld": released.withheld,
        "checked": released.checked,
        "unchecked": released.unchecked,
    }
    return to_json({"format": FORMAT, "disclosure": disclosure, "site": told(site, Shown(released))})


def assessment_json(contract: Contract, assessment: Assessment, released: Released) -> bytes:
    """CONTRACT/ASSESSMENT/data/assessment.json."""
    whose = {
        "slug": contract.slug,
        "title": contract.title,
        "version": contract.version,
        "currency": contract.currency,
        "digest": contract.digest,
    }
    return to_json({"format": FORMAT, "contract": whose, "assessment": told(assessment, Shown(released))})


def told(thing: Any, shown: Shown) -> Any:
    """A part of a site as JSON values. Bytes (the contract itself) are left out: the file lies beside. Raises TypeError for what no site holds."""
    if isinstance(thing, Slot):
        return figure_json(shown.of(thing))
    if isinstance(thing, tuple):
        return [told(one, shown) for one in thing]
    if is_dataclass(thing) and not isinstance(thing, type):
        parts = ((field.name, getattr(thing, field.name)) for field in fields(thing) if field.metadata != INSIDE)
        return {name: told(part, shown) for name, part in parts if not isinstance(part, bytes)}
    if thing is None or isinstance(thing, (str, bool, int)):
        return thing
    raise TypeError(f"no site holds a {type(thing).__name__}")


def figure_json(figure: Figure) -> dict[str, str]:
    """A figure, without what it has not: value and high are plain decimals as text, so that no digit is lost."""
    return {field.name: value for field in fields(figure) if (value := getattr(figure, field.name)) not in ("", None)}
