"""An appeal beside what it is against, as the rubric's authors decide on it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from labeling.models import Answer, Flag, Score
from labeling.practice.known import newest
from labeling.practice.seen import value_text
from labeling.rating import JudgedCriterion, criteria_of
from labeling.strict_json import number_text


@dataclass(frozen=True, slots=True)
class Appealed:
    """The known answer with its reason, the expert's, what stands now if that is another one, and
    what else there is to choose from; on a scale without levels the expert's own value.
    """

    known: str
    why: str
    given: str
    now: str
    choices: tuple[tuple[str, str], ...]


def appealed(flag: Flag) -> Appealed | None:
    """None for a flag that is no appeal."""
    gold = flag.gold
    if gold is None or flag.response is None:
        return None
    of_version = criteria_of(flag.rubric_version)
    criterion = next(one for one in of_version if one.id == flag.criterion_id)
    rows = Score.objects.filter(assignment=flag.assignment_id, criterion=criterion.id)
    score = rows.filter(superseded_by__isnull=True).first()
    last = newest(flag.response, gold.lineage_id)
    moved = last is not None and last.pk != gold.pk
    return Appealed(
        known=value_text(criterion, gold.value),
        why=gold.explanation,
        given=_given(criterion, score),
        now=(value_text(criterion, last.value) or gettext("Nothing")) if moved and last else "",
        choices=_choices(criterion, score),
    )


def _given(criterion: JudgedCriterion, score: Score | None) -> str:
    if score is None:
        return gettext("Has no answer here any more")
    return value_text(criterion, score.value) or str(Answer(score.answer).label)


def _choices(criterion: JudgedCriterion, score: Score | None) -> tuple[tuple[str, str], ...]:
    """What it may be revised to; what the expert said stands first."""
    said = score.value if score else None
    ordered = sorted(criterion.spec.scale.levels, key=lambda one: one.value != said)
    levels = [(number_text(one.value), one.label) for one in ordered]
    if not levels and score is not None and score.value is not None:
        levels = [
            (
                number_text(score.value),
                gettext("%(value)s, as the expert said") % {"value": number_text(score.value)},
            )
        ]
    return tuple(levels)
