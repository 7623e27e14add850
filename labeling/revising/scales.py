"""When a label given on one scale means the same on another."""

from collections.abc import Iterator
from decimal import Decimal

from labeling.language import gettext as _
from labeling.spec import ScaleSpec, ScaleType, level_credits
from labeling.strict_json import number_text


def scale_reasons(before: ScaleSpec, after: ScaleSpec) -> tuple[str, ...]:
    """Why a label of the one is none of the other; empty when every label still holds."""
    return tuple(_reasons(before, after))


def _reasons(before: ScaleSpec, after: ScaleSpec) -> Iterator[str]:
    if before.type != after.type:
        types = {"old": before.type.word, "new": after.type.word}
        yield _("the scale was %(old)s, now it is %(new)s") % types
        return
    if before.type == ScaleType.INTERVAL:
        yield from _interval(before, after)
        return
    old, new = _values(before), _values(after)
    if gone := old - new:
        yield _("there is no value %(values)s any more") % {"values": _listed(gone)}
    if more := new - old:
        yield _("the value %(values)s is new") % {"values": _listed(more)}
    if moved := _moved(before, after):
        yield _("%(levels)s stands at another value") % {"levels": moved}
    if old == new and _turned_round(before, after):
        yield _("the other end of the scale is the good one now")


def _interval(before: ScaleSpec, after: ScaleSpec) -> Iterator[str]:
    if before.bounds != after.bounds:
        (low, high), (lower, upper) = (map(number_text, one.bounds) for one in (before, after))
        words = _("it went from %(low)s to %(high)s, now it goes from %(lower)s to %(upper)s")
        yield words % {"low": low, "high": high, "lower": lower, "upper": upper}
    if before.step != after.step:
        old, new = (_step(one) for one in (before, after))
        yield _("the steps were %(old)s, now they are %(new)s") % {"old": old, "new": new}


def _step(scale: ScaleSpec) -> str:
    return _("any") if scale.step is None else number_text(scale.step)


def _values(scale: ScaleSpec) -> set[Decimal]:
    return {level.value for level in scale.levels}


def _listed(values: set[Decimal]) -> str:
    return _(" or ").join(number_text(value) for value in sorted(values))


def _moved(before: ScaleSpec, after: ScaleSpec) -> str:
    """Labels that were at one value and are at another now."""
    was = {level.label: level.value for level in before.levels}
    moved = [one.label for one in after.levels if was.get(one.label, one.value) != one.value]
    return _(" and ").join(f"“{label}”" for label in moved)


def _turned_round(before: ScaleSpec, after: ScaleSpec) -> bool:
    """Whether the end that earned more earns less now; nominal levels have no ends."""
    if before.type == ScaleType.NOMINAL:
        return False
    return _slope(before) * _slope(after) < 0


def _slope(scale: ScaleSpec) -> int:
    credits = level_credits(scale)
    low, high = (credits[end] or 0 for end in (min(credits), max(credits)))
    return (high > low) - (high < low)
