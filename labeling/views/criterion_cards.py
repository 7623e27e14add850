"""A criterion as an expert will read it, in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass

from labeling.authoring import criterion_of
from labeling.models import Criterion
from labeling.spec import CriterionSpec, ScaleType
from labeling.strict_json import number_text


@dataclass(frozen=True, slots=True)
class CriterionCard:
    """What stands on the card beside the criterion's own texts."""

    number: int
    spec: CriterionSpec
    scale: str
    points: str
    gate: str


def card(row: Criterion) -> CriterionCard:
    """The card of one criterion; its levels are best prefetched."""
    spec = criterion_of(row)
    return CriterionCard(row.position + 1, spec, _scale(spec), _points(spec), _gate(spec))


def _scale(spec: CriterionSpec) -> str:
    scale = spec.scale
    if scale.type != ScaleType.INTERVAL:
        return {"binary": "Binary", "nominal": "Nominal: levels without order"}.get(
            scale.type, f"Ordinal: {len(scale.levels)} levels in order"
        )
    low, high = map(number_text, scale.bounds)
    steps = f" in steps of {number_text(scale.step)}" if scale.step is not None else ""
    return f"A number from {low} to {high}{steps}"


def _points(spec: CriterionSpec) -> str:
    if spec.points is None:
        return "Not in the reward"
    size = number_text(abs(spec.points))
    noun = "point" if size == "1" else "points"
    return f"Takes {size} {noun} away" if spec.is_pitfall else f"{size} {noun}"


def _gate(spec: CriterionSpec) -> str:
    if not spec.gate or spec.pass_at is None:
        return ""
    level = spec.scale.level(spec.pass_at)
    at = f"“{level.label}”" if level else number_text(spec.pass_at)
    return f"Gate: fails from {at} on" if spec.is_pitfall else f"Gate: passes at {at}"
