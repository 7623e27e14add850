"""Who gave which answer in a batch, as of a watermark, as arrays and not as objects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evals.queries.narrow_rows import narrow_rows
from evals.queries.settled_units import known_answers, rulings
from evals.reliability.answers import Answers
from evals.reliability.settled import Ruling
from labeling.models import Assignment, Batch, Criterion, RubricVersion, User
from labeling.spec import ScaleType

type Floats = NDArray[np.float64]
type Integers = NDArray[np.int64]
type Mask = NDArray[np.bool_]

PURPOSES = list(Assignment.Purpose.values)
SCORED, NA, CANNOT_ASSESS = 1, 2, 3
_STANDS = """
      AND {0}.{1} <= %(watermark)s
      AND ({0}.superseded_by_id IS NULL OR {0}.superseded_by_id > %(watermark)s)
"""
RATINGS = f"""
    SELECT t.id AS rating, a.rater_id AS rater, a.response_id AS response, r.item_id AS item,
           array_position(%(purposes)s::text[], t.purpose::text)::int2 AS purpose,
           a.round::int2 AS round, a.ord AS ord,
           coalesce(t.active_ms, -1) AS active_ms,
           extract(epoch FROM t.submitted_at)::float8 AS submitted
    FROM labeling_rating t
    JOIN labeling_assignment a ON a.id = t.assignment_id
    JOIN labeling_response r ON r.id = a.response_id
    WHERE t.batch_id = %(batch)s {_STANDS.format("t", "id")}
      AND NOT t.withdrawn AND (t.excluded_seq IS NULL OR t.excluded_seq > %(watermark)s)
    ORDER BY t.id
"""
SCORES = f"""
    SELECT s.rating_id AS rating, s.lineage_id AS lineage,
           CASE s.answer WHEN 'scored' THEN 1 WHEN 'NA' THEN 2 ELSE 3 END::int2 AS answer,
           coalesce(s.value, 0)::float8 AS value
    FROM labeling_score s
    WHERE s.batch_id = %(batch)s {_STANDS.format("s", "rating_id")}
"""
RATING_COLUMNS = {
    "rating": "int8",
    "rater": "int8",
    "response": "int8",
    "item": "int8",
    "purpose": "int2",
    "round": "int2",
    "ord": "int4",
    "active_ms": "int4",
    "submitted": "float8",
}
SCORE_COLUMNS = {"rating": "int8", "lineage": "int8", "answer": "int2", "value": "float8"}


@dataclass(frozen=True, eq=False)
class Given:
    """Answers to one criterion; `rows` says which rating of the batch each of them is."""

    rows: Integers
    answers: Answers


@dataclass(frozen=True, eq=False)
class RatedBatch:
    """R standing ratings of a batch under C criteria.

    `rater` and `response` are positions in `raters` (user ids, in the order of their names) and
    `responses` (ids); `items` holds each response's item. `answers` and `values` are R x C, and
    a value counts only where the answer is SCORED. `submitted` is in seconds since 1970,
    `active_ms` -1 where nobody measured it.
    """

    criteria: tuple[Criterion, ...]
    raters: tuple[int, ...]
    names: tuple[str, ...]
    responses: Integers
    items: Integers
    rater: Integers
    response: Integers
    purpose: Integers
    round: Integers
    ord: Integers
    submitted: Floats
    active_ms: Integers
    answers: NDArray[np.int8]
    values: Floats
    rulings: dict[tuple[int, int], Ruling]
    known: dict[tuple[int, int], float]

    @cached_property
    def fixed(self) -> Mask:
        """Ratings of fixed overlap: other seats depend on earlier answers."""
        return self.made_for(Assignment.Purpose.FIXED)

    @cached_property
    def independent(self) -> Mask:
        """Ratings made blind, of extra seats too: they settle units but measure no agreement."""
        return self.fixed | self.made_for(Assignment.Purpose.ADAPTIVE)

    def made_for(self, purpose: str) -> Mask:
        return self.purpose == PURPOSES.index(purpose)

    def scored(self, criterion: int) -> Mask:
        """Ratings with a value on a criterion."""
        return self.answers[:, criterion] == SCORED

    @cached_property
    def have_times(self) -> bool:
        """Whether ratings came one by one: of those imported together nobody knows the order."""
        return 2 * len(np.unique(self.submitted)) > len(self.submitted)

    def given(self, criterion: int, among: Mask) -> Given:
        """The values given to a criterion in some of the ratings, each rater's last on a unit."""
        rows = np.flatnonzero(among & self.scored(criterion))
        seats = self.rater[rows] * max(len(self.responses), 1) + self.response[rows]
        # Ratings stand in the order of their ids: reversed, the first found is the last given.
        rows = rows[np.sort(len(rows) - 1 - np.unique(seats[::-1], return_index=True)[1])]
        levels = self.criteria[criterion].levels.all()
        scale = self.criteria[criterion].scale
        answers = Answers.of(
            units=self.response[rows],
            raters=self.rater[rows],
            given=self.values[rows, criterion],
            values=None if scale == ScaleType.INTERVAL else [float(one.value) for one in levels],
            n_units=len(self.responses),
            n_raters=len(self.raters),
            items=self.items,
        )
        return Given(rows, answers)

    def ruled(self, criterion: int) -> dict[int, Ruling]:
        """Rulings on a criterion, by the response's position."""
        return self._here(self.rulings, criterion)

    def known_answers(self, criterion: int) -> dict[int, float]:
        """What is known under a criterion, by the response's position."""
        return self._here(self.known, criterion)

    def _here[Told](self, told: dict[tuple[int, int], Told], criterion: int) -> dict[int, Told]:
        lineage = self.criteria[criterion].lineage_id
        place = {response: at for at, response in enumerate(self.responses.tolist())}
        return {
            place[response]: one
            for (response, about), one in told.items()
            if about == lineage and response in place
        }


