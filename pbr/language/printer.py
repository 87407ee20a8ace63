"""The canonical text of a syntax tree: fewest brackets, one space, ``parse(show(tree)) == tree``."""

from __future__ import annotations

from pbr.language.aggregates import SUMMING
from pbr.language.calls import WITH_PLACES
from pbr.language.cursor import SIGNS
from pbr.language.parser import ARITHMETIC, COMPARE
from pbr.language.tokens import UNITS
from pbr.language.tree import Aggregate, Date, Name, Number, Operation, Quoted, Syntax, YesNo

# How tightly a node holds together; one looser than its position asks for stands in brackets.
ELSE, IF, OR, AND, NOT, TEST, SUM, PRODUCT, ATOM = range(9)

_COMPARE = {op: sign for sign, op in COMPARE.items()}
_ARITHMETIC = {op: sign for sign, op in ARITHMETIC.items()}
_TAKES_WHERE = (*SUMMING, "count", "count_different", "first_of", "last_of", "day_sum")  # at their end, where they have none
_TESTS = (*_COMPARE, "in", "has", "within", "between", "covers")
_LEVELS = {"else": ELSE, "if": IF, "or": OR, "and": AND, "not": NOT, "add": SUM, "sub": SUM, "mul": PRODUCT, "div": PRODUCT}


def show(tree: Syntax) -> str:
    """The canonical text of ``tree``, which must be a tree that ``parse`` can give. ``x else y`` at the top keeps its brackets."""
    return _at(tree, IF, "")


def _level(node: Syntax) -> int:
    if isinstance(node, Operation):
        return TEST if node.op in _TESTS else _LEVELS.get(node.op, ATOM)
    return ATOM


def _at(node: Syntax, level: int, then: str) -> str:
    """The text of ``node`` where ``level`` is asked for. ``then``: an operator (or ``where``) that follows at once, or ""."""
    if _level(node) < level or _ends_open(node, then) or (isinstance(node, Aggregate) and _swallows(node, then)):
        return f"({_inside(node)})"
    return _text(node, then)


def _ends_open(node: Syntax, then: str) -> bool:
    """Whether ``node`` ends with an operand that could take in the sign ``then``, which is refused without brackets."""
    if isinstance(node, Name):
        return node.on is not None and then in ("+", "-")
    if then not in SIGNS:
        return False
    if isinstance(node, Operation):
        return node.op in ("fall", "rise", "whole_months", "whole_years", "rest")
    if not isinstance(node, Aggregate):
        return False
    if node.op == "days_in":
        return bool(node.extra)
    open_ = node.op == "day_reaches" or (node.op in ("first_of", "last_of", "day_sum") and node.where is None)
    return open_ and then != "else"  # what they end with is never none


def _swallows(node: Aggregate, then: str) -> bool:
    """Whether ``node`` would take what follows for its own: a window, or a condition."""
    if then == "within":
        return (node.op == "days_in" and not node.extra) or (node.earlier and node.back is None and _ends_with_rows(node))
    return then == "where" and node.where is None and node.op in _TAKES_WHERE


def _ends_with_rows(node: Aggregate) -> bool:
    """Whether the last thing written of it is what it goes over."""
    return node.where is None and node.op in (*SUMMING, "count", "count_different")


def _inside(node: Syntax) -> str:
    """The text of ``node`` inside brackets that are there anyway."""
    return _at(node, ELSE, "")


def _text(node: Syntax, then: str) -> str:
    if isinstance(node, Operation):
        return _operation(node, then)
    if isinstance(node, Aggregate):
        return _aggregate(node, then)
    if isinstance(node, Name):
        return _name(node, then)
    if isinstance(node, Number):
        return _number(node)
    if isinstance(node, YesNo):
        return "yes" if node.value else "no"
    if isinstance(node, Quoted):
        return f'"{node.text}"'
    assert isinstance(node, Date), node
    return node.text


# ---- literals and names -----------------------------------------------------------------------------------------


def _number(node: Number) -> str:
    sign = "-" if node.value < 0 else ""
    if node.places < 0:
        return f"{node.value.numerator}/{node.value.denominator}"
    scaled = abs(node.value) * 10**node.places
    assert scaled.denominator == 1, node
    digits = str(scaled.numerator).zfill(node.places + 1)
    whole, decimals = (digits[: -node.places], "." + digits[-node.places :]) if node.places else (digits, "")
    if node.kind in ("money", "price"):
        per = f" per {node.per}" if node.kind == "price" else ""
        return f"{sign}{node.unit}{int(whole):,}{decimals}{per}"
    written = sign + whole + decimals
    one = whole + decimals == "1"
    if node.kind == "percent":
        return written + "%"
    if node.kind == "points":
        return f"{written} percentage point{'' if one else 's'}"
    if node.kind == "span":
        return f"{written} {node.unit[:-1] if one else node.unit}"
    return written


def _name(node: Name, then: str) -> str:
    text = ".".join(node.parts)
    if node.keys is not None:
        text += "[" + ", ".join(_at(key, ATOM, "") for key in node.keys) + "]"
    if node.rest:
        text += "." + ".".join(node.rest)
    if node.on is None:
        return text
    chained = isinstance(node.on, Name) and node.on.on is not None
    return f"{text} on " + (f"({_inside(node.on)})" if chained else _at(node.on, ATOM, then))


def _bare(node: Syntax) -> bool:
    return isinstance(node, Name) and node.keys is None and node.on is None


