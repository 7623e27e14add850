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
    asked: tuple[str, ...]

    @property
    def section(self) -> str:
        """Where it stands, from the outermost section on."""
        return " › ".join(self.spec.path)


def card(row: Criterion) -> CriterionCard:
    """The card of one criterion; its levels are best prefetched."""
    return card_of(criterion_of(row), row.position + 1)


def card_of(spec: CriterionSpec, number: int) -> CriterionCard:
    """The card of a criterion that is no row yet."""
    texts = _scale(spec), _points(spec), _gate(spec)
    return CriterionCard(number, spec, *texts, _asked(spec))


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
    # Not abs(): it rounds to the digits of the decimal context.
    size = grouped(number_text(spec.points).removeprefix("-"))
    noun = "point" if size == "1" else "points"
    return f"Takes {size} {noun} away" if spec.is_pitfall else f"{size} {noun}"


def grouped(number: str) -> str:
    """A long number in groups of three digits; those of up to four are read as they are."""
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}" if len(whole) > 4 else number


def _asked(spec: CriterionSpec) -> tuple[str, ...]:
    """What is unusual about an answer here."""
    said = (
        (not spec.allow_na, "“Does not apply” is not offered"),
        (not spec.allow_cannot_assess, "“Cannot assess” is not offered"),
        (spec.needs_rationale, "Needs a reason"),
        (spec.needs_evidence, "Needs evidence"),
        (bool(spec.expertise), f"For experts in {', '.join(spec.expertise)}"),
    )
    return tuple(text for holds, text in said if holds)


def _gate(spec: CriterionSpec) -> str:
    if not spec.gate or spec.pass_at is None:
        return ""
    level = spec.scale.level(spec.pass_at)
    at = f"“{level.label}”" if level else number_text(spec.pass_at)
    return f"Gate: fails from {at} on" if spec.is_pitfall else f"Gate: passes at {at}"
