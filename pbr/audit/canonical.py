"""Canonical JSON as a trail's files are read: ``pbr/platform/canonical.py`` has the form itself, which the log uses too."""

from __future__ import annotations

from typing import Any

from pbr.platform.canonical import LARGEST, canonical, parse_json, readable
from pbr.problem import refuse

__all__ = ["LARGEST", "canonical", "read_json", "readable"]


def read_json(data: bytes, file: str) -> Any:
    """The value of a JSON file of a trail. Raises Refused (PBR701) when it is not one, whatever the bytes."""
    try:
        return parse_json(data)
    except ValueError as trouble:
        says = str(trouble).split("\n")[0].rstrip(".")
        raise refuse("PBR701", f"{file} cannot be read as JSON: {says}.", "The file is damaged or was changed.") from trouble