def _argument(node: Syntax | None, then: str = "") -> str:
    assert node is not None
    return _text(node, "") if _bare(node) and not then else f"({_inside(node)})"


def _span(node: Syntax) -> str:
    if isinstance(node, Name):
        unit = node.keys is None and len(node.parts) == 1 and node.parts[0] in UNITS
        return f"({_text(node, '')})" if unit else _text(node, "")
    if isinstance(node, Number) and node.kind == "span":
        return _number(node)
    return f"({_inside(node)})"


# ---- operations -------------------------------------------------------------------------------------------------


def _operation(node: Operation, then: str) -> str:
    op, args, words = node.op, node.args, node.words
    if op in ("and", "or"):
        return f" {op} ".join([*(_at(x, NOT, op) for x in args[:-1]), _at(args[-1], NOT, then)])
    if op == "not":
        return f"not {_at(args[0], TEST, then)}"
    if op == "if":
        other = _text(args[2], then) if _level(args[2]) == IF and _level(_third(args[2])) != IF else _at(args[2], OR, then)
        return f"if {_at(args[0], OR, '')} then {_at(args[1], OR, '')} else {other}"
    if op == "else":
        return f"{_at(args[0], ATOM, 'else')} else {_at(args[1], ATOM, then)}"
    if op in _TESTS:
        return _test(node, then)
    if op in _ARITHMETIC:
        return _arithmetic(node, then)
    if op in ("fall", "rise", "whole_months", "whole_years"):
        return f"{op.replace('_', ' ')} from {_at(args[0], ATOM, '')} to {_at(args[1], ATOM, then)}"
    if op == "rest":
        return f"rest of {_at(args[0], ATOM, then)}"
    if op in ("first_day", "last_day"):
        return f"{op.replace('_', ' ')} of {_text(args[0], then)}"
    if op == "verdict":
        return f"verdict({_text(args[0], '')}, against: {_at(args[1], ATOM, '')}, z: {words[0]}, better: {words[1]})"
    inside = [_inside(x) for x in args] + ([f"{words[0]} decimals"] if op in WITH_PLACES else list(words))
    return f"{op.replace('_', ' ')}({', '.join(inside)})"


def _third(node: Syntax) -> Syntax:
    assert isinstance(node, Operation)
    return node.args[2]


def _test(node: Operation, then: str) -> str:
    op, args = node.op, node.args
    left = _at(args[0], SUM, "within" if op == "within" else op)
    if op in _COMPARE:
        return f"{left} {_COMPARE[op]} {_at(args[1], SUM, then)}"
    if op == "in":
        return f"{left} in ({', '.join(_text(x, '') for x in args[1:])})"
    if op == "has":
        return f"{left} has {_text(args[1], '')}"
    if op == "between":
        return f"{left} between {_at(args[1], SUM, 'and')} and {_at(args[2], SUM, then)}"
    return f"{left} {op} {_span(args[1])} {node.words[0]} {_at(args[2], SUM, then)}"


def _arithmetic(node: Operation, then: str) -> str:
    sign, (a, b) = _ARITHMETIC[node.op], node.args
    if node.op in ("add", "sub"):
        left, right = _at(a, SUM, sign), _at(b, PRODUCT, then)
    else:  # a product may go on to the left; a division stands alone
        chains = node.op == "mul" and isinstance(a, Operation) and a.op == "mul"
        left, right = _at(a, PRODUCT if chains else ATOM, sign), _at(b, ATOM, then)
    if right.startswith("-"):  # two signs never stand together
        right = f"({right})"
    return f"{left} {sign} {right}"


# ---- aggregates -------------------------------------------------------------------------------------------------


def _aggregate(node: Aggregate, then: str) -> str:
    op, over = node.op, _name(node.over, "")
    if node.earlier:
        over = f"earlier {over}" + (f" within {_span(node.back)}" if node.back is not None else "")
    where = f" where {_argument(node.where, then if op != 'every' and then != 'where' else '')}" if node.where is not None else ""
    if op in ("count", "share"):
        return f"{op} of {over}{where}"
    if op == "count_different":
        return f"count different {_argument(node.value)} over {over}{where}"
    if op in SUMMING:
        return f"{op} of {_argument(node.value)} over {over}{where}"
    if op == "any":
        return f"any {over}{where}"
    if op == "every":
        return f"every {over}{where} satisfies {_argument(node.value)}, if none {node.words[0]}"
    if op in ("first_of", "last_of"):
        assert node.value is not None
        return f"{_text(node.value, '')} of {op[:-3]} {over} by {node.words[0]}{where}"
    if op == "weigh":
        assert node.value is not None
        return f"weigh {_text(node.value, '')} by {over}" + (f"[{_at(node.extra[0], ATOM, '')}]" if node.extra else "")
    if op == "day_sum":
        reached = _at(node.extra[0], ATOM, "where" if where else then)
        return f"day sum of {_argument(node.value)} over {over} by {node.words[0]} reaches {reached}{where}"
    if op == "day_reaches":
        return f"day {over} reaches {_at(node.extra[0], ATOM, then)}"
    if op == "day_lasted":
        return f"day {over} has lasted {_span(node.extra[0])} unbroken"
    assert op == "days_in", op
    if not node.extra:
        return f"days in {over}"
    return f"days in {over} within {_span(node.extra[0])} {node.words[0]} {_at(node.extra[1], ATOM, then)}"
