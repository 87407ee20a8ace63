"""The queries of a run: views of the session that bear the engine's own names, and what is kept between them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PREFIX = "pbr_spark_"
WIDEST = 10**38 - 1


@dataclass(frozen=True)
class Native:
    """A function of Python that SQL calls: ``takes`` DECIMAL(38,0)s, and gives one."""

    name: str
    function: Callable[..., int]
    takes: int


class Frames:
    """``session``: one run at a time makes views in it. ``folder``: where Spark and its workers can write, by path or address; what is written there is the caller's to remove. ``queries``: all that were asked, as text, for reading."""

    def __init__(self, session: SparkSession, folder: str) -> None:
        self.session, self.folder = session, folder
        self.queries: list[str] = []
        self._made: list[str] = []
        self._native: set[str] = set()

    def sql(self, query: str) -> DataFrame:
        self.queries.append(query)
        return self.session.sql(query)

    def view(self, query: str) -> str:
        """A new view; its name."""
        return self.named(self.sql(query))

    def kept(self, query: str) -> str:
        """A new view whose rows are worked out now, and written down: what reads it does not know how it was made."""
        path = f"{self.folder}/{len(self._made)}.parquet"
        frame = self.sql(query)
        frame.write.parquet(path)
        return self.named(self.session.read.schema(frame.schema).parquet(this_very(path)))

    def named(self, frame: DataFrame) -> str:
        name = f"{PREFIX}{len(self._made)}"
        frame.createOrReplaceTempView(name)
        self._made.append(name)
        return name

    def native(self, native: Native) -> None:
        """Lets queries call the function. Every worker needs this package, for Spark sends functions by their name."""
        if native.name not in self._native:
            from pyspark.sql.types import DecimalType

            self.session.udf.register(native.name, of_decimals(native.function), DecimalType(38, 0))
            self._native.add(native.name)

    def close(self) -> None:
        """Drops the views."""
        for name in reversed(self._made):
            self.session.catalog.dropTempView(name)
        self._made.clear()


def this_very(path: str) -> str:
    """``path`` or address as Spark reads it: a name such as ``q1 [final]`` is otherwise a pattern."""
    return re.sub(r"([\\{}\[\]*?])", r"\\\1", path)


def of_decimals(function: Callable[..., int]) -> Callable[..., Any]:
    """NULL for NULL. Raises OverflowError for an answer of more than 38 digits, which Spark would take for NULL."""

    def called(*whole: Decimal | None) -> Decimal | None:
        numbers = [int(one) for one in whole if one is not None]
        if len(numbers) < len(whole):
            return None
        answer = function(*numbers)
        if abs(answer) > WIDEST:
            raise OverflowError("an answer of more than 38 digits")
        return Decimal(answer)

    return called
