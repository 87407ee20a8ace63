"""Policies: what is one, and when its quorum is met."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from pbr.log.policy import NotAPolicy, read_policy
from tests.log.written import KEYS, writing

LOG = f"log {KEYS.log.vkey}\n"
WITNESSES = [writing.Key(f"w{number}", 4) for number in range(5)]
LINES = "".join(f"witness W{number} {key.vkey}\n" for number, key in enumerate(WITNESSES))


@pytest.mark.parametrize(
    ("groups", "enough", "too_few"),
    [
        ("quorum none\n", [set()], []),
        ("quorum W1\n", [{"W1"}], [set(), {"W2"}]),
        ("group g 2 W0 W1 W2\nquorum g", [{"W0", "W2"}], [{"W0"}, {"W0", "W3"}]),
        ("group g all W0 W1\nquorum g\n", [{"W0", "W1"}], [{"W0"}]),
        ("group g any W0 W1\nquorum g\n", [{"W1"}], [set(), {"g"}]),
        (
            "group x 2 W0 W1 W2\n\t # the other office\n group y any W3 W4 \t\ngroup both all x y\nquorum both\n",
            [{"W0", "W1", "W3"}, {"W1", "W2", "W4"}],
            [{"W0", "W1", "W2"}, {"W3", "W4", "W0"}],
        ),
    ],
)
def test_a_quorum(groups: str, enough: list[set[str]], too_few: list[set[str]]) -> None:
    policy = read_policy((LOG + LINES + groups).encode())
    assert all(policy.met(names) for names in enough) and not any(policy.met(names) for names in too_few)
    assert policy.said()


@pytest.mark.parametrize(
    "text",
    [
        LOG,
        LOG + "quorum none\nquorum none\n",
        LOG + "quorum W0\n" + LINES,
        LOG + LOG + "quorum none\n",
        LOG + "log\nquorum none\n",
        LOG.replace("+A", "+B") + "quorum none\n",
        f"log {KEYS.witness.vkey}\nquorum none\n",
        f"log {KEYS.log.vkey} https://a https://b\nquorum none\n",
        f"witness w {KEYS.log.vkey}\nquorum w\n",
        f"witness none {WITNESSES[0].vkey}\nquorum none\n",
        f"witness a {WITNESSES[0].vkey}\nwitness b {WITNESSES[0].vkey}\nquorum a\n",
        f"witness a {WITNESSES[0].vkey}\nwitness a {WITNESSES[1].vkey}\nquorum a\n",
        "log low.example+7a4d8c43+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nquorum none\n",
        LINES + "group g 0 W0\nquorum g\n",
        LINES + "group g 2 W0\nquorum g\n",
        LINES + "group g 01 W0\nquorum g\n",
        LINES + "group g some W0\nquorum g\n",
        LINES + "group g all\nquorum g\n",
        LINES + "group g all W0 W0\nquorum g\n",
        LINES + "group g all W0\ngroup h all W0\nquorum g\n",
        LINES + "group g all none\nquorum g\n",
        LINES + "group g all g\nquorum g\n",
        "quorum none\r\n",
        "quorum none\n# \x7f\n",
        "quorum none more\n",
        "# " + "x" * 262_144 + "\nquorum none\n",
    ],
)
def test_what_is_no_policy(text: str) -> None:
    with pytest.raises(NotAPolicy):
        read_policy(text.encode())


def test_any_bytes_are_a_policy_or_refused() -> None:
    rng, data = Random(7), (LOG + LINES + "group g 2 W0 W1\nquorum g\n").encode()
    for _ in range(300):
        at = rng.randrange(len(data))
        with suppress(NotAPolicy):
            read_policy(data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :])
