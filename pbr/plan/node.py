"""A typed node of a plan: what an engine evaluates. Pure data, checked when made, the same for every engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pbr.language.types import Type


@dataclass(frozen=True)
class Shape:
    """How columns hold a numeric value, and the bounds proved for it at build.

    The value is ``numerator / den`` when ``den`` is a number (a static denominator, 10**decimals most often; money is
    in minor units, so whole pence have den 1), else ``numerator / denominator`` with a second column ("ratio").

    ``top``  the largest absolute numerator there can be.
    ``bottom``  ratio only: the largest denominator there can be (denominators are always positive); else 1.
    Everything exact stays below 10**38; a BIGINT is enough where ``top`` is below 9 * 10**18.
    """

    den: int | None
    top: int
    bottom: int = 1

    def to_json(self) -> dict[str, Any]:
        return {"den": None if self.den is None else str(self.den), "top": str(self.top), "bottom": str(self.bottom)}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Shape:
        return Shape(None if data["den"] is None else int(data["den"]), int(data["top"]), int(data["bottom"]))


@dataclass(frozen=True)
class Node:
    """``op`` is a key of ``plan.operations.OPERATIONS``; ``params`` holds JSON values only (see that table).

    ``phrase`` is how the node reads, with {0}, {1} for its arguments: explanations print from it, and so keep working
    when the code of an operation is gone.
    """

    op: str
    type: Type
    args: tuple[Node, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    shape: Shape | None = None
    phrase: str = ""

    def walk(self) -> Iterator[Node]:
        """This node and all below it, arguments first."""
        for arg in self.args:
            yield from arg.walk()
        yield self

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"op": self.op, "type": self.type.to_json()}
        if self.args:
            out["args"] = [arg.to_json() for arg in self.args]
        if self.params:
            out["params"] = self.params
        if self.shape:
            out["shape"] = self.shape.to_json()
        if self.phrase:
            out["phrase"] = self.phrase
        return out

    @staticmethod
    def from_json(data: dict[str, Any]) -> Node:
        return Node(
            data["op"],
            Type.from_json(data["type"]),
            tuple(Node.from_json(arg) for arg in data.get("args", ())),
            data.get("params", {}),
            Shape.from_json(data["shape"]) if "shape" in data else None,
            data.get("phrase", ""),
        )

    @property
    def identity(self) -> str:
        """Equal exactly for nodes that compute the same thing the same way: canonical text, for sharing work."""
        return json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
