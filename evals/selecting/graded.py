"""Rewards of a grader per response: as it gave them, or put together from single criteria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from evals.gaps.rule import Rule
from evals.models import Selection
from evals.queries.selection import graded
from labeling.scoring import credit
from labeling.spec import CriterionSpec

type Grades = Mapping[str, Fraction | None]


def grades_of(selection: Selection, rule: Rule, specs: Sequence[CriterionSpec]) -> Grades:
    """Mean reward per response, None where the grader failed; absent where it has not graded.

    A grader that graded the whole rubric is taken at its word. One that graded criterion by
    criterion is paid by the points of the rule's criteria, as experts are.
    """
    if rule.low_by != "grade":
        return {}
    whole: dict[str, Fraction | None] = {}
    parts: dict[str, dict[str, Fraction | None]] = {}
    version = selection.agreement_run.rubric_version
    for response, key, reward in graded(selection.facts["grading_runs"], version):
        if key is None:
            whole[response] = reward
        else:
            parts.setdefault(response, {})[key] = reward
    if whole:
        return whole
    asked = [each for each in specs if (each.points or each.gate) and rule.considers(each.key)]
    keys = {each.key for each in asked}
    return {
        response: _put_together(asked, found)
        for response, found in parts.items()
        if keys <= found.keys()
    }


def _put_together(
    asked: Sequence[CriterionSpec], found: Mapping[str, Fraction | None]
) -> Fraction | None:
    """sum(points x credit) / sum(positive points) within 0..1; 0 when a gate fails."""
    credits = {each.key: found[each.key] for each in asked}
    known = {key: worth for key, worth in credits.items() if worth is not None}
    positive = sum((_points(each) for each in asked if _points(each) > 0), Fraction(0))
    if len(known) < len(credits) or not positive:
        return None
    if any(_fails(each, known[each.key]) for each in asked):
        return Fraction(0)
    total = sum((_points(each) * known[each.key] for each in asked), Fraction(0))
    return min(max(total / positive, Fraction(0)), Fraction(1))


def _points(spec: CriterionSpec) -> Fraction:
    return Fraction(spec.points or Decimal(0))


def _fails(spec: CriterionSpec, worth: Fraction) -> bool:
    if not spec.gate or spec.pass_at is None:
        return False
    needed = credit(spec, spec.pass_at)
    return worth >= needed if spec.is_pitfall else worth < needed
