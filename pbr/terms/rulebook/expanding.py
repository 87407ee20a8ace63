"""A contract with the rules that it uses written out in it: ordinary items, each of which knows its line in the rule's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pbr.language.currencies import SIGNS
from pbr.problem import Place, Problem, Refused
from pbr.terms.rulebook.arguments import Bound, bind
from pbr.terms.rulebook.checking import given_items, rule_file_problems
from pbr.terms.rulebook.files import LOCK_NAME, NAME, Library, RuleFile
from pbr.terms.rulebook.models import GIVEN, Asked
from pbr.terms.rulebook.renaming import Names, leaves, renamed, words_of
from pbr.terms.rulebook.words import WORDS
from pbr.terms.scalars import Scalar
from pbr.terms.source import Path, Source
from pbr.terms.texts import ordered
from pbr.terms.views import keys_of, leaf, maps
from pbr.terms.vocabulary import nearest

_CARRIED: Final = ("clause", "source", "mark")  # what a use says of its origin goes to what it gives to the rule


@dataclass(frozen=True)
class Expanded:
    """``tree``: the contract's with all that its rules give. ``rules``: every rule used, through other rules too, by name."""

    tree: dict[str, Any]
    source: Source
    rules: tuple[RuleFile, ...] = ()
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True)
class _Use:
    name: str
    node: Mapping[str, Any]
    path: Path
    source: Source
    within: tuple[str, ...] = ()  # the rules that led here


def expand(tree: dict[str, Any], source: Source, library: Library) -> Expanded:
    """Raises Refused with what is wrong with the rules and their use. A misshapen entry is left for the shape of the contract to report."""
    if not any(True for _ in maps(tree, "uses")):
        return Expanded(tree, source)
    work = _Expansion(tree, source, library)
    waiting = [_Use(name, node, ("uses", name), source) for name, node in maps(tree, "uses")]
    while waiting:
        waiting = [*work.write_out(waiting[0]), *waiting[1:]]
    out = work.result()
    if work.problems:
        raise Refused(ordered([_placed(problem, out.source) for problem in work.problems]))
    return out


def _placed(problem: Problem, source: Source) -> Problem:
    """The problem as the whole contract's source says it: of one in a rule it adds who uses the rule."""
    return source.problem(problem.code, problem.says, problem.hint, problem.place) if problem.place is not None else problem


