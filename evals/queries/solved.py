"""Whether an expert has shown that an item can be solved: their answer, rated blind by others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from labeling import scoring
from labeling.models import AnswerPlace, Assignment, Item, RubricVersion, Score
from labeling.rating import JudgedCriterion, criteria_of

RATERS_MIN = 2
INDEPENDENT = (Assignment.Purpose.FIXED, Assignment.Purpose.ADAPTIVE)


@dataclass(frozen=True, slots=True)
class Solved:
    """Of `total` criteria, `met` are met in the judgement of every one of the `raters`."""

    response: int
    met: int
    total: int
    raters: int

    @property
    def is_proof(self) -> bool:
        """Whether enough others have rated it."""
        return self.raters >= RATERS_MIN


def solved(item: Item) -> list[Solved]:
    """What others found of the answers experts wrote to the item; a constant number of queries.

    Of each answer the batch counts that was opened last. A criterion is met by full credit, one
    with a pass mark by passing it, a pitfall by no fault.
    """
    written = AnswerPlace.objects.filter(item=item, state=AnswerPlace.State.WRITTEN)
    scores = Score.objects.filter(
        response__in=written.values("response"),
        superseded_by__isnull=True,
        rating__excluded_seq__isnull=True,
        rating__purpose__in=INDEPENDENT,
    ).select_related("batch")
    by_answer: dict[int, dict[int, list[Score]]] = defaultdict(lambda: defaultdict(list))
    for score in scores:
        by_answer[score.response_id][score.batch_id].append(score)
    latest = {response: batches[max(batches)] for response, batches in by_answer.items()}
    versions = RubricVersion.objects.in_bulk(
        {given[0].batch.rubric_version_id for given in latest.values()}
    )
    return [
        _solved(response, given, criteria_of(versions[given[0].batch.rubric_version_id]))
        for response, given in sorted(latest.items())
    ]


def _solved(response: int, given: list[Score], criteria: tuple[JudgedCriterion, ...]) -> Solved:
    by_lineage: dict[int, list[Score]] = defaultdict(list)
    for score in given:
        by_lineage[score.lineage_id].append(score)
    met = [
        one
        for one in criteria
        if by_lineage[one.lineage_id]
        and all(_met(one, score) for score in by_lineage[one.lineage_id])
    ]
    return Solved(response, len(met), len(criteria), len({score.rater_id for score in given}))


def _met(criterion: JudgedCriterion, score: Score) -> bool:
    spec = criterion.spec
    if score.value is None:
        return False
    credit = scoring.credit(spec, score.value)
    if spec.points is not None and spec.points < 0:
        return credit == 0
    needed = Fraction(1) if spec.pass_at is None else scoring.credit(spec, spec.pass_at)
    return credit >= needed
