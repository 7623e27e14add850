"""A criterion as an expert will read it, in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
    if scale.type == ScaleType.BINARY:
        return _("Binary")
    if scale.type == ScaleType.NOMINAL:
        return _("Nominal: levels without order")
    if scale.type == ScaleType.ORDINAL:
        # A scale has two levels at least.
        words = _("Ordinal: %(count)s levels in order")
        return words % {"count": len(scale.levels)}
    low, high = map(number_text, scale.bounds)
    if scale.step is None:
        return _("A number from %(low)s to %(high)s") % {"low": low, "high": high}
    words = _("A number from %(low)s to %(high)s in steps of %(step)s")
    return words % {"low": low, "high": high, "step": number_text(scale.step)}


def _points(spec: CriterionSpec) -> str:
    if spec.points is None:
        return _("Not in the reward")
    # Not abs(): it rounds to the digits of the decimal context.
    size = grouped(number_text(spec.points).removeprefix("-"))
    # English knows one point only where it is no fraction of it.
    n = 1 if size == "1" else 2
    words = ngettext("%(size)s point", "%(size)s points", n)
    if spec.is_pitfall:
        words = ngettext("Takes %(size)s point away", "Takes %(size)s points away", n)
    return words % {"size": size}


def grouped(number: str) -> str:
    """A long number in groups of three digits; those of up to four are read as they are."""
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}" if len(whole) > 4 else number


def _asked(spec: CriterionSpec) -> tuple[str, ...]:
    """What is unusual about an answer here."""
    said = (
        (not spec.allow_na, _("“Does not apply” is not offered")),
        (not spec.allow_cannot_assess, _("“Cannot assess” is not offered")),
        (spec.needs_rationale, _("Needs a reason")),
        (spec.needs_evidence, _("Needs evidence")),
        (
            bool(spec.expertise),
            _("For experts in %(expertise)s") % {"expertise": ", ".join(spec.expertise)},
        ),
    )
    return tuple(text for holds, text in said if holds)


def _gate(spec: CriterionSpec) -> str:
    if not spec.gate or spec.pass_at is None:
        return ""
    level = spec.scale.level(spec.pass_at)
    at = f"“{level.label}”" if level else number_text(spec.pass_at)
    words = _("Gate: fails from %(at)s on") if spec.is_pitfall else _("Gate: passes at %(at)s")
    return words % {"at": at}
