"""A rule by itself as a contract: its frame, with the rule used in it as ``this``, and the rule's worked examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pbr.problem import Place, Refused
from pbr.terms.rulebook.checking import rule_file_problems
from pbr.terms.rulebook.files import RuleFile
from pbr.terms.scalars import Scalar
from pbr.terms.source import Source
from pbr.terms.texts import ordered

KEY: Final = "pbr_rule"  # a file with it at its top is a rule


def framed(tree: Mapping[str, Any], source: Source) -> tuple[dict[str, Any], Source, RuleFile]:
    """The contract that a rule's frame makes, and the rule, which its frame calls ``this``. Raises Refused with what is wrong with the rule."""
    rule = RuleFile("/".join(getattr(tree.get(key), "text", "") for key in ("rule", "version")), tree, source)
    if problems := rule_file_problems(rule):
        raise Refused(ordered(problems))
    frame = dict(tree["frame"])
    place = source.place("frame")
    frame = _lacking(tree, place, "payments" in frame or "payments" in tree["gives"]) | frame | {"examples": tree["examples"]}
    places = {
        path[1:] if path[:1] == ("frame",) else path: both
        for path, both in source.places.items()
        if path[:1] in (("frame",), ("examples",))
    }
    return frame, replace(source, places=places), rule


def _lacking(tree: Mapping[str, Any], place: Place, pays: bool) -> dict[str, Any]:
    """What a contract must say, and a frame need not."""

    def text(value: str) -> Scalar:
        return Scalar(value, place)

    nothing = {"nothing": {"per": text("contract"), "pays": text("£0.00")}}
    return {
        "pbr": text("1"),
        "contract": text(tree["rule"].text.replace("/", "-")),
        "title": tree["title"],
        "version": tree["version"],
        "currency": text("GBP"),
        "parties": {"commissioner": text("whoever pays"), "provider": text("whoever is paid")},
        "payments": {} if pays else nothing,
        "statement": {"then": []},
    }
