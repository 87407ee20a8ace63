"""The leaves of a contract as written, and what every map of it has in common: the base of the closed vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf

from pbr.problem import Place


@dataclass(frozen=True)
class Scalar:
    """A YAML scalar as written. ``offsets``: for each character of ``text`` its (line, column) in the file, where known."""

    text: str
    place: Place
    quoted: bool = False
    offsets: tuple[tuple[int, int], ...] = ()

    def at(self, start: int, end: int | None = None) -> Place:
        """The place of characters [start, end) of the text."""
        if not self.offsets:
            return self.place
        start = min(start, len(self.offsets) - 1)
        line, column = self.offsets[start]
        length = 1
        if end is not None and end > start:
            last_line, last_column = self.offsets[min(end, len(self.offsets)) - 1]
            length = last_column - column + 1 if last_line == line else 1
        return Place(self.place.file, line, column, max(length, 1))


Leaf = InstanceOf[Scalar]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, Scalar) else value


Leaves = Annotated[list[Leaf], BeforeValidator(_listed)]  # one scalar or a list of them


class Model(BaseModel):
    # deferred: what checks a whole contract is put together once, and not for each of the models in it too
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, populate_by_name=True, defer_build=True)


class Item(Model):
    """What every named thing may carry."""

    clause: Leaf | None = None
    says: Leaf | None = None
    source: Leaf | None = None
    mark: Leaf | None = None


class NotUsed(Item):
    """Days on which an item is suspended; the last one included."""

    from_: Leaf = Field(alias="from")
    to: Leaf
