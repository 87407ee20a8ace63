"""Words of the language, which a rule may not give to things of its own: then a word in a rule is either the language's or a name."""

from __future__ import annotations

from typing import Final

from pbr.language.tokens import RESERVED

_CONTEXT = """
count different share sum mean median smallest largest known exists paid least greatest round exp ln sqrt logistic verdict fall rise rest as
percent percentage number whole point points person day days week weeks month months year years quarter quarters hour hours minute minutes
decimal decimals penny cent pound dollar pence cents half up even down toward away zero floor ceiling lower higher against better z
hold held leave out take count supplier when seen only it cannot matter at least most all nothing missed part negative tariff marginal per_point
provider commissioner independent weigh reaches lasted unbroken further each per key then covers join gaps runs begin less also
contract term first_day last_day this table january february march april may june july august september october november december
"""
WORDS: Final = RESERVED | frozenset(_CONTEXT.split())
