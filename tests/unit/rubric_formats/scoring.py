"""Scores worked out from the foreign documents alone, independently of the product's scoring."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from labeling.scoring import reward
from labeling.spec import Answer, AnswerKind, RubricSpec


def tree_score(node: Mapping, credits: Mapping[str, Fraction]) -> Fraction:
    """The weighted mean up a PaperBench tree, as its own grader takes it, by recursion."""
    if not node["sub_tasks"]:
        return credits[node["id"]]
    parts = [(Fraction(str(one["weight"])), one) for one in node["sub_tasks"]]
    total = sum((weight for weight, _ in parts), Fraction(0))
    if not total:
        return Fraction(0)
    earned = (weight * tree_score(one, credits) for weight, one in parts)
    return sum(earned, Fraction(0)) / total


def leaves(node: Mapping) -> list[Mapping]:
    """The leaves of a tree from left to right."""
    if not node["sub_tasks"]:
        return [node]
    return [leaf for one in node["sub_tasks"] for leaf in leaves(one)]


def scored(spec: RubricSpec, values: list[int]) -> Fraction | None:
    """The product's reward when the criteria in order get these values."""
    answers = {
        criterion.key: Answer(AnswerKind.SCORED, Decimal(value))
        for criterion, value in zip(spec.criteria, values, strict=True)
    }
    return reward(spec, answers).value
