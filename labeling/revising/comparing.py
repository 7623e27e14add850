"""Two rubrics compared: which criterion became which, and what changed in it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from labeling.revising.changes import Change, CriterionDifference, FieldChange, RubricDifference
from labeling.revising.fields import criterion_changes, rubric_changes
from labeling.revising.matching import Pair, pairs
from labeling.revising.scales import scale_reasons
from labeling.spec import CriterionSpec, RubricSpec


def compare(before: RubricSpec, after: RubricSpec) -> RubricDifference:
    """Every difference of two versions of a rubric, each of a kind."""
    matched = pairs(before.criteria, after.criteria)
    moved = _moved(matched)
    found = [
        _reordered(compare_criteria(pair.before, pair.after), pair.new in moved) for pair in matched
    ]
    return RubricDifference(tuple(rubric_changes(before, after)), tuple(found))


def compare_criteria(
    before: CriterionSpec | None, after: CriterionSpec | None
) -> CriterionDifference:
    """What changed in one criterion, wherever it stands; None where it is not there."""
    if before is None or after is None:
        change = Change.ADDED if before is None else Change.REMOVED
        return CriterionDifference(before, after, (change,))
    if before == after:
        return CriterionDifference(before, after)
    reasons = scale_reasons(before.scale, after.scale)
    fields = tuple(criterion_changes(before, after, same_scale=not reasons))
    return CriterionDifference(before, after, _kinds(fields, reasons), fields, reasons)


def _kinds(fields: Sequence[FieldChange], reasons: Sequence[str]) -> tuple[Change, ...]:
    there = {field.change for field in fields} | ({Change.SCALE} if reasons else set())
    return tuple(change for change in Change if change in there)


def _reordered(difference: CriterionDifference, moved: bool) -> CriterionDifference:
    if not moved:
        return difference
    return replace(difference, changes=(*difference.changes, Change.REORDERED))


def _moved(matched: Sequence[Pair]) -> set[int]:
    """New places of criteria that left their neighbours: as few as explain the new order."""
    kept = [pair for pair in matched if pair.old is not None and pair.new is not None]
    staying = set(_longest_rising([pair.old for pair in kept if pair.old is not None]))
    return {pair.new for at, pair in enumerate(kept) if at not in staying and pair.new is not None}


def _longest_rising(places: Sequence[int]) -> Iterator[int]:
    """Positions of a longest rising subsequence."""
    ends: list[int] = []
    last: list[int] = []
    previous: list[int | None] = []
    for at, place in enumerate(places):
        length = bisect_left(ends, place)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [at]
        previous.append(last[length - 1] if length else None)
    step = last[-1] if last else None
    while step is not None:
        yield step
        step = previous[step]