@dataclass
class _Expansion:
    given: dict[str, Any]
    source: Source
    library: Library
    problems: list[Problem] = field(default_factory=list)
    rules: dict[str, RuleFile] = field(default_factory=dict)
    used: dict[str, list[str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tree = {**self.given}
        for block in GIVEN:
            if isinstance(self.tree.get(block), dict):
                self.tree[block] = dict(self.tree[block])
        self.places = dict(self.source.places)
        currency = leaf(self.tree, "currency")
        self.sign = SIGNS.get(currency.text if currency is not None else "", "£")
        self.taken = self._taken()

    def _taken(self) -> dict[str, int]:
        """Every name of the contract itself, with its line."""
        blocks = [*GIVEN, "data"]
        return {name: self.source.place(block, name).line for block in blocks for name in keys_of(self.tree, block)} | {
            column: self.source.place("data", table, "columns", column).line
            for table, told in maps(self.tree, "data")
            for column in keys_of(told, "columns")
        }

    def result(self) -> Expanded:
        others = {
            rule.source.file: (rule.source, _said(self.used[rule.name]))
            for rule in self.rules.values()
            if rule.source.file != self.source.file
        }
        source = replace(self.source, places=self.places, others=others)
        rules = tuple(rule for _, rule in sorted(self.rules.items()) if rule is not self.library.this)
        return Expanded(self.tree, source, rules, tuple(self.asked))

    def write_out(self, use: _Use) -> list[_Use]:
        """Writes one use into the contract; gives the uses that its rule makes of other rules."""
        rule = self._found(use)
        if rule is None:
            return []
        self.rules[rule.name] = rule
        self.used.setdefault(rule.name, []).append(f"{use.source.place(*use.path)} as `{use.name}`")
        bound, problems = bind(use.name, use.node, use.path, rule, use.source)
        self.problems += problems
        if problems:
            return []
        names = self._names(use, rule, bound)
        self._captured(rule, names)
        for (block, name), (item, path) in bound.made.items():
            carried = {key: use.node[key] for key in _CARRIED if key in use.node}
            self._add(use, block, name, item | carried, path, use.source)
        for block, name in given_items(rule.tree):
            item = renamed(rule.tree["gives"][block][name], names)
            path = ("gives", block, name)
            self._add(use, block, f"{use.name}_{name}", _marked(item, use, rule, rule.source.place(*path)), path, rule.source)
        self.asked += bound.asked
        return [
            _Use(f"{use.name}_{name}", renamed(node, names), ("uses", name), rule.source, (*use.within, rule.name))
            for name, node in maps(rule.tree, "uses")
        ]

    def _found(self, use: _Use) -> RuleFile | None:
        word = leaf(use.node, "rule")
        if word is None:
            return None  # its shape is wrong, and said

        def say(code: str, says: str, hint: str) -> None:
            self.problems.append(use.source.problem(code, says, hint, word.place))

        name = word.text
        mine = name == "this" and self.library.this is not None
        if not mine and not NAME.fullmatch(name):
            say(
                "PBR160",
                f"`{name[:80]}` is not the full name of a rule",
                "write its field, name and version: justice/proven-reoffending/1.0",
            )
            return None
        if name in use.within:
            way = [*use.within[use.within.index(name) :], name]
            say("PBR166", f"{' uses '.join(f'`{one}`' for one in way)}: a circle", "a rule that others are made of uses none of them")
            return None
        rule = self.library.find(name)
        if rule is None:
            say("PBR161", f"there is no rule `{name}`", self._instead(name))
            return None
        if not mine and self.library.lock is not None:
            pinned = self.library.lock.get(name)
            if pinned is None:
                hint = f"read the rule, then run `pbr lock` on this contract: it writes {LOCK_NAME} beside it"
                say("PBR162", f"the rule `{name}` has no digest in {self.library.lock_file}", hint)
            elif pinned != rule.source.sha256:
                hint = "a released rule never changes: put its file back, or use the version that holds the change and run `pbr lock`"
                say("PBR163", f"the file of the rule `{name}` is not the one that {self.library.lock_file} pins", hint)
        if rule.name not in self.rules and (wrong := rule_file_problems(rule)):
            self.used.setdefault(rule.name, []).append(f"{use.source.place(*use.path)} as `{use.name}`")
            self.rules[rule.name] = rule
            self.problems += wrong
            return None
        return rule

    def _instead(self, name: str) -> str:
        versions = self.library.versions(name)
        if versions:
            return f"of {name.rpartition('/')[0]} there is version {', '.join(versions)}"
        near = nearest(name, self.library.names())
        return (
            f"did you mean `{near}`?"
            if near
            else "rules are looked for in folders called rules beside the contract and above it, in --rules, and among those that come with the program"
        )

    def _names(self, use: _Use, rule: RuleFile, bound: Bound) -> Names:
        things = dict(bound.things)
        things |= {name: f"{use.name}_{name}" for _, name in given_items(rule.tree)}
        for inner, node in maps(rule.tree, "uses"):
            word = leaf(node, "rule")
            other = self.library.find(word.text) if word is not None and NAME.fullmatch(word.text) else None
            for _, name in given_items(other.tree) if other is not None else ():
                things[f"{inner}_{name}"] = f"{use.name}_{inner}_{name}"
        return Names(things, frozenset(bound.columns), bound.parts, self.sign)

    def _captured(self, rule: RuleFile, names: Names) -> None:
        """A word of a rule that is no name there must not become one because the contract has a thing of that name."""
        for _, text in leaves(rule.tree["gives"]):
            for token, dotted in words_of(text):
                if token.text in self.taken and not dotted and token.text not in {*names.things, *names.parts, *WORDS}:
                    says = f"`{token.text}` is no name in this rule, and the contract has a thing of that name in line {self.taken[token.text]}"
                    hint = "quote a code in a rule; a name is asked for or given"
                    self.problems.append(rule.source.problem("PBR173", says, hint, text.at(token.at, token.end)))

    def _add(self, use: _Use, block: str, name: str, item: Any, path: Path, source: Source) -> None:
        here = self.tree.setdefault(block, {})
        if not isinstance(here, dict):
            return  # its shape is wrong, and said
        taken = next((other for other in (*GIVEN, "data") if name in keys_of(self.tree, other)), None)
        if taken is not None:
            says = f"`{use.name}` would give the {GIVEN[block]} `{name}`, and `{taken}` of this contract has that name already, in line {self.places[taken, name][0].line}"
            self.problems.append(use.source.problem("PBR170", says, "give the use of the rule another name", use.source.place(*use.path)))
            return
        here[name] = item
        self.places[block, name] = source.places.get(path, (use.source.place(*use.path),) * 2)
        for inside, both in source.places.items():
            if len(inside) > len(path) and inside[: len(path)] == path:
                self.places[block, name, *inside[len(path) :]] = both


def _said(users: list[str]) -> str:
    return f"the rule is used in {'; '.join(users)}"


def _marked(item: Any, use: _Use, rule: RuleFile, place: Place) -> Any:
    """The item with the clause of its use, where it has none, and with the rule and line it comes from."""
    if not isinstance(item, dict):
        return item
    came = f"rule {rule.name}, line {place.line}"
    own = leaf(item, "source")
    source = Scalar(f"{own.text}; {came}" if own is not None else came, own.place if own is not None else place)
    clause = {"clause": use.node["clause"]} if "clause" in use.node and "clause" not in item else {}
    return item | clause | {"source": source}
