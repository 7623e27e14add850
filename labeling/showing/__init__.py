"""How text made elsewhere is shown: as it was meant, and never able to do anything. Pure."""

from labeling.showing.calls import Call, Comparison, call_of, compare, expected_calls
from labeling.showing.markup import Markup, cleaned
from labeling.showing.rich import plain, rich
from labeling.showing.sides import Row, side_by_side
from labeling.showing.trees import read_json, tree

__all__ = [
    "Call",
    "Comparison",
    "Markup",
    "Row",
    "call_of",
    "cleaned",
    "compare",
    "expected_calls",
    "plain",
    "read_json",
    "rich",
    "side_by_side",
    "tree",
]
