"""What a variation of a contract changed, in words: its text, its rules, who must approve, and who may do what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pbr.log.entries import ROLES
from pbr.log.ledger import Said
from pbr.platform.vkeys import NOTE, VerifierKey

NOTHING = "nothing"


def changes(old: Said, new: Said) -> list[str]:
    """A phrase for each change from ``old`` to ``new``, each a contract or a variation: the terms, rules, approval, then each key that was added or removed, with
    what it is for. ``nothing`` where there is none. Names are as the log has them: who prints them sees to it that they can be."""
    return [*_terms(old.terms or {}, new.terms or {}), *_approval(old, new), *_keys(old, new)] or [NOTHING]


def _terms(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if old["id"] != new["id"]:
        yield f"its id, {new['id']} in place of {old['id']}"
    if old["sha256"] != new["sha256"]:
        yield "the terms"
    elif old["version"] != new["version"]:
        yield f"the version, {new['version']} in place of {old['version']}"
    before, after = ({rule["rule"]: rule["sha256"] for rule in terms["rules"]} for terms in (old, new))
    named = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if named:
        more = f" and {len(named) - 5} more" if len(named) > 5 else ""
        yield f"{'the rule' if len(named) == 1 else 'the rules'} {', '.join(named[:5])}{more}"
    elif sorted(map(_pair, old["rules"])) != sorted(map(_pair, new["rules"])):  # one rule twice, which another program may have written
        yield "the rules"


def _pair(rule: Mapping[str, str]) -> tuple[str, str]:
    return rule["rule"], rule["sha256"]


def _approval(old: Said, new: Said) -> Iterator[str]:
    if old.approvers != new.approvers:
        yield f"it takes {new.approvers} approver{'' if new.approvers == 1 else 's'}, not {old.approvers}"
    if old.assessor_may != new.assessor_may:
        yield f"who ran an assessment {'may be an approver of it now' if new.assessor_may else 'may not approve it any more'}"


def _keys(old: Said, new: Said) -> Iterator[str]:
    for role in ROLES:
        before, after = _of(old, role), _of(new, role)
        added, removed = [key for key in after if key not in before], [key for key in before if key not in after]
        replaced = {_name(key) for key in added} & {_name(key) for key in removed}
        for key in added:
            yield f"another key of {_name(key)} as {role}" if _name(key) in replaced else f"added as {role}: {_name(key)}"
        for key in removed:
            if _name(key) not in replaced:
                yield f"removed as {role}: {_name(key)}"


def _of(said: Said, role: str) -> list[VerifierKey]:
    return [key for key, roles in (said.listed or {}).values() if role in roles]


def _name(key: VerifierKey) -> str:
    return key.name if key.kind == NOTE else f"{key.name} ({key.algorithm})"
