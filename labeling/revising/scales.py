"""When a label given on one scale means the same on another."""

from collections.abc import Iterator
from decimal import Decimal

from labeling.spec import ScaleSpec, ScaleType, level_credits
from labeling.strict_json import number_text


def scale_reasons(before: ScaleSpec, after: ScaleSpec) -> tuple[str, ...]:
    """Why a label of the one is none of the other; empty when every label still holds."""
    return tuple(_reasons(before, after))


def _reasons(before: ScaleSpec, after: ScaleSpec) -> Iterator[str]:
    if before.type != after.type:
        yield f"the scale was {before.type}, now it is {after.type}"
        return
    if before.type == ScaleType.INTERVAL:
        yield from _interval(before, after)
        return
    old, new = _values(before), _values(after)
    if gone := old - new:
        yield f"there is no value {_listed(gone)} any more"
    if more := new - old:
        yield f"the value {_listed(more)} is new"
    if moved := _moved(before, after):
        yield f"{moved} stands at another value"
    if old == new and _turned_round(before, after):
        yield "the other end of the scale is the good one now"


def _interval(before: ScaleSpec, after: ScaleSpec) -> Iterator[str]:
    if before.bounds != after.bounds:
        old, new = (" to ".join(map(number_text, one.bounds)) for one in (before, after))
        yield f"it went from {old}, now it goes from {new}"
    if before.step != after.step:
        old, new = (_step(one) for one in (before, after))
        yield f"the steps were {old}, now they are {new}"


def _step(scale: ScaleSpec) -> str:
    return "any" if scale.step is None else number_text(scale.step)


def _values(scale: ScaleSpec) -> set[Decimal]:
    return {level.value for level in scale.levels}


def _listed(values: set[Decimal]) -> str:
    return " or ".join(number_text(value) for value in sorted(values))


def _moved(before: ScaleSpec, after: ScaleSpec) -> str:
    """Labels that were at one value and are at another now."""
    was = {level.label: level.value for level in before.levels}
    moved = [one.label for one in after.levels if was.get(one.label, one.value) != one.value]
    return " and ".join(f"“{label}”" for label in moved)


def _turned_round(before: ScaleSpec, after: ScaleSpec) -> bool:
    """Whether the end that earned more earns less now; nominal levels have no ends."""
    if before.type == ScaleType.NOMINAL:
        return False
    return _slope(before) * _slope(after) < 0


def _slope(scale: ScaleSpec) -> int:
    credits = level_credits(scale)
    low, high = (credits[end] or 0 for end in (min(credits), max(credits)))
    return (high > low) - (high < low)
