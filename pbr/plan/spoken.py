"""A node as a sentence has it: its phrase with its arguments' phrases filled in."""

from __future__ import annotations

import re

from pbr.plan.node import Node


def spoken(node: Node) -> str:
    return re.sub(r"\{(\d+)\}", lambda hole: spoken(node.args[int(hole[1])]) if int(hole[1]) < len(node.args) else hole[0], node.phrase)
