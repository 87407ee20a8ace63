"""docs/schema/open-data.json, made from the shapes themselves, so that it cannot say something else than they do."""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any

from pbr.disclosure.released import Figure
from pbr.publish import site as shapes
from pbr.publish.data.site_json import FORMAT
from pbr.publish.site import Assessment, Site, Slot

ONE_OF_SITE = "data/site.json: every word of the site, a figure in each slot, and how it was decided what is shown."
ONE_OF_ASSESSMENT = "contracts/CONTRACT/ASSESSMENT/data/assessment.json: one assessment, and whose it is."


def schema() -> dict[str, Any]:
    defs: dict[str, Any] = {
        "Figure": _object({field.name: {"type": "string"} for field in dataclasses.fields(Figure)}, Figure, {"cell", "kind", "how", "text"})
    }
    defs["Text"] = {
        "description": "A sentence: its pieces, in order, are words and figures.",
        "type": "array",
        "items": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Figure"}]},
    }
    _shape(Site, defs)
    whole = {"type": "integer", "minimum": 0}
    rule = _plain({"threshold": whole, "base": whole})
    sentences = {"type": "array", "items": {"type": "string"}}
    disclosure = _plain(
        {
            "rule": _plain({"threshold": whole, "base": whole, "contracts": {"type": "object", "additionalProperties": rule}}),
            "figures_shown": whole,
            "figures_withheld": whole,
            "checked": sentences,
            "unchecked": sentences,
        }
    )
    texts = {"type": "string"}
    contract = _plain(dict.fromkeys(("slug", "title", "version", "currency", "digest"), texts))
    site = _plain({"format": {"const": FORMAT}, "disclosure": disclosure, "site": {"$ref": "#/$defs/Site"}})
    assessment = _plain({"format": {"const": FORMAT}, "contract": contract, "assessment": {"$ref": f"#/$defs/{Assessment.__name__}"}})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{FORMAT}: the open data of a site as JSON",
        "oneOf": [{"description": ONE_OF_SITE, **site}, {"description": ONE_OF_ASSESSMENT, **assessment}],
        "$defs": dict(sorted(defs.items())),
    }


def _plain(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _object(properties: dict[str, Any], shape: type, required: set[str] | None = None) -> dict[str, Any]:
    found = _plain(properties)
    found["required"] = [name for name in properties if required is None or name in required]
    return {"description": " ".join((shape.__doc__ or "").split()), **found}


def _shape(shape: type, defs: dict[str, Any]) -> dict[str, Any]:
    if shape.__name__ not in defs:
        defs[shape.__name__] = {}
        hints = typing.get_type_hints(shape, vars(shapes))
        inside = {field.name for field in dataclasses.fields(shape) if field.metadata == shapes.INSIDE}
        told = {name: hint for name, hint in hints.items() if hint is not bytes and name not in inside}
        defs[shape.__name__] = _object({name: _of(hint, defs) for name, hint in told.items()}, shape)
    return {"$ref": f"#/$defs/{shape.__name__}"}


def _of(hint: Any, defs: dict[str, Any]) -> dict[str, Any]:
    if hint == shapes.Text:
        return {"$ref": "#/$defs/Text"}
    if hint is Slot:
        return {"$ref": "#/$defs/Figure"}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _shape(hint, defs)
    parts = typing.get_args(hint)
    if typing.get_origin(hint) is types.UnionType:
        return {"anyOf": [_of(part, defs) for part in parts]}
    if typing.get_origin(hint) is tuple:
        if parts[1:] == (Ellipsis,):
            return {"type": "array", "items": _of(parts[0], defs)}
        return {"type": "array", "prefixItems": [_of(part, defs) for part in parts], "minItems": len(parts), "maxItems": len(parts)}
    return {"type": {str: "string", bool: "boolean", int: "integer", type(None): "null"}[hint]}
