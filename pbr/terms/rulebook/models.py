"""The closed vocabulary of a rule's file, as pydantic models. What it gives has a contract's own vocabulary, and is read in its place there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pydantic import Field

from pbr.terms.models import Use
from pbr.terms.names import NAMED_BLOCKS
from pbr.terms.scalars import Item, Leaf, Model, Scalar

GIVEN: Final = {
    block: noun for block, noun in NAMED_BLOCKS if block != "data"
}  # the blocks that a rule may give, and what an item is called
TABLE, GROUPS, SUBSET, ROWS, VALUE, PART = KINDS = ("table", "groups", "subset", "rows", "value", "part")

NOT_AS_ASKED: Final = "PBR171"  # said by the compiler, which knows types


class AskedColumn(Model):
    type: Leaf
    blank: Leaf | None = None  # none: it may be none, and the rule says what then
    says: Leaf | None = None


class Ask(Model):
    """``is``: table (with ``columns``, ``linked_to``), groups or subset (a cohort ``of`` a table that is asked for), rows (whatever may
    stand after ``per``), value (with ``type``;
    ``per``: one for each row of that; without it one for the whole contract), or part (words or a map that stand where the rule names it)."""

    is_: Leaf = Field(alias="is")
    says: Leaf | None = None
    columns: dict[str, AskedColumn] = Field(default={})
    linked_to: Leaf | None = None
    of: Leaf | None = None
    type: Leaf | None = None
    per: Leaf | None = None
    blank: Leaf | None = None


class RuleText(Item):
    """A rule's file. ``gives``: blocks of a contract; ``frame``: a small contract in which the ``examples`` run."""

    pbr_rule: Leaf
    rule: Leaf
    version: Leaf
    title: Leaf
    asks: dict[str, Ask] = Field(default={})
    uses: dict[str, Use] = Field(default={})
    gives: dict[str, dict[str, Any]]
    frame: dict[str, Any]
    examples: list[Any]


@dataclass(frozen=True)
class Asked:
    """What a contract gave where a rule asked, for the compiler, which knows types. ``leaf``: where the contract names it. ``name``: the
    contract's name of it; ``table`` of a column. ``of`` of a cohort, ``linked_to`` of a table: the contract's names. ``type``: the type asked for."""

    use: str
    rule: str
    argument: str
    kind: str  # column | table | groups | subset | rows | value
    leaf: Scalar
    name: str
    table: str = ""
    of: str = ""
    linked_to: str = ""
    type: str = ""
    none: bool = False
