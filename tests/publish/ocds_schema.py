"""The OCDS 1.1.5 package schema merged with the three extensions, from the shared vectors: read from there, never copied here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

VECTORS = Path(__file__).parents[3] / "shared" / "vectors"
EXTENSIONS = ("ocds_metrics_extension", "ocds_performance_failures_extension", "ocds_uk_extension")
RELEASE = "https://standard.open-contracting.org/schema/1__1__5/release-schema.json"
FORMATS = {
    "date-time": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T(00:00:00|23:59:59)Z"),
    "uri": re.compile(r"https?://[A-Za-z0-9.-]+(/[A-Za-z0-9._~/-]*)?(#[A-Za-z0-9_.~-]*)?"),
}


def merged() -> dict[str, Any]:
    """The release schema with what each extension changes (RFC 7396)."""
    whole = _json(VECTORS / "ocds-1.1" / "schema" / "release-schema.json")
    for name in EXTENSIONS:
        whole = _patched(whole, _json(VECTORS / "ocds-extensions" / name / "release-schema.json"))
    return whole


def _patched(whole: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    found = dict(whole) if isinstance(whole, dict) else {}
    for key, value in patch.items():
        if value is None:
            found.pop(key, None)
        else:
            found[key] = _patched(found.get(key), value)
    return found


def faults(package: dict[str, Any]) -> list[str]:
    """What is wrong with it: by the schema, by its codelists, and fields that no schema knows."""
    release = merged()
    registry: Registry[Any] = Registry().with_resource(RELEASE, Resource.from_contents(release, default_specification=DRAFT4))
    schema = _json(VECTORS / "ocds-1.1" / "schema" / "release-package-schema.json")
    found = [
        f"{'/'.join(map(str, one.absolute_path))}: {one.message}" for one in Draft4Validator(schema, registry=registry).iter_errors(package)
    ]
    found += _unknown(package, schema, schema, "")
    for at, one in enumerate(package["releases"]):
        found += _unknown(one, release, release, f"/releases/{at}")
    return found


def _unknown(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str) -> Iterator[str]:
    """Fields without a definition, and texts that are not of the format asked for (jsonschema checks neither)."""
    if "$ref" in schema:
        if not schema["$ref"].startswith("#/"):
            return
        schema = root["definitions"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, dict) and "properties" in schema:
        for name, one in value.items():
            if name not in schema["properties"]:
                yield f"{where}/{name} is no field of OCDS"
            else:
                yield from _unknown(one, schema["properties"][name], root, f"{where}/{name}")
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for at, one in enumerate(value):
            yield from _unknown(one, schema["items"], root, f"{where}/{at}")
    elif isinstance(value, str) and schema.get("format") in FORMATS and not FORMATS[schema["format"]].fullmatch(value):
        yield f"{where}: {value!r} is no {schema['format']}"


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
