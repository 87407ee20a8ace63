"""What the closed vocabulary says against a tree: each error of the models as a sentence with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from pydantic import ValidationError

from pbr.problem import Problem
from pbr.terms.models import Contract, Model, Scalar
from pbr.terms.reading import Tree, broken
from pbr.terms.source import Path, Source
from pbr.terms.views import child
from pbr.terms.vocabulary import block_of, keys_of, later_of, listed, model_at, nearest

_EXPECTED: Final = {
    "is_instance_of": "one value",
    "list_type": "a list",
    "dict_type": "a map of keys and values",
    "model_type": "a map of keys and values",
    "model_attributes_type": "a map of keys and values",
}
_EVIDENCE_KEYS: Final = ("decided_by", "rests_on")
_MOST_ERRORS: Final = 500  # far more than anybody reads; guessing the spelling of each takes time
_SHOWN: Final = 40  # characters of a wrong key that are repeated in a message


@dataclass(frozen=True)
class _Error:
    """One error of the models. ``path``: the node of the tree it is about; ``key``: the missing or unknown key in it."""

    kind: str
    path: Path
    key: str | None = None


def shape_problems(tree: Mapping[str, Tree], source: Source, root: type[Model] = Contract) -> list[Problem]:
    """Every misfit between the tree and the models: PBR130 to PBR133. Nothing about values already reported."""
    errors = list(islice(_errors(tree, root), _MOST_ERRORS))
    problems: list[Problem] = []
    shapes: dict[Path, list[str]] = {}
    for error in errors:
        node = node_at(tree, error.path)
        if error.kind == "missing":
            problems += _missing(error, node, source, root)
        elif error.kind == "unknown":
            problems += _unknown(error, node, source, root)
        elif error.kind in _EXPECTED and not broken(node):
            shapes.setdefault(error.path, []).append(_EXPECTED[error.kind])
    inner = {error.path[:length] for error in errors for length in range(len(error.path) + (error.key is not None))}
    for path, expected in shapes.items():
        if path not in inner:  # an error further in says more: the map itself was one of the allowed forms
            problems.append(_misshapen(path, expected, node_at(tree, path), source))
    return [*problems, *_inner_names(tree, (), source, root)]


def node_at(tree: Any, path: Path) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def has_later(node: Mapping[str, Any], model: type[Model]) -> bool:
    """Whether the map says something this version does not support yet: what else it needs is then not known."""
    return any(key in later_of(model) for key in node)


def _errors(tree: Mapping[str, Tree], root: type[Model]) -> Iterator[_Error]:
    try:
        root.model_validate(tree)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_context=False, include_input=False):
            kind, where = found["type"], found["loc"]
            if kind == "missing":
                yield _Error(kind, _path(tree, where[:-1]), str(where[-1]))
            elif kind == "extra_forbidden":
                yield _Error("unknown", _path(tree, where[:-1]), str(where[-1]))
            elif kind == "literal_error":
                yield _Error("unknown", _path(tree, where[:-2]), str(where[-2]))
            else:
                yield _Error(kind, _path(tree, where))


def _path(tree: Any, where: Iterable[str | int]) -> Path:
    """The path in the tree: without the words by which the models name the branch of a union."""
    path: list[str | int] = []
    for part in where:
        inside = child(tree, part)
        if inside is not None:
            path.append(part)
            tree = inside
    return tuple(path)


def _missing(error: _Error, node: Any, source: Source, root: type[Model]) -> Iterator[Problem]:
    model = model_at(error.path, root)
    if model is None or not isinstance(node, dict) or has_later(node, model):
        return
    allowed = keys_of(model)
    if any(key not in allowed and nearest(key, allowed) == error.key for key in islice(node, _MOST_ERRORS)):
        return  # it is there, misspelt: said there
    noun = block_of(model).noun
    where = f" ({_named(error.path)})" if error.path and "`" not in noun else ""
    says = f"`{error.key}` is missing: {noun}{where} must have it"
    yield source.problem("PBR130", says, "", source.place(*error.path))


def _named(path: Path) -> str:
    return ".".join(str(part) if isinstance(part, str) else str(part + 1) for part in path)


def _unknown(error: _Error, node: Any, source: Source, root: type[Model]) -> Iterator[Problem]:
    model, key = model_at(error.path, root), error.key or ""
    place = source.place(*error.path, key)
    if model is not None and key in later_of(model):
        says = f"not yet supported by this version: `{key}` in {block_of(model).noun}"
        yield source.problem("PBR132", says, "this version cannot settle a contract that says this", place)
        return
    allowed = keys_of(model) if model is not None else _EVIDENCE_KEYS
    noun = block_of(model).noun if model is not None else "`evidence`"
    near = nearest(key, allowed)
    if near is None and model is not None and isinstance(node, dict) and has_later(node, model):
        return  # belongs to the word that is not supported yet
    shown = key if len(key) <= _SHOWN else key[:_SHOWN] + "..."
    guess = f"; did you mean `{near}`?" if near else ""
    yield source.problem("PBR131", f"`{shown}` is not a key of {noun}{guess}", f"allowed here: {', '.join(allowed)}", place)


def _misshapen(path: Path, expected: list[str], node: Any, source: Source) -> Problem:
    found = "a map of keys and values" if isinstance(node, dict) else "a list" if isinstance(node, list) else "one value"
    wanted = " or ".join(dict.fromkeys(expected))
    what = f"`{path[-1]}`" if path and isinstance(path[-1], str) else f"entry {_named(path[-1:])} of `{_named(path[:-1])}`"
    hint = ""
    if wanted == "one value":
        hint = "quote a text that holds brackets or braces; otherwise write one value here"
    elif wanted == "a list":
        hint = "write each entry on a line of its own after `- `, or in square brackets"
    elif isinstance(node, Scalar) and ":" in node.text:
        hint = "put a space after the colon"
    return source.problem("PBR133", f"{what} is {found}; {wanted} is expected", hint, source.value_place(*path))


def _inner_names(node: Any, path: Path, source: Source, root: type[Model]) -> Iterator[Problem]:
    """The models' own names of keys that are written otherwise (``from_`` for ``from``): the models would take both."""
    entries: Iterable[tuple[str | int, Any]] = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    model = model_at(path, root) if isinstance(node, dict) else None
    for key, value in entries:
        field = model.model_fields.get(str(key)) if model else None
        if model and field and field.alias and field.alias != key:
            says = f"`{key}` is not a key of {block_of(model).noun}; did you mean `{field.alias}`?"
            yield source.problem("PBR131", says, f"allowed here: {', '.join(keys_of(model))}", source.place(*path, key))
        yield from _inner_names(value, (*path, key), source, root)


def is_one_of(word: str, words: Iterable[str]) -> str:
    """The sentence for a word outside a closed list."""
    allowed = tuple(words)
    near = nearest(word, allowed)
    return f"found {word[:_SHOWN]!r}; expected {listed(allowed)}" + (f" (did you mean `{near}`?)" if near and near != word else "")
