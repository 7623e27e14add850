"""What the adjudicator sees after rating blind: who said what, why, and what was ruled before.

Experts stand here by numbers, in an order drawn for the response: a ruling is about answers and
not about people.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from labeling.adjudicating.ruling import is_with_author
from labeling.models import Adjudication, Answer, Assignment, Dispute, Flag, Score
from labeling.rating import CONFIDENCE, JudgedCriterion, criteria_of, text_in
from labeling.strict_json import number_text

INDEPENDENT = (Assignment.Purpose.FIXED, Assignment.Purpose.ADAPTIVE, Assignment.Purpose.LATE)


@dataclass(frozen=True, slots=True)
class Said:
    """One answer to a criterion: `value` as it is sent, `text` as people read it."""

    who: str
    value: str
    text: str
    rationale: str
    evidence: tuple[str, ...]
    confidence: int | None
    differs: bool = False
    late: bool = False

    @property
    def sure(self) -> str:
        """The confidence in words, empty where it was not asked."""
        return str(CONFIDENCE.get(self.confidence or 0, ""))


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruling with what became of it; the last of a unit is the one that holds."""

    ruling: Adjudication
    text: str
    with_author: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One criterion: one's own blind answer, the experts' and the rulings, oldest first."""

    criterion: JudgedCriterion
    own: Said | None
    said: tuple[Said, ...]
    rulings: tuple[Ruled, ...]
    disputed: bool
    minority: bool

    @property
    def last(self) -> Ruled | None:
        return self.rulings[-1] if self.rulings else None


@dataclass(frozen=True, slots=True)
class Case:
    """A response with all that is known of it; disputed criteria first."""

    points: tuple[Point, ...]
    flags: tuple[Flag, ...]
    experts: int

    @property
    def disputed(self) -> tuple[Point, ...]:
        return tuple(one for one in self.points if one.disputed)

    @property
    def agreed(self) -> tuple[Point, ...]:
        return tuple(one for one in self.points if not one.disputed)

    @property
    def open(self) -> int:
        """How many disputed criteria have no ruling yet."""
        return sum(1 for one in self.disputed if not one.rulings)


def case_of(seat: Assignment) -> Case:
    """All about the response of an adjudicator's seat; a constant number of queries."""
    dispute = Dispute.objects.filter(batch=seat.batch_id, response=seat.response_id).first()
    names, said, own = _answers(seat)
    ruled = _rulings(seat)
    order = list(dispute.lineages) if dispute else []
    points = [
        Point(
            criterion=one,
            own=own.get(one.lineage_id),
            said=_marked(said.get(one.lineage_id, [])),
            rulings=_ruled(one, ruled.get(one.lineage_id, [])),
            disputed=one.lineage_id in order,
            minority=dispute is not None and one.lineage_id in dispute.minority,
        )
        for one in criteria_of(seat.batch.rubric_version)
    ]
    last = len(order)
    place = {lineage: at for at, lineage in enumerate(order)}
    points.sort(key=lambda point: place.get(point.criterion.lineage_id, last))
    return Case(tuple(points), _flags(seat), len(names))


def answer_text(criterion: JudgedCriterion, value: str) -> str:
    """An answer as people read it: the level's label, a number, or the answer in words."""
    if value in (Answer.NA, Answer.CANNOT_ASSESS):
        return str(Answer(value).label)
    labels = {number_text(one.value): one.label for one in criterion.spec.scale.levels}
    return labels.get(value, value)


def _answers(
    seat: Assignment,
) -> tuple[dict[int, str], dict[int, list[Said]], dict[int, Said]]:
    """The experts' numbers, their answers by lineage, and the adjudicator's own."""
    criteria = {one.lineage_id: one for one in criteria_of(seat.batch.rubric_version)}
    standing = Score.objects.filter(
        batch=seat.batch_id,
        response=seat.response_id,
        superseded_by__isnull=True,
        rating__excluded_seq__isnull=True,
        lineage__in=criteria,
    ).select_related("rating")
    scores = [one for one in standing if one.rating.purpose in INDEPENDENT]
    names = _names(seat, {one.rater_id for one in scores})
    said: dict[int, list[Said]] = defaultdict(list)
    for one in sorted(scores, key=lambda score: (names[score.rater_id], score.pk)):
        criterion = criteria[one.lineage_id]
        said[one.lineage_id].append(_said(criterion, one, names[one.rater_id]))
    own = {
        one.lineage_id: _said(criteria[one.lineage_id], one, gettext("You"))
        for one in standing
        if one.assignment_id == seat.pk
    }
    return names, said, own


def _names(seat: Assignment, raters: Iterable[int]) -> dict[int, str]:
    """Numbers drawn for this response: the same for whoever looks, and other ones elsewhere."""

    def drawn(rater: int) -> str:
        text = f"{seat.batch.seed}:{seat.batch_id}:{seat.response_id}:{rater}"
        return hashlib.sha256(text.encode()).hexdigest()

    order = sorted(raters, key=drawn)
    width = len(str(len(order)))
    return {
        rater: gettext("Expert %(number)s") % {"number": f"{number:0{width}}"}
        for number, rater in enumerate(order, start=1)
    }


def _said(criterion: JudgedCriterion, score: Score, who: str) -> Said:
    value = score.answer if score.value is None else number_text(score.value)
    return Said(
        who=who,
        value=value,
        text=answer_text(criterion, value),
        rationale=score.rationale,
        evidence=tuple(map(text_in, score.evidence or ())),
        confidence=score.confidence,
        late=score.rating.purpose == Assignment.Purpose.LATE,
    )


def _marked(said: Sequence[Said]) -> tuple[Said, ...]:
    """Answers that stand against the most frequent one; in a tie, all of them do."""
    counts = Counter(one.value for one in said)
    most = max(counts.values(), default=0)
    leading = [value for value, count in counts.items() if count == most]
    alone = leading[0] if len(leading) == 1 else None
    return tuple(
        Said(
            *(one.who, one.value, one.text, one.rationale, one.evidence, one.confidence),
            differs=len(counts) > 1 and one.value != alone,
            late=one.late,
        )
        for one in said
    )


def _rulings(seat: Assignment) -> dict[int, list[Adjudication]]:
    found: dict[int, list[Adjudication]] = defaultdict(list)
    rulings = Adjudication.objects.filter(batch=seat.batch_id, response=seat.response_id)
    for one in rulings.order_by("revision"):
        found[one.lineage_id].append(one)
    return found


def _ruled(criterion: JudgedCriterion, rulings: Sequence[Adjudication]) -> tuple[Ruled, ...]:
    sent = is_with_author(rulings)
    return tuple(
        Ruled(
            one,
            gettext("No single answer")
            if one.ruling is None
            else answer_text(criterion, number_text(one.ruling)),
            one.pk in sent,
        )
        for one in rulings
    )


def _flags(seat: Assignment) -> tuple[Flag, ...]:
    flags = Flag.objects.filter(batch=seat.batch_id, response=seat.response_id)
    return tuple(flags.select_related("criterion").order_by("pk"))
