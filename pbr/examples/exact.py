"""A value in a worked example that no term of a contract could be: ``601/2 days``, ``300.5 days``, ``£100/3``, ``133/3%``."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from pbr.language.currencies import ANY_SIGN

_SIZE: Final = r"(?P<size>[0-9][0-9,]*(?:\.[0-9]+)?)(?:/(?P<parts>[1-9][0-9]*))?"
_MONEY: Final = re.compile(rf"(?P<minus>-?)(?P<sign>{ANY_SIGN}){_SIZE}(?P<rest>| per [a-z][a-z0-9_ ]*)", re.ASCII)
_UNIT: Final = re.compile(rf"(?P<minus>-?){_SIZE}(?P<rest>%| [a-z][a-z0-9_ ]*)", re.ASCII)


def taken_apart(text: str) -> tuple[str, Fraction] | None:
    """One of its unit, as a literal is written, and how many of them; None where the text is not of this form."""
    found = _MONEY.fullmatch(text) or _UNIT.fullmatch(text)
    if found is None:
        return None
    size = Fraction(found["size"].replace(",", "")) / int(found["parts"] or 1)
    one = f"{found['sign']}1.00{found['rest']}" if "sign" in found.groupdict() else f"1{found['rest']}"
    return one, -size if found["minus"] else size
