"""What reads otherwise in formats that know less: said before the export."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from labeling.errors import Problem
from labeling.language import gettext as _
from labeling.language import ngettext
from labeling.rubric_formats import choices
from labeling.spec import CriterionSpec, RubricSpec

SHOWN = 3


def reversed_pitfalls(spec: RubricSpec, how: str) -> list[Problem]:
    """Weights that cannot be negative, and what that does to the reward."""
    pitfalls = [one for one in spec.criteria if one.is_pitfall]
    if not pitfalls:
        return []
    message = ngettext(
        "Weights cannot be negative: %(count)s pitfall is written %(how)s (%(named)s); rewards move"
        " and shrink, and the order of answers to one prompt stays where none is clipped",
        "Weights cannot be negative: %(count)s pitfalls are written %(how)s (%(named)s); rewards"
        " move and shrink, and the order of answers to one prompt stays where none is clipped",
        len(pitfalls),
    ) % {"count": len(pitfalls), "how": how, "named": named(pitfalls)}
    return [Problem("points", message)]


def uneven_credit(spec: RubricSpec) -> list[Problem]:
    """Choices are worth equal steps there, whatever credit they have here."""
    uneven = [one for one in spec.criteria if one.points and not _is_even(one)]
    if not uneven:
        return []
    message = _("Choices are paid in equal steps, so %(uneven)s would be paid otherwise") % {
        "uneven": named(uneven)
    }
    return [Problem("credit", message)]


def met_or_not(spec: RubricSpec) -> list[Problem]:
    """Criteria that pay for not being met, in formats that pay for being met."""
    odd = [one for one in spec.criteria if one.points and choices.is_reversed(one)]
    if not odd:
        return []
    message = _("There a criterion pays for being met; %(odd)s would pay for the opposite") % {
        "odd": named(odd)
    }
    return [Problem("credit", message)]


def named(criteria: Sequence[CriterionSpec]) -> str:
    """The first criteria by key, and how many more there are."""
    shown = ", ".join(f"`{one.key}`" for one in criteria[:SHOWN])
    more = len(criteria) - SHOWN
    if more <= 0:
        return shown
    return _("%(shown)s and %(more)s more") % {"shown": shown, "more": f"{more:,}"}


def _is_even(criterion: CriterionSpec) -> bool:
    credits = sorted(credit for _, credit in choices.written(criterion.scale))
    last = len(credits) - 1
    return last < 1 or credits == [Fraction(at, last) for at in range(last + 1)]