def rated_batch(
    batch: Batch,
    version: RubricVersion,
    watermark: int,
    rulings_through: int,
    known_through: int = 0,
) -> RatedBatch:
    """The batch's ratings as of the watermark, on the criteria of one version; six queries."""
    about = {"batch": batch.pk, "watermark": watermark, "purposes": PURPOSES}
    ratings = narrow_rows(RATINGS, about, RATING_COLUMNS)
    criteria = tuple(version.criteria.prefetch_related("levels"))
    answers, values = _scores(about, ratings["rating"], criteria)
    responses, first, response = np.unique(
        ratings["response"], return_index=True, return_inverse=True
    )
    people = _people(np.unique(ratings["rater"]).tolist())
    place = {pk: at for at, (pk, _) in enumerate(people)}
    return RatedBatch(
        criteria=criteria,
        raters=tuple(pk for pk, _ in people),
        names=tuple(name for _, name in people),
        responses=responses,
        items=ratings["item"][first],
        rater=np.array([place[pk] for pk in ratings["rater"].tolist()], dtype=np.int64),
        response=response,
        purpose=ratings["purpose"].astype(np.int64) - 1,
        round=ratings["round"].astype(np.int64),
        ord=ratings["ord"].astype(np.int64),
        submitted=ratings["submitted"],
        active_ms=ratings["active_ms"].astype(np.int64),
        answers=answers,
        values=values,
        rulings=rulings(batch.project_id, rulings_through),
        known=known_answers(batch.project_id, known_through),
    )


def _scores(
    about: dict, ratings: Integers, criteria: tuple[Criterion, ...]
) -> tuple[NDArray[np.int8], Floats]:
    rows = narrow_rows(SCORES, about, SCORE_COLUMNS)
    answers = np.zeros((len(ratings), len(criteria)), dtype=np.int8)
    values = np.zeros((len(ratings), len(criteria)))
    if not len(ratings):
        return answers, values
    # Scores of withdrawn or excluded ratings find no rating and are left aside.
    at = np.minimum(np.searchsorted(ratings, rows["rating"]), len(ratings) - 1)
    stands = ratings[at] == rows["rating"]
    for column, criterion in enumerate(criteria):
        mine = stands & (rows["lineage"] == criterion.lineage_id)
        answers[at[mine], column] = rows["answer"][mine]
        values[at[mine], column] = rows["value"][mine]
    return answers, values


def _people(ids: list[int]) -> list[tuple[int, str]]:
    """By name: the order says nothing about anybody's work."""
    people = [(user.pk, str(user)) for user in User.objects.filter(pk__in=ids)]
    return sorted(people, key=lambda one: (one[1].casefold(), one[0]))
