"""Whether a response passes the whole rubric, by what its experts settled on."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Final

from evals.gaps import sentences
from evals.gaps.agreeing import consensus
from evals.gaps.pool import NA, Criterion, Special, Unit
from labeling.language import gettext_noop
from labeling.scoring import credit

RATERS_MIN = 2
RULE: Final = gettext_noop(
    "An answer that an expert wrote here passes when at least two others have rated it, blind, in"
    " the batch that was selected from, and what they settled on (an adjudicator's ruling, else the"
    " most frequent answer; a tie settles nothing) meets every criterion with points or a gate: by"
    " its pass value, without one by full credit, and a pitfall by no fault at all. Criteria that"
    " apply to no response of the item are left aside."
)


def shortcomings(
    criteria: Sequence[Criterion],
    units: Mapping[str, Unit],
    *,
    not_applicable: Collection[str] = (),
) -> list[str]:
    """In words why a response does not pass; empty when it does. `units` are its own, by key."""
    found = []
    for criterion in _asked(criteria, not_applicable):
        settled = consensus(units.get(criterion.key), RATERS_MIN)
        if settled.missing:
            found.append(sentences.SHORT_OF(key=criterion.key, missing=settled.missing))
        elif not _is_met(criterion, settled.answer):
            not_met = sentences.NOT_MET()
            found.append(sentences.SHORT_OF(key=criterion.key, missing=not_met))
    return found or ([] if _asked(criteria, not_applicable) else [sentences.NOTHING_ASKED()])


def least_raters(
    criteria: Sequence[Criterion],
    units: Mapping[str, Unit],
    *,
    not_applicable: Collection[str] = (),
) -> int:
    """How many experts have judged each criterion that applies, at the least."""
    asked = _asked(criteria, not_applicable)
    return min((units[one.key].raters if one.key in units else 0 for one in asked), default=0)


def _asked(criteria: Sequence[Criterion], not_applicable: Collection[str]) -> list[Criterion]:
    return [one for one in criteria if one.is_rewarded and one.key not in not_applicable]


def _is_met(criterion: Criterion, answer: Decimal | Special | None) -> bool:
    if criterion.spec.is_pitfall:
        is_free = isinstance(answer, Decimal) and credit(criterion.spec, answer) == 0
        return is_free or answer is NA
    return criterion.is_met(answer) is True
