"""Whether manifest.json and run.json have the shape their schemas say: small, so that checking needs no schema library."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pbr.audit.versions import NAME

SHA256 = re.compile(r"[0-9a-f]{64}")
# a version is printed at the head of the verdict: no spaces, line ends or terminal codes
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,39}")
DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
Test = Callable[[Any], bool]


def _is(*kinds: type) -> Test:
    return lambda value: isinstance(value, kinds) and not (bool not in kinds and isinstance(value, bool))


def _sha256(value: Any) -> bool:
    return isinstance(value, str) and SHA256.fullmatch(value) is not None


def _is_true(value: Any) -> bool:
    return value is True


def _version(value: Any) -> bool:
    return isinstance(value, str) and VERSION.fullmatch(value) is not None


def _map_of(test: Test) -> Test:
    return lambda value: isinstance(value, dict) and all(test(item) for item in value.values())


def _list_of(test: Test) -> Test:
    return lambda value: isinstance(value, list) and all(test(item) for item in value)


def _keys(**tests: Test) -> Test:
    return _keys_and({}, **tests)


def _keys_and(perhaps: dict[str, Test], **tests: Test) -> Test:
    """A map with these keys, and perhaps with those of ``perhaps``."""
    every = tests | perhaps
    return lambda value: (
        isinstance(value, dict) and set(tests) <= set(value) <= set(every) and all(every[name](item) for name, item in value.items())
    )


TEXT, WHOLE, MAYBE = _is(str), _is(int), _is(str, type(None))

MANIFEST: dict[str, Test] = {
    "format": TEXT,
    "engine": _keys(name=lambda value: value == NAME, version=_version),
    "contract": _keys(id=TEXT, version=TEXT, sha256=_sha256),
    "rules": _list_of(_keys(rule=TEXT, file=TEXT, sha256=_sha256)),
    "plan": _keys(format=TEXT, sha256=_sha256),
    "complete_to": _map_of(MAYBE),
    "inputs": _list_of(_keys_and({"frame": _is_true}, name=TEXT, table=MAYBE, file=MAYBE, sha256=_sha256, size=WHOLE)),
    "control_totals": _map_of(_map_of(TEXT)),
    "previous": lambda value: value is None or _keys(sha256=_sha256)(value),
    "rows": _map_of(
        _keys_and(
            {"missing": WHOLE, "extra": WHOLE},
            submitted=WHOLE,
            used=WHOLE,
            excluded=_map_of(WHOLE),
            rejected=WHOLE,
            unused=WHOLE,
            unattributed=WHOLE,
        )
    ),
    "tables": _map_of(_keys(columns=_list_of(TEXT), rows=WHOLE, root=_sha256)),
    "documents": _map_of(_sha256),
}
PERHAPS = ("control_totals", "previous")  # there only where the contract asks for what they hold, or it was given
RUN: dict[str, Test] = {
    "format": TEXT,
    "by": TEXT,
    "started": TEXT,
    "ended": TEXT,
    "machine": _is(dict),
    "milliseconds": _map_of(WHOLE),
    "files": _map_of(_keys(sha256=_sha256, size=WHOLE)),
}


EARLIER: Test = _keys_and(
    {"causes": _map_of(_list_of(TEXT))},
    sha256=_sha256,
    version=TEXT,
    engine=_version,
    complete_to=_map_of(lambda value: value is None or (isinstance(value, str) and DAY.fullmatch(value) is not None)),
    terms_changed=_list_of(_keys(what=TEXT, was=TEXT, now=TEXT, clause=TEXT)),
)


def earlier_is_told(value: Any) -> bool:
    """Whether ``settlement.previous`` of a statement can be read."""
    return EARLIER(value)


def misshapen(value: Any, shape: dict[str, Test]) -> list[str]:
    """The keys that are missing, unknown, or hold what they may not; empty when all is well."""
    if not isinstance(value, dict):
        return ["(not a map)"]
    return sorted(
        {name for name in shape if name not in PERHAPS and name not in value}
        | {name for name in value if name not in shape or not shape[name](value[name])}
    )
